"""Who is told that backups fail: every administrator, in the inbox and by mail, once a day."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from app.queries.backups import OVERDUE, is_overdue
from base import settings
from base.journal.models import Entry
from members.actions.notify import notify
from members.queries.staff import holders

KINDS: Final = (OVERDUE,)


async def tell_of_backups(entries: Sequence[Entry]) -> None:
    """Tell of what is still so."""
    if not await is_overdue(settings.get()):
        return
    for entry in entries:
        since = str(entry.data.get("since", ""))
        last = (
            f"The last good one is of {datetime.fromisoformat(since):%d %B %Y, %H:%M} UTC."
            if since
            else "There is none."
        )
        trouble = f" What went wrong: {entry.data['trouble']}" if entry.data.get("trouble") else ""
        await notify(
            await holders("admin"),
            key=f"backup:{entry.at:%Y-%m-%d}",
            kind="backup",
            group="backups",
            subject="There is no recent backup of this site",
            text=f"The last good one {last}.{trouble} On the server, `commonplace doctor` says what to do.",
            url="/admin",
            reason="You look after this site.",
            because="account",
            actor_id=None,
        )

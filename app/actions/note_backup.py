"""Write down what came of a backup, so that every server and the administrators know."""

from datetime import timedelta
from typing import Any, Final

from app.queries.backups import FAILED, MADE, OVERDUE, is_overdue, last_backup
from base import settings
from base.clock import now
from base.db import rows, transaction
from base.journal import record

_DAY: Final = timedelta(hours=24)


async def note_made(data: dict[str, Any]) -> None:
    """Write down a backup: its path and size, and whether it was checked."""
    async with transaction():
        await record(MADE, actor_id=None, subject_id=0, data=data)


async def note_failed(trouble: str, *, path: str = "") -> None:
    """Write down that a backup failed, and why."""
    async with transaction():
        await record(FAILED, actor_id=None, subject_id=0, data={"trouble": trouble[:500], "path": path})


async def warn_of_old() -> None:
    """Record once a day that the last good backup is too old: administrators are told. A chore."""
    if not await is_overdue(settings.get()):
        return
    at = now()
    if await rows("SELECT id FROM journal_entries WHERE kind = ? AND at > ? LIMIT 1", OVERDUE, at - _DAY):
        return
    last = await last_backup()
    since = last.at.isoformat() if last.at else ""
    async with transaction():
        await record(OVERDUE, actor_id=None, subject_id=0, data={"since": since, "trouble": last.trouble})

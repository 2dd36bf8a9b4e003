"""Remind members of what they bookmarked, once and not before its time."""

from datetime import datetime
from typing import Any, Final

from base.clock import now
from base.db import as_datetime, rows, transaction
from base.journal import record
from base.log import logger
from forum.queries.keepable import Kept, look_up
from members.actions.notify import notify
from members.queries.viewer import viewer_of_member

_BATCH: Final = 100
_DUE: Final = """
SELECT id, member_id, target, target_id, note, remind_at FROM bookmarks
WHERE remind_at <= ? AND reminded_at IS NULL ORDER BY remind_at, id LIMIT ?"""
_TAKE: Final = """
UPDATE bookmarks SET reminded_at = ? WHERE id = ? AND reminded_at IS NULL AND remind_at <= ? RETURNING id"""


async def remind() -> int:
    """Put the reminders that are due into the inbox; return how many. A chore."""
    done, at = 0, now()
    for row in await rows(_DUE, at, _BATCH):
        try:
            done += await _remind(row, at)
        except Exception:
            # The others are reminded; this one is tried again in the next round.
            logger("forum").exception("not reminded", bookmark=row["id"])
    return done


async def _remind(row: dict[str, Any], at: datetime) -> int:
    viewer = await viewer_of_member(row["member_id"])
    what = (row["target"], row["target_id"])
    kept = (await look_up(viewer, [what])).get(what) if viewer else None
    async with transaction():
        # Taken and told together: another server that looks at the same moment takes nothing.
        if not await rows(_TAKE, at, row["id"], at):
            return 0
        await _tell(row, kept)
        await record("bookmark.reminded", actor_id=None, subject_id=row["id"])
    return 1


async def _tell(row: dict[str, Any], kept: Kept | None) -> None:
    moment = as_datetime(row["remind_at"])
    await notify(
        [row["member_id"]],
        key=f"reminder:{row['id']}:{moment.isoformat() if moment else ''}",
        kind="reminder",
        group=f"bookmark:{row['id']}",
        subject=kept.title if kept else "A bookmark of yours",
        text=row["note"] or ("" if kept else "What you bookmarked is gone, or no longer open to you."),
        url=kept.url if kept else "/bookmarks",
        reason="You wanted to be reminded.",
        because="reminder",
        actor_id=None,
    )

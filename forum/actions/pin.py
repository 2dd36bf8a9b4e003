"""Pin a thread to the top of its lists for a while, and let it go."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, Final

from pydantic import Field, field_validator

from base.clock import now
from base.db import as_datetime, execute, transaction
from base.inputs import BlankIsNone
from forum.actions.note_change import WithReason, note_change, note_undone
from forum.actions.settle import lock_thread
from forum.queries.changes import change_to_undo
from forum.queries.facts import thread_facts
from forum.queries.moving import whole
from forum.rules import check_may_moderate
from members.viewer import Viewer

LONGEST: Final = timedelta(days=365)


class Pinning(WithReason):
    """For how many days, or until the end of which day."""

    days: Annotated[int, Field(ge=1, le=365, title="Days")] = 14
    until: Annotated[date | None, BlankIsNone, Field(title="Until")] = None

    @field_validator("until")
    @classmethod
    def _within_a_year(cls, until: date | None) -> date | None:
        if until is not None and not now().date() <= until <= now().date() + LONGEST:
            raise ValueError("Please give a day from today on, within a year.")
        return until


async def pin(viewer: Viewer, thread_id: int, given: Pinning) -> None:
    """Pin a thread."""
    check_may_moderate(viewer, await thread_facts(thread_id))
    until = datetime.combine(given.until, time(23, 59), UTC) if given.until else now() + timedelta(days=given.days)
    async with transaction():
        await lock_thread(thread_id)
        await _set(viewer, thread_id, until, given.reason, "thread.pinned")


async def unpin(viewer: Viewer, thread_id: int) -> None:
    """Let a thread take its ordinary place."""
    facts = await thread_facts(thread_id)
    check_may_moderate(viewer, facts)
    async with transaction():
        if (await whole(thread_id)).pinned_until is not None:
            await lock_thread(thread_id)
            await _set(viewer, thread_id, None, "", "thread.unpinned")


async def _set(viewer: Viewer, thread_id: int, until: datetime | None, reason: str, entry: str) -> None:
    old = await whole(thread_id)
    await execute("UPDATE threads SET pinned_until = ? WHERE id = ?", until, thread_id)
    before = {"pinned_until": str(old.pinned_until or ""), "told": str(until.date()) if until else "never"}
    data = {"until": str(until or "")}
    await note_change(viewer, thread_id, "pinned", entry=entry, before=before, reason=reason, data=data)


async def unset_pin(viewer: Viewer, thread_id: int, change_id: int) -> str:
    """Take back that a thread was pinned or let go."""
    async with transaction():
        await lock_thread(thread_id)
        done = await change_to_undo(viewer, await thread_facts(thread_id), change_id)
        was = as_datetime(done.before["pinned_until"] or None)
        await execute("UPDATE threads SET pinned_until = ? WHERE id = ?", was, thread_id)
        await note_undone(viewer, thread_id, change_id, {"undid": "pinned"})
    return ""

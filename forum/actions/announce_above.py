"""Put an announcement above every page until a day, for those who may read it; and take it down."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, Final

from pydantic import Field, field_validator

from base.clock import now
from base.db import as_datetime, execute, transaction
from base.errors import Refused
from forum.actions.note_change import WithReason, note_change, note_undone
from forum.actions.settle import lock_thread
from forum.banners import look_again
from forum.queries.changes import change_to_undo
from forum.queries.facts import thread_facts
from forum.queries.moving import Whole, whole
from forum.rules import check_may_announce_above
from members.viewer import Viewer

LONGEST: Final = timedelta(days=93)


class Above(WithReason):
    """Until the end of which day."""

    until: Annotated[date, Field(title="Until")]

    @field_validator("until")
    @classmethod
    def _soon(cls, until: date) -> date:
        if not now().date() <= until <= now().date() + LONGEST:
            raise ValueError("Please give a day from today on, within three months.")
        return until


async def announce_above(viewer: Viewer, thread_id: int, given: Above) -> int:
    """Put an announcement above every page; return the change's id."""
    old = await whole(thread_id)
    check_may_announce_above(viewer, old.facts)
    if old.facts.kind != "announcement" or old.facts.state != "published":
        raise Refused("Only an announcement that is published stands above every page. Make it one first.")
    until = datetime.combine(given.until, time(23, 59), UTC)
    async with transaction():
        change = await _set(viewer, old, until, given.reason)
    await look_again()
    return change


async def take_down(viewer: Viewer, thread_id: int) -> None:
    """Take an announcement down from above the pages."""
    old = await whole(thread_id)
    check_may_announce_above(viewer, old.facts)
    if old.banner_until is None:
        return
    async with transaction():
        await _set(viewer, old, None, "")
    await look_again()


async def _set(viewer: Viewer, old: Whole, until: datetime | None, reason: str) -> int:
    await lock_thread(old.id)
    await execute("UPDATE threads SET banner_until = ? WHERE id = ?", until, old.id)
    before = {"banner_until": str(old.banner_until or ""), "told": str(until.date()) if until else "never"}
    data = {"until": str(until or "")}
    return await note_change(
        viewer, old.id, "banner", entry="thread.announced_above", before=before, reason=reason, data=data
    )


async def unset_banner(viewer: Viewer, thread_id: int, change_id: int) -> str:
    """Take the last change of it back."""
    async with transaction():
        await lock_thread(thread_id)
        done = await change_to_undo(viewer, await thread_facts(thread_id), change_id)
        was = as_datetime(done.before["banner_until"] or None)
        await execute("UPDATE threads SET banner_until = ? WHERE id = ?", was, thread_id)
        await note_undone(viewer, thread_id, change_id, {"undid": "banner"})
    return ""

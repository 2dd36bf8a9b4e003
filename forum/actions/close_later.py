"""Let a thread close by itself: at a date, or when nobody has written for some days; and take that back."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, Any, Final

from pydantic import Field, model_validator

from base.clock import now
from base.db import as_datetime, execute, rows, transaction
from base.errors import Conflict
from base.inputs import BlankIsNone
from base.journal import record
from forum.actions.note_change import WithReason, note_change, note_undone
from forum.actions.settle import lock_thread, touches
from forum.queries.changes import before_of, change_to_undo
from forum.queries.facts import thread_facts
from forum.queries.moving import whole
from forum.rules import check_may_moderate
from members.viewer import Viewer

AT_DATE: Final = "It was open until a day that was said beforehand. If something is missing, please start a new thread."
QUIET: Final = (
    "Nobody had written here for {days} days. It stays to be read; if something is missing, please start a new thread."
)
_AT_ONCE: Final = 50
# Which timer is on: the change that set it says what is to happen.
_TIMER: Final = (
    "SELECT c.before FROM thread_changes c WHERE c.thread_id = ? AND c.kind = 'closing' AND c.undone_at IS NULL "
    "ORDER BY c.id DESC LIMIT 1"
)

_Days = Annotated[int, Field(ge=1, le=1_000)]


class ClosingLater(WithReason):
    """When a thread closes: at the end of a day, or `quiet_days` after the last post; `lock` takes no replies then."""

    on: Annotated[date | None, BlankIsNone, Field(title="Day")] = None
    quiet_days: Annotated[_Days | None, BlankIsNone, Field(title="Days without a post")] = None
    lock: bool = False

    @model_validator(mode="after")
    def _one_of_both(self) -> "ClosingLater":
        if (self.on is None) == (self.quiet_days is None):
            raise ValueError("Please give a day, or a number of days without a post.")
        if self.on is not None and not now().date() <= self.on <= now().date() + timedelta(days=3_660):
            raise ValueError("Please give a day from today on, within ten years.")
        return self


async def close_later(viewer: Viewer, thread_id: int, given: ClosingLater) -> int:
    """Set when a thread closes, instead of what was set before; return the change's id."""
    check_may_moderate(viewer, await thread_facts(thread_id))
    async with transaction():
        if (await lock_thread(thread_id))["resolution"] in ("closed", "duplicate"):
            raise Conflict("It is closed already.")
        old = await whole(thread_id)
        at = await _when(thread_id, given)
        timer = {"closes_at": str(at), "quiet_days": given.quiet_days, "lock": given.lock}
        await execute("UPDATE threads SET closes_at = ? WHERE id = ?", at, thread_id)
        before = {"closes_at": str(old.closes_at or ""), "timer": await _timer(thread_id), "is": timer}
        return await note_change(
            viewer, thread_id, "closing", entry="thread.timed", before=before | {"told": _told(given)},
            reason=given.reason, data=timer,
        )  # fmt: skip


async def _when(thread_id: int, given: ClosingLater) -> datetime:
    """Return when it closes: where nobody has written for that long already, as many days from now on."""
    if given.on:
        return max(datetime.combine(given.on, time(23, 59), UTC), now())
    days = timedelta(days=given.quiet_days or 0)
    at = await _active(thread_id) + days
    return at if at > now() else now() + days


async def never_close(viewer: Viewer, thread_id: int) -> None:
    """Let a thread no longer close by itself."""
    check_may_moderate(viewer, await thread_facts(thread_id))
    async with transaction():
        await lock_thread(thread_id)
        old = await whole(thread_id)
        if old.closes_at is None:
            return
        await execute("UPDATE threads SET closes_at = NULL WHERE id = ?", thread_id)
        before = {"closes_at": str(old.closes_at), "timer": await _timer(thread_id), "is": {}, "told": "never"}
        await note_change(viewer, thread_id, "closing", entry="thread.timed", before=before, data={"closes_at": None})


async def unset_closing(viewer: Viewer, thread_id: int, change_id: int) -> str:
    """Take back when a thread closes."""
    async with transaction():
        await lock_thread(thread_id)
        done = await change_to_undo(viewer, await thread_facts(thread_id), change_id)
        was, old = done.before["closes_at"], await whole(thread_id)
        if old.resolution == "closed" and done.before["is"] and old.closes_at is None:
            raise Conflict("It has closed meanwhile. You can open it again.")
        await execute("UPDATE threads SET closes_at = ? WHERE id = ?", as_datetime(was or None), thread_id)
        await note_undone(viewer, thread_id, change_id, {"undid": "closing", "closes_at": was})
    return ""


async def close_due() -> int:
    """Close what is to be closed by now, each once, whichever server comes first; return how many. A chore."""
    due = await rows(
        "SELECT t.id FROM threads t WHERE t.closes_at <= ? AND t.state = 'published' ORDER BY t.closes_at LIMIT ?",
        now(), _AT_ONCE,
    )  # fmt: skip
    return sum([await _close(row["id"]) for row in due])


async def _close(thread_id: int) -> int:
    async with transaction():
        mine = await rows(
            "UPDATE threads SET closes_at = NULL, version = version + 1 WHERE id = ? AND closes_at <= ? "
            "AND state = 'published' RETURNING resolution, author_id",
            thread_id, now(),
        )  # fmt: skip
        if not mine or mine[0]["resolution"] in ("closed", "duplicate"):
            return 0
        timer = await _timer(thread_id)
        days = timer.get("quiet_days")
        if days and (again := await _active(thread_id) + timedelta(days=days)) > now():
            await execute("UPDATE threads SET closes_at = ? WHERE id = ?", again, thread_id)
            return 0
        await execute(
            "UPDATE threads SET resolution = 'closed', closed_reason = ?, locked = CASE WHEN ? THEN ? ELSE locked END "
            "WHERE id = ?",
            QUIET.format(days=days) if days else AT_DATE, bool(timer.get("lock")), True, thread_id,
        )  # fmt: skip
        data = {"reason": "timer", "same": None, "author_id": mine[0]["author_id"]}
        data["touches"] = await touches(thread_id, posts=True)
        await record("thread.closed", actor_id=None, subject_id=thread_id, data=data)
    return 1


async def _timer(thread_id: int) -> dict[str, Any]:
    found = await rows(_TIMER, thread_id)
    return dict(before_of(found[0]).get("is") or {}) if found else {}


async def _active(thread_id: int) -> datetime:
    found = await rows("SELECT active_at FROM threads WHERE id = ?", thread_id)
    return as_datetime(found[0]["active_at"]) or now()


def _told(given: ClosingLater) -> str:
    return str(given.on) if given.on else f"quiet {given.quiet_days}"

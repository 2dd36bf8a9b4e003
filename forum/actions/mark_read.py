"""Remember how far a member has read, and for how long."""

from typing import Annotated, Final, Literal

from pydantic import Field

from base.clock import now
from base.db import execute, marks, rows, transaction
from base.inputs import Input
from base.journal import record
from base.limits import count_against
from forum.actions.watch import follow_thread
from forum.queries.facts import thread_facts
from forum.rules import check_may_see, check_may_watch
from members.queries.switches import switched_off
from members.viewer import Viewer

FOLLOW_AFTER: Final = 240
"""Seconds of reading after which a thread is followed by itself."""
LONGEST: Final = 30
_PACE: Final = "5/minute"
_MOST: Final = 1_000_000

_RAISE: Final = """
INSERT INTO read_marks (member_id, thread_id, number, at) VALUES (?, ?, ?, ?)
ON CONFLICT (member_id, thread_id) DO UPDATE SET number = excluded.number, at = excluded.at
WHERE excluded.number > read_marks.number"""
_ALL: Final = """
UPDATE read_marks SET number = (SELECT t.last_number FROM threads t WHERE t.id = read_marks.thread_id), at = ?
WHERE member_id = ? AND EXISTS (SELECT 1 FROM threads t WHERE t.id = read_marks.thread_id
  AND t.last_number > read_marks.number AND (? = '' OR t.kind = ?))"""
_COMMENTS: Final = """
UPDATE read_marks SET number = ?, at = ? WHERE member_id = ? AND thread_id = ? AND number < ? AND NOT EXISTS (
  SELECT 1 FROM posts x WHERE x.thread_id = read_marks.thread_id AND x.number > read_marks.number AND x.number < ?
    AND x.state = 'published' AND x.author_id NOT IN ({mine}) AND x.position <> ?)"""


class ReadFor(Input):
    """For how many seconds a thread was read since this was told last."""

    seconds: Annotated[int, Field(ge=1, le=LONGEST, title="Seconds")]


class AllRead(Input):
    """Which list is read: all threads of a kind, or all."""

    kind: Literal["", "question", "case_study", "discussion", "announcement"] = ""


async def mark_read(viewer: Viewer, thread_id: int, number: int) -> None:
    """Raise a member's mark in a thread to a post they have seen; it never sinks, and nobody is told."""
    await execute(_RAISE, viewer.member_id, thread_id, number, now())


async def mark_comments_read(viewer: Viewer, thread_id: int, position: int, number: int) -> None:
    """Raise the mark over comments that have a page of their own, if nothing else before them is unread."""
    mine = viewer.ids_in(thread_id)
    await execute(
        _COMMENTS.format(mine=marks(mine)),
        number, now(), viewer.member_id, thread_id, number, number, *mine, position,
    )  # fmt: skip


async def mark_all_read(viewer: Viewer, given: AllRead) -> int:
    """Raise every mark of a member to the end; return how many threads had something new."""
    return await execute(_ALL, now(), viewer.member_id, given.kind, given.kind)


async def read_for(viewer: Viewer, thread_id: int, given: ReadFor) -> bool:
    """Add to the time a member has read in a thread; return whether they follow it by itself from now on."""
    check_may_watch(viewer)
    check_may_see(viewer, await thread_facts(thread_id))
    await count_against("reading", _PACE, str(viewer.id))
    found = await rows(
        "UPDATE read_marks SET seconds = CASE WHEN seconds > ? THEN seconds ELSE seconds + ? END "
        "WHERE member_id = ? AND thread_id = ? RETURNING seconds",
        _MOST, given.seconds, viewer.member_id, thread_id,
    )  # fmt: skip
    # Just once, as the time is reached: whoever stops following later is left alone.
    if not found or not FOLLOW_AFTER <= found[0]["seconds"] < FOLLOW_AFTER + given.seconds:
        return False
    if "auto_follow" in await switched_off(viewer):
        return False
    return await _follow(viewer, thread_id)


async def _follow(viewer: Viewer, thread_id: int) -> bool:
    member_id = viewer.id_in(thread_id)
    async with transaction():
        made = await follow_thread(member_id, thread_id, now())
        if made is not None:
            data = {"target": "thread", "target_id": thread_id, "level": "following", "by_itself": True}
            await record("watch.set", actor_id=member_id, subject_id=made, data=data)
    return made is not None

"""Say that a post was not useful and why, to its author and editors alone, or take that back."""

from typing import Annotated, Literal

from pydantic import Field

from base.clock import now
from base.db import execute, marks, rows, transaction
from base.errors import Invalid
from base.inputs import Input, Line
from base.journal import record
from forum.actions.pace import check_day
from forum.actions.settle import lock_thread
from forum.actions.vote import count_vote, judge_of, take_votes_back
from forum.facts import PostFacts
from forum.queries.facts import post_facts
from forum.rules import check_may_vote
from members.viewer import Viewer

Reason = Literal["out_of_date", "wrong", "unclear", "our_setting", "other"]


class Doubted(Input):
    """Why a post was not useful; with the reason `other` the note says it."""

    reason: Annotated[Reason, Field(title="The reason")]
    note: Annotated[Line, Field(max_length=300, title="A few words")] = ""


async def doubt(viewer: Viewer, thread_id: int, number: int, given: Doubted) -> None:
    """Keep the viewer's doubt, one for each post; who called it useful before no longer does."""
    post = await post_facts(thread_id, number)
    check_may_vote(viewer, post)
    if given.reason == "other" and not given.note:
        raise Invalid({"note": "Please say in a few words what is missing."}, given.model_dump())
    async with transaction():
        await check_day(viewer, "doubt")
        me = await judge_of(viewer, post)
        if await _has_voted(viewer, post):
            # Nobody else sees a doubt, so that alone leaves the thread as it is.
            await lock_thread(thread_id)
            await count_vote(post, -await take_votes_back(viewer, post.id), "post.unvoted", me)
        await _forget(viewer, post)
        await execute(
            "INSERT INTO doubts (post_id, member_id, reason, note, created_at) VALUES (?, ?, ?, ?, ?) "
            "ON CONFLICT (post_id, member_id) DO UPDATE SET reason = excluded.reason, note = excluded.note",
            post.id, me, given.reason, given.note, now(),
        )  # fmt: skip
        await _tell(post, "post.doubted", me)


async def undoubt(viewer: Viewer, thread_id: int, number: int) -> None:
    """Take the viewer's doubt back, if there is one."""
    post = await post_facts(thread_id, number)
    check_may_vote(viewer, post)
    async with transaction():
        me = await judge_of(viewer, post)
        if await _forget(viewer, post):
            await _tell(post, "post.undoubted", me)


async def _has_voted(viewer: Viewer, post: PostFacts) -> bool:
    mine = viewer.ids
    voted = f"SELECT 1 FROM votes WHERE post_id = ? AND member_id IN ({marks(mine)}) LIMIT 1"  # noqa: S608
    return bool(await rows(voted, post.id, *mine))


async def _forget(viewer: Viewer, post: PostFacts) -> int:
    mine = viewer.ids
    return await execute(f"DELETE FROM doubts WHERE post_id = ? AND member_id IN ({marks(mine)})", post.id, *mine)  # noqa: S608


async def _tell(post: PostFacts, kind: str, actor_id: int) -> None:
    data = {"thread_id": post.thread.id, "number": post.number}
    await record(kind, actor_id=actor_id, subject_id=post.id, data=data)

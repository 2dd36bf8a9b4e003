"""Accept an answer as the solution (several may be), or take that back."""

from base.clock import now
from base.db import execute, transaction
from base.journal import record
from forum.actions.settle import lock_post, settle, touches
from forum.facts import PostFacts
from forum.queries.facts import post_facts
from forum.rules import actor_in, check_may_accept
from members.viewer import Viewer


async def accept(viewer: Viewer, thread_id: int, number: int) -> str:
    """Accept an answer and return the thread's resolution; the first accepted is the solution, others worked too."""
    post = await post_facts(thread_id, number)
    check_may_accept(viewer, post)
    async with transaction():
        before = (await lock_post(post))["resolution"]
        changed = await execute(
            "UPDATE posts SET accepted_at = ?, accepted_by_id = ? "
            "WHERE id = ? AND accepted_at IS NULL AND state = 'published'",
            now(), actor_in(viewer, post.thread), post.id,
        )  # fmt: skip
        return await _settled(viewer, post, before, "post.accepted", changed)


async def unaccept(viewer: Viewer, thread_id: int, number: int) -> str:
    """Take the acceptance of an answer back and return the thread's resolution."""
    post = await post_facts(thread_id, number)
    check_may_accept(viewer, post)
    async with transaction():
        before = (await lock_post(post))["resolution"]
        changed = await execute(
            "UPDATE posts SET accepted_at = NULL, accepted_by_id = NULL WHERE id = ? AND accepted_at IS NOT NULL",
            post.id,
        )
        return await _settled(viewer, post, before, "post.unaccepted", changed)


async def _settled(viewer: Viewer, post: PostFacts, before: str, kind: str, changed: int) -> str:
    if not changed:
        return before
    resolution = await settle(post.thread.id)
    await record(
        kind,
        actor_id=actor_in(viewer, post.thread),
        subject_id=post.id,
        data={
            "thread_id": post.thread.id,
            "number": post.number,
            "touches": await touches(post.thread.id, posts=resolution != before),
        },
    )
    return resolution

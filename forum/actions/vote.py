"""Say that a post was useful, or take that back."""

from base.clock import now
from base.db import execute, rows, transaction
from base.journal import record
from forum.actions.settle import lock_post
from forum.facts import PostFacts
from forum.queries.facts import post_facts
from forum.rules import check_may_vote
from members.viewer import Viewer


async def vote(viewer: Viewer, thread_id: int, number: int) -> int:
    """Count the viewer's vote, once however often it is given, and return how many there are."""
    post = await post_facts(thread_id, number)
    check_may_vote(viewer, post)
    async with transaction():
        await lock_post(post)
        cast = await rows(
            "INSERT INTO votes (post_id, member_id, created_at) VALUES (?, ?, ?) "
            "ON CONFLICT (post_id, member_id) DO NOTHING RETURNING id",
            post.id, viewer.member_id, now(),
        )  # fmt: skip
        return await _count(viewer, post, 1 if cast else 0, "post.voted")


async def unvote(viewer: Viewer, thread_id: int, number: int) -> int:
    """Take the viewer's vote back, if there is one, and return how many are left."""
    post = await post_facts(thread_id, number)
    check_may_vote(viewer, post)
    async with transaction():
        await lock_post(post)
        gone = await execute("DELETE FROM votes WHERE post_id = ? AND member_id = ?", post.id, viewer.member_id)
        return await _count(viewer, post, -gone, "post.unvoted")


async def _count(viewer: Viewer, post: PostFacts, change: int, kind: str) -> int:
    counted = await rows("UPDATE posts SET votes = votes + ? WHERE id = ? RETURNING votes", change, post.id)
    votes = int(counted[0]["votes"])
    if not change:
        return votes
    if post.number == 1:
        await execute("UPDATE threads SET votes = ? WHERE id = ?", votes, post.thread.id)
    data = {"thread_id": post.thread.id, "number": post.number}
    touched = {"touches": {"thread": [post.thread.id]}} if post.number == 1 else {}
    await record(kind, actor_id=viewer.id, subject_id=post.id, data=data | touched)
    return votes

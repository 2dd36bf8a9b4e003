"""Say that a post was useful, or take that back."""

from base.clock import now
from base.db import execute, marks, rows, transaction
from base.journal import record
from forum.actions.pace import check_day
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
        await check_day(viewer, "vote")
        await lock_post(post)
        before, mine = marks(viewer.ids), viewer.ids
        cast = await rows(
            "INSERT INTO votes (post_id, member_id, created_at) SELECT ?, ?, ? "  # noqa: S608
            f"WHERE NOT EXISTS (SELECT 1 FROM votes WHERE post_id = ? AND member_id IN ({before})) "
            "ON CONFLICT (post_id, member_id) DO NOTHING RETURNING id",
            post.id, viewer.id_in(thread_id), now(), post.id, *mine,
        )  # fmt: skip
        # Who finds it useful after all no longer says that they do not.
        await execute(f"DELETE FROM doubts WHERE post_id = ? AND member_id IN ({before})", post.id, *mine)  # noqa: S608
        return await count_vote(post, 1 if cast else 0, "post.voted", viewer.id_in(thread_id))


async def unvote(viewer: Viewer, thread_id: int, number: int) -> int:
    """Take the viewer's vote back, if there is one, and return how many are left."""
    post = await post_facts(thread_id, number)
    check_may_vote(viewer, post)
    async with transaction():
        await lock_post(post)
        return await take_vote_back(viewer, post)


async def take_vote_back(viewer: Viewer, post: PostFacts) -> int:
    """Delete the viewer's vote, as whom they gave it, and return how many are left; inside the caller's transaction."""
    mine = viewer.ids
    gone = await rows(
        f"DELETE FROM votes WHERE post_id = ? AND member_id IN ({marks(mine)}) RETURNING member_id",  # noqa: S608
        post.id, *mine,
    )  # fmt: skip
    by = gone[0]["member_id"] if gone else viewer.member_id
    return await count_vote(post, -len(gone), "post.unvoted", by)


async def count_vote(post: PostFacts, change: int, kind: str, actor_id: int) -> int:
    """Write how many votes a post has now, and tell of the change; inside the caller's transaction."""
    counted = await rows("UPDATE posts SET votes = votes + ? WHERE id = ? RETURNING votes", change, post.id)
    votes = int(counted[0]["votes"])
    if not change:
        return votes
    if post.number == 1:
        await execute("UPDATE threads SET votes = ? WHERE id = ?", votes, post.thread.id)
    data = {"thread_id": post.thread.id, "number": post.number}
    touched = {"touches": {"thread": [post.thread.id]}} if post.number == 1 else {}
    await record(kind, actor_id=actor_id, subject_id=post.id, data=data | touched)
    return votes

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
        me = await judge_of(viewer, post)
        cast = await rows(
            "INSERT INTO votes (post_id, member_id, created_at) SELECT ?, ?, ? "  # noqa: S608
            f"WHERE NOT EXISTS (SELECT 1 FROM votes WHERE post_id = ? AND member_id IN ({before})) "
            "ON CONFLICT (post_id, member_id) DO NOTHING RETURNING id",
            post.id, me, now(), post.id, *mine,
        )  # fmt: skip
        # Who finds it useful after all no longer says that they do not.
        await execute(f"DELETE FROM doubts WHERE post_id = ? AND member_id IN ({before})", post.id, *mine)  # noqa: S608
        return await count_vote(post, 1 if cast else 0, "post.voted", me)


async def unvote(viewer: Viewer, thread_id: int, number: int) -> int:
    """Take the viewer's vote back, if there is one, and return how many are left."""
    post = await post_facts(thread_id, number)
    check_may_vote(viewer, post)
    async with transaction():
        await lock_post(post)
        me = await judge_of(viewer, post)
        gone = await take_votes_back(viewer, post.id)
        return await count_vote(post, -gone, "post.unvoted", me)


async def judge_of(viewer: Viewer, post: PostFacts) -> int:
    """Return as whom the viewer judges a post: as before, if they did so before they put on a mask in its thread.

    One entry of the journal under their name and the next one behind the mask would tell that both are one person.
    """
    mine = marks(viewer.ids)
    found = await rows(
        f"SELECT member_id FROM votes WHERE post_id = ? AND member_id IN ({mine}) "  # noqa: S608
        f"UNION ALL SELECT member_id FROM doubts WHERE post_id = ? AND member_id IN ({mine})",
        post.id, *viewer.ids, post.id, *viewer.ids,
    )  # fmt: skip
    return int(found[0]["member_id"]) if found else viewer.id_in(post.thread.id)


async def take_votes_back(viewer: Viewer, post_id: int) -> int:
    """Delete the viewer's vote, whatever they were called when they gave it; inside the caller's transaction."""
    mine = viewer.ids
    return await execute(f"DELETE FROM votes WHERE post_id = ? AND member_id IN ({marks(mine)})", post_id, *mine)  # noqa: S608


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

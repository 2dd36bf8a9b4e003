"""Delete a post, so that only who moderates it can read it, or bring it back. With its opening goes the thread."""

from base.clock import now
from base.db import execute, transaction
from base.errors import Conflict
from base.journal import record
from forum.actions.settle import lock_post, settle, touches
from forum.facts import PostFacts
from forum.queries.facts import post_facts
from forum.rules import actor_on, check_may_delete, check_may_restore
from members.viewer import Viewer


async def delete(viewer: Viewer, thread_id: int, number: int) -> None:
    """Delete a post; its place stays, its text is gone from pages, search and feeds."""
    post = await post_facts(thread_id, number)
    check_may_delete(viewer, post)
    async with transaction():
        before = (await lock_post(post))["resolution"]
        changed = await execute(
            "UPDATE posts SET state = 'deleted', deleted_at = ?, deleted_by_id = ? WHERE id = ? AND state <> 'deleted'",
            now(), actor_on(viewer, post), post.id,
        )  # fmt: skip
        if changed and number == 1:
            await execute("UPDATE threads SET state = 'deleted' WHERE id = ?", thread_id)
        if changed and post.kind == "summary":
            await execute(
                "UPDATE threads SET summary_post_id = NULL, summary_upto = 0 WHERE id = ? AND summary_post_id = ?",
                thread_id, post.id,
            )  # fmt: skip
        if changed:
            await _settled(viewer, post, before, "post.deleted")


async def restore(viewer: Viewer, thread_id: int, number: int) -> None:
    """Bring a deleted post back."""
    post = await post_facts(thread_id, number)
    check_may_restore(viewer, post)
    async with transaction():
        before = (await lock_post(post))["resolution"]
        changed = await execute(
            "UPDATE posts SET state = 'published', deleted_at = NULL, deleted_by_id = NULL "
            "WHERE id = ? AND state = 'deleted'",
            post.id,
        )
        if changed and number == 1:
            await execute("UPDATE threads SET state = 'published' WHERE id = ? AND state = 'deleted'", thread_id)
        if changed and post.kind == "summary":
            await _on_top(post)
        if changed:
            await _settled(viewer, post, before, "post.restored")


async def _on_top(post: PostFacts) -> None:
    """Put a summary on top again, unless another one stands there; it takes in what was there when it was written."""
    there = await execute(
        "UPDATE threads SET summary_post_id = ?, summary_upto = (SELECT MAX(x.number) FROM posts x "
        "WHERE x.thread_id = threads.id AND x.created_at <= (SELECT MAX(v.created_at) FROM post_revisions v "
        "WHERE v.post_id = ?)) WHERE id = ? AND summary_post_id IS NULL",
        post.id, post.id, post.thread.id,
    )  # fmt: skip
    if not there:
        raise Conflict("There is another answer so far by now. Please delete that one first.")


async def _settled(viewer: Viewer, post: PostFacts, before: str, kind: str) -> None:
    resolution = await settle(post.thread.id)
    everything = post.number == 1 or resolution != before
    await record(
        kind,
        actor_id=actor_on(viewer, post),
        subject_id=post.id,
        data={
            "thread_id": post.thread.id,
            "number": post.number,
            "touches": await touches(post.thread.id, posts=everything),
        },
    )

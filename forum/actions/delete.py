"""Delete a post, so that only who moderates it can read it, or bring it back. With its opening goes the thread."""

from base.clock import now
from base.db import execute, transaction
from base.journal import record
from forum.actions.settle import lock_thread, settle, touches
from forum.facts import PostFacts
from forum.queries.facts import post_facts
from forum.rules import check_may_delete, check_may_restore
from members.viewer import Viewer


async def delete(viewer: Viewer, thread_id: int, number: int) -> None:
    """Delete a post; its place stays, its text is gone from pages, search and feeds."""
    post = await post_facts(thread_id, number)
    check_may_delete(viewer, post)
    async with transaction():
        before = (await lock_thread(thread_id))["resolution"]
        changed = await execute(
            "UPDATE posts SET state = 'deleted', deleted_at = ?, deleted_by_id = ? WHERE id = ? AND state <> 'deleted'",
            now(), viewer.id_in(thread_id), post.id,
        )  # fmt: skip
        if changed and number == 1:
            await execute("UPDATE threads SET state = 'deleted' WHERE id = ?", thread_id)
        if changed:
            await _settled(viewer, post, before, "post.deleted")


async def restore(viewer: Viewer, thread_id: int, number: int) -> None:
    """Bring a deleted post back."""
    post = await post_facts(thread_id, number)
    check_may_restore(viewer, post)
    async with transaction():
        before = (await lock_thread(thread_id))["resolution"]
        changed = await execute(
            "UPDATE posts SET state = 'published', deleted_at = NULL, deleted_by_id = NULL "
            "WHERE id = ? AND state = 'deleted'",
            post.id,
        )
        if changed and number == 1:
            await execute("UPDATE threads SET state = 'published' WHERE id = ? AND state = 'deleted'", thread_id)
        if changed:
            await _settled(viewer, post, before, "post.restored")


async def _settled(viewer: Viewer, post: PostFacts, before: str, kind: str) -> None:
    resolution = await settle(post.thread.id)
    everything = post.number == 1 or resolution != before
    await record(
        kind,
        actor_id=viewer.id_in(post.thread.id),
        subject_id=post.id,
        data={
            "thread_id": post.thread.id,
            "number": post.number,
            "touches": await touches(post.thread.id, posts=everything),
        },
    )

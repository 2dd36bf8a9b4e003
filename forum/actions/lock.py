"""Lock a thread, so that it takes no new replies, and unlock it."""

from base.db import execute, transaction
from base.journal import record
from forum.queries.facts import thread_facts
from forum.rules import check_may_moderate
from members.viewer import Viewer


async def lock(viewer: Viewer, thread_id: int) -> None:
    """Lock a thread."""
    await _set(viewer, thread_id, locked=True)


async def unlock(viewer: Viewer, thread_id: int) -> None:
    """Unlock a thread."""
    await _set(viewer, thread_id, locked=False)


async def _set(viewer: Viewer, thread_id: int, *, locked: bool) -> None:
    check_may_moderate(viewer, await thread_facts(thread_id))
    async with transaction():
        changed = await execute(
            "UPDATE threads SET locked = ?, version = version + 1 WHERE id = ? AND locked <> ?",
            locked, thread_id, locked,
        )  # fmt: skip
        if changed:
            kind = "thread.locked" if locked else "thread.unlocked"
            await record(kind, actor_id=viewer.member_id, subject_id=thread_id)

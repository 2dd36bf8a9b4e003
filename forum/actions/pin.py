"""Pin a thread to the top of its lists for a while, and let it go."""

from datetime import timedelta
from typing import Annotated

from pydantic import Field

from base.clock import now
from base.db import execute, transaction
from base.inputs import Input
from base.journal import record
from forum.queries.facts import thread_facts
from forum.rules import check_may_moderate
from members.viewer import Viewer


class Pinning(Input):
    """For how long."""

    days: Annotated[int, Field(ge=1, le=365, title="Days")] = 14


async def pin(viewer: Viewer, thread_id: int, given: Pinning) -> None:
    """Pin a thread."""
    check_may_moderate(viewer, await thread_facts(thread_id))
    until = now() + timedelta(days=given.days)
    async with transaction():
        await execute("UPDATE threads SET pinned_until = ?, version = version + 1 WHERE id = ?", until, thread_id)
        await record("thread.pinned", actor_id=viewer.member_id, subject_id=thread_id, data={"days": given.days})


async def unpin(viewer: Viewer, thread_id: int) -> None:
    """Let a thread take its ordinary place."""
    check_may_moderate(viewer, await thread_facts(thread_id))
    async with transaction():
        changed = await execute(
            "UPDATE threads SET pinned_until = NULL, version = version + 1 WHERE id = ? AND pinned_until IS NOT NULL",
            thread_id,
        )
        if changed:
            await record("thread.unpinned", actor_id=viewer.member_id, subject_id=thread_id)

"""Pin a thread to the top of its lists for a while, and let it go."""

from datetime import timedelta
from typing import Annotated

from pydantic import Field

from base.clock import now
from base.db import execute, transaction
from base.inputs import Input
from base.journal import record
from forum.queries.facts import thread_facts
from forum.rules import actor_in, check_may_moderate
from members.viewer import Viewer


class Pinning(Input):
    """For how long."""

    days: Annotated[int, Field(ge=1, le=365, title="Days")] = 14


async def pin(viewer: Viewer, thread_id: int, given: Pinning) -> None:
    """Pin a thread."""
    facts = await thread_facts(thread_id)
    check_may_moderate(viewer, facts)
    until = now() + timedelta(days=given.days)
    async with transaction():
        await execute("UPDATE threads SET pinned_until = ?, version = version + 1 WHERE id = ?", until, thread_id)
        await record("thread.pinned", actor_id=actor_in(viewer, facts), subject_id=thread_id, data={"days": given.days})


async def unpin(viewer: Viewer, thread_id: int) -> None:
    """Let a thread take its ordinary place."""
    facts = await thread_facts(thread_id)
    check_may_moderate(viewer, facts)
    async with transaction():
        changed = await execute(
            "UPDATE threads SET pinned_until = NULL, version = version + 1 WHERE id = ? AND pinned_until IS NOT NULL",
            thread_id,
        )
        if changed:
            await record("thread.unpinned", actor_id=actor_in(viewer, facts), subject_id=thread_id)

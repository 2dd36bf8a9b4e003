"""The author of a post says that it is no longer true, however long ago it was written, or takes that back."""

from pydantic import Field

from base.clock import now
from base.db import execute, transaction
from base.inputs import Input, Line
from base.journal import record
from forum.actions.settle import lock_post
from forum.facts import PostFacts
from forum.queries.facts import post_facts
from forum.rules import actor_on, check_may_outdate
from members.viewer import Viewer


class Outdated(Input):
    """Why a post is no longer true."""

    why: Line = Field(min_length=5, max_length=300, title="What has changed")


async def outdate(viewer: Viewer, thread_id: int, number: int, given: Outdated) -> None:
    """Say above a post that it is no longer true, and why; its words stay. Saying it again changes the reason."""
    post = await post_facts(thread_id, number)
    check_may_outdate(viewer, post)
    async with transaction():
        await lock_post(post)
        changed = await execute(
            "UPDATE posts SET outdated_at = COALESCE(outdated_at, ?), outdated_why = ? "
            "WHERE id = ? AND (outdated_at IS NULL OR outdated_why <> ?)",
            now(), given.why, post.id, given.why,
        )  # fmt: skip
        if changed:
            await _recorded(viewer, post, "post.outdated")


async def stand_by(viewer: Viewer, thread_id: int, number: int) -> None:
    """Say that a post holds after all."""
    post = await post_facts(thread_id, number)
    check_may_outdate(viewer, post)
    async with transaction():
        await lock_post(post)
        changed = await execute(
            "UPDATE posts SET outdated_at = NULL, outdated_why = '' WHERE id = ? AND outdated_at IS NOT NULL", post.id
        )
        if changed:
            await _recorded(viewer, post, "post.stood_by")


async def _recorded(viewer: Viewer, post: PostFacts, kind: str) -> None:
    await record(
        kind,
        actor_id=actor_on(viewer, post),
        subject_id=post.id,
        data={"thread_id": post.thread.id, "number": post.number},
    )

"""Give a topic to nothing new any more, and say why; or bring it back."""

from typing import Annotated

from pydantic import Field

from base.clock import now
from base.db import execute, transaction
from base.inputs import Input, Line
from base.journal import record
from forum.actions.hold_tags import hold_tree
from forum.queries.topic_names import topic_facts
from forum.rules import check_may_keep_tags
from members.viewer import Viewer


class Deprecation(Input):
    """Why, and which topic to use instead."""

    why: Annotated[Line, Field(min_length=3, max_length=200, title="Reason")]


async def deprecate_tag(viewer: Viewer, slug: str, given: Deprecation) -> None:
    """Deprecate a topic, or give another reason for that; what carries it keeps it."""
    check_may_keep_tags(viewer)
    async with transaction():
        await hold_tree()
        tag = await topic_facts(viewer, slug)
        await execute(
            "UPDATE tags SET deprecated_at = COALESCE(deprecated_at, ?), deprecated_why = ? WHERE id = ?",
            now(), given.why, tag.id,
        )  # fmt: skip
        await record("tag.deprecated", actor_id=viewer.member_id, subject_id=tag.id, data={"why": given.why})


async def bring_back_tag(viewer: Viewer, slug: str) -> None:
    """Let a topic be used again."""
    check_may_keep_tags(viewer)
    async with transaction():
        await hold_tree()
        tag = await topic_facts(viewer, slug)
        if not tag.deprecated:
            return
        await execute("UPDATE tags SET deprecated_at = NULL, deprecated_why = '' WHERE id = ?", tag.id)
        await record("tag.brought_back", actor_id=viewer.member_id, subject_id=tag.id)

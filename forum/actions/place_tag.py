"""Put a topic below a broader one, or at the top again."""

from typing import Annotated

from pydantic import Field

from base.db import execute, transaction
from base.errors import Invalid
from base.inputs import Input, Line
from base.journal import record
from forum.actions.hold_tags import hold_tree
from forum.queries.topic_names import TopicFacts, not_called, topic_called, topic_facts
from forum.queries.topic_tree import LEVELS, Lineage, lineage
from forum.rules import check_may_keep_tags
from members.viewer import Viewer


class Placing(Input):
    """The broader topic, by any of its names; empty for none."""

    parent: Annotated[Line, Field(max_length=60, title="Broader topic")] = ""


async def place_tag(viewer: Viewer, slug: str, given: Placing) -> None:
    """Store it; the tree has no circles and at most three levels."""
    check_may_keep_tags(viewer)
    async with transaction():
        await hold_tree()
        tag = await topic_facts(viewer, slug)
        parent = await topic_called(viewer, given.parent) if given.parent else None
        if given.parent and parent is None:
            raise Invalid({"parent": await not_called(viewer, given.parent)}, given.model_dump())
        before, after = tag.parent_id, parent.id if parent else None
        if before == after:
            return
        if parent and (wrong := await _wrong(tag, parent)):
            raise Invalid({"parent": wrong}, given.model_dump())
        await execute("UPDATE tags SET parent_id = ? WHERE id = ?", after, tag.id)
        data = {"before": before, "after": after}
        await record("tag.placed", actor_id=viewer.member_id, subject_id=tag.id, data=data)


async def _wrong(tag: TopicFacts, parent: TopicFacts) -> str:
    if parent.deprecated:
        return f"“{parent.name}” is deprecated. Please choose another topic, or bring it back first."
    return not_below(tag, await lineage(tag.id), parent, await lineage(parent.id))


def not_below(tag: TopicFacts, here: Lineage, parent: TopicFacts, there: Lineage) -> str:
    """Say why a topic cannot lie below another one, empty when it can."""
    if tag.id == parent.id:
        return "A topic cannot lie below itself."
    if parent.id in here.below:
        return f"“{parent.name}” lies below “{tag.name}” already, so it cannot be the broader one."
    levels = there.depth + here.height
    if levels > LEVELS:
        return f"Topics have at most three levels; with “{tag.name}” below “{parent.name}” there would be {levels}."
    return ""

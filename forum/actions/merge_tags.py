"""Merge a topic into another one, and part them again for ten minutes."""

from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import Field

from base.db import execute, marks, rows, transaction
from base.errors import Conflict, Invalid, Missing
from base.inputs import Input, Line
from base.journal import record
from forum.actions.carry_over import carry_back, carry_over
from forum.actions.hold_tags import hold_tags, hold_tree
from forum.actions.place_tag import not_below
from forum.models import Tag
from forum.queries.merges import last_merge, target
from forum.queries.topic_names import TopicFacts, topic_by_id, topic_facts
from forum.queries.topic_tree import lineage
from forum.rules import check_may_keep_tags
from members.viewer import Viewer


class Merging(Input):
    """The topic that is to stay, by any of its names."""

    into: Annotated[Line, Field(min_length=1, max_length=60, title="The topic that stays")]


@dataclass(frozen=True, slots=True)
class MergedTag:
    """What was done: the topic that stays, and how many threads carry it for the first time."""

    slug: str
    name: str
    threads: int


async def merge_tag(viewer: Viewer, slug: str, given: Merging) -> MergedTag:
    """Let everything that carries a topic carry another one, which its names then mean, too."""
    check_may_keep_tags(viewer)
    async with transaction():
        await hold_tree()
        tag = await topic_facts(viewer, slug)
        into, wrong = await target(viewer, tag, given.into)
        if into is None or wrong:
            raise Invalid({"into": wrong}, given.model_dump())
        await hold_tags(tag.id, into.id)
        carried = await carry_over(tag.id, into.id)
        data = {"into": into.id, "carried": carried, **await _join(tag, into)}
        await record("tag.merged", actor_id=viewer.member_id, subject_id=tag.id, data=data)
        await record("tag.renamed", actor_id=viewer.member_id, subject_id=into.id)
    return MergedTag(into.slug, into.name, len(carried["threads"]["moved"]))


async def _join(tag: TopicFacts, into: TopicFacts) -> dict[str, Any]:
    """Make a topic another name of the one that stays; return how its names and the tree were."""
    names = await rows("UPDATE tags SET meant_id = ? WHERE meant_id = ? RETURNING id", into.id, tag.id)
    rose = into.id in (await lineage(tag.id)).below
    if rose:  # what stays takes the place of what was above it
        await execute("UPDATE tags SET parent_id = ? WHERE id = ?", tag.parent_id, into.id)
    narrower = await rows("UPDATE tags SET parent_id = ? WHERE parent_id = ? RETURNING id", into.id, tag.id)
    await execute("UPDATE tags SET meant_id = ?, parent_id = NULL WHERE id = ?", into.id, tag.id)
    return {
        "names": [row["id"] for row in names],
        "narrower": [row["id"] for row in narrower],
        "parent": tag.parent_id,
        "rose_from": into.parent_id if rose else None,
    }


async def part_tags(viewer: Viewer, slug: str) -> None:
    """Take the last merge of a topic back, all of it as it was, within ten minutes."""
    check_may_keep_tags(viewer)
    async with transaction():
        await hold_tree()
        merge = await last_merge(slug)
        if merge is None:
            raise Missing("There is no merge of this topic that could be taken back: that is possible for ten minutes.")
        into = await topic_by_id(merge.into_id)
        if into is None:
            raise Conflict("The topic that stayed was merged itself since. Please take that back first.")
        await hold_tags(merge.id, into.id)
        await _divide(merge.id, into, merge.data)
        await carry_back(merge.data["carried"], merge.id, into.id)
        await record("tag.parted", actor_id=viewer.member_id, subject_id=merge.id, data={"from": into.id})
        for one in (merge.id, into.id):
            await record("tag.renamed", actor_id=viewer.member_id, subject_id=one)


async def _divide(tag_id: int, into: TopicFacts, was: dict[str, Any]) -> None:
    """Give a topic its names and its place in the tree back, as far as nobody has changed these since."""
    await execute("UPDATE tags SET meant_id = NULL WHERE id = ?", tag_id)
    names, narrower = was["names"], was["narrower"]
    await execute(
        f"UPDATE tags SET meant_id = ? WHERE meant_id = ? AND id IN ({marks(names)})",  # noqa: S608
        tag_id, into.id, *names,
    )  # fmt: skip
    await execute(
        f"UPDATE tags SET parent_id = ? WHERE parent_id = ? AND id IN ({marks(narrower)})",  # noqa: S608
        tag_id, into.id, *narrower,
    )  # fmt: skip
    # What stayed had taken the place of the other when it lay below it.
    rose = was["rose_from"] if into.parent_id == was["parent"] else None
    if rose:
        await Tag.filter(id=into.id).update(parent_id=None)
    await _put_below(tag_id, was["parent"])
    if rose:
        await _put_below(into.id, rose)


async def _put_below(tag_id: int, parent_id: int | None) -> None:
    """Put a topic where it was, unless the tree has become another one."""
    tag, parent = await topic_by_id(tag_id), await topic_by_id(parent_id) if parent_id else None
    if tag is None or parent is None:
        return
    if not not_below(tag, await lineage(tag.id), parent, await lineage(parent.id)):
        await Tag.filter(id=tag.id).update(parent_id=parent.id)

"""Say what a topic is about, and what else it is called."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from pydantic import Field, field_validator
from tortoise.exceptions import IntegrityError

from base.db import execute, marks, rows, transaction
from base.errors import Invalid, Missing, refusal
from base.inputs import Body, Input, Line, Words
from base.journal import record
from forum.actions.hold_tags import hold_tags, hold_tree
from forum.models import Tag
from forum.queries.carriers import carried_at_all
from forum.queries.labels import tag_slug
from forum.rules import check_may_describe_tags, check_may_rename_tags
from members.viewer import Viewer


class TagText(Input):
    """A topic as its page shows it; `synonyms` are other names for the same."""

    name: Annotated[Line, Field(min_length=2, max_length=60, title="Name")]
    about: Annotated[Body, Field(max_length=2_000, title="About")] = ""
    synonyms: Annotated[Words, Field(default_factory=list, max_length=20, title="Other names")]

    @field_validator("synonyms")
    @classmethod
    def _short(cls, names: list[str]) -> list[str]:
        if any(not 2 <= len(name) <= 60 for name in names):
            raise ValueError("Other names need between 2 and 60 characters each.")
        return names


async def describe_tag(viewer: Viewer, slug: str, given: TagText) -> None:
    """Store it; a topic that is in use stays one of its own. What it is called, all that is about it shows."""
    check_may_describe_tags(viewer)
    found = await rows("SELECT id FROM tags WHERE slug = ? AND meant_id IS NULL", slug)
    if not found:
        raise Missing("There is no such topic.")
    tag_id: int = found[0]["id"]
    wanted = {tag_slug(name): name for name in given.synonyms if tag_slug(name) != slug}
    try:
        async with transaction():
            await hold_tree()
            await _store(viewer, tag_id, given, wanted)
    except IntegrityError:  # somebody gave another topic one of these names at the same moment
        raise Invalid(
            {"synonyms": "One of these names has just been given to another topic."}, given.model_dump()
        ) from None


async def _store(viewer: Viewer, tag_id: int, given: TagText, wanted: Mapping[str, str]) -> None:
    # Who describes the same topic meanwhile waits here, and is checked against what it says then.
    tag = await Tag.filter(id=tag_id).select_for_update().get()
    await hold_tags(*(row["id"] for row in await _known(list(wanted))))
    known = await _known(list(wanted))
    renamed = given.name != tag.name
    _check(tag_id, given, known, not_renamed=refusal(check_may_rename_tags, viewer) if renamed else "")
    before = {row["slug"] for row in await rows("SELECT slug FROM tags WHERE meant_id = ?", tag_id)}
    kind = "tag.renamed" if renamed or before != set(wanted) else "tag.described"
    await execute("UPDATE tags SET name = ?, about = ? WHERE id = ?", given.name, given.about, tag_id)
    await execute("UPDATE tags SET meant_id = NULL WHERE meant_id = ?", tag_id)
    await Tag.filter(id__in=[one["id"] for one in known]).update(
        meant_id=tag_id, parent_id=None, deprecated_at=None, deprecated_why=""
    )
    fresh = set(wanted) - {one["slug"] for one in known}
    await Tag.bulk_create([Tag(slug=one, name=wanted[one], meant_id=tag_id) for one in sorted(fresh)])
    await record(kind, actor_id=viewer.member_id, subject_id=tag_id)


async def _known(slugs: list[str]) -> list[dict[str, Any]]:
    return await rows(
        "SELECT g.id, g.slug, g.name, g.meant_id, "  # noqa: S608
        f"{carried_at_all()} "
        "OR EXISTS (SELECT 1 FROM watches w WHERE w.target = 'tag' AND w.target_id = g.id) "
        "OR EXISTS (SELECT 1 FROM tags s WHERE s.meant_id = g.id OR s.parent_id = g.id) AS used "
        f"FROM tags g WHERE g.slug IN ({marks(slugs)})",
        *slugs,
    )


def _check(tag_id: int, given: TagText, known: Sequence[dict[str, Any]], *, not_renamed: str) -> None:
    errors = {}
    others = [one["name"] for one in known if one["meant_id"] not in (None, tag_id)]
    used = [one["name"] for one in known if one["meant_id"] is None and one["used"]]
    if others:
        errors["synonyms"] = f"{', '.join(others)}: this means another topic already."
    elif used:
        errors["synonyms"] = (
            f"{', '.join(used)}: this topic is in use, so it stays one of its own. Editors and moderators can merge it "
            "into this one."
        )
    if not_renamed:
        errors["name"] = not_renamed
    if errors:
        raise Invalid(errors, given.model_dump())

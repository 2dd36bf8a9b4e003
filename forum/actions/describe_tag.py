"""Say what a topic is about, and what else it is called.

A name stops being one of a topic when somebody who saw it leaves it out. What was merged does not come apart this way
as long as the merge can be taken back, and later only by those who may merge.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Final

from pydantic import Field, field_validator
from tortoise.exceptions import IntegrityError

from base.db import execute, marks, rows, transaction
from base.errors import Conflict, Invalid, refusal
from base.inputs import Body, Input, Line, Words
from base.journal import record
from forum.actions.hold_tags import hold_tags, hold_tree
from forum.models import Tag
from forum.queries.carriers import carried_at_all
from forum.queries.labels import tag_slug
from forum.queries.merges import merged_into
from forum.queries.topic_names import topic_facts
from forum.queries.topics import led_where_used
from forum.rules import check_may_describe_tags, check_may_rename_tags, may_keep_tags
from members.viewer import Viewer

_MOST: Final = 20


class TagText(Input):
    """A topic as its page shows it; `synonyms` are other names for the same.

    `were` are those it had when the writer read it: none of the others is taken away by leaving it out.
    """

    name: Annotated[Line, Field(min_length=2, max_length=60, title="Name")]
    about: Annotated[Body, Field(max_length=2_000, title="About")] = ""
    synonyms: Annotated[Words, Field(default_factory=list, max_length=200, title="Other names")]
    were: Annotated[Words, Field(default_factory=list, max_length=200, title="Other names as they were")]

    @field_validator("synonyms")
    @classmethod
    def _short(cls, names: list[str]) -> list[str]:
        if any(not 2 <= len(name) <= 60 for name in names):
            raise ValueError("Other names need between 2 and 60 characters each.")
        return names


class Renamed(Conflict):
    """Other names came or went meanwhile.

    `names` are those that were given, with what came and without what went, and `present` those there are now.
    """

    def __init__(self, came: Sequence[str], went: Sequence[str], names: Sequence[str], present: Sequence[str]) -> None:
        told = [f"new: {', '.join(came)}"] * bool(came) + [f"taken away: {', '.join(went)}"] * bool(went)
        super().__init__(
            f"Other names of this topic were changed while you were writing ({'; '.join(told)}). Nothing is stored "
            "yet: please look at them and save again."
        )
        self.names, self.present = tuple(names), tuple(present)


@dataclass(frozen=True, slots=True)
class _Names:
    """Other names by their slugs: those there are, those there are to be, and those of them that were merged."""

    present: Mapping[str, str]
    wanted: Mapping[str, str]
    merged: Mapping[str, bool]

    @property
    def left_out(self) -> list[str]:
        return sorted(self.present.keys() - self.wanted.keys())


async def describe_tag(viewer: Viewer, slug: str, given: TagText) -> None:
    """Store it; a topic that is in use stays one of its own. What it is called, all that is about it shows."""
    check_may_describe_tags(viewer, await led_where_used(viewer, slug))
    try:
        async with transaction():
            await hold_tree()
            await _store(viewer, (await topic_facts(viewer, slug)).id, given)
    except IntegrityError:  # somebody gave another topic one of these names at the same moment
        raise Invalid(
            {"synonyms": "One of these names has just been given to another topic."}, given.model_dump()
        ) from None


async def _store(viewer: Viewer, tag_id: int, given: TagText) -> None:
    # Who describes the same topic meanwhile waits here, and is checked against what it says then.
    tag = await Tag.filter(id=tag_id).select_for_update().get()
    names = await _names(tag, given)
    wanted = names.wanted
    await hold_tags(*(row["id"] for row in await _known(list(wanted))))
    known = await _known(list(wanted))
    renamed = given.name != tag.name
    errors = _wrong(tag_id, names, known) or _apart(names, keeps=may_keep_tags(viewer))
    if renamed and (not_renamed := refusal(check_may_rename_tags, viewer)):
        errors["name"] = not_renamed
    if errors:
        raise Invalid(errors, given.model_dump())
    kind = "tag.renamed" if renamed or names.present.keys() != wanted.keys() else "tag.described"
    await execute("UPDATE tags SET name = ?, about = ? WHERE id = ?", given.name, given.about, tag_id)
    await _give_up(viewer, tag_id, names)
    await Tag.filter(id__in=[one["id"] for one in known]).update(
        meant_id=tag_id, parent_id=None, deprecated_at=None, deprecated_why=""
    )
    fresh = set(wanted) - {one["slug"] for one in known}
    await Tag.bulk_create([Tag(slug=one, name=wanted[one], meant_id=tag_id) for one in sorted(fresh)])
    await record(kind, actor_id=viewer.member_id, subject_id=tag_id)


async def _names(tag: Tag, given: TagText) -> _Names:
    """Return the names there are and those that are wanted; raises Renamed when the writer saw others."""
    found = await rows("SELECT slug, name FROM tags WHERE meant_id = ? ORDER BY slug", tag.id)
    present = {row["slug"]: row["name"] for row in found}
    wanted, were = _by_slug(given.synonyms, present), _by_slug(given.were, present)
    wanted.pop(tag.slug, None)
    came = [name for slug, name in present.items() if slug not in wanted and slug not in were]
    went = {slug: name for slug, name in wanted.items() if slug in were and slug not in present}
    if came or went:
        names = [*(wanted[one] for one in wanted if one not in went), *came]
        raise Renamed(came, list(went.values()), names, list(present.values()))
    return _Names(present, wanted, await merged_into(tag.id))


def _by_slug(names: Sequence[str], present: Mapping[str, str]) -> dict[str, str]:
    """Return names by slugs; one that a topic has may have been renamed before it was merged, and hold commas."""
    typed = {tag_slug(name): name for name in names}
    found = dict(typed)
    for slug, name in present.items():
        parts = {tag_slug(part) for part in name.split(",") if part.strip()}
        if parts and parts <= typed.keys():
            found = {one: found[one] for one in found if one not in parts or one in present} | {slug: name}
    return found


async def _give_up(viewer: Viewer, tag_id: int, names: _Names) -> None:
    """Let the names that were left out mean this topic no longer."""
    out = names.left_out
    given_up = await rows(
        f"UPDATE tags SET meant_id = NULL WHERE meant_id = ? AND slug IN ({marks(out)}) RETURNING id, slug",  # noqa: S608
        tag_id, *out,
    )  # fmt: skip
    for row in given_up:
        if row["slug"] in names.merged:
            await record("tag.parted", actor_id=viewer.member_id, subject_id=row["id"], data={"from": tag_id})


async def _known(slugs: list[str]) -> list[dict[str, Any]]:
    return await rows(
        "SELECT g.id, g.slug, g.name, g.meant_id, "  # noqa: S608
        f"{carried_at_all()} "
        "OR EXISTS (SELECT 1 FROM watches w WHERE w.target = 'tag' AND w.target_id = g.id) "
        "OR EXISTS (SELECT 1 FROM tags s WHERE s.meant_id = g.id OR s.parent_id = g.id) AS used "
        f"FROM tags g WHERE g.slug IN ({marks(slugs)})",
        *slugs,
    )


def _wrong(tag_id: int, names: _Names, known: Sequence[dict[str, Any]]) -> dict[str, str]:
    """Say which of the names cannot mean this topic."""
    wanted = names.wanted
    others = [wanted[one["slug"]] for one in known if one["meant_id"] not in (None, tag_id)]
    used = [wanted[one["slug"]] for one in known if one["meant_id"] is None and one["used"]]
    if others:
        return {"synonyms": f"{', '.join(others)}: this means another topic already."}
    if used:
        return {
            "synonyms": f"{', '.join(used)}: this topic is in use, so it stays one of its own. Editors and moderators "
            "can merge it into this one."
        }
    if len(wanted) > _MOST and wanted.keys() - names.present.keys():
        return {"synonyms": f"Other names may have at most {_MOST}, beside what was merged."}
    return {}


def _apart(names: _Names, *, keeps: bool) -> dict[str, str]:
    """Say which of the names that were left out stay, because they were topics that were merged into this one."""
    merged = [one for one in names.left_out if one in names.merged]
    fresh, older = ([names.present[one] for one in merged if names.merged[one] is new] for new in (True, False))
    if fresh:
        return {
            "synonyms": f"{', '.join(fresh)}: this was merged into this topic a few minutes ago, so it stays another "
            "name of it. Editors and moderators can take the merge back on the page of the topic."
        }
    if older and not keeps:
        return {
            "synonyms": f"{', '.join(older)}: this was merged into this topic. Only editors and moderators can part it "
            "again."
        }
    return {}

"""What the forms for a new thread offer to choose from."""

from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from base.db import rows
from forum.queries.masked import MaskOffer, mask_offer
from forum.rules import audiences_to_write_for, known_topics, may_create_tags
from members.places import TYPE_WORDS
from members.viewer import Viewer

_MOST_TAGS: Final = 100
_MOST_PLATFORMS: Final = 60

_CHOICES: Final = """
SELECT 'category' AS part, c.slug, c.name, c.id, c.position AS rank, c.hint AS first, c.template AS second
  FROM categories c
UNION ALL SELECT * FROM (SELECT 'platform', p.slug, p.name, p.id, 0, '', '' FROM platforms p
  WHERE p.status <> 'closed' ORDER BY p.name LIMIT ?) AS known
UNION ALL SELECT * FROM (SELECT 'tag', g.slug, g.name, g.id,
    -(SELECT COUNT(*) FROM thread_tags x WHERE x.tag_id = g.id), '', ''
  FROM tags g WHERE g.meant_id IS NULL AND g.deprecated_at IS NULL AND ({known}) ORDER BY 5, g.name LIMIT ?) AS topics
UNION ALL SELECT 'home', o.type, o.name, o.id, 0, o.country, o.beds_band FROM organisations o WHERE o.id = ?
"""


class Choice(NamedTuple):
    """One thing to choose: the slug is sent, the name is shown."""

    slug: str
    name: str


class CategoryChoice(NamedTuple):
    """A category to choose: what is asked of a text in it, and what a new one may begin with."""

    slug: str
    name: str
    hint: str
    template: str


@dataclass(frozen=True, slots=True)
class Choices:
    """Everything a form for a new thread offers; platforms the viewer works with come first.

    `new_topics` says whether the viewer may name topics that are not there yet.
    """

    categories: tuple[CategoryChoice, ...]
    platforms: tuple[Choice, ...]
    tags: tuple[str, ...]
    audiences: tuple[str, ...]
    setting: str
    new_topics: bool
    mask: MaskOffer

    def category(self, slug: object) -> CategoryChoice | None:
        """Return one of the categories."""
        return next((one for one in self.categories if one.slug == slug), None)

    @property
    def templates(self) -> dict[str, dict[str, str]]:
        """Return what scripts need of the categories."""
        return {one.slug: {"hint": one.hint, "template": one.template} for one in self.categories}


async def choices(viewer: Viewer) -> Choices:
    """Return what the viewer can choose from, in one statement; and one a minute to count who shares what with whom."""
    known = known_topics(viewer)
    found = await rows(
        _CHOICES.format(known=known.sql), _MOST_PLATFORMS, *known.values, _MOST_TAGS, viewer.organisation_id or 0
    )
    parts: dict[str, list[dict[str, Any]]] = {}
    for row in found:
        parts.setdefault(row["part"], []).append(row)
    platforms = sorted(
        parts.get("platform", []), key=lambda row: (row["id"] not in viewer.platform_ids, row["name"].lower())
    )
    return Choices(
        categories=tuple(
            CategoryChoice(row["slug"], row["name"], row["first"], row["second"])
            for row in sorted(parts.get("category", []), key=lambda row: (row["rank"], row["name"]))
        ),
        platforms=_choices(platforms),
        tags=tuple(row["name"] for row in parts.get("tag", [])),
        audiences=audiences_to_write_for(viewer),
        setting=_setting(parts["home"][0]) if "home" in parts else "",
        new_topics=may_create_tags(viewer),
        mask=await mask_offer(viewer),
    )


async def own_setting(viewer: Viewer) -> str:
    """Return where the viewer works, as the form proposes it."""
    found = await rows(
        "SELECT o.type AS slug, o.country AS first, o.beds_band AS second FROM organisations o WHERE o.id = ?",
        viewer.organisation_id or 0,
    )
    return _setting(found[0]) if found else ""


def _setting(row: dict[str, Any]) -> str:
    """Return an organisation as a setting: Hospital, 200–499 beds, NL."""
    kind = TYPE_WORDS.get(row["slug"], "Organisation")
    beds = f"{row['second'].replace('-', '–')} beds" if row["second"] else ""
    return ", ".join(part for part in (kind, beds, row["first"]) if part)


def _choices(found: list[dict[str, Any]]) -> tuple[Choice, ...]:
    return tuple(Choice(row["slug"], row["name"]) for row in found)

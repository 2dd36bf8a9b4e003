"""What a list can be narrowed to: only what would leave something in it."""

import re
from dataclasses import dataclass
from typing import Final

from base.condition import Condition
from base.db import rows
from base.db.documents import text_in
from base.text.languages import language_name
from forum.queries.listing import Wanted
from forum.queries.thread_head import Label
from forum.rules import listed_threads
from members.viewer import Viewer

_OFFERED: Final = """
SELECT * FROM (SELECT 'platforms' AS part, p.slug AS slug, p.name AS name FROM platforms p WHERE EXISTS (
    SELECT 1 FROM thread_platforms x JOIN threads t ON t.id = x.thread_id WHERE x.platform_id = p.id AND {seen})
  ORDER BY p.name LIMIT ?) AS used
UNION ALL SELECT DISTINCT 'countries', o.country, '' FROM organisations o WHERE o.country <> '' AND EXISTS (
    SELECT 1 FROM threads t WHERE t.organisation_id = o.id AND {seen})
UNION ALL SELECT DISTINCT 'languages', t.language, '' FROM threads t WHERE {seen}"""
# Case studies are looked for by what they are about and by who is like oneself; behind a mask by what that shows.
_OF_CASES: Final = """
UNION ALL SELECT DISTINCT 'sizes', o.beds_band, '' FROM organisations o WHERE o.beds_band <> '' AND EXISTS (
    SELECT 1 FROM threads t WHERE t.organisation_id = o.id AND {seen})
UNION ALL SELECT DISTINCT 'countries', {country}, '' FROM case_studies s JOIN threads t ON t.id = s.thread_id
  WHERE t.organisation_id IS NULL AND {country} <> '' AND {seen}
UNION ALL SELECT DISTINCT 'sizes', {size}, '' FROM case_studies s JOIN threads t ON t.id = s.thread_id
  WHERE t.organisation_id IS NULL AND {size} <> '' AND {seen}
UNION ALL SELECT * FROM (SELECT 'topics', g.slug, g.name FROM tags g JOIN thread_tags x ON x.tag_id = g.id
  JOIN threads t ON t.id = x.thread_id WHERE {seen}
  GROUP BY g.slug, g.name ORDER BY COUNT(*) DESC, g.name LIMIT ?) AS k"""
_NAMES: Final = {
    "platform": " UNION ALL SELECT 'platform', n.slug, n.name FROM platforms n WHERE n.slug = ?",
    "tag": " UNION ALL SELECT 'tag', n.slug, COALESCE(m.name, n.name) FROM tags n "
    "LEFT JOIN tags m ON m.id = n.meant_id WHERE n.slug = ?",
    "organisation": " UNION ALL SELECT 'organisation', n.slug, n.name FROM organisations n WHERE n.slug = ?",
    "category": " UNION ALL SELECT 'category', n.slug, n.name FROM categories n WHERE n.slug = ?",
}
_MOST: Final = 40


@dataclass(frozen=True, slots=True)
class Filters:
    """Choices that are offered, and the names of those that are on."""

    platforms: tuple[Label, ...]
    countries: tuple[str, ...]
    languages: tuple[Label, ...]
    sizes: tuple[str, ...]
    topics: tuple[Label, ...]
    names: dict[str, str]


async def filters(viewer: Viewer, wanted: Wanted) -> Filters:
    """Return what the lists of this kind can be narrowed to, in one statement."""
    seen = listed_threads(viewer)
    if wanted.kind:
        seen = seen & Condition("t.kind = ?", (wanted.kind,))
    cases = wanted.kind == "case_study"
    chosen = [name for name in _NAMES if wanted.filters.get(name)]
    found = await rows(
        (_OFFERED + _OF_CASES * cases).format(
            seen=f"({seen.sql})", country=text_in("s.setting", "country"), size=text_in("s.setting", "beds_band")
        )
        + "".join(_NAMES[name] for name in chosen),
        *seen.values, _MOST, *seen.values, *seen.values, *(*seen.values * 4, _MOST) * cases,
        *(wanted.filters[name] for name in chosen),
    )  # fmt: skip
    languages = sorted(
        (Label(row["slug"], language_name(row["slug"])) for row in found if row["part"] == "languages"),
        key=lambda label: label.name.lower(),
    )
    return Filters(
        platforms=tuple(Label(row["slug"], row["name"]) for row in found if row["part"] == "platforms"),
        countries=tuple(sorted({row["slug"] for row in found if row["part"] == "countries"})),
        languages=tuple(languages),
        sizes=tuple(sorted({row["slug"] for row in found if row["part"] == "sizes"}, key=_smallest)),
        topics=tuple(Label(row["slug"], row["name"]) for row in found if row["part"] == "topics"),
        names={row["part"]: row["name"] for row in found if row["part"] in _NAMES},
    )


def _smallest(band: str) -> tuple[int, str]:
    digits = re.search(r"\d+", band)
    return int(digits[0]) if digits else 0, band

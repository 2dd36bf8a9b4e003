"""The words that mean the same, as they stand now: looked up at every search, read again when they have changed."""

import asyncio
from dataclasses import dataclass
from typing import Any, Final

from base.db import rows
from base.errors import Missing
from base.paging import Page
from members.viewer import Viewer
from search_index.models import SearchSynonym
from search_index.queries.narrowing import LANGUAGES
from search_index.query import Query
from search_index.rules import check_may_keep_synonyms
from search_index.synonyms import Group, Synonyms, Widened

MOST_GROUPS: Final = 1_000
SIZE: Final = 50

# Any change of the groups changes one of these figures; the platforms' other names are few, and read as they are.
_NOW: Final = """
SELECT COUNT(*) AS number, SUM(s.id) AS ids, SUM(s.edits) AS edits, MAX(s.changed_at) AS changed,
  (SELECT string_agg(p.name || '\x1f' || n.name, '\x1e') FROM platform_aliases n
   JOIN platforms p ON p.id = n.platform_id) AS platforms
FROM search_synonyms s"""
_kept: Final[list[tuple[tuple[Any, ...], Synonyms]]] = []


@dataclass(frozen=True, slots=True)
class SynonymRow:
    """One group in the list of all."""

    id: int
    terms: tuple[str, ...]
    one_way: bool
    language: str

    @property
    def language_name(self) -> str:
        """Return the name of the language it is for."""
        return LANGUAGES.get(self.language, self.language)


@dataclass(frozen=True, slots=True)
class SynonymsPage:
    """What templates/search_index/synonyms.html shows; `platforms` are names that count without being listed."""

    groups: tuple[SynonymRow, ...]
    platforms: tuple[tuple[str, ...], ...]
    page: Page


async def synonyms() -> Synonyms:
    """Return what means the same at this moment: one statement, so that every process knows of every change."""
    row = (await rows(_NOW))[0]
    mark = tuple(row.values())
    if not _kept or _kept[0][0] != mark:
        groups = [*await _groups(), *(Group(names) for names in _platforms(row["platforms"]))]
        made = await asyncio.to_thread(Synonyms, groups)  # a thousand big groups take a second
        _kept[:] = [(mark, made)]
    return _kept[0][1]


async def _groups() -> list[Group]:
    found = await rows("SELECT terms, one_way, language FROM search_synonyms ORDER BY id LIMIT ?", MOST_GROUPS)
    return [Group(tuple(row["terms"].splitlines()), bool(row["one_way"]), row["language"]) for row in found]


def _platforms(told: str | None) -> list[tuple[str, ...]]:
    """Return each platform's name with the other names it goes by."""
    names: dict[str, list[str]] = {}
    for pair in filter(None, (told or "").split("\x1e")):
        name, _, alias = pair.partition("\x1f")
        names.setdefault(name, []).append(alias)
    return [(name, *sorted(aliases)) for name, aliases in sorted(names.items())]


async def widened(query: Query, viewer: Viewer) -> Widened:
    """Return the query with what else its words mean, for this viewer's language and the one searched in."""
    if not query.choices:
        return Widened(query)
    return (await synonyms()).widen(query, (viewer.locale[:2], *query.only.get("language", ())))


async def synonyms_page(viewer: Viewer, number: int = 1) -> SynonymsPage:
    """Return one page of the groups, in the order of their first words."""
    check_may_keep_synonyms(viewer)
    page = Page(number, SIZE, await SearchSynonym.all().count())
    if number > page.pages:
        raise Missing("There is no such page.")
    found = await SearchSynonym.all().order_by("terms", "id").offset(page.offset).limit(page.size)
    platforms = (await rows(_NOW))[0]["platforms"]
    return SynonymsPage(tuple(_row(one) for one in found), tuple(_platforms(platforms)), page)


async def synonym(viewer: Viewer, synonym_id: int) -> SynonymRow:
    """Return one group."""
    check_may_keep_synonyms(viewer)
    found = await SearchSynonym.get_or_none(id=synonym_id)
    if found is None:
        raise Missing("There are no such synonyms.")
    return _row(found)


def _row(found: SearchSynonym) -> SynonymRow:
    return SynonymRow(found.id, tuple(found.terms.splitlines()), found.one_way, found.language)

"""The directory of people: as a list, as a table and on a map."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Final

from base.condition import Condition, containing
from base.db import rows
from base.inputs import Line
from base.paging import Page
from base.settings import get
from members.places import country_name, language_names
from members.queries.directory import (
    DirectoryFilter,
    DirectoryMap,
    DirectoryOptions,
    distinct,
    in_ledger,
    map_of,
    options_of,
    placed,
    speaking,
)
from members.queries.likeness import Alike, Like, check_answered, chosen_with, like_of
from members.queries.loosened import Looser, loosened
from members.queries.main_organisation import MAIN_ORGANISATION
from members.queries.platforms import PlatformName, platforms_read_by
from members.queries.vendors import VENDOR_OF
from members.rules import listed_members, may_see_network, readable_part
from members.viewer import Viewer

_FROM: Final = f"FROM members m {MAIN_ORGANISATION}"


class PeopleFilter(DirectoryFilter):
    """What people are narrowed to: as organisations, and by what they can be asked about."""

    topic: Line = ""


@dataclass(frozen=True, slots=True)
class PersonRow:
    """A person in a list; also an author for parts/people.html, of a vendor (`industry`) when `is_vendor`.

    `alike` is about their organisation, when asked for.
    """

    handle: str
    name: str
    title: str
    organisation: str
    organisation_slug: str
    country: str
    platforms: tuple[PlatformName, ...]
    languages: tuple[str, ...] = ()
    is_vendor: bool = False
    industry: str = ""
    alike: Alike | None = None

    @property
    def country_name(self) -> str:
        """Return the country in words."""
        return country_name(self.country) if self.country else ""


@dataclass(frozen=True, slots=True)
class PeoplePage:
    """What templates/members/people.html shows; `is_open` says whether the viewer may see the directory.

    `like` says what was asked for as like ours, and `looser` what to take away when nobody fits. A map has countries
    and no people.
    """

    people: tuple[PersonRow, ...]
    page: Page
    chosen: Mapping[str, str]
    options: DirectoryOptions
    is_open: bool
    like: Like
    looser: tuple[Looser, ...]
    map: DirectoryMap | None = None


def _narrowed(viewer: Viewer, chosen: PeopleFilter, like: Like) -> Condition:
    found = listed_members(viewer) & like.where
    if chosen.q:
        found &= containing("m.name", chosen.q)
    for one in placed(chosen):
        found &= one
    # What somebody may not read of a person does not find that person either.
    if chosen.language:
        found &= readable_part(viewer, "languages") & speaking("m.languages", chosen.language)
    if chosen.topic:
        named = containing("x.name", chosen.topic)
        asked = Condition(f"m.id IN (SELECT x.member_id FROM member_topics x WHERE {named.sql})", named.values)  # noqa: S608
        found &= readable_part(viewer, "topics") & asked
    if chosen.status or chosen.purpose:
        found &= in_ledger(chosen.status or "using", chosen.platform, chosen.purpose)
    elif chosen.platform:
        uses = (
            "m.id IN (SELECT mp.member_id FROM member_platforms mp JOIN platforms p ON p.id = mp.platform_id "
            "WHERE p.slug = ?)"
        )
        found &= readable_part(viewer, "platforms") & Condition(uses, (chosen.platform,))
    return found


async def people_page(viewer: Viewer, given: Mapping[str, object], number: int = 1) -> PeoplePage:
    """Return one page of the directory, in seven statements however long it is; one more when nobody fits."""
    chosen = PeopleFilter.read(given)
    like = await like_of(viewer, chosen.like)
    where = _narrowed(viewer, chosen, like)
    from_ = f"{_FROM} WHERE {where.sql}"
    counted = await rows(f"SELECT COUNT(*) AS n {from_}", *where.values)
    page = Page(number, get().page_size, counted[0]["n"])
    told = readable_part(viewer, "languages")
    found = await rows(
        "SELECT m.id, m.handle, m.name, m.title, o.name AS organisation, o.slug AS organisation_slug, o.country, "
        f"o.kind, {VENDOR_OF.format(member='m.id')} AS vendor, o.beds_band, o.staff_band, "
        f"CASE WHEN {told.sql} THEN m.languages ELSE '' END AS languages, "
        f"o.languages AS place_languages, {like.rank.sql} AS alike "
        f"{from_} ORDER BY {like.order('LOWER(m.name), m.id')} LIMIT ? OFFSET ?",
        *told.values, *like.rank.values, *where.values, page.size, page.offset,
    )  # fmt: skip
    platforms = await platforms_read_by(viewer, [row["id"] for row in found])
    return await _page(viewer, chosen, like, tuple(_person(row, platforms[row["id"]], like) for row in found), page)


async def people_map(viewer: Viewer, given: Mapping[str, object]) -> PeoplePage:
    """Return how many people there are in each country, in five statements however many there are."""
    chosen = PeopleFilter.read(given)
    like = await like_of(viewer, chosen.like)
    found = await _by_country(viewer, chosen, like)
    page = Page(1, get().page_size, sum(one.total for one in found.countries))
    return replace(await _page(viewer, chosen, like, (), page), map=found)


async def people_by_country(viewer: Viewer, given: Mapping[str, object]) -> DirectoryMap:
    """Return how many people there are in each country; raises when like ours cannot be answered."""
    chosen = PeopleFilter.read(given)
    like = await like_of(viewer, chosen.like)
    check_answered(like)
    return await _by_country(viewer, chosen, like)


async def _by_country(viewer: Viewer, chosen: PeopleFilter, like: Like) -> DirectoryMap:
    where = _narrowed(viewer, chosen, like)
    return map_of(
        await rows(
            f"SELECT o.country AS code, COUNT(*) AS total, 0 AS industry {_FROM} WHERE {where.sql} GROUP BY o.country",
            *where.values,
        )
    )


def _person(row: Mapping[str, Any], platforms: tuple[PlatformName, ...], like: Like) -> PersonRow:
    return PersonRow(
        handle=row["handle"],
        name=row["name"],
        title=row["title"],
        organisation=row["organisation"] or "",
        organisation_slug=row["organisation_slug"] or "",
        country=row["country"] or "",
        platforms=platforms,
        languages=tuple(language_names(row["languages"])),
        is_vendor=bool(row["vendor"]),
        industry=row["vendor"] or "",
        alike=like.why(row),
    )


async def _page(
    viewer: Viewer, chosen: PeopleFilter, like: Like, people: tuple[PersonRow, ...], page: Page
) -> PeoplePage:
    is_open = may_see_network(viewer)
    now = chosen_with(chosen, like)
    options = await _options(viewer) if is_open else DirectoryOptions()
    looser = await loosened(_FROM, chosen, like, now, partial(_narrowed, viewer)) if is_open and not page.total else ()
    return PeoplePage(people, page, now, options, is_open, like, looser)


async def _options(viewer: Viewer) -> DirectoryOptions:
    told = readable_part(viewer, "languages")
    columns = {
        "country": "o.country, ''", "type": "o.type, ''", "kind": "o.kind, ''", "beds": "o.beds_band, ''",
        "region": "r.slug, r.name",
    }  # fmt: skip
    from_ = f"{_FROM} LEFT JOIN regions r ON r.id = o.region_id"
    found = await distinct(columns, from_, listed_members(viewer))
    found |= await distinct({"language": "m.languages, ''"}, "FROM members m", listed_members(viewer) & told)
    platforms: list[dict[str, Any]] = await rows("SELECT p.slug, p.name FROM platforms p ORDER BY p.name")
    return options_of(found, platforms)

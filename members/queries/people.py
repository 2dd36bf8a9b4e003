"""The directory of people."""

from collections.abc import Mapping
from dataclasses import dataclass

from base.condition import Condition, containing
from base.db import rows
from base.inputs import Input, Line
from base.paging import Page
from base.settings import get
from members.places import country_name
from members.queries.main_organisation import MAIN_ORGANISATION
from members.queries.platforms import PlatformName, platforms_of
from members.rules import listed_members, may_see_network
from members.viewer import Viewer


class PeopleFilter(Input):
    """What the directory is narrowed to."""

    q: Line = ""
    platform: Line = ""
    country: Line = ""
    type: Line = ""


@dataclass(frozen=True, slots=True)
class PersonRow:
    """A person in a list; also an author for parts/people.html."""

    handle: str
    name: str
    title: str
    organisation: str
    organisation_slug: str
    country: str
    platforms: tuple[PlatformName, ...]

    @property
    def country_name(self) -> str:
        """Return the country in words."""
        return country_name(self.country) if self.country else ""


@dataclass(frozen=True, slots=True)
class PeopleOptions:
    """What one can narrow a directory to: pairs of value and words."""

    platforms: tuple[tuple[str, str], ...] = ()
    countries: tuple[tuple[str, str], ...] = ()
    types: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PeoplePage:
    """What templates/members/people.html shows; `is_open` says whether the viewer may see the directory."""

    people: tuple[PersonRow, ...]
    page: Page
    chosen: Mapping[str, str]
    options: PeopleOptions
    is_open: bool


def _narrowed(viewer: Viewer, chosen: PeopleFilter) -> Condition:
    found = listed_members(viewer)
    if chosen.q:
        found &= containing("m.name", chosen.q)
    if chosen.country:
        found &= Condition("o.country = ?", (chosen.country.upper(),))
    if chosen.type:
        found &= Condition("o.type = ?", (chosen.type,))
    if chosen.platform:
        uses = (
            "m.id IN (SELECT mp.member_id FROM member_platforms mp JOIN platforms p ON p.id = mp.platform_id "
            "WHERE p.slug = ?)"
        )
        found &= Condition(uses, (chosen.platform,))
    return found


async def people_page(viewer: Viewer, given: Mapping[str, object], number: int = 1) -> PeoplePage:
    """Return one page of the directory, in five statements however long it is."""
    chosen = PeopleFilter.read(given)
    where = _narrowed(viewer, chosen)
    from_ = f"FROM members m {MAIN_ORGANISATION} WHERE {where.sql}"
    counted = await rows(f"SELECT COUNT(*) AS n {from_}", *where.values)
    page = Page(number, get().page_size, counted[0]["n"])
    found = await rows(
        "SELECT m.id, m.handle, m.name, m.title, o.name AS organisation, o.slug AS organisation_slug, o.country "
        f"{from_} ORDER BY LOWER(m.name), m.id LIMIT ? OFFSET ?",
        *where.values, page.size, page.offset,
    )  # fmt: skip
    platforms = await platforms_of([row["id"] for row in found])
    people = tuple(
        PersonRow(
            handle=row["handle"],
            name=row["name"],
            title=row["title"],
            organisation=row["organisation"] or "",
            organisation_slug=row["organisation_slug"] or "",
            country=row["country"] or "",
            platforms=platforms[row["id"]],
        )
        for row in found
    )
    is_open = may_see_network(viewer)
    options = await _options(viewer) if is_open else PeopleOptions()
    return PeoplePage(people, page, {k: v for k, v in chosen.model_dump().items() if v}, options, is_open)


async def _options(viewer: Viewer) -> PeopleOptions:
    listed = listed_members(viewer)
    places = await rows(
        f"SELECT DISTINCT o.country, o.type FROM members m {MAIN_ORGANISATION} "  # noqa: S608
        f"WHERE {listed.sql} AND o.id IS NOT NULL",
        *listed.values,
    )
    platforms = await rows("SELECT p.slug, p.name FROM platforms p ORDER BY p.name")
    countries = {row["country"]: country_name(row["country"]) for row in places if row["country"]}
    return PeopleOptions(
        tuple((row["slug"], row["name"]) for row in platforms),
        tuple(sorted(countries.items(), key=lambda pair: pair[1])),
        tuple(sorted({row["type"] for row in places})),
    )

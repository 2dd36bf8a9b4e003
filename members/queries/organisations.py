"""The directory of organisations: as a list, as a table and on a map."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Final

from base.condition import ALWAYS, Condition, any_of, containing, one_of
from base.db import rows
from base.paging import Page
from base.settings import get
from members.places import country_name
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
from members.queries.platforms import PlatformName
from members.rules import listed_uses, may_see_network, readable_part, visible_organisations
from members.viewer import Viewer

MOST: Final = 100_000
"""So many organisations a file holds."""


@dataclass(frozen=True, slots=True)
class OrganisationRow:
    """An organisation in a list; `alike` says why it is like the viewer's, when that was asked for."""

    slug: str
    name: str
    kind: str
    type: str
    country: str
    beds_band: str
    people: int
    alike: Alike | None = None

    @property
    def country_name(self) -> str:
        """Return the country in words."""
        return country_name(self.country) if self.country else ""


@dataclass(frozen=True, slots=True)
class OrganisationsPage:
    """What templates/members/organisations.html shows.

    `like` says what was asked for as like ours, and `looser` what to take away when nothing fits. A table has the
    platforms that each uses, by slug; a map has countries and no rows.
    """

    organisations: tuple[OrganisationRow, ...]
    page: Page
    chosen: Mapping[str, str]
    options: DirectoryOptions
    like: Like
    looser: tuple[Looser, ...]
    uses: Mapping[str, tuple[PlatformName, ...]]
    map: DirectoryMap | None = None


_USERS: Final = (
    "FROM memberships u JOIN members um ON um.id = u.member_id AND um.state = 'active' "
    "JOIN member_platforms mp ON mp.member_id = u.member_id JOIN platforms p ON p.id = mp.platform_id "
    "WHERE u.state = 'active'"
)


def users_at(viewer: Viewer) -> Condition:
    """Return FROM and WHERE for active people `u` of organisations and the platforms `p` they say they use."""
    told = readable_part(viewer, "platforms", "um")
    return Condition(f"{_USERS} AND ({told.sql})", told.values)


def _narrowed(viewer: Viewer, chosen: DirectoryFilter, like: Like) -> Condition:
    found = visible_organisations(viewer) & like.where
    if chosen.q:
        found &= containing("o.name", chosen.q)
    for one in placed(chosen):
        found &= one
    if chosen.language:
        found &= speaking("o.languages", chosen.language)
    if chosen.status or chosen.purpose:
        found &= in_ledger(chosen.status or "using", chosen.platform, chosen.purpose)
    elif chosen.platform:
        found &= any_of(_users(viewer, chosen.platform))
    return found


def _users(viewer: Viewer, platform: str) -> list[Condition]:
    """Return who uses a platform: by the ledgers, and within the network by what people say."""
    found = [in_ledger("using", platform)]
    if may_see_network(viewer):
        users = users_at(viewer)
        sql = f"o.id IN (SELECT u.organisation_id {users.sql} AND p.slug = ?)"
        found.append(Condition(sql, (*users.values, platform)))
    return found


async def organisations_page(viewer: Viewer, given: Mapping[str, object], number: int = 1) -> OrganisationsPage:
    """Return one page of organisations, in seven statements however many there are; one more when none fits."""
    chosen = DirectoryFilter.read(given)
    like = await like_of(viewer, chosen.like)
    where = _narrowed(viewer, chosen, like)
    counted = await rows(f"SELECT COUNT(*) AS n FROM organisations o WHERE {where.sql}", *where.values)  # noqa: S608
    page = Page(number, get().page_size, counted[0]["n"])
    return await _page(viewer, chosen, like, await _found(where, like, page.size, page.offset), page)


async def all_organisations(
    viewer: Viewer, given: Mapping[str, object]
) -> tuple[tuple[OrganisationRow, ...], Mapping[str, tuple[PlatformName, ...]]]:
    """Return the whole directory for a file, and what each uses; raises when like ours cannot be answered."""
    chosen = DirectoryFilter.read(given)
    like = await like_of(viewer, chosen.like)
    check_answered(like)
    where = _narrowed(viewer, chosen, like)
    which = Condition(f"o.id IN (SELECT o.id FROM organisations o WHERE {where.sql})", where.values)  # noqa: S608
    return await _found(where, like, MOST, 0), await _uses(which)


async def _found(where: Condition, like: Like, size: int, offset: int) -> tuple[OrganisationRow, ...]:
    found = await rows(
        "SELECT o.slug, o.name, o.kind, o.type, o.country, o.beds_band, o.staff_band, "  # noqa: S608
        f"o.languages AS place_languages, {like.rank.sql} AS alike, "
        "(SELECT COUNT(*) FROM memberships ms JOIN members m ON m.id = ms.member_id AND m.state = 'active' "
        "  WHERE ms.organisation_id = o.id AND ms.state = 'active') AS people "
        f"FROM organisations o WHERE {where.sql} ORDER BY {like.order('LOWER(o.name), o.id')} LIMIT ? OFFSET ?",
        *like.rank.values, *where.values, size, offset,
    )  # fmt: skip
    columns = ("slug", "name", "kind", "type", "country", "beds_band", "people")
    return tuple(OrganisationRow(**{name: row[name] for name in columns}, alike=like.why(row)) for row in found)


async def organisations_table(viewer: Viewer, given: Mapping[str, object], number: int = 1) -> OrganisationsPage:
    """Return the same page with the platforms that each organisation uses, in one statement more."""
    found = await organisations_page(viewer, given, number)
    return replace(found, uses=await _uses(one_of("o.slug", [one.slug for one in found.organisations])))


async def organisations_map(viewer: Viewer, given: Mapping[str, object]) -> OrganisationsPage:
    """Return how many organisations there are in each country, in six statements however many there are."""
    chosen = DirectoryFilter.read(given)
    like = await like_of(viewer, chosen.like)
    found = await _by_country(viewer, chosen, like)
    page = Page(1, get().page_size, sum(one.total for one in found.countries))
    return replace(await _page(viewer, chosen, like, (), page), map=found)


async def organisations_by_country(viewer: Viewer, given: Mapping[str, object]) -> DirectoryMap:
    """Return how many organisations there are in each country; raises when like ours cannot be answered."""
    chosen = DirectoryFilter.read(given)
    like = await like_of(viewer, chosen.like)
    check_answered(like)
    return await _by_country(viewer, chosen, like)


async def _page(
    viewer: Viewer, chosen: DirectoryFilter, like: Like, found: tuple[OrganisationRow, ...], page: Page
) -> OrganisationsPage:
    now = chosen_with(chosen, like)
    looser = () if page.total else await loosened("FROM organisations o", chosen, like, now, partial(_narrowed, viewer))
    return OrganisationsPage(found, page, now, await _options(viewer), like, looser, {})


async def _by_country(viewer: Viewer, chosen: DirectoryFilter, like: Like) -> DirectoryMap:
    where = _narrowed(viewer, chosen, like)
    # Who asks for the industry wants to see it counted.
    vendors = "0" if chosen.kind == "industry" else "SUM(CASE WHEN o.kind = 'industry' THEN 1 ELSE 0 END)"
    return map_of(
        await rows(
            f"SELECT o.country AS code, COUNT(*) AS total, {vendors} AS industry "  # noqa: S608
            f"FROM organisations o WHERE {where.sql} GROUP BY o.country",
            *where.values,
        )
    )


async def _uses(which: Condition) -> dict[str, tuple[PlatformName, ...]]:
    found: dict[str, tuple[PlatformName, ...]] = {}
    for row in await rows(
        "SELECT o.slug AS organisation, p.slug, p.name FROM platform_uses u "  # noqa: S608
        "JOIN organisations o ON o.id = u.organisation_id JOIN platforms p ON p.id = u.platform_id "
        f"WHERE u.status = 'using' AND {which.sql} ORDER BY LOWER(p.name)",
        *which.values,
    ):
        found[row["organisation"]] = (*found.get(row["organisation"], ()), PlatformName(row["slug"], row["name"]))
    return found


def _in_a_ledger() -> Condition:
    """Return which platforms stand in the ledger of an organisation that takes part."""
    listed = listed_uses()
    ledgers = "SELECT u.platform_id FROM platform_uses u JOIN organisations o ON o.id = u.organisation_id WHERE"
    return Condition(f"p.id IN ({ledgers} {listed.sql})", listed.values)


async def _options(viewer: Viewer) -> DirectoryOptions:
    columns = {
        "country": "o.country, ''", "type": "o.type, ''", "kind": "o.kind, ''", "beds": "o.beds_band, ''",
        "language": "o.languages, ''", "region": "r.slug, r.name",
    }  # fmt: skip
    from_ = "FROM organisations o LEFT JOIN regions r ON r.id = o.region_id"
    found = await distinct(columns, from_, visible_organisations(viewer))
    # Within the network what people use is known, too; others learn of those in a ledger.
    which = ALWAYS if may_see_network(viewer) else _in_a_ledger()
    platforms: list[dict[str, Any]] = await rows(
        f"SELECT p.slug, p.name FROM platforms p WHERE {which.sql} ORDER BY p.name",  # noqa: S608
        *which.values,
    )
    return options_of(found, platforms)

"""The list of organisations."""

from collections.abc import Mapping
from dataclasses import dataclass

from base.condition import ALWAYS, Condition, any_of, containing
from base.db import rows
from base.inputs import Input, Line
from base.paging import Page
from base.settings import get
from members.places import country_name
from members.rules import listed_uses, may_see_network, visible_organisations
from members.viewer import Viewer


class OrganisationFilter(Input):
    """What the list is narrowed to."""

    q: Line = ""
    country: Line = ""
    type: Line = ""
    platform: Line = ""
    region: Line = ""


@dataclass(frozen=True, slots=True)
class OrganisationRow:
    """An organisation in a list."""

    slug: str
    name: str
    kind: str
    type: str
    country: str
    beds_band: str
    people: int

    @property
    def country_name(self) -> str:
        """Return the country in words."""
        return country_name(self.country) if self.country else ""


@dataclass(frozen=True, slots=True)
class OrganisationOptions:
    """What one can narrow the list to: pairs of value and words."""

    countries: tuple[tuple[str, str], ...] = ()
    types: tuple[str, ...] = ()
    regions: tuple[tuple[str, str], ...] = ()
    platforms: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class OrganisationsPage:
    """What templates/members/organisations.html shows."""

    organisations: tuple[OrganisationRow, ...]
    page: Page
    chosen: Mapping[str, str]
    options: OrganisationOptions


USERS_AT: str = (
    "FROM memberships u JOIN members um ON um.id = u.member_id AND um.state = 'active' "
    "JOIN member_platforms mp ON mp.member_id = u.member_id JOIN platforms p ON p.id = mp.platform_id "
    "WHERE u.state = 'active'"
)
"""Active people `u` of organisations and the platforms `p` they use."""


def _narrowed(viewer: Viewer, chosen: OrganisationFilter) -> Condition:
    found = visible_organisations(viewer)
    if chosen.q:
        found &= containing("o.name", chosen.q)
    if chosen.country:
        found &= Condition("o.country = ?", (chosen.country.upper(),))
    if chosen.type:
        found &= Condition("o.type = ?", (chosen.type,))
    if chosen.region:
        found &= Condition("o.region_id IN (SELECT r.id FROM regions r WHERE r.slug = ?)", (chosen.region,))
    if chosen.platform:
        found &= any_of(_users(viewer, chosen.platform))
    return found


def _users(viewer: Viewer, platform: str) -> list[Condition]:
    """Return who uses a platform: by the ledgers, and within the network by what people say."""
    ledgers = "o.id IN (SELECT u.organisation_id FROM platform_uses u JOIN platforms p ON p.id = u.platform_id"
    found = [Condition(f"{ledgers} WHERE u.status = 'using' AND p.slug = ?)", (platform,))]
    if may_see_network(viewer):
        found.append(Condition(f"o.id IN (SELECT u.organisation_id {USERS_AT} AND p.slug = ?)", (platform,)))
    return found


async def organisations_page(viewer: Viewer, given: Mapping[str, object], number: int = 1) -> OrganisationsPage:
    """Return one page of organisations, in five statements however many there are."""
    chosen = OrganisationFilter.read(given)
    where = _narrowed(viewer, chosen)
    counted = await rows(f"SELECT COUNT(*) AS n FROM organisations o WHERE {where.sql}", *where.values)  # noqa: S608
    page = Page(number, get().page_size, counted[0]["n"])
    found = await rows(
        "SELECT o.slug, o.name, o.kind, o.type, o.country, o.beds_band, "  # noqa: S608
        "(SELECT COUNT(*) FROM memberships ms JOIN members m ON m.id = ms.member_id AND m.state = 'active' "
        "  WHERE ms.organisation_id = o.id AND ms.state = 'active') AS people "
        f"FROM organisations o WHERE {where.sql} ORDER BY LOWER(o.name), o.id LIMIT ? OFFSET ?",
        *where.values, page.size, page.offset,
    )  # fmt: skip
    chosen_now = {name: value for name, value in chosen.model_dump().items() if value}
    return OrganisationsPage(
        tuple(OrganisationRow(**row) for row in found), page, chosen_now, await _options(viewer)
    )  # fmt: skip


def _in_a_ledger() -> Condition:
    """Return which platforms stand in the ledger of an organisation that takes part."""
    listed = listed_uses()
    ledgers = "SELECT u.platform_id FROM platform_uses u JOIN organisations o ON o.id = u.organisation_id WHERE"
    return Condition(f"p.id IN ({ledgers} {listed.sql})", listed.values)


async def _options(viewer: Viewer) -> OrganisationOptions:
    visible = visible_organisations(viewer)
    places = await rows(
        f"SELECT DISTINCT o.country, o.type FROM organisations o WHERE {visible.sql}",  # noqa: S608
        *visible.values,
    )
    regions = await rows("SELECT r.slug, r.name FROM regions r ORDER BY r.name")
    # Within the network what people use is known, too; others learn of those in a ledger.
    which = ALWAYS if may_see_network(viewer) else _in_a_ledger()
    platforms = await rows(
        f"SELECT p.slug, p.name FROM platforms p WHERE {which.sql} ORDER BY p.name",  # noqa: S608
        *which.values,
    )
    countries = {row["country"]: country_name(row["country"]) for row in places if row["country"]}
    return OrganisationOptions(
        tuple(sorted(countries.items(), key=lambda pair: pair[1])),
        tuple(sorted({row["type"] for row in places})),
        tuple((row["slug"], row["name"]) for row in regions),
        tuple((row["slug"], row["name"]) for row in platforms),
    )

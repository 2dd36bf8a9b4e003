"""Regions: the list, and one region's page."""

from dataclasses import dataclass

from markupsafe import Markup

from base.clock import now
from base.db import rows
from base.errors import Missing
from base.text.markdown import to_html
from members.models import Region
from members.places import country_names, language_names
from members.queries.by_slug import by_slug
from members.queries.contributions import Shelf, contributions
from members.queries.main_organisation import MAIN_ORGANISATION
from members.queries.organisations import OrganisationRow, organisations_page
from members.queries.people import PersonRow
from members.queries.vendors import VENDOR_OF
from members.rules import looks_after, visible_organisations
from members.viewer import Viewer


@dataclass(frozen=True, slots=True)
class RegionRow:
    """A region in the list."""

    slug: str
    name: str
    countries: tuple[str, ...]
    organisations: int
    leaders: tuple[PersonRow, ...]


@dataclass(frozen=True, slots=True)
class RegionPage:
    """What templates/members/region.html shows."""

    name: str
    slug: str
    countries: tuple[str, ...]
    languages: tuple[str, ...]
    about: Markup
    leaders: tuple[PersonRow, ...]
    organisations: tuple[OrganisationRow, ...]
    total: int
    shelves: tuple[Shelf, ...]
    may_see_desk: bool


async def regions_list(viewer: Viewer) -> list[RegionRow]:
    """Return every region by name, in two statements."""
    visible = visible_organisations(viewer)
    found = await rows(
        "SELECT r.id, r.slug, r.name, r.countries, (SELECT COUNT(*) FROM organisations o "  # noqa: S608
        f"WHERE o.region_id = r.id AND ({visible.sql})) AS organisations FROM regions r ORDER BY r.name",
        *visible.values,
    )
    leaders = await _leaders()
    return [
        RegionRow(
            row["slug"], row["name"], tuple(country_names(row["countries"])), row["organisations"],
            leaders.get(row["id"], ()),
        )
        for row in found
    ]  # fmt: skip


async def region_page(viewer: Viewer, slug: str) -> RegionPage:
    """Return one region with its leaders and organisations, in a fixed number of statements."""
    region = await by_slug(Region, slug)
    if region is None:
        raise Missing("There is no such region.")
    there = await organisations_page(viewer, {"region": slug})
    return RegionPage(
        region.name,
        region.slug,
        tuple(country_names(region.countries)),
        tuple(language_names(region.languages)),
        to_html(region.about, people=()),
        (await _leaders(region.id)).get(region.id, ()),
        there.organisations,
        there.page.total,
        await contributions(viewer, "region", region.id),
        looks_after(viewer, region.id),
    )


async def _leaders(region_id: int | None = None) -> dict[int, tuple[PersonRow, ...]]:
    """Return who leads each region; they hold an office, so everybody may know their names."""
    at = now()
    only = "AND g.scope_id = ? " if region_id is not None else ""
    found = await rows(
        "SELECT g.scope_id, m.handle, m.name, m.title, o.name AS organisation, o.slug AS organisation_slug, "  # noqa: S608
        f"{VENDOR_OF.format(member='m.id')} AS vendor "
        f"FROM role_grants g JOIN members m ON m.id = g.member_id {MAIN_ORGANISATION} "
        "WHERE g.role = 'community_leader' AND g.scope = 'region' AND g.since <= ? "
        f"AND (g.until IS NULL OR g.until > ?) AND m.state = 'active' {only}ORDER BY LOWER(m.name)",
        at, at, *([region_id] if region_id is not None else []),
    )  # fmt: skip
    leaders: dict[int, tuple[PersonRow, ...]] = {}
    for row in found:
        person = PersonRow(
            row["handle"], row["name"], row["title"], row["organisation"] or "", row["organisation_slug"] or "", "", (),
            is_vendor=bool(row["vendor"]), industry=row["vendor"] or "",
        )  # fmt: skip
        leaders[row["scope_id"]] = (*leaders.get(row["scope_id"], ()), person)
    return leaders

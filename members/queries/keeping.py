"""Organisations, regions and platforms as those who keep them see them."""

from dataclasses import dataclass
from datetime import date

from base.errors import Missing
from base.paging import Page
from base.settings import get
from members.models import Organisation, Platform, Region
from members.places import countries, country_names, language_names
from members.queries.by_slug import by_slug
from members.queries.facts import facts_of_row
from members.rules import check_may_describe, check_may_keep_organisations, may_see_organisation
from members.viewer import Viewer


@dataclass(frozen=True, slots=True)
class ThingRow:
    """One thing in a list of things that are kept."""

    id: int
    name: str
    state: str
    note: str


@dataclass(frozen=True, slots=True)
class ThingsPage:
    """What templates/members/admin_things.html shows; `what` is organisations, regions or platforms."""

    what: str
    things: tuple[ThingRow, ...]
    page: Page


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganisationForm:
    """What templates/members/admin_organisation.html and organisation_edit.html show; id 0 is a new one."""

    id: int = 0
    slug: str = ""
    name: str = ""
    kind: str = "member"
    type: str = "hospital"
    state: str = "active"
    country: str = ""
    region: int | None = None
    beds_band: str = ""
    staff_band: str = ""
    languages: str = ""
    website: str = ""
    about: str = ""
    domains: str = ""
    term_start: date | None = None
    term_end: date | None = None
    logo: str = ""
    logo_alt: str = ""
    regions: tuple[tuple[int, str], ...] = ()
    countries: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RegionFormPage:
    """What templates/members/admin_region.html shows; id 0 is a new one."""

    id: int = 0
    name: str = ""
    countries: str = ""
    languages: str = ""
    about: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlatformFormPage:
    """What templates/members/admin_platform.html shows; id 0 is a new one."""

    id: int = 0
    name: str = ""
    aliases: str = ""
    vendor: str = ""
    status: str = "active"
    about: str = ""


async def things_page(viewer: Viewer, what: str, number: int = 1) -> ThingsPage:
    """Return one page of organisations, regions or platforms by name."""
    check_may_keep_organisations(viewer)
    if what == "organisations":
        page = Page(number, get().page_size, await Organisation.all().count())
        found = Organisation.all().order_by("name", "id").offset(page.offset).limit(page.size)
        things = [
            ThingRow(one.id, one.name, one.state, ", ".join(sorted(domain.domain for domain in one.domains)))  # type: ignore[attr-defined]
            for one in await found.prefetch_related("domains")
        ]
    elif what == "regions":
        page = Page(number, get().page_size, await Region.all().count())
        regions = await Region.all().order_by("name", "id").offset(page.offset).limit(page.size)
        things = [ThingRow(one.id, one.name, "", ", ".join(country_names(one.countries))) for one in regions]
    else:
        page = Page(number, get().page_size, await Platform.all().count())
        platforms = Platform.all().order_by("name", "id").offset(page.offset).limit(page.size)
        things = [
            ThingRow(one.id, one.name, one.status, ", ".join(sorted(alias.name for alias in one.aliases)))  # type: ignore[attr-defined]
            for one in await platforms.prefetch_related("aliases")
        ]
    return ThingsPage(what, tuple(things), page)


async def organisation_form(viewer: Viewer, organisation_id: int = 0) -> OrganisationForm:
    """Return what administrators may edit of an organisation, or an empty form."""
    check_may_keep_organisations(viewer)
    if not organisation_id:
        return OrganisationForm(regions=await _regions(), countries=tuple(countries().items()))
    found = await Organisation.get_or_none(id=organisation_id).prefetch_related("domains")
    if found is None:
        raise Missing("There is no such organisation.")
    return _filled(found, await _regions(), ", ".join(sorted(one.domain for one in found.domains if one.verified_at)))  # type: ignore[attr-defined]


async def description_form(viewer: Viewer, slug: str) -> OrganisationForm:
    """Return what an organisation's own administrators may edit of it."""
    found = await by_slug(Organisation, slug)
    if found is None or not may_see_organisation(viewer, facts_of_row(found)):
        raise Missing("There is no such organisation, or you may not see it.")
    check_may_describe(viewer, facts_of_row(found))
    return _filled(found, (), "")


def _filled(found: Organisation, regions: tuple[tuple[int, str], ...], domains: str) -> OrganisationForm:
    return OrganisationForm(
        id=found.id,
        slug=found.slug,
        name=found.name,
        kind=found.kind,
        type=found.type,
        state=found.state,
        country=found.country,
        region=found.region_id,  # type: ignore[attr-defined]
        beds_band=found.beds_band,
        staff_band=found.staff_band,
        term_start=found.term_start,
        term_end=found.term_end,
        logo=f"/files/{found.logo_id}/thumb" if found.logo_id else "",
        logo_alt=found.logo_alt,
        languages=", ".join(language_names(found.languages)),
        website=found.website,
        about=found.about,
        domains=domains,
        regions=regions,
        countries=tuple(countries().items()),
    )


async def _regions() -> tuple[tuple[int, str], ...]:
    return tuple((region.id, region.name) for region in await Region.all().order_by("name"))


async def region_form(viewer: Viewer, region_id: int = 0) -> RegionFormPage:
    """Return what may be edited of a region, or an empty form."""
    check_may_keep_organisations(viewer)
    if not region_id:
        return RegionFormPage()
    found = await Region.get_or_none(id=region_id)
    if found is None:
        raise Missing("There is no such region.")
    return RegionFormPage(
        id=found.id,
        name=found.name,
        countries=", ".join(country_names(found.countries)),
        languages=", ".join(language_names(found.languages)),
        about=found.about,
    )


async def platform_form(viewer: Viewer, platform_id: int = 0) -> PlatformFormPage:
    """Return what may be edited of a platform, or an empty form."""
    check_may_keep_organisations(viewer)
    if not platform_id:
        return PlatformFormPage()
    found = await Platform.get_or_none(id=platform_id).prefetch_related("aliases")
    if found is None:
        raise Missing("There is no such platform.")
    return PlatformFormPage(
        id=found.id,
        name=found.name,
        aliases=", ".join(sorted(alias.name for alias in found.aliases)),  # type: ignore[attr-defined]
        vendor=found.vendor,
        status=found.status,
        about=found.about,
    )

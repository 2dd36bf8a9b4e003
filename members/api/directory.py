"""JSON doors to people, organisations, regions and platforms."""

from dataclasses import dataclass
from typing import Any, Final

from starlette.requests import Request

from base.paging import page_number
from base.web.endpoints import Endpoint, endpoint
from members.actions.write_letter import NewLetter, write_letter
from members.current import viewer_of
from members.queries.contributions import Shelf
from members.queries.directory import InCountry
from members.queries.likeness import check_answered
from members.queries.organisation import PlatformInUse, organisation_page
from members.queries.organisations import OrganisationRow, organisations_by_country, organisations_page
from members.queries.people import PersonRow, people_by_country, people_page
from members.queries.person import OrganisationName, RoleHeld, person_page
from members.queries.platforms import PlatformEntry, PlatformName, all_platforms
from members.queries.regions import RegionRow, region_page, regions_list


@dataclass(frozen=True, slots=True)
class PeopleOut:
    """A page of the directory."""

    total: int
    page: int
    pages: int
    people: tuple[PersonRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonOut:
    """A person, as far as the viewer may know them; `bio` is safe HTML.

    `organisations` are those beside the main one, `former` is the organisation they left.
    """

    handle: str
    name: str
    title: str
    state: str
    organisation: str
    organisation_slug: str
    former: str
    country: str
    region: str
    bio: str
    languages: tuple[str, ...]
    platforms: tuple[PlatformName, ...]
    topics: tuple[str, ...]
    organisations: tuple[OrganisationName, ...]
    is_vendor: bool
    may_write: bool
    roles: tuple[RoleHeld, ...]
    contributions: tuple[Shelf, ...]


@dataclass(frozen=True, slots=True)
class OrganisationsOut:
    """A page of organisations."""

    total: int
    page: int
    pages: int
    organisations: tuple[OrganisationRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganisationOut:
    """An organisation; `about` is safe HTML; people and platforms are for the network."""

    slug: str
    name: str
    kind: str
    type: str
    country: str
    beds_band: str
    staff_band: str
    logo: str
    logo_alt: str
    domains: tuple[str, ...]
    region: str
    languages: tuple[str, ...]
    website: str
    about: str
    people_total: int
    people: tuple[PersonRow, ...]
    platforms: tuple[PlatformInUse, ...]
    contributions: tuple[Shelf, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RegionOut:
    """A region; `about` is safe HTML."""

    slug: str
    name: str
    countries: tuple[str, ...]
    languages: tuple[str, ...]
    about: str
    leaders: tuple[PersonRow, ...]
    organisations_total: int
    organisations: tuple[OrganisationRow, ...]
    contributions: tuple[Shelf, ...]


LIKE: Final = (
    "`ours` for organisations like your main one, the most alike first, or the slug of another one that you belong to."
)
_PAGE: Final = {"page": "Page number, from 1."}
_PLACES: Final = {
    "q": "Part of the name.",
    "status": "What the organisation's ledger says: using, planning or tried_stopped.",
    "purpose": "What the ledger says that it is for, such as recruitment; without `status`, of what is used.",
    "country": "Two-letter code of the organisation's country.",
    "region": "Slug of a region.",
    "type": "Type of the organisation, such as hospital.",
    "kind": "Part of the organisation in the network: member, network_partner, industry or guest.",
    "beds": "Band of beds, as the organisation says it.",
    "language": "Code of a language.",
    "like": LIKE,
}
_PEOPLE: Final = {
    "platform": "Slug of a platform they work with.",
    "topic": "Part of what they can be asked about.",
    **_PLACES,
}
_ORGANISATIONS: Final = {"platform": "Slug of a platform they use, or with `status` plan or stopped.", **_PLACES}


@endpoint("GET", "/api/v1/people", output=PeopleOut, query=_PEOPLE | _PAGE, summary="Find people", tag="people")
async def find_people(request: Request, given: None) -> PeopleOut:
    """Return a page of the directory, empty for who does not belong to the network."""
    asked = request.query_params
    found = await people_page(viewer_of(request), dict(asked), page_number(asked))
    check_answered(found.like)
    return PeopleOut(found.page.total, found.page.number, found.page.pages, found.people)


@endpoint("GET", "/api/v1/people/{handle}", output=PersonOut, summary="One person", tag="people")
async def one_person(request: Request, given: None) -> PersonOut:
    """Return a person, without what the viewer may not know."""
    found = await person_page(viewer_of(request), request.path_params["handle"])
    person = found.person
    return PersonOut(
        handle=person.handle,
        name=person.name,
        title=person.title,
        state=person.state,
        organisation=person.organisation,
        organisation_slug=person.organisation_slug,
        former=person.former,
        country=person.country,
        region=person.region,
        bio=str(person.bio),
        languages=person.languages,
        platforms=person.platforms,
        topics=person.topics,
        organisations=person.organisations,
        is_vendor=person.is_vendor,
        may_write=found.may_write,
        roles=person.roles,
        contributions=found.shelves,
    )


@endpoint(
    "POST", "/api/v1/people/{handle}/letters", input=NewLetter, output=None, summary="Write to a person", tag="people"
)
async def write_to_person(request: Request, given: NewLetter) -> None:
    """Send a letter by the site's mail; nobody's address is shown, but one's own if one says so."""
    await write_letter(viewer_of(request), request.path_params["handle"], given)


@endpoint(
    "GET",
    "/api/v1/organisations",
    output=OrganisationsOut,
    query=_ORGANISATIONS | _PAGE,
    summary="Find organisations",
    tag="organisations",
)
async def find_organisations(request: Request, given: None) -> OrganisationsOut:
    """Return a page of organisations."""
    asked = request.query_params
    found = await organisations_page(viewer_of(request), dict(asked), page_number(asked))
    check_answered(found.like)
    return OrganisationsOut(found.page.total, found.page.number, found.page.pages, found.organisations)


@endpoint(
    "GET",
    "/api/v1/countries/organisations",
    output=tuple[InCountry, ...],
    query=_ORGANISATIONS,
    summary="Organisations by country",
    tag="organisations",
)
async def count_organisations(request: Request, given: None) -> tuple[InCountry, ...]:
    """Return how many organisations there are in each country; those of the industry are told and not counted."""
    return (await organisations_by_country(viewer_of(request), dict(request.query_params))).countries


@endpoint(
    "GET",
    "/api/v1/countries/people",
    output=tuple[InCountry, ...],
    query=_PEOPLE,
    summary="People by country",
    tag="people",
)
async def count_people(request: Request, given: None) -> tuple[InCountry, ...]:
    """Return how many people there are in each country, none for who does not belong to the network."""
    return (await people_by_country(viewer_of(request), dict(request.query_params))).countries


@endpoint(
    "GET", "/api/v1/organisations/{slug}", output=OrganisationOut, summary="One organisation", tag="organisations"
)
async def one_organisation(request: Request, given: None) -> OrganisationOut:
    """Return an organisation."""
    found = await organisation_page(viewer_of(request), request.path_params["slug"])
    one = found.organisation
    return OrganisationOut(
        slug=one.slug,
        name=one.name,
        kind=one.kind,
        type=one.type,
        country=one.country,
        beds_band=one.beds_band,
        staff_band=one.staff_band,
        logo=one.logo,
        logo_alt=one.logo_alt,
        domains=one.domains,
        region=one.region,
        languages=one.languages,
        website=one.website,
        about=str(one.about),
        people_total=found.people_total,
        people=found.people,
        platforms=found.platforms,
        contributions=found.shelves,
    )


@endpoint("GET", "/api/v1/regions", output=list[RegionRow], summary="All regions", tag="organisations")
async def all_regions(request: Request, given: None) -> list[RegionRow]:
    """Return every region."""
    return await regions_list(viewer_of(request))


@endpoint("GET", "/api/v1/regions/{slug}", output=RegionOut, summary="One region", tag="organisations")
async def one_region(request: Request, given: None) -> RegionOut:
    """Return a region."""
    found = await region_page(viewer_of(request), request.path_params["slug"])
    return RegionOut(
        slug=found.slug,
        name=found.name,
        countries=found.countries,
        languages=found.languages,
        about=str(found.about),
        leaders=found.leaders,
        organisations_total=found.total,
        organisations=found.organisations,
        contributions=found.shelves,
    )


@endpoint("GET", "/api/v1/platforms", output=list[PlatformEntry], summary="All platforms", tag="platforms")
async def every_platform(request: Request, given: None) -> list[PlatformEntry]:
    """Return every platform with its other names."""
    return await all_platforms()


ENDPOINTS: list[Endpoint[Any]] = [
    find_people,
    one_person,
    write_to_person,
    count_people,
    find_organisations,
    count_organisations,
    one_organisation,
    all_regions,
    one_region,
    every_platform,
]

"""One organisation's page."""

from dataclasses import dataclass

from markupsafe import Markup

from base.db import rows
from base.errors import Missing
from base.text.markdown import to_html
from members.models import Organisation
from members.places import country_name, language_names
from members.queries.by_slug import by_slug
from members.queries.contributions import Shelf, contributions
from members.queries.facts import facts_of_row
from members.queries.following import Followed, followed
from members.queries.organisations import users_at
from members.queries.people import PersonRow
from members.queries.uses import UseRow, uses_of
from members.queries.vendors import VENDOR_OF
from members.rules import (
    listed_members,
    may_ask_to_belong,
    may_describe,
    may_invite_colleagues,
    may_keep_uses,
    may_open_console,
    may_propose,
    may_see_network,
    may_see_organisation,
)
from members.viewer import Viewer

MOST_PEOPLE = 24


@dataclass(frozen=True, slots=True)
class PlatformInUse:
    """A platform and how many of an organisation's people work with it."""

    slug: str
    name: str
    people: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganisationFull:
    """An organisation as its page shows it; `logo` is the address of a small picture, empty without one."""

    id: int
    slug: str
    name: str
    kind: str
    type: str
    state: str
    country: str
    beds_band: str
    staff_band: str
    logo: str
    logo_alt: str
    domains: tuple[str, ...]
    region: str
    region_slug: str
    languages: tuple[str, ...]
    website: str
    about: Markup


@dataclass(frozen=True, slots=True)
class OrganisationPage:
    """What templates/members/organisation.html shows; people and the platforms they use only to the network.

    `uses` is the organisation's platform ledger, which everybody may read. `standing` is that of the viewer there.
    """

    organisation: OrganisationFull
    people: tuple[PersonRow, ...]
    people_total: int
    platforms: tuple[PlatformInUse, ...]
    shelves: tuple[Shelf, ...]
    has_details: bool
    uses: tuple[UseRow, ...]
    may_edit: bool
    may_keep: bool
    may_invite: bool
    may_run: bool
    may_propose: bool
    may_ask: bool
    standing: str
    follow: Followed | None


async def organisation_page(viewer: Viewer, slug: str) -> OrganisationPage:
    """Return what the viewer may see of an organisation, in a fixed number of statements."""
    found = await by_slug(Organisation, slug)
    if found is None or not may_see_organisation(viewer, facts_of_row(found)):
        raise Missing("There is no such organisation, or you may not see it.")
    await found.fetch_related("region")
    has_details = may_see_network(viewer)
    people = await _people(viewer, found.id) if has_details else ()
    total = await _people_total(viewer, found.id) if has_details else 0
    platforms = await _platforms(viewer, found.id) if has_details else ()
    shelves = await contributions(viewer, "organisation", found.id)
    follow = await followed(viewer, "organisation", found.id)
    facts = facts_of_row(found)
    return OrganisationPage(
        organisation=_full(found, await _domains(found.id)),
        people=people,
        people_total=total,
        platforms=platforms,
        shelves=shelves,
        has_details=has_details,
        uses=await uses_of(found.id),
        may_edit=may_describe(viewer, facts),
        may_keep=may_keep_uses(viewer, facts),
        may_invite=may_invite_colleagues(viewer, facts),
        may_run=may_open_console(viewer, facts),
        may_propose=may_propose(viewer, facts),
        may_ask=may_ask_to_belong(viewer, facts),
        standing=await _standing(viewer, found.id),
        follow=follow,
    )


def _full(found: Organisation, domains: tuple[str, ...]) -> OrganisationFull:
    return OrganisationFull(
        id=found.id,
        slug=found.slug,
        name=found.name,
        kind=found.kind,
        type=found.type,
        state=found.state,
        country=country_name(found.country) if found.country else "",
        beds_band=found.beds_band,
        staff_band=found.staff_band,
        logo=f"/files/{found.logo_id}/thumb" if found.logo_id else "",
        logo_alt=found.logo_alt,
        domains=domains,
        region=found.region.name if found.region else "",
        region_slug=found.region.slug if found.region else "",
        languages=tuple(language_names(found.languages)),
        website=found.website if found.website.startswith(("https://", "http://")) else "",
        about=to_html(found.about, people=()),
    )


async def _domains(organisation_id: int) -> tuple[str, ...]:
    """Return the mail domains that are proven to be the organisation's."""
    found = await rows(
        "SELECT d.domain FROM organisation_domains d WHERE d.organisation_id = ? AND d.verified_at IS NOT NULL "
        "ORDER BY d.domain",
        organisation_id,
    )
    return tuple(row["domain"] for row in found)


async def _standing(viewer: Viewer, organisation_id: int) -> str:
    """Return the state of the viewer's place there: pending, active, paused, or nothing that counts."""
    found = await rows(
        "SELECT s.state FROM memberships s WHERE s.member_id = ? AND s.organisation_id = ?",
        viewer.id or 0, organisation_id,
    )  # fmt: skip
    state = str(found[0]["state"]) if found else ""
    return state if state in ("pending", "active", "paused") else ""


async def _people(viewer: Viewer, organisation_id: int) -> tuple[PersonRow, ...]:
    listed = listed_members(viewer)
    found = await rows(
        "SELECT m.handle, m.name, COALESCE(NULLIF(ms.title, ''), m.title) AS title, ms.role, "  # noqa: S608
        f"{VENDOR_OF.format(member='m.id')} AS vendor "
        "FROM memberships ms JOIN members m ON m.id = ms.member_id "
        f"WHERE ms.organisation_id = ? AND ms.state = 'active' AND {listed.sql} "
        "ORDER BY CASE ms.role WHEN 'org_admin' THEN 0 ELSE 1 END, LOWER(m.name), m.id LIMIT ?",
        organisation_id, *listed.values, MOST_PEOPLE,
    )  # fmt: skip
    return tuple(
        PersonRow(row["handle"], row["name"], row["title"], "", "", "", (), is_vendor=bool(row["vendor"]))
        for row in found
    )


async def _people_total(viewer: Viewer, organisation_id: int) -> int:
    listed = listed_members(viewer)
    found = await rows(
        "SELECT COUNT(*) AS n FROM memberships ms JOIN members m ON m.id = ms.member_id "  # noqa: S608
        f"WHERE ms.organisation_id = ? AND ms.state = 'active' AND {listed.sql}",
        organisation_id, *listed.values,
    )  # fmt: skip
    return int(found[0]["n"])


async def _platforms(viewer: Viewer, organisation_id: int) -> tuple[PlatformInUse, ...]:
    users = users_at(viewer)
    found = await rows(
        f"SELECT p.slug, p.name, COUNT(DISTINCT u.member_id) AS people {users.sql} "
        "AND u.organisation_id = ? GROUP BY p.id, p.slug, p.name ORDER BY COUNT(DISTINCT u.member_id) DESC, p.name",
        *users.values, organisation_id,
    )  # fmt: skip
    return tuple(PlatformInUse(**row) for row in found)

"""People as administrators see them."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from base.clock import now
from base.condition import Condition, any_of, containing
from base.db import as_datetime, rows
from base.errors import Missing, refusal
from base.inputs import Input, Line
from base.paging import Page
from base.settings import get
from members.models import Membership, Organisation, Region, RoleGrant
from members.queries.facts import facts_of_member
from members.queries.main_organisation import MAIN_ORGANISATION
from members.queries.passkeys import ways_of
from members.rules import (
    check_may_administer,
    check_may_hold_trust,
    check_may_look_after,
    check_may_suspend,
    may_see_member,
)
from members.viewer import Viewer


class AdminFilter(Input):
    """What the list is narrowed to."""

    q: Line = ""
    state: Line = ""
    role: Line = ""


@dataclass(frozen=True, slots=True)
class AdminRow:
    """One person in the administrators' list."""

    id: int
    handle: str
    name: str
    email: str
    state: str
    organisation: str
    roles: tuple[str, ...]
    created: datetime | None
    seen: datetime | None


@dataclass(frozen=True, slots=True)
class AdminPeoplePage:
    """What templates/members/admin_people.html shows."""

    people: tuple[AdminRow, ...]
    page: Page
    chosen: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class GrantRow:
    """A role in force, as it can be taken back."""

    id: int
    role: str
    region: str
    since: datetime
    until: datetime | None


@dataclass(frozen=True, slots=True)
class PlaceRow:
    """An organisation somebody belongs to."""

    organisation_id: int
    name: str
    slug: str
    role: str


@dataclass(frozen=True, slots=True)
class AdminPersonPage:
    """What templates/members/admin_person.html shows.

    To moderators, who decide where somebody belongs, of trust and suspension, neither the address nor the ways in.
    """

    person: AdminRow
    grants: tuple[GrantRow, ...]
    places: tuple[PlaceRow, ...]
    regions: tuple[tuple[int, str], ...]
    organisations: tuple[tuple[int, str], ...]
    has_two_steps: bool
    has_passkeys: bool
    level: int
    held_level: int | None
    may_hold_trust: bool
    may_suspend: bool


_HOLDS = "SELECT g.member_id FROM role_grants g WHERE g.role = ? AND g.since <= ? AND (g.until IS NULL OR g.until > ?)"


def _narrowed(chosen: AdminFilter) -> Condition:
    found = Condition("m.state <> 'mask'")
    if chosen.q:
        words = chosen.q.lstrip("@")
        found &= any_of(containing(column, words) for column in ("m.name", "m.handle", "m.email"))
    if chosen.state:
        found &= Condition("m.state = ?", (chosen.state,))
    if chosen.role:
        found &= Condition(f"m.id IN ({_HOLDS})", (chosen.role, now(), now()))
    return found


async def admin_people_page(viewer: Viewer, given: Mapping[str, object], number: int = 1) -> AdminPeoplePage:
    """Return one page of all people, in two statements."""
    check_may_administer(viewer)
    chosen = AdminFilter.read(given)
    where = _narrowed(chosen)
    counted = await rows(f"SELECT COUNT(*) AS n FROM members m WHERE {where.sql}", *where.values)  # noqa: S608
    page = Page(number, get().page_size, counted[0]["n"])
    people = await _people(where, page)
    return AdminPeoplePage(people, page, {name: value for name, value in chosen.model_dump().items() if value})


async def _people(where: Condition, page: Page) -> tuple[AdminRow, ...]:
    at = now()
    found = await rows(
        "SELECT m.id, m.handle, m.name, m.email, m.state, m.created_at, m.last_seen_at, o.name AS organisation, "  # noqa: S608
        f"(SELECT string_agg(g.role, ' ') FROM role_grants g WHERE g.member_id = m.id AND g.since <= ? "
        f" AND (g.until IS NULL OR g.until > ?)) AS roles FROM members m {MAIN_ORGANISATION} "
        f"WHERE {where.sql} ORDER BY LOWER(m.name), m.id LIMIT ? OFFSET ?",
        at, at, *where.values, page.size, page.offset,
    )  # fmt: skip
    return tuple(
        AdminRow(
            row["id"], row["handle"], row["name"], row["email"] or "", row["state"], row["organisation"] or "",
            tuple(sorted(set((row["roles"] or "").split()))),
            as_datetime(row["created_at"]), as_datetime(row["last_seen_at"]),
        )
        for row in found
    )  # fmt: skip


async def admin_person_page(viewer: Viewer, member_id: int) -> AdminPersonPage:
    """Return one person with everything that the viewer may change."""
    check_may_look_after(viewer)
    facts = await facts_of_member(member_id)
    if not may_see_member(viewer, facts):
        raise Missing("There is no such member.")
    (person,) = await _people(Condition("m.id = ?", (member_id,)), Page(1, 1, 1))
    administers = not refusal(check_may_administer, viewer)
    if not administers:
        person = replace(person, email="", seen=None)
    regions = {region.id: region.name for region in await Region.all().order_by("name")}
    at = now()
    grants = [
        GrantRow(one.id, one.role, regions.get(one.scope_id or 0, ""), one.since, one.until)
        for one in await RoleGrant.filter(member_id=member_id, since__lte=at).order_by("id")
        if one.until is None or one.until > at
    ]
    places = await Membership.filter(member_id=member_id, state="active").prefetch_related("organisation")
    organisations = await Organisation.filter(state__not="archived").order_by("name").only("id", "name")
    ways = await ways_of(member_id)
    return AdminPersonPage(
        person,
        tuple(grants),
        tuple(PlaceRow(p.organisation.id, p.organisation.name, p.organisation.slug, p.role) for p in places),
        tuple(regions.items()),
        tuple((one.id, one.name) for one in organisations),
        administers and ways.app,
        administers and ways.passkeys,
        *await _levels(member_id),
        not refusal(check_may_hold_trust, viewer, facts),
        not refusal(check_may_suspend, viewer, facts),
    )


async def _levels(member_id: int) -> tuple[int, int | None]:
    (found,) = await rows("SELECT m.trust, m.trust_held FROM members m WHERE m.id = ?", member_id)
    return found["trust"], found["trust_held"]

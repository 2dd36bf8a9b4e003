"""One person's page."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from markupsafe import Markup

from base.clock import now
from base.db import as_datetime, rows
from base.errors import Missing
from base.text.markdown import to_html
from members.places import country_name, language_names
from members.queries.contributions import Shelf, contributions
from members.queries.following import Followed, followed
from members.queries.main_organisation import FORMER_ORGANISATION, MAIN_ORGANISATION
from members.queries.platforms import PlatformName, platforms_of
from members.rules import MemberFacts, may_learn_inviters, may_see_details, visible_inviters, visible_members
from members.viewer import Viewer


@dataclass(frozen=True, slots=True)
class RoleHeld:
    """A role in force; `region` is empty for the whole site."""

    role: str
    region: str = ""
    region_slug: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """What the viewer may know of a person; what they may not is empty."""

    id: int
    handle: str
    name: str
    title: str
    state: str
    organisation: str
    organisation_slug: str
    former: str
    country: str
    region: str
    region_slug: str
    member_since: datetime | None
    bio: Markup
    languages: tuple[str, ...]
    platforms: tuple[PlatformName, ...]
    roles: tuple[RoleHeld, ...]


@dataclass(frozen=True, slots=True)
class CameBy:
    """By whose invitation somebody came, and when."""

    inviter: str
    handle: str
    organisation: str
    at: datetime | None


@dataclass(frozen=True, slots=True)
class PersonPage:
    """What templates/members/person.html shows."""

    person: Person
    shelves: tuple[Shelf, ...]
    is_self: bool
    has_details: bool
    follow: Followed | None
    came_by: tuple[CameBy, ...]


async def person_page(viewer: Viewer, handle: str) -> PersonPage:
    """Return what the viewer may see of a person, in five statements at most and those of what they contributed."""
    row = await _row(viewer, handle)
    member_id = row["id"]
    has_details = may_see_details(viewer, MemberFacts(id=member_id, state=row["state"]))
    platforms = (await platforms_of([member_id]))[member_id] if has_details else ()
    person = Person(
        id=member_id,
        handle=row["handle"],
        name=row["name"],
        title=row["title"],
        state=row["state"],
        organisation=row["organisation"] or "",
        organisation_slug=row["organisation_slug"] or "",
        former=row["former"] or "",
        country=country_name(row["country"]) if row["country"] else "",
        region=row["region"] or "",
        region_slug=row["region_slug"] or "",
        member_since=as_datetime(row["created_at"]),
        bio=to_html(row["bio"] if has_details else "", people=()),
        languages=tuple(language_names(row["languages"])) if has_details else (),
        platforms=platforms,
        roles=await roles_of(member_id),
    )
    shelves = await contributions(viewer, "member", member_id)
    follow = await followed(viewer, "member", member_id) if row["state"] != "gone" else None
    came_by = await _came_by(viewer, member_id) if may_learn_inviters(viewer) else ()
    return PersonPage(person, shelves, viewer.id == member_id, has_details, follow, came_by)


async def _row(viewer: Viewer, handle: str) -> dict[str, Any]:
    visible = visible_members(viewer)
    found = await rows(
        "SELECT m.id, m.handle, m.name, m.title, m.state, m.created_at, m.bio, m.languages, o.name AS organisation, "  # noqa: S608
        "o.slug AS organisation_slug, o.country, r.name AS region, r.slug AS region_slug, "
        f"{FORMER_ORGANISATION} AS former FROM members m {MAIN_ORGANISATION} LEFT JOIN regions r ON r.id = o.region_id "
        f"WHERE m.handle = ? AND ({visible.sql})",
        handle, *visible.values,
    )  # fmt: skip
    if not found:
        raise Missing("There is nobody with this name here.")
    return found[0]


async def roles_of(member_id: int) -> tuple[RoleHeld, ...]:
    """Return the roles a member holds now."""
    at = now()
    found = await rows(
        "SELECT g.role, r.name AS region, r.slug AS region_slug FROM role_grants g "
        "LEFT JOIN regions r ON g.scope = 'region' AND r.id = g.scope_id "
        "WHERE g.member_id = ? AND g.since <= ? AND (g.until IS NULL OR g.until > ?) ORDER BY g.role, r.name",
        member_id, at, at,
    )  # fmt: skip
    return tuple(RoleHeld(row["role"], row["region"] or "", row["region_slug"] or "") for row in found)


async def _came_by(viewer: Viewer, member_id: int) -> tuple[CameBy, ...]:
    visible = visible_inviters(viewer)
    found = await rows(
        "SELECT b.name, b.handle, o.name AS organisation, u.accepted_at FROM invitation_uses u "  # noqa: S608
        "JOIN invitations i ON i.id = u.invitation_id JOIN members b ON b.id = i.invited_by_id "
        "LEFT JOIN organisations o ON o.id = i.organisation_id "
        f"WHERE u.member_id = ? AND u.accepted_at IS NOT NULL AND ({visible.sql}) ORDER BY u.id",
        member_id, *visible.values,
    )  # fmt: skip
    return tuple(
        CameBy(row["name"], row["handle"], row["organisation"] or "", as_datetime(row["accepted_at"])) for row in found
    )

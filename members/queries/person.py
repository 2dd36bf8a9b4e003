"""One person's page."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from markupsafe import Markup

from base.clock import now
from base.condition import NEVER
from base.db import as_datetime, rows
from base.errors import Missing, refusal
from base.text.markdown import to_html
from members.places import country_name, language_names
from members.queries.contributions import Shelf, contributions
from members.queries.following import Followed, followed
from members.queries.mail_content import QUOTED_TO
from members.queries.main_organisation import FORMER_ORGANISATION, MAIN_ORGANISATION
from members.queries.platforms import PlatformName
from members.queries.trust import Standing, standing
from members.queries.vendors import VENDOR_OF
from members.rules import (
    MemberFacts,
    check_may_look_after,
    may_learn_inviters,
    may_see_details,
    may_write_to,
    readable_part,
    visible_inviters,
    visible_members,
    visible_organisations,
)
from members.viewer import Viewer

ACCEPTS: Final = f"(m.accepts_letters AND m.mail_notices AND m.email IS NOT NULL AND {QUOTED_TO.format(member='m.id')})"
"""Whether a member `m` may be written to by the site's mail."""


@dataclass(frozen=True, slots=True)
class RoleHeld:
    """A role in force; `region` is empty for the whole site."""

    role: str
    region: str = ""
    region_slug: str = ""


@dataclass(frozen=True, slots=True)
class OrganisationName:
    """An organisation as a link."""

    slug: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """What the viewer may know of a person; what they may not is empty.

    `organisations` are those beside the main one; of a vendor's person `is_vendor` is true, and `industry` its name.
    """

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
    topics: tuple[str, ...]
    organisations: tuple[OrganisationName, ...]
    is_vendor: bool
    industry: str
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
    standing: Standing | None
    may_write: bool
    may_look_after: bool


async def person_page(viewer: Viewer, handle: str) -> PersonPage:
    """Return what the viewer may see of a person, in five statements at most, of oneself in eight, and shelves."""
    row = await _row(viewer, handle)
    member_id = row["id"]
    facts = MemberFacts(id=member_id, state=row["state"])
    has_details = may_see_details(viewer, facts)
    more = await _more(viewer, member_id, has_details=has_details)
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
        bio=to_html(row["bio"], people=()),
        languages=tuple(language_names(row["languages"])),
        platforms=tuple(PlatformName(slug, name) for slug, name in more["platform"]),
        topics=tuple(name for _, name in more["topic"]),
        organisations=tuple(OrganisationName(slug, name) for slug, name in more["organisation"]),
        is_vendor=bool(row["vendor"]),
        industry=row["vendor"] or "",
        roles=await roles_of(member_id),
    )
    shelves = await contributions(viewer, "member", member_id)
    follow = await followed(viewer, "member", member_id) if row["state"] != "gone" else None
    came_by = await _came_by(viewer, member_id) if may_learn_inviters(viewer) else ()
    own = await standing(viewer) if viewer.id == member_id else None
    may_write = may_write_to(viewer, facts, accepts=bool(row["accepts"]))
    looks_after = not refusal(check_may_look_after, viewer)
    is_self = viewer.id == member_id
    return PersonPage(person, shelves, is_self, has_details, follow, came_by, own, may_write, looks_after)


async def _row(viewer: Viewer, handle: str) -> dict[str, Any]:
    visible, bio, languages = visible_members(viewer), readable_part(viewer, "bio"), readable_part(viewer, "languages")
    found = await rows(
        "SELECT m.id, m.handle, m.name, m.title, m.state, m.created_at, "  # noqa: S608
        f"CASE WHEN {bio.sql} THEN m.bio ELSE '' END AS bio, "
        f"CASE WHEN {languages.sql} THEN m.languages ELSE '' END AS languages, {ACCEPTS} AS accepts, "
        "o.name AS organisation, o.slug AS organisation_slug, o.country, r.name AS region, "
        f"r.slug AS region_slug, {FORMER_ORGANISATION} AS former, {VENDOR_OF.format(member='m.id')} AS vendor "
        f"FROM members m {MAIN_ORGANISATION} LEFT JOIN regions r ON r.id = o.region_id "
        f"WHERE m.handle = ? AND ({visible.sql})",
        *bio.values, *languages.values, handle, *visible.values,
    )  # fmt: skip
    if not found:
        raise Missing("There is nobody with this name here.")
    return found[0]


async def _more(viewer: Viewer, member_id: int, *, has_details: bool) -> Mapping[str, list[tuple[str, str]]]:
    """Return platforms, topics and further organisations of a person, as pairs of slug and name, in one statement."""
    platforms, topics = readable_part(viewer, "platforms"), readable_part(viewer, "topics")
    places = visible_organisations(viewer) if has_details else NEVER
    found: dict[str, list[tuple[str, str]]] = {"platform": [], "topic": [], "organisation": []}
    for row in await rows(
        "SELECT 'platform' AS part, p.slug, p.name, 0 AS place FROM member_platforms x "  # noqa: S608
        "JOIN platforms p ON p.id = x.platform_id JOIN members m ON m.id = x.member_id "
        f"WHERE m.id = ? AND ({platforms.sql}) "
        "UNION ALL SELECT 'topic', x.slug, x.name, x.id FROM member_topics x JOIN members m ON m.id = x.member_id "
        f"WHERE m.id = ? AND ({topics.sql}) "
        "UNION ALL SELECT 'organisation', o.slug, o.name, 0 FROM memberships x "
        "JOIN organisations o ON o.id = x.organisation_id "
        f"WHERE x.member_id = ? AND x.state = 'active' AND NOT x.main AND ({places.sql}) ORDER BY 4, 3",
        member_id, *platforms.values, member_id, *topics.values, member_id, *places.values,
    ):  # fmt: skip
        found[row["part"]].append((row["slug"], row["name"]))
    return found


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

"""The sign-ins elsewhere that a member has linked, and those that could be."""

from dataclasses import dataclass
from datetime import datetime

from base.db import as_datetime, marks, rows
from members.models import Member
from members.queries.providers import Way, way_of
from members.rules import OPEN_STATES
from members.viewer import Viewer


@dataclass(frozen=True, slots=True)
class LinkRow:
    """A sign-in that opens the account."""

    id: int
    slug: str
    name: str
    email: str
    since: datetime | None
    used: datetime | None
    is_on: bool


@dataclass(frozen=True, slots=True)
class OwnLinks:
    """What is linked, what could be, and which other ways in there are."""

    links: list[LinkRow]
    offered: tuple[Way, ...]
    has_password: bool
    has_mailbox: bool
    is_compulsory: bool


async def own_links(viewer: Viewer) -> OwnLinks:
    """Return the viewer's linked sign-ins, and providers of the site and of their organisations beside them."""
    member = await Member.get(id=viewer.member_id)
    found = await rows(
        "SELECT l.id, p.slug, p.name, l.email, l.created_at, l.used_at, p.is_on FROM identity_links l "
        "JOIN identity_providers p ON p.id = l.provider_id WHERE l.member_id = ? ORDER BY l.id",
        member.id,
    )
    offered = await rows(
        "SELECT p.slug, p.name FROM identity_providers p LEFT JOIN organisations o ON o.id = p.organisation_id "  # noqa: S608
        f"AND o.state IN ({marks(OPEN_STATES)}) WHERE p.is_on AND (p.organisation_id IS NULL OR EXISTS (SELECT 1 "
        "FROM memberships m WHERE m.organisation_id = o.id AND m.member_id = ? AND m.state = 'active')) "
        "ORDER BY p.name, p.id",
        *OPEN_STATES, member.id,
    )  # fmt: skip
    way = await way_of(member.email or "")
    return OwnLinks(
        [
            LinkRow(
                one["id"], one["slug"], one["name"], one["email"], as_datetime(one["created_at"]),
                as_datetime(one["used_at"]), bool(one["is_on"]),
            )
            for one in found
        ],
        tuple(Way(one["slug"], one["name"]) for one in offered),
        bool(member.password_hash),
        bool(member.email),
        way is not None and way.is_compulsory,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Proofs:
    """How somebody can prove again who they are: with a password, and at which providers."""

    has_password: bool
    providers: tuple[Way, ...]


async def proofs_of(viewer: Viewer) -> Proofs:
    """Return how the viewer can prove again who they are.

    An organisation does not speak for who holds a role, nor for who is not its own any more.
    """
    own = (
        "EXISTS (SELECT 1 FROM memberships b WHERE b.member_id = m.id AND b.organisation_id = p.organisation_id "
        "AND b.state = 'active') OR EXISTS (SELECT 1 FROM organisation_domains d WHERE d.organisation_id = "
        "p.organisation_id AND d.verified_at IS NOT NULL AND m.email LIKE '%@' || d.domain)"
    )
    believed = f"AND (p.organisation_id IS NULL{'' if viewer.grants else f' OR {own}'})"
    found = await rows(
        "SELECT m.password_hash, p.slug, p.name FROM members m LEFT JOIN identity_links l ON l.member_id = m.id "  # noqa: S608
        f"LEFT JOIN identity_providers p ON p.id = l.provider_id AND p.is_on {believed} "
        "WHERE m.id = ? ORDER BY p.name, p.id",
        viewer.member_id,
    )
    ways = dict.fromkeys(Way(row["slug"], row["name"]) for row in found if row["slug"])
    return Proofs(bool(found and found[0]["password_hash"]), tuple(ways))

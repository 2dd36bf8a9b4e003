"""The invitations into an organisation, and who waits to be let in."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal

from base.clock import now
from base.condition import Condition
from base.db import as_datetime, rows
from base.inputs import Input
from base.paging import Page
from base.settings import get
from members.links import invitation_link
from members.queries.facts import OrganisationAt, organisation_at
from members.queries.org_admins import is_run
from members.rules import (
    MOST_USES,
    check_may_invite_colleagues,
    check_may_invite_list,
    may_invite_administrators,
    may_run_invitations,
    visible_invitations,
)
from members.viewer import Viewer

STATES: Final = ("sent", "opened", "held", "accepted", "expired", "revoked")
_STATE: Final = """CASE WHEN i.revoked_at IS NOT NULL THEN 'revoked' WHEN i.used >= i.most_uses THEN 'accepted'
  WHEN i.email IS NOT NULL AND i.sent_at IS NULL THEN 'held' WHEN i.expires_at <= ? THEN 'expired'
  WHEN i.opened_at IS NOT NULL THEN 'opened' ELSE 'sent' END"""
_ORDERS: Final = {
    "newest": "i.created_at DESC, i.id DESC",
    "name": "LOWER(COALESCE(NULLIF(i.name, ''), i.email, '')), i.id",
    "expires": "i.expires_at, i.id",
}


class InvitationsFilter(Input):
    """What the list is narrowed to, and its order."""

    state: Literal["", "sent", "opened", "held", "accepted", "expired", "revoked"] = ""
    sort: Literal["newest", "name", "expires"] = "newest"


@dataclass(frozen=True, slots=True, kw_only=True)
class InvitationRow:
    """One invitation; `link` stands there while a link for several is open, `came` is the handle of who accepted."""

    id: int
    email: str
    name: str
    title: str
    role: str
    state: str
    most_uses: int
    used: int
    inviter: str
    inviter_handle: str
    made: datetime | None
    sent: datetime | None
    opened: datetime | None
    accepted: datetime | None
    reminded: datetime | None
    expires: datetime | None
    came: str
    link: str
    may_send: bool
    may_revoke: bool


@dataclass(frozen=True, slots=True)
class WaitingRow:
    """Somebody who came by a link for several, and waits to be let in; `domain` is that of their address."""

    id: int
    handle: str
    name: str
    title: str
    domain: str


@dataclass(frozen=True, slots=True)
class InvitationsPage:
    """What templates/members/invitations.html shows; `counts` says how many there are in each state."""

    organisation: str
    slug: str
    runs: bool
    invitations: tuple[InvitationRow, ...]
    waiting: tuple[WaitingRow, ...]
    counts: Mapping[str, int]
    total: int
    page: Page
    chosen: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class InvitePage:
    """What the forms to invite show: templates/members/invite_one.html, invite_list.html and invite_link.html."""

    id: int
    organisation: str
    slug: str
    runs: bool
    most_uses: int
    may_invite_administrators: bool


async def invite_page(viewer: Viewer, slug: str, *, many: bool = False) -> InvitePage:
    """Return what the forms to invite into an organisation need; `many` for a list of colleagues."""
    found = await _organisation(viewer, slug)
    if many:
        check_may_invite_list(viewer, found.facts)
    runs = may_run_invitations(viewer, found.facts)
    administrators = may_invite_administrators(viewer, found.facts, is_run=await is_run(found.facts.id))
    return InvitePage(found.facts.id, found.name, found.slug, runs, MOST_USES[runs], administrators)


async def invitations_page(viewer: Viewer, slug: str, given: Mapping[str, object], number: int = 1) -> InvitationsPage:
    """Return one page of the invitations that the viewer may see, in four statements."""
    found = await _organisation(viewer, slug)
    chosen = InvitationsFilter.read(given)
    runs = may_run_invitations(viewer, found.facts)
    into = Condition("i.organisation_id = ?", (found.facts.id,)) & visible_invitations(viewer, found.facts)
    counts = await _counts(into)
    total = sum(counts.values())
    page = Page(number, get().page_size, counts.get(chosen.state, 0) if chosen.state else total)
    return InvitationsPage(
        found.name, found.slug, runs, await _rows(into, chosen, page, runs=runs),
        await _waiting(found.facts.id) if runs else (), counts, total, page,
        {name: value for name, value in chosen.model_dump().items() if value not in ("", "newest")},
    )  # fmt: skip


async def _organisation(viewer: Viewer, slug: str) -> OrganisationAt:
    found = await organisation_at(viewer, slug)
    check_may_invite_colleagues(viewer, found.facts)
    return found


async def _counts(into: Condition) -> dict[str, int]:
    found = await rows(
        f"SELECT {_STATE} AS state, COUNT(*) AS n FROM invitations i WHERE {into.sql} GROUP BY 1",  # noqa: S608
        now(), *into.values,
    )  # fmt: skip
    known = {row["state"]: int(row["n"]) for row in found}
    return {state: known.get(state, 0) for state in STATES}


async def _rows(into: Condition, chosen: InvitationsFilter, page: Page, *, runs: bool) -> tuple[InvitationRow, ...]:
    at, where = now(), into
    if chosen.state:
        where = where & Condition(f"{_STATE} = ?", (at, chosen.state))
    found = await rows(
        f"SELECT i.*, {_STATE} AS state, b.name AS inviter, b.handle AS inviter_handle, "  # noqa: S608
        "(SELECT MIN(m.handle) FROM invitation_uses u JOIN members m ON m.id = u.member_id "
        " WHERE u.invitation_id = i.id AND u.accepted_at IS NOT NULL) AS came "
        f"FROM invitations i LEFT JOIN members b ON b.id = i.invited_by_id WHERE {where.sql} "
        f"ORDER BY {_ORDERS[chosen.sort]} LIMIT ? OFFSET ?",
        at, *where.values, page.size, page.offset,
    )  # fmt: skip
    return tuple(_row(row, runs=runs) for row in found)


def _row(row: dict[str, Any], *, runs: bool) -> InvitationRow:
    state, made = row["state"], as_datetime(row["created_at"])
    is_open = state in ("sent", "opened")
    return InvitationRow(
        id=row["id"],
        email=row["email"] or "",
        name=row["name"],
        title=row["title"],
        role=row["role"],
        state=state,
        most_uses=row["most_uses"],
        used=row["used"],
        inviter=row["inviter"] or "",
        inviter_handle=row["inviter_handle"] or "",
        made=made,
        came=(row["came"] or "") if row["email"] else "",
        link=invitation_link(row["id"], made) if made and is_open and not row["email"] else "",
        may_send=bool(row["email"]) and (is_open or state == "expired" or (state == "held" and runs)),
        may_revoke=is_open or state == "held",
        **{name: as_datetime(row[f"{name}_at"]) for name in ("sent", "opened", "accepted", "reminded")},
        expires=as_datetime(row["expires_at"]),
    )


async def _waiting(organisation_id: int) -> tuple[WaitingRow, ...]:
    found = await rows(
        "SELECT m.id, m.handle, m.name, m.title, m.email FROM memberships ms JOIN members m ON m.id = ms.member_id "
        "WHERE ms.organisation_id = ? AND ms.state = 'pending' AND m.state = 'active' "
        "ORDER BY ms.since, m.id LIMIT 100",
        organisation_id,
    )  # fmt: skip
    return tuple(
        WaitingRow(row["id"], row["handle"], row["name"], row["title"], (row["email"] or "").rpartition("@")[2])
        for row in found
    )

"""The console of an organisation: what waits for its administrators, at a glance."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from base.clock import now
from base.db import as_datetime, rows
from base.errors import Missing
from members.models import Organisation
from members.queries.by_slug import by_slug
from members.queries.facts import facts_of_row
from members.rules import (
    check_has_console,
    check_may_open_console,
    check_may_run_organisation,
    may_learn_addresses,
    may_run_organisation,
    visible_consoles,
)
from members.uses import OVERDUE
from members.viewer import Viewer

_MOST: Final = 100
_MONTH: Final = 30.44


@dataclass(frozen=True, slots=True)
class ConsoleHead:
    """Of which organisation a page of the console is; `runs` says whether the viewer decides, or only helps.

    With `learns` they learn addresses of its people, and may take everything along.
    """

    id: int
    slug: str
    name: str
    runs: bool
    learns: bool


@dataclass(frozen=True, slots=True)
class ConsoleLink:
    """The console of an organisation of the viewer: how many people wait there to be let in."""

    slug: str
    name: str
    waiting: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """How many people there are in each state, administrators among them, and invitations."""

    people: int
    administrators: int
    paused: int
    waiting: int
    invited: int
    held: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerState:
    """How the platform ledger stands; `months` since the oldest entry that counts was confirmed, none without one."""

    entries: int
    overdue: int
    months: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AskingRow:
    """Somebody who waits to be let in; `domain` is that of their address, `proven` that it is the organisation's."""

    id: int
    handle: str
    name: str
    title: str
    domain: str
    proven: bool
    words: str
    since: datetime | None
    has_left: bool
    was_declined: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalRow:
    """What somebody of the staff proposes."""

    id: int
    about: str
    what: str
    why: str
    by: str
    handle: str
    at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsolePage:
    """What templates/members/console.html shows."""

    head: ConsoleHead
    counts: Counts
    ledger: LedgerState
    waiting: tuple[AskingRow, ...]
    proposals: tuple[ProposalRow, ...]
    domains: int
    claims: int
    privacy_contact: str
    signoff: str
    mail_content: str
    state: str


async def console_of(viewer: Viewer, slug: str, *, runs: bool = False) -> tuple[ConsoleHead, Organisation]:
    """Return the organisation whose console the viewer may open, or with `runs` may decide in; raises Missing."""
    found = await by_slug(Organisation, slug)
    if found is None:
        raise Missing("There is no such organisation, or you may not see it.")
    facts = facts_of_row(found)
    (check_may_run_organisation if runs else check_may_open_console)(viewer, facts)
    may_run, learns = may_run_organisation(viewer, facts), may_learn_addresses(viewer, facts)
    return ConsoleHead(found.id, found.slug, found.name, may_run, learns), found


async def own_consoles(viewer: Viewer) -> tuple[ConsoleLink, ...]:
    """Return the consoles of the organisations whose administrator the viewer is, in one statement."""
    check_has_console(viewer)
    own = visible_consoles(viewer)
    found = await rows(
        "SELECT o.slug, o.name, (SELECT COUNT(*) FROM memberships s JOIN members m ON m.id = s.member_id "  # noqa: S608
        "WHERE s.organisation_id = o.id AND s.state = 'pending' AND m.state = 'active') AS waiting "
        f"FROM organisations o WHERE {own.sql} ORDER BY LOWER(o.name), o.id",
        *own.values,
    )
    return tuple(ConsoleLink(row["slug"], row["name"], int(row["waiting"])) for row in found)


async def console_page(viewer: Viewer, slug: str) -> ConsolePage:
    """Return what waits in an organisation, in six statements however much it is."""
    head, found = await console_of(viewer, slug)
    counts, domains, claims = await _counts(head.id)
    return ConsolePage(
        head=head,
        counts=counts,
        ledger=await _ledger(head.id),
        waiting=await _waiting(head.id),
        proposals=await _proposals(head.id),
        domains=domains,
        claims=claims,
        privacy_contact=found.privacy_contact,
        signoff=found.signoff,
        mail_content=found.mail_content,
        state=found.state,
    )


async def _counts(organisation_id: int) -> tuple[Counts, int, int]:
    people = await rows(
        "SELECT ms.state, COUNT(*) AS n, SUM(CASE WHEN ms.role = 'org_admin' AND m.state = 'active' THEN 1 ELSE 0 END) "
        "AS administrators FROM memberships ms JOIN members m ON m.id = ms.member_id "
        "WHERE ms.organisation_id = ? AND m.state <> 'gone' GROUP BY ms.state",
        organisation_id,
    )
    by_state = {row["state"]: (int(row["n"]), int(row["administrators"])) for row in people}
    (more,) = await rows(
        "SELECT (SELECT COUNT(*) FROM invitations i WHERE i.organisation_id = ? AND i.revoked_at IS NULL "
        " AND i.used < i.most_uses AND i.expires_at > ? AND (i.email IS NULL OR i.sent_at IS NOT NULL)) AS invited, "
        "(SELECT COUNT(*) FROM invitations i WHERE i.organisation_id = ? AND i.revoked_at IS NULL AND i.used = 0 "
        " AND i.email IS NOT NULL AND i.sent_at IS NULL) AS held, "
        "(SELECT COUNT(*) FROM organisation_domains d WHERE d.organisation_id = ? AND d.verified_at IS NOT NULL) "
        "AS domains, (SELECT COUNT(*) FROM domain_claims c WHERE c.organisation_id = ?) AS claims",
        organisation_id, now(), organisation_id, organisation_id, organisation_id,
    )  # fmt: skip
    counts = Counts(
        people=by_state.get("active", (0, 0))[0],
        administrators=by_state.get("active", (0, 0))[1],
        paused=by_state.get("paused", (0, 0))[0],
        waiting=by_state.get("pending", (0, 0))[0],
        invited=int(more["invited"]),
        held=int(more["held"]),
    )
    return counts, int(more["domains"]), int(more["claims"])


async def _ledger(organisation_id: int) -> LedgerState:
    at = now()
    (found,) = await rows(
        "SELECT COUNT(*) AS n, SUM(CASE WHEN u.status <> 'tried_stopped' AND u.checked_at < ? THEN 1 ELSE 0 END) "
        "AS overdue, MIN(CASE WHEN u.status <> 'tried_stopped' THEN u.checked_at END) AS oldest "
        "FROM platform_uses u WHERE u.organisation_id = ?",
        at - OVERDUE, organisation_id,
    )  # fmt: skip
    oldest = as_datetime(found["oldest"])
    months = int((at - oldest).days / _MONTH) if oldest else None
    return LedgerState(entries=int(found["n"]), overdue=int(found["overdue"] or 0), months=months)


async def _waiting(organisation_id: int) -> tuple[AskingRow, ...]:
    found = await rows(
        "SELECT m.id, m.handle, m.name, m.title, m.email, ms.words, ms.since, ms.was, "
        "(SELECT d.domain FROM organisation_domains d WHERE d.organisation_id = ? "
        " AND d.verified_at IS NOT NULL AND m.email LIKE '%@' || d.domain) AS proven "
        "FROM memberships ms JOIN members m ON m.id = ms.member_id "
        "WHERE ms.organisation_id = ? AND ms.state = 'pending' AND m.state = 'active' ORDER BY ms.since, m.id LIMIT ?",
        organisation_id, organisation_id, _MOST,
    )  # fmt: skip
    return tuple(_asking(row) for row in found)


def _asking(row: dict[str, Any]) -> AskingRow:
    return AskingRow(
        id=row["id"],
        handle=row["handle"],
        name=row["name"],
        title=row["title"],
        domain=(row["email"] or "").rpartition("@")[2],
        proven=bool(row["proven"]),
        words=row["words"],
        since=as_datetime(row["since"]),
        has_left=row["was"] == "left",
        was_declined=row["was"] == "declined",
    )


async def _proposals(organisation_id: int) -> tuple[ProposalRow, ...]:
    found = await rows(
        "SELECT p.id, p.about, p.what, p.why, p.at, m.name, m.handle FROM organisation_proposals p "
        "LEFT JOIN members m ON m.id = p.by_id AND m.state <> 'gone' "
        "WHERE p.organisation_id = ? AND p.state = 'open' ORDER BY p.id LIMIT ?",
        organisation_id, _MOST,
    )  # fmt: skip
    return tuple(
        ProposalRow(
            id=row["id"], about=row["about"], what=row["what"], why=row["why"], by=row["name"] or "",
            handle=row["handle"] or "", at=as_datetime(row["at"]),
        )
        for row in found
    )  # fmt: skip

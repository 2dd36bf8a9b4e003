"""The mail domains of an organisation: those that are confirmed, and those that wait to be proven."""

from dataclasses import dataclass
from datetime import datetime

from base.db import as_datetime, rows
from members.domains import proof_of, record_of
from members.queries.console import ConsoleHead, console_of
from members.rules import may_keep_organisations
from members.viewer import Viewer


@dataclass(frozen=True, slots=True)
class DomainRow:
    """A confirmed domain, since when, and how many people of the organisation have an address there."""

    domain: str
    since: datetime | None
    people: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimRow:
    """A claimed domain: the text `value` has to stand at `record` in the DNS.

    `found` is what came of the last look: missing, other, silent, taken (another organisation's), or nothing yet.
    """

    id: int
    domain: str
    record: str
    value: str
    by: str
    at: datetime | None
    looked_at: datetime | None
    found: str


@dataclass(frozen=True, slots=True)
class ConsoleDomainsPage:
    """What templates/members/console_domains.html shows."""

    head: ConsoleHead
    domains: tuple[DomainRow, ...]
    claims: tuple[ClaimRow, ...]
    may_confirm: bool


async def console_domains(viewer: Viewer, slug: str) -> ConsoleDomainsPage:
    """Return an organisation's domains, in two statements beside that of the organisation."""
    head, _ = await console_of(viewer, slug, runs=True)
    domains = await rows(
        "SELECT d.domain, d.verified_at, (SELECT COUNT(*) FROM memberships ms JOIN members m ON m.id = ms.member_id "
        " WHERE ms.organisation_id = d.organisation_id AND ms.state = 'active' AND m.email LIKE '%@' || d.domain) "
        "AS people FROM organisation_domains d WHERE d.organisation_id = ? AND d.verified_at IS NOT NULL "
        "ORDER BY d.domain",
        head.id,
    )
    claims = await rows(
        "SELECT c.id, c.domain, c.token, c.at, c.looked_at, c.found, m.name FROM domain_claims c "
        "LEFT JOIN members m ON m.id = c.by_id AND m.state <> 'gone' WHERE c.organisation_id = ? ORDER BY c.domain",
        head.id,
    )
    return ConsoleDomainsPage(
        head,
        tuple(DomainRow(row["domain"], as_datetime(row["verified_at"]), int(row["people"])) for row in domains),
        tuple(
            ClaimRow(
                id=row["id"], domain=row["domain"], record=record_of(row["domain"]), value=proof_of(row["token"]),
                by=row["name"] or "", at=as_datetime(row["at"]), looked_at=as_datetime(row["looked_at"]),
                found=row["found"],
            )
            for row in claims
        ),
        may_keep_organisations(viewer),
    )  # fmt: skip

"""Everything that an organisation has here, for its administrators to take along."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict
from typing import Any, Final

from base.db import as_datetime, rows
from members.models import Organisation
from members.queries.uses import uses_of
from members.viewer import Viewer

OFFERED: Final[list[Callable[[Viewer, int], Awaitable[Mapping[str, Any]]]]] = []
"""What the floors above add, each under names of its own; wired once."""
_PROFILE: Final = (
    "name", "slug", "kind", "type", "state", "beds_band", "staff_band", "country", "languages", "website", "about",
    "logo_alt", "privacy_contact", "signoff", "mail_content", "term_start", "term_end", "created_at",
)  # fmt: skip
_PEOPLE: Final = """
SELECT m.name, m.handle, ms.title, ms.role, ms.state, ms.since, ms.until,
  CASE WHEN EXISTS (SELECT 1 FROM organisation_domains d WHERE d.organisation_id = ms.organisation_id
    AND d.verified_at IS NOT NULL AND m.email LIKE '%@' || d.domain) AND ms.state IN ('active', 'paused')
    THEN m.email ELSE '' END AS address
FROM memberships ms JOIN members m ON m.id = ms.member_id
WHERE ms.organisation_id = ? AND m.state NOT IN ('gone', 'mask') ORDER BY LOWER(m.name), m.id"""
_INVITATIONS: Final = """
SELECT i.email, i.name, i.title, i.role, i.most_uses, i.used, i.created_at, i.sent_at, i.accepted_at, i.revoked_at
FROM invitations i WHERE i.organisation_id = ? ORDER BY i.id"""
_PROPOSALS: Final = """
SELECT p.about, p.what, p.why, p.state, p.note, p.at, p.decided_at FROM organisation_proposals p
WHERE p.organisation_id = ? ORDER BY p.id"""


async def everything_of(viewer: Viewer, found: Organisation) -> dict[str, Any]:
    """Return what an organisation has, and what the viewer may read of what was written in its name."""
    domains = await rows(
        "SELECT d.domain, d.verified_at FROM organisation_domains d WHERE d.organisation_id = ? ORDER BY d.domain",
        found.id,
    )
    taken: dict[str, Any] = {
        "organisation": {name: getattr(found, name) for name in _PROFILE},
        "mail_domains": _read(domains, "verified_at"),
        "people": _read(await rows(_PEOPLE, found.id), "since", "until"),
        "platforms": [asdict(use) for use in await uses_of(found.id)],
        "invitations": _read(
            await rows(_INVITATIONS, found.id), "created_at", "sent_at", "accepted_at", "revoked_at"
        ),
        "proposals": _read(await rows(_PROPOSALS, found.id), "at", "decided_at"),
    }  # fmt: skip
    for more in OFFERED:
        taken |= await more(viewer, found.id)
    return taken


def _read(found: list[dict[str, Any]], *moments: str) -> list[dict[str, Any]]:
    return [{**row, **{name: as_datetime(row[name]) for name in moments}} for row in found]

"""Who decides whether an organisation may join."""

from base.clock import now
from base.db import rows
from members.queries.staff import holders


async def deciders_for(request_id: int) -> set[int]:
    """Return the community leaders of the region of a request; where it has none, the staff of the site."""
    at = now()
    found = await rows(
        "SELECT DISTINCT g.member_id AS id FROM organisation_requests q "
        "JOIN organisations o ON o.id = q.organisation_id "
        "JOIN role_grants g ON g.scope = 'region' AND g.scope_id = o.region_id AND g.role = 'community_leader' "
        "JOIN members m ON m.id = g.member_id WHERE q.id = ? AND g.since <= ? AND (g.until IS NULL OR g.until > ?) "
        "AND m.state = 'active' AND (q.asked_by_id IS NULL OR m.id <> q.asked_by_id)",
        request_id, at, at,
    )  # fmt: skip
    return {row["id"] for row in found} or await holders("moderator", "admin")

"""Who speaks for an organisation."""

from base.clock import now
from base.db import rows
from members.queries.staff import holders


async def administrators_of(organisation_id: int) -> set[int]:
    """Return the administrators of an organisation whose accounts are open."""
    found = await rows(
        "SELECT s.member_id AS id FROM memberships s JOIN members m ON m.id = s.member_id AND m.state = 'active' "
        "WHERE s.organisation_id = ? AND s.role = 'org_admin' AND s.state = 'active'",
        organisation_id,
    )
    return {row["id"] for row in found}


async def is_run(organisation_id: int) -> bool:
    """Say whether somebody administrates an organisation whose account is open."""
    return bool(await administrators_of(organisation_id))


async def who_decides_for(organisation_id: int) -> set[int]:
    """Return who lets people into an organisation: its administrators, else leaders of its region, else the site's."""
    if found := await administrators_of(organisation_id):
        return found
    at = now()
    leaders = await rows(
        "SELECT g.member_id AS id FROM role_grants g JOIN organisations o ON o.region_id = g.scope_id "
        "JOIN members m ON m.id = g.member_id AND m.state = 'active' WHERE o.id = ? AND g.role = 'community_leader' "
        "AND g.scope = 'region' AND g.since <= ? AND (g.until IS NULL OR g.until > ?)",
        organisation_id, at, at,
    )  # fmt: skip
    return {row["id"] for row in leaders} or await holders("admin")

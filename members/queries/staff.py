"""Who holds roles on the whole site."""

from base.clock import now
from base.db import marks, rows


async def holders(*roles: str) -> set[int]:
    """Return the active members who hold one of the roles now, on the whole site and not for a region only."""
    at = now()
    found = await rows(
        "SELECT DISTINCT g.member_id AS id FROM role_grants g JOIN members m ON m.id = g.member_id "  # noqa: S608
        f"WHERE g.role IN ({marks(roles)}) AND g.scope = 'site' AND g.since <= ? "
        "AND (g.until IS NULL OR g.until > ?) AND m.state = 'active'",
        *roles, at, at,
    )  # fmt: skip
    return {row["id"] for row in found}

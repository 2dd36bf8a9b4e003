"""Note whom the site asks to sign in with two steps, and since when: the days of grace are counted from then."""

from typing import Final

from base import journal, settings
from base.clock import now
from base.db import execute, rows, transaction

_STAFF: Final = (
    "id IN (SELECT g.member_id FROM role_grants g WHERE g.role IN ('admin', 'moderator', 'editor') "
    "AND g.since <= ? AND (g.until IS NULL OR g.until > ?))"
)


async def ask_two_steps() -> int:
    """Note who is asked from now on, and forget who is asked no more; return how many are asked anew; a chore."""
    at, whom = now(), settings.get().two_factor_for
    asked, values = {"everybody": ("1 = 1", []), "staff": (_STAFF, [at, at])}.get(whom, ("1 = 0", []))
    is_new = f"state = 'active' AND two_steps_asked_at IS NULL AND {asked}"
    is_over = f"two_steps_asked_at IS NOT NULL AND NOT ({asked})"
    found = await rows(
        f"SELECT (SELECT COUNT(*) FROM members WHERE {is_new}) AS fresh, "  # noqa: S608
        f"(SELECT COUNT(*) FROM members WHERE {is_over}) AS done",
        *values, *values,
    )  # fmt: skip
    fresh, done = int(found[0]["fresh"]), int(found[0]["done"])
    if not fresh and not done:
        return 0
    async with transaction():
        await execute(f"UPDATE members SET two_steps_asked_at = NULL WHERE {is_over}", *values)  # noqa: S608
        await execute(f"UPDATE members SET two_steps_asked_at = ? WHERE {is_new}", at, *values)  # noqa: S608
        data = {"whom": whom, "asked": fresh}
        await journal.record("two_factor.asked", actor_id=None, subject_id=0, data=data)
    return fresh

"""Write down who was seen."""

from base.db import execute, transaction
from members.presence import take_seen


async def write_seen() -> int:
    """Write when sign-ins, tokens and their members were last seen; return how many. A chore."""
    sessions, tokens = take_seen()
    if not sessions and not tokens:
        return 0
    async with transaction():
        for session_id, at in sessions.items():
            await execute("UPDATE sessions SET seen_at = ? WHERE id = ?", at, session_id)
            await execute(
                "UPDATE members SET last_seen_at = ? WHERE id = (SELECT member_id FROM sessions WHERE id = ?)",
                at, session_id,
            )  # fmt: skip
        for token_id, at in tokens.items():
            await execute("UPDATE tokens SET used_at = ? WHERE id = ?", at, token_id)
    return len(sessions) + len(tokens)

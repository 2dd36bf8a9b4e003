"""Write down who was seen."""

from datetime import datetime
from typing import Final

from base.db import execute, marks, rows, transaction
from members.presence import keep_seen, take_seen

_BATCH: Final = 500


async def write_seen() -> int:
    """Write when sign-ins, tokens and their members were last seen; return how many. A chore."""
    sessions, tokens = take_seen()
    if not sessions and not tokens:
        return 0
    try:
        async with transaction():
            await _write(sessions, tokens)
    except Exception:
        keep_seen(sessions, tokens)
        raise
    return len(sessions) + len(tokens)


async def _write(sessions: dict[int, datetime], tokens: dict[int, datetime]) -> None:
    # In one order, so that two servers never wait for each other; the later moment stands, whoever comes last.
    for session_id, at in sorted(sessions.items()):
        await execute("UPDATE sessions SET seen_at = ? WHERE id = ? AND seen_at < ?", at, session_id, at)
    members = await _members_of(sorted(sessions))
    for member_id, at in sorted((members[one], at) for one, at in sessions.items() if one in members):
        await execute(
            "UPDATE members SET last_seen_at = ? WHERE id = ? AND (last_seen_at IS NULL OR last_seen_at < ?)",
            at, member_id, at,
        )  # fmt: skip
    for token_id, at in sorted(tokens.items()):
        await execute(
            "UPDATE tokens SET used_at = ? WHERE id = ? AND (used_at IS NULL OR used_at < ?)", at, token_id, at
        )


async def _members_of(sessions: list[int]) -> dict[int, int]:
    found: dict[int, int] = {}
    for start in range(0, len(sessions), _BATCH):
        some = sessions[start : start + _BATCH]
        sent = await rows(f"SELECT id, member_id FROM sessions WHERE id IN ({marks(some)})", *some)  # noqa: S608
        found |= {row["id"]: row["member_id"] for row in sent}
    return found

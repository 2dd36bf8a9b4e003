"""Remind those who were invited and have not come yet, once."""

from datetime import timedelta
from typing import Final

from base import journal
from base.clock import now
from base.db import execute, rows, transaction

AFTER: Final = timedelta(days=7)
_BATCH: Final = 200
_WAITS: Final = "reminded_at IS NULL AND sent_at <= ? AND revoked_at IS NULL AND used = 0 AND expires_at > ?"


_DUE: Final = f"SELECT id FROM invitations WHERE {_WAITS} AND email IS NOT NULL ORDER BY id LIMIT ?"  # noqa: S608
_TAKE: Final = f"UPDATE invitations SET reminded_at = ? WHERE id = ? AND {_WAITS}"  # noqa: S608


async def remind_invited() -> int:
    """Owe each a second letter, seven days after the first one; return how many. A chore."""
    at, reminded = now(), 0
    for row in await rows(_DUE, at - AFTER, at, _BATCH):
        async with transaction():
            # Noted and owed together: whoever is killed between two of them owes nobody a second reminder.
            if await execute(_TAKE, at, row["id"], at - AFTER, at):
                await journal.record("invitation.reminded", actor_id=None, subject_id=row["id"])
                reminded += 1
    return reminded

"""Forget from which network addresses people signed in."""

from datetime import timedelta
from typing import Final

from base import journal, settings
from base.clock import now
from base.db import execute, rows, transaction

_OLD: Final = "address <> '' AND created_at < ?"


async def forget_addresses() -> int:
    """Empty the addresses of sign-ins that began long enough ago; return how many. A chore."""
    before = now() - timedelta(days=settings.get().address_days)
    if not await rows(f"SELECT 1 AS one FROM sessions WHERE {_OLD} LIMIT 1", before):  # noqa: S608
        return 0
    async with transaction():
        forgotten = await execute(f"UPDATE sessions SET address = '' WHERE {_OLD}", before)  # noqa: S608
        await journal.record("session.addresses_forgotten", actor_id=None, subject_id=0, data={"number": forgotten})
    return forgotten

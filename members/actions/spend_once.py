"""Take something that somebody brings back, a challenge or a state, once: of two who bring it, one finds it taken."""

from datetime import timedelta
from typing import Final, Literal

from base.clock import now
from base.db import execute
from members.secrets import hash_secret

_MOMENTS: Final = {"spent_challenges": "spent_at", "spent_states": "at"}
_KEPT: Final = timedelta(hours=2)
"""Nothing that is brought back once is good for so long."""


async def spend_once(table: Literal["spent_challenges", "spent_states"], secret: str) -> bool:
    """Use it up in every process, and forget what is too old to be brought back; say whether nobody had before."""
    at, moment = now(), _MOMENTS[table]
    await execute(f"DELETE FROM {table} WHERE {moment} < ?", at - _KEPT)  # noqa: S608
    sql = f"INSERT INTO {table} (hash, {moment}) VALUES (?, ?) ON CONFLICT DO NOTHING"  # noqa: S608
    return bool(await execute(sql, hash_secret(secret), at))

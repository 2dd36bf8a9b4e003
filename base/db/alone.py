"""Work that only one of several processes does at a time."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Final, cast

from base.db.connection import client, dialect
from base.db.statements import rows

if TYPE_CHECKING:
    from base.db.postgres_backend import PostgresBackend

_FAMILY: Final = 710_355  # any number that no other program on the server uses


async def take_turns(number: int) -> bool:
    """Wait, in the transaction of the caller, until no other process is in one with this number; say if one could be.

    With SQLite there is never another writer.
    """
    if dialect() == "sqlite":
        return False
    await rows("SELECT pg_advisory_xact_lock(?)", number)
    return True


@asynccontextmanager
async def alone(name: str) -> AsyncIterator[bool]:
    """Say whether this process may do what goes by that name now: not while another one does it.

    With SQLite one process serves, so it always may. Whoever dies lets go by itself.
    """
    if dialect() == "sqlite":
        yield True
        return
    backend = cast("PostgresBackend", client())
    connection = await backend.lend()
    try:
        mine = bool(await connection.fetchval("SELECT pg_try_advisory_lock($1, hashtext($2))", _FAMILY, name))
        try:
            yield mine
        finally:
            if mine:
                try:
                    await connection.execute("SELECT pg_advisory_unlock($1, hashtext($2))", _FAMILY, name)
                except BaseException:
                    connection.terminate()  # back in the pool it would hold the lock for ever
                    raise
    finally:
        await backend.take_back(connection)

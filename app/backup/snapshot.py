"""A database as it is at one moment, read row by row while others write."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from typing import Any, Final, Protocol
from urllib.parse import quote

from app.backup.shape import Table
from app.migrate import path_of
from app.migration_line import RECORD
from app.migration_state import APP
from base.db import Dialect
from base.db.connection import postgres_address
from base.db.driver import or_driver_fails
from base.errors import Conflict, Missing

BATCH: Final = 500
_CONNECT_SECONDS: Final = 20

Batch = list[tuple[Any, ...]]


class Snapshot(Protocol):
    """What a backup asks of a database; nothing that is written meanwhile is seen."""

    engine: Dialect

    async def values(self, sql: str) -> Batch:
        """Return the few rows of a statement."""

    def batches(self, sql: str) -> AsyncIterator[Batch]:
        """Return the many rows of a statement, some at a time."""

    async def tables(self) -> list[str]:
        """Return the names of the tables."""

    async def last_id(self, table: str) -> int:
        """Return the last id that was given in a table; 0 when none was."""


@asynccontextmanager
async def snapshot_of(url: str) -> AsyncIterator[Snapshot]:
    """Open the database at `url` and hold what is in it now."""
    try:
        if url.startswith("sqlite://"):
            with closing(_opened(url)) as connection:
                yield SqliteSnapshot(connection)
            return
        async with _connected(url) as opened, opened.transaction(isolation="repeatable_read", readonly=True):
            yield PostgresSnapshot(opened)
    except or_driver_fails(sqlite3.Error) as error:
        raise Conflict(f"The database failed meanwhile: {error}") from error


@asynccontextmanager
async def _connected(url: str) -> AsyncIterator[Any]:
    import asyncpg  # where SQLite is used it is not loaded

    try:
        opened = await asyncpg.connect(**postgres_address(url), timeout=_CONNECT_SECONDS)
    except or_driver_fails(OSError) as error:
        raise Missing(f"The database cannot be reached: {error}") from None
    try:
        yield opened
    finally:
        opened.terminate()  # nothing was written


def _opened(url: str) -> sqlite3.Connection:
    path = path_of(url).absolute()
    try:
        # Not mode=ro: a database that nobody has open needs its log made to be read.
        connection = sqlite3.connect(f"file:{quote(str(path))}?mode=rw", uri=True, isolation_level=None, timeout=10)
        connection.execute("PRAGMA query_only = ON")
        connection.execute("BEGIN")
        connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()  # from here on it sees nothing newer
    except sqlite3.Error as error:
        raise Missing(f"The database {path} cannot be read: {error}") from None
    return connection


class SqliteSnapshot:
    """A reading transaction on a connection of its own: in WAL mode neither it nor the writers wait."""

    engine: Dialect = "sqlite"

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection: Final = connection

    async def values(self, sql: str) -> Batch:
        """Return the few rows of a statement."""
        return self._connection.execute(sql).fetchall()

    async def batches(self, sql: str) -> AsyncIterator[Batch]:
        """Return the many rows of a statement, some at a time."""
        with closing(self._connection.execute(sql)) as cursor:
            while found := cursor.fetchmany(BATCH):
                yield found
                await asyncio.sleep(0)  # so that it can be interrupted

    async def tables(self) -> list[str]:
        """Return the names of the tables."""
        found = await self.values(
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND substr(name, 1, 7) <> 'sqlite_'"
        )
        return [str(row[0]) for row in found]

    async def last_id(self, table: str) -> int:
        """Return the last id that was given in a table; 0 when none was."""
        found = await self.values(f"SELECT seq FROM sqlite_sequence WHERE name = '{table}'")  # noqa: S608
        return int(found[0][0]) if found else 0


class PostgresSnapshot:
    """A transaction that sees one state, or one that sees what it wrote itself."""

    engine: Dialect = "postgres"

    def __init__(self, connection: Any) -> None:
        self._connection: Final = connection

    async def values(self, sql: str) -> Batch:
        """Return the few rows of a statement."""
        return [tuple(row) for row in await self._connection.fetch(sql)]

    async def batches(self, sql: str) -> AsyncIterator[Batch]:
        """Return the many rows of a statement, some at a time."""
        cursor = await self._connection.cursor(sql)
        while found := await cursor.fetch(BATCH):
            yield [tuple(row) for row in found]

    async def tables(self) -> list[str]:
        """Return the names of the tables."""
        found = await self.values("SELECT tablename FROM pg_tables WHERE schemaname = current_schema()")
        return [str(row[0]) for row in found]

    async def last_id(self, table: str) -> int:
        """Return the last id that was given in a table; 0 when none was."""
        found = await self.values(f"SELECT pg_get_serial_sequence('{table}', 'id')")
        last = await self.values(f"SELECT last_value, is_called FROM {found[0][0]}")  # noqa: S608
        return int(last[0][0]) if last[0][1] else 0


async def applied_in(snapshot: Snapshot) -> tuple[str, ...]:
    """Return the migrations a database has."""
    if RECORD not in await snapshot.tables():
        raise Missing("There is no database of this program yet; `commonplace init` makes one.")
    found = await snapshot.values(f"SELECT name FROM {RECORD} WHERE app = '{APP}' ORDER BY id")  # noqa: S608
    return tuple(str(row[0]) for row in found)


def rows_of(snapshot: Snapshot, table: Table) -> AsyncIterator[Batch]:
    """Return every row of a table in the order of their ids."""
    names = ", ".join(f'"{name}"' for name in table.names)
    return snapshot.batches(f'SELECT {names} FROM "{table.name}" ORDER BY id')  # noqa: S608


@asynccontextmanager
async def single(url: str, number: int) -> AsyncIterator[bool]:
    """Say whether no other process holds a number in the same PostgreSQL database; held while the block runs."""
    if url.startswith("sqlite://"):
        yield True  # one server uses it
        return
    async with _connected(url) as connection:
        yield bool(await connection.fetchval("SELECT pg_try_advisory_lock($1)", number))

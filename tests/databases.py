"""Databases for tests: SQLite files, or PostgreSQL databases with COMMONPLACE_TEST_DATABASE=postgres."""

import asyncio
import os
import secrets
import shutil
import sqlite3
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any, Protocol

import asyncpg
from tortoise.context import require_context

POSTGRES = os.environ.get("COMMONPLACE_TEST_POSTGRES", "asyncpg://root@127.0.0.1:5432/test")


def on_postgres() -> bool:
    """Say whether this run tests on PostgreSQL."""
    return os.environ.get("COMMONPLACE_TEST_DATABASE", "sqlite") == "postgres"


class Databases(Protocol):
    """Makes and removes databases of this run alone, so that parallel runs do not meet."""

    def empty(self) -> str:
        """Make an empty database and return its address."""

    def copy(self, url: str) -> str:
        """Copy a database that nobody has open and return the address of the copy."""

    def drop(self, url: str) -> None:
        """Remove a database."""


class SqliteFiles:
    """Databases as files of one folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def empty(self) -> str:
        return f"sqlite://{self._folder / secrets.token_hex(6)}.sqlite3"

    def copy(self, url: str) -> str:
        made = self.empty()
        shutil.copy(url.removeprefix("sqlite://"), made.removeprefix("sqlite://"))
        return made

    def drop(self, url: str) -> None:
        path = url.removeprefix("sqlite://")
        for ending in ("", "-wal", "-shm"):
            Path(path + ending).unlink(missing_ok=True)


class PostgresDatabases:
    """Databases on a server that trusts this user to make some.

    Making one takes the server several hundred writes to disk, so a copy is emptied and given to the next test. A test
    that changes tables works on an `empty` database of its own.
    """

    def __init__(self) -> None:
        self._copies: set[str] = set()
        self._free: list[str] = []

    def empty(self) -> str:
        return self._make("TEMPLATE template0")

    def copy(self, url: str) -> str:
        filled = url in self._copies  # a test has put rows into this one, which its copy must have, too
        while self._free and not filled:
            free = self._free.pop()
            try:
                apart(_at_server(_EMPTY, free))
            except (asyncpg.PostgresError, OSError):  # a test broke it; make another
                continue
            return free
        made = self._make(f'TEMPLATE "{url.rpartition("/")[2]}"')
        if not filled:
            self._copies.add(made)
        return made

    def drop(self, url: str) -> None:
        if url in self._copies:
            self._free.append(url)
        else:
            self._drop(url)

    def close(self) -> None:
        """Remove the copies, too."""
        for url in self._copies:
            self._drop(url)

    def _drop(self, url: str) -> None:
        apart(_at_server(f'DROP DATABASE IF EXISTS "{url.rpartition("/")[2]}" WITH (FORCE)'))

    def _make(self, source: str) -> str:
        name = f"commonplace_test_{os.getpid()}_{secrets.token_hex(4)}"
        apart(_at_server(f'CREATE DATABASE "{name}" {source}'))
        return f"{POSTGRES.rpartition('/')[0]}/{name}"


def apart(work: Coroutine[Any, Any, Any]) -> None:
    """Run something in an event loop of its own, whatever runs in this thread."""
    # In a thread of its own: a test may ask for a database while its own event loop runs.
    with ThreadPoolExecutor(1) as pool:
        pool.submit(asyncio.run, work).result()


# Every row of every table, whatever points at what, and every number given out.
_EMPTY = """
SET session_replication_role = replica;
SET lock_timeout = '5s';
DO $$ DECLARE one record; BEGIN
  FOR one IN SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' LOOP
    EXECUTE format('DELETE FROM %I', one.name);
  END LOOP;
  FOR one IN SELECT sequencename AS name FROM pg_sequences WHERE schemaname = 'public' LOOP
    EXECUTE format('ALTER SEQUENCE %I RESTART', one.name);
  END LOOP;
END $$;
"""


async def _at_server(statement: str, url: str = POSTGRES) -> None:
    connection = await asyncpg.connect(url.replace("asyncpg://", "postgres://", 1))
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


async def create_tables() -> None:
    """Create the table of every model of the open database."""
    await require_context().generate_schemas()


def fold_up(url: str) -> None:
    """Put everything into the one file of a closed SQLite database, so that it can be copied."""
    if url.startswith("sqlite://"):
        with closing(sqlite3.connect(url.removeprefix("sqlite://"))) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

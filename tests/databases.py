"""Databases for tests: SQLite files, or PostgreSQL databases with COMMONPLACE_TEST_DATABASE=postgres."""

import asyncio
import os
import secrets
import shutil
import sqlite3
import tempfile
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Protocol

import asyncpg
from tortoise.context import require_context

SHARED_MEMORY = Path("/dev/shm")
ROOM = 1024**3
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


@contextmanager
def folder_in_memory() -> Iterator[Path | None]:
    """Give a folder that is no disk, where there is one with room: each database is written out when it is closed."""
    if not SHARED_MEMORY.is_dir() or shutil.disk_usage(SHARED_MEMORY).free < ROOM:
        yield None
        return
    with tempfile.TemporaryDirectory(prefix="commonplace-tests-", dir=SHARED_MEMORY) as folder:
        yield Path(folder)


class PostgresDatabases:
    """Databases on a server that trusts this user to make some.

    Making one takes the server several hundred writes to disk, so a copy is emptied and given to the next test; a copy
    of a filled one keeps what it was filled with, and is filled anew. A test that changes tables works on an `empty`
    database of its own.
    """

    def __init__(self) -> None:
        self._copies: set[str] = set()
        self._free: list[str] = []
        # Copies of filled databases: what each was copied from, and those nobody uses.
        self._filled_like: dict[str, str] = {}
        self._unused: list[str] = []

    def empty(self) -> str:
        return self._make("TEMPLATE template0")

    def copy(self, url: str) -> str:
        if url in self._copies:
            return self._copy_filled(url)
        while self._free:
            free = self._free.pop()
            if _again(_EMPTY, free):
                return free
        made = self._make(f'TEMPLATE "{url.rpartition("/")[2]}"')
        self._copies.add(made)
        return made

    def _copy_filled(self, url: str) -> str:
        for one in [one for one in self._unused if self._filled_like[one] == url]:
            self._unused.remove(one)
            if _again(_REFILL, one):
                return one
        made = self._make(f'TEMPLATE "{url.rpartition("/")[2]}"')
        apart(_at_server(_REMEMBER, made))
        self._filled_like[made] = url
        return made

    def drop(self, url: str) -> None:
        if url in self._filled_like:
            self._unused.append(url)
        elif url in self._copies:
            # Whoever is given this one next fills it with something else.
            for one in [one for one, like in self._filled_like.items() if like == url]:
                self._unused.remove(one)
                del self._filled_like[one]
                self._drop(one)
            self._free.append(url)
        else:
            self._drop(url)

    def close(self) -> None:
        """Remove the copies, too."""
        for url in (*self._copies, *self._filled_like):
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


# What a database was filled with, kept beside its tables; and put back.
_REMEMBER = """
CREATE SCHEMA filled;
DO $$ DECLARE one record; BEGIN
  FOR one IN SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' LOOP
    EXECUTE format('CREATE TABLE filled.%I AS TABLE public.%I', one.name, one.name);
  END LOOP;
END $$;
CREATE TABLE filled.numbers_given AS SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = 'public';
"""
_REFILL = """
SET session_replication_role = replica;
SET lock_timeout = '5s';
DO $$ DECLARE one record; BEGIN
  FOR one IN SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' LOOP
    EXECUTE format('DELETE FROM public.%I', one.name);
    EXECUTE format('INSERT INTO public.%I SELECT * FROM filled.%I', one.name, one.name);
  END LOOP;
  FOR one IN SELECT sequencename AS name, last_value AS value FROM filled.numbers_given LOOP
    PERFORM setval(format('public.%I', one.name)::regclass, COALESCE(one.value, 1), one.value IS NOT NULL);
  END LOOP;
END $$;
"""


def _again(statement: str, url: str) -> bool:
    """Make a used database as it was; say whether that went well, for a test may have broken it."""
    try:
        apart(_at_server(statement, url))
    except (asyncpg.PostgresError, OSError):
        return False
    return True


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

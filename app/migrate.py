"""Bring the tables of a database up to date: all steps in one transaction, checked before it is kept.

Either every step is applied and every row is still there, or the database is as it was. docs/decisions/migrations.md
tells why each check is made.
"""

import asyncio
import sqlite3
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tortoise.exceptions import OperationalError

from app.migration_line import (
    PACKAGE,
    RECORD,
    Counts,
    Line,
    MigrationRefused,
    Progress,
    Schema,
    count_rows,
    silent,
)
from app.migration_state import APP
from base.clock import now
from base.db import MODEL_MODULES, Dialect, close, connect, dialect, execute, rows, take_turns, transaction

__all__ = ["APP", "PACKAGE", "RECORD", "MigrationRefused", "MigrationReport", "Schema", "check", "migrate", "path_of"]

_LOCK: Final = 7_103_556_821  # any number that no other program on the server uses
_PATIENCE: Final = 600.0


@dataclass(frozen=True, slots=True)
class MigrationReport:
    """What was done, or in a dry run would be: then `applied` is empty and `statements` is the SQL."""

    engine: Dialect
    applied: tuple[str, ...]
    seconds: dict[str, float]
    pending: tuple[str, ...]
    statements: tuple[str, ...]
    backup: str | None
    rows: Counts


async def migrate(
    url: str,
    *,
    dry_run: bool = False,
    backup_to: Path | None = None,
    progress: Progress = silent,
    package: str = PACKAGE,
    modules: Sequence[str] = MODEL_MODULES,
) -> MigrationReport:
    """Apply what is pending; on SQLite a copy of the file is put into the folder `backup_to` first.

    The database must not be open in this process.
    """
    line = Line(package)
    await connect(url, modules)
    try:
        engine, schema = dialect(), await line.schema()
        if dry_run:
            sql = await line.statements(schema)
            return MigrationReport(engine, (), {}, schema.pending, sql, None, await count_rows())
        if not schema.pending:
            return MigrationReport(engine, (), {}, (), (), None, await count_rows())
        async with _alone(progress):
            return await _apply(line, url, backup_to, progress)
    finally:
        await close()


async def check(url: str, *, package: str = PACKAGE, modules: Sequence[str] = MODEL_MODULES) -> Schema:
    """Say which migrations a database has and lacks; refuse one that was made by a newer version of this program.

    The database must not be open in this process.
    """
    line = Line(package)
    if url.startswith("sqlite://") and not path_of(url).exists():  # looking must not create the file
        return Schema((), line.names)
    await connect(url, modules)
    try:
        return await line.schema()
    finally:
        await close()


async def open_schema(package: str = PACKAGE) -> Schema:
    """Say which migrations the database that is open in this process has and lacks."""
    return await Line(package).schema()


async def _apply(line: Line, url: str, backup_to: Path | None, progress: Progress) -> MigrationReport:
    schema = await line.schema()  # again: another process may have done it while this one waited
    backup = None
    if dialect() == "sqlite" and schema.applied and schema.pending and backup_to is not None:
        backup = backup_to / f"before-{schema.pending[0]}-{now():%Y%m%d-%H%M%S}.sqlite3"
        progress(f"backing up to {backup}")
        await asyncio.to_thread(_copy, path_of(url), backup)
    try:
        return await _change(line, schema, progress, backup)
    except MigrationRefused as error:
        kept = f" A copy of it is {backup}." if backup else ""
        raise MigrationRefused(f"{str(error).rstrip('.')}. The database is as it was.{kept}") from error


async def _change(line: Line, schema: Schema, progress: Progress, backup: Path | None) -> MigrationReport:
    broken = await _broken_references()
    took = await line.apply(schema, progress) if schema.pending else {}
    if new := await _broken_references() - broken:
        raise MigrationRefused(f"Rows would refer to rows that are gone: {', '.join(sorted(new))}")
    kept = None if backup is None else str(backup)
    return MigrationReport(dialect(), tuple(took), took, (), (), kept, await count_rows())


@asynccontextmanager
async def _alone(progress: Progress) -> AsyncIterator[None]:
    """Open the one transaction of a migration; whoever comes meanwhile waits."""
    if dialect() == "postgres":
        async with transaction():
            await take_turns(_LOCK)
            yield
        return
    # A rebuilt table is dropped, and with foreign keys on that deletes or empties what refers to its rows.
    await execute("PRAGMA foreign_keys = OFF")
    try:
        async with AsyncExitStack() as stack:
            await _enter(stack, progress)
            yield
    finally:
        await execute("PRAGMA foreign_keys = ON")


async def _enter(stack: AsyncExitStack, progress: Progress) -> None:
    """Begin the transaction; SQLite gives up after some seconds, and a migration elsewhere may take longer."""
    deadline = time.monotonic() + _PATIENCE
    while True:
        try:
            await stack.enter_async_context(transaction())
        except OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > deadline:
                raise MigrationRefused(f"The database could not be had alone: {error}") from error
            progress("waiting for another process that is writing")
        else:
            return


async def _broken_references() -> set[str]:
    if dialect() == "postgres":
        return set()  # it never lets them come about
    found = await rows("PRAGMA foreign_key_check")
    return {f"{row['table']} {row['rowid']} to {row['parent']}" for row in found}


def path_of(url: str) -> Path:
    """Return the file of a SQLite address."""
    return Path(url.removeprefix("sqlite://").partition("?")[0])


def _copy(path: Path, to: Path) -> None:
    to.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    # Reads the last committed state beside the open transaction, and never overwrites.
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("VACUUM INTO ?", (str(to),))
    to.chmod(0o600)

"""Bring the tables of a database up to date: all steps in one transaction, checked before it is kept.

Either every step is applied and every row is still there, or the database is as it was. docs/decisions/migrations.md
tells why each check is made.
"""

import asyncio
import importlib
import pkgutil
import sqlite3
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tortoise.exceptions import OperationalError
from tortoise.migrations.migration import Migration
from tortoise.migrations.operations import CreateModel, RunSQL
from tortoise.migrations.recorder import MigrationRecorder
from tortoise.migrations.schema_editor import BaseSchemaEditor
from tortoise.migrations.schema_generator.state import State
from tortoise.migrations.schema_generator.state_apps import StateApps

from base.clock import now
from base.db import MODEL_MODULES, Dialect, close, connect, dialect, execute, rows, transaction
from base.db.connection import NAME, client
from base.db.schema_editors import schema_editor
from base.errors import Failure

PACKAGE: Final = "app.migrations"
APP: Final = "models"
RECORD: Final = "tortoise_migrations"
_LOCK: Final = 7_103_556_821  # any number that no other program on the server uses
_PATIENCE: Final = 600.0

Progress = Callable[[str], object]
Counts = dict[str, int]


class MigrationRefused(Failure):
    """The tables could not be brought up to date; the database is as it was."""

    status = 503
    title = "The database was not changed"


@dataclass(frozen=True, slots=True)
class Schema:
    """Which migrations a database has, and which it lacks."""

    applied: tuple[str, ...]
    pending: tuple[str, ...]


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


def _silent(line: str) -> None:
    return None


async def migrate(
    url: str,
    *,
    dry_run: bool = False,
    backup_to: Path | None = None,
    progress: Progress = _silent,
    package: str = PACKAGE,
    modules: Sequence[str] = MODEL_MODULES,
) -> MigrationReport:
    """Apply what is pending; on SQLite a copy of the file is put into the folder `backup_to` first.

    The database must not be open in this process.
    """
    line = _Line(package)
    await connect(url, modules)
    try:
        engine, schema = dialect(), await line.schema()
        if dry_run:
            sql = await line.statements(schema)
            return MigrationReport(engine, (), {}, schema.pending, sql, None, await _count_rows())
        if not schema.pending:
            return MigrationReport(engine, (), {}, (), (), None, await _count_rows())
        async with _alone(progress):
            return await _apply(line, url, backup_to, progress)
    finally:
        await close()


async def check(url: str, *, package: str = PACKAGE, modules: Sequence[str] = MODEL_MODULES) -> Schema:
    """Say which migrations a database has and lacks; refuse one that was made by a newer version of this program.

    The database must not be open in this process.
    """
    line = _Line(package)
    if url.startswith("sqlite://") and not _path(url).exists():  # looking must not create the file
        return Schema((), line.names)
    await connect(url, modules)
    try:
        return await line.schema()
    finally:
        await close()


async def open_schema(package: str = PACKAGE) -> Schema:
    """Say which migrations the database that is open in this process has and lacks."""
    return await _Line(package).schema()


class _Line:
    """The migrations that this version of the program knows, in order."""

    def __init__(self, package: str) -> None:
        found = pkgutil.iter_modules(importlib.import_module(package).__path__)
        self.names: Final = tuple(sorted(module.name for module in found if not module.name.startswith("_")))
        self._package: Final = package

    def _migration(self, name: str) -> Migration:
        migration: Migration = importlib.import_module(f"{self._package}.{name}").Migration(name, APP)
        if not migration.atomic:
            raise MigrationRefused(f"The migration {name} is not atomic; only such as can be undone are applied.")
        return migration

    async def schema(self) -> Schema:
        """Return what the open database has; refuse what this program cannot know."""
        tables = await _tables()
        if RECORD not in tables:
            if tables:
                raise MigrationRefused("The database has tables that this program did not make; give it an empty one.")
            return Schema((), self.names)
        found = await rows(f"SELECT name FROM {RECORD} WHERE app = ? ORDER BY id", APP)  # noqa: S608
        applied = tuple(str(row["name"]) for row in found)
        if unknown := [name for name in applied if name not in self.names]:
            raise MigrationRefused(
                f"The database was made by a newer version of this program (it has {', '.join(unknown)}). "
                "Install that version, or restore a backup from before the update."
            )
        return Schema(applied, tuple(name for name in self.names if name not in applied))

    async def _state(self, applied: Sequence[str]) -> State:
        """Return the models as the applied migrations left them."""
        state = State(models={}, apps=StateApps(default_connections={APP: NAME}))
        for name in applied:
            await self._migration(name).apply(state, dry_run=True)
        return state

    async def statements(self, schema: Schema) -> tuple[str, ...]:
        """Return the SQL of what is pending."""
        state, editor = await self._state(schema.applied), schema_editor(client(), collect_sql=True)
        for name in schema.pending:
            await self._migration(name).apply(state, schema_editor=editor, collect_sql=True)
        return tuple(editor.collected_sql)

    async def apply(self, schema: Schema, progress: Progress) -> dict[str, float]:
        """Apply what is pending, in the transaction of the caller; return how long each step took."""
        state, editor, took = await self._state(schema.applied), schema_editor(client()), {}
        await MigrationRecorder(client()).ensure_schema(editor)
        for name in schema.pending:
            progress(f"applying {name}")
            begun, before, migration = time.perf_counter(), await _count_rows(), self._migration(name)
            try:
                await _carry_out(migration, state, editor)
            except Exception as error:
                raise MigrationRefused(f"The migration {name} failed: {error}") from error
            _refuse_loss(name, before, await _count_rows(), getattr(migration, "may_lose", ()))
            await execute(f"INSERT INTO {RECORD} (app, name, applied_at) VALUES (?, ?, ?)", APP, name, now())  # noqa: S608
            took[name] = round(time.perf_counter() - begun, 3)
        return took


async def _carry_out(migration: Migration, state: State, editor: BaseSchemaEditor) -> None:
    # What Migration.apply does, but without a copy of all models before an operation that needs none: half the time.
    for operation in migration.operations:
        before = state if isinstance(operation, (CreateModel, RunSQL)) else state.clone()
        operation.state_forward(APP, state)
        await operation.database_forward(APP, before, state, editor)
    state.validate_relations_initialized()


async def _apply(line: _Line, url: str, backup_to: Path | None, progress: Progress) -> MigrationReport:
    schema = await line.schema()  # again: another process may have done it while this one waited
    backup = None
    if dialect() == "sqlite" and schema.applied and schema.pending and backup_to is not None:
        backup = backup_to / f"before-{schema.pending[0]}-{now():%Y%m%d-%H%M%S}.sqlite3"
        progress(f"backing up to {backup}")
        await asyncio.to_thread(_copy, _path(url), backup)
    broken = await _broken_references()
    took = await line.apply(schema, progress) if schema.pending else {}
    if new := await _broken_references() - broken:
        raise MigrationRefused(f"Rows would refer to rows that are gone: {', '.join(sorted(new))}")
    kept = None if backup is None else str(backup)
    return MigrationReport(dialect(), tuple(took), took, (), (), kept, await _count_rows())


@asynccontextmanager
async def _alone(progress: Progress) -> AsyncIterator[None]:
    """Open the one transaction of a migration; whoever comes meanwhile waits."""
    if dialect() == "postgres":
        async with transaction():
            await rows("SELECT pg_advisory_xact_lock(?)", _LOCK)
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


async def _count_rows() -> Counts:
    counts = {}
    for table in await _tables():
        if table != RECORD:
            counts[table] = int((await rows(f'SELECT count(*) AS n FROM "{table}"'))[0]["n"])  # noqa: S608
    return counts


async def _tables() -> list[str]:
    if dialect() == "postgres":
        found = await rows("SELECT tablename AS name FROM pg_tables WHERE schemaname = current_schema() ORDER BY 1")
    else:
        found = await rows(
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY 1"
        )
    return [str(row["name"]) for row in found]


def _refuse_loss(name: str, before: Counts, after: Counts, may_lose: Sequence[str]) -> None:
    lost = [
        f"{table} had {count}, would have {after.get(table, 0)}"
        for table, count in before.items()
        if after.get(table, 0) < count and table not in may_lose
    ]
    if lost:
        raise MigrationRefused(f"The migration {name} would lose rows: {'; '.join(lost)}.")


async def _broken_references() -> set[str]:
    if dialect() == "postgres":
        return set()  # it never lets them come about
    found = await rows("PRAGMA foreign_key_check")
    return {f"{row['table']} {row['rowid']} to {row['parent']}" for row in found}


def _path(url: str) -> Path:
    return Path(url.removeprefix("sqlite://").partition("?")[0])


def _copy(path: Path, to: Path) -> None:
    to.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    # Reads the last committed state beside the open transaction, and never overwrites.
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("VACUUM INTO ?", (str(to),))
    to.chmod(0o600)

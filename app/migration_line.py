"""The migrations that this program knows, in order, and what they make of a database."""

import importlib
import pkgutil
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from tortoise.migrations.migration import Migration
from tortoise.migrations.operations import AddField, AlterModelOptions, CreateModel, Operation, RunPython, RunSQL
from tortoise.migrations.recorder import MigrationRecorder
from tortoise.migrations.schema_editor import BaseSchemaEditor
from tortoise.migrations.schema_generator.state import ModelState, State

from app.migration_state import APP, Outline
from base.clock import now
from base.db import dialect, execute, rows
from base.db.connection import client
from base.db.schema_editors import schema_editor
from base.errors import Failure

PACKAGE: Final = "app.migrations"
RECORD: Final = "tortoise_migrations"
_NEEDING_NOTHING: Final = (AddField, AlterModelOptions, CreateModel, RunSQL)

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


def silent(line: str) -> None:
    """Say nothing."""


class Line:
    """The migrations that this version of the program knows, in order."""

    def __init__(self, package: str = PACKAGE) -> None:
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
        tables = await table_names()
        if RECORD not in tables:
            if tables:
                raise MigrationRefused("The database has tables that this program did not make; give it an empty one.")
            return Schema((), self.names)
        found = await rows(f"SELECT name FROM {RECORD} WHERE app = ? ORDER BY id", APP)  # noqa: S608
        applied = tuple(str(row["name"]) for row in found)
        return self.known(applied)

    def known(self, applied: Sequence[str]) -> Schema:
        """Return what of this program's migrations is in `applied`, and what is not; refuse a newer program's."""
        if unknown := [name for name in applied if name not in self.names]:
            raise MigrationRefused(
                f"The database was made by a newer version of this program (it has {', '.join(unknown)}). "
                "Install that version, or restore a backup from before the update."
            )
        return Schema(tuple(applied), tuple(name for name in self.names if name not in applied))

    def model_states(self, applied: Sequence[str]) -> list[ModelState]:
        """Return what is known of each table after some migrations; quicker than building the models."""
        return list(self._outline(applied).models.values())

    def _outline(self, applied: Sequence[str]) -> Outline:
        state = Outline({})
        for name in applied:
            for operation in self._migration(name).operations:
                operation.state_forward(APP, state)
        return state

    async def statements(self, schema: Schema) -> tuple[str, ...]:
        """Return the SQL of what is pending."""
        state, editor = self._outline(schema.applied), schema_editor(client(), collect_sql=True)
        for name in schema.pending:
            await self._migration(name).apply(state, schema_editor=editor, collect_sql=True)
        return tuple(editor.collected_sql)

    async def apply(self, schema: Schema, progress: Progress) -> dict[str, float]:
        """Apply what is pending, in the transaction of the caller; return how long each step took."""
        state, editor, took = self._outline(schema.applied), schema_editor(client()), {}
        await MigrationRecorder(client()).ensure_schema(editor)
        for name in schema.pending:
            progress(f"applying {name}")
            begun, before, migration = time.perf_counter(), await count_rows(), self._migration(name)
            try:
                await _carry_out(migration, state, editor)
            except Exception as error:
                raise MigrationRefused(f"The migration {name} failed: {error}") from error
            _refuse_loss(name, before, await count_rows(), getattr(migration, "may_lose", ()))
            await execute(f"INSERT INTO {RECORD} (app, name, applied_at) VALUES (?, ?, ?)", APP, name, now())  # noqa: S608
            took[name] = round(time.perf_counter() - begun, 3)
        return took


async def _carry_out(migration: Migration, state: Outline, editor: BaseSchemaEditor) -> None:
    # What Migration.apply does, but tables that are made one after the other may refer to each other.
    for is_made, steps in groupby(migration.operations, lambda one: isinstance(one, CreateModel)):
        operations = list(steps)
        if is_made:
            for operation in operations:
                operation.state_forward(APP, state)
        for operation in operations:
            before = _before(operation, state)
            if not is_made:
                operation.state_forward(APP, state)
            await operation.database_forward(APP, before, state, editor)
    state.validate_relations_initialized()


def _before(operation: Operation, state: Outline) -> State:
    if isinstance(operation, _NEEDING_NOTHING):
        return state
    return state.whole() if isinstance(operation, RunPython) else state.clone()


async def count_rows() -> Counts:
    """Return how many rows each table of the open database has."""
    counts = {}
    for table in await table_names():
        if table != RECORD:
            counts[table] = int((await rows(f'SELECT count(*) AS n FROM "{table}"'))[0]["n"])  # noqa: S608
    return counts


async def table_names() -> list[str]:
    """Return the tables of the open database."""
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


async def refuse_newer() -> None:
    """Refuse to work on an open database that was made by a newer version of this program."""
    if RECORD in await table_names():
        await Line().schema()


async def refuse_other() -> None:
    """Refuse to work on an open database of a newer version, or of an older one."""
    if RECORD in await table_names() and (await Line().schema()).pending:
        raise MigrationRefused("The database is of an older version of this program. First: commonplace upgrade")

"""Packages of migrations made by a test, and a look at what tables a database has."""

import importlib
import itertools
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import pytest
from tortoise.migrations.operations import Operation
from tortoise.migrations.writer import MigrationWriter

from base import db

_numbers = itertools.count(1)


class Package:
    """A package of migrations, and beside it the models that they lead to."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.name = f"made_migrations_{next(_numbers)}"
        self.models = f"{self.name}_models"
        self._folder = folder
        (folder / self.name).mkdir()
        (folder / self.name / "__init__.py").write_text("")
        monkeypatch.syspath_prepend(str(folder))

    def write(self, name: str, operations: Iterable[Operation], *, after: str | None = None) -> None:
        """Write a migration of these operations."""
        writer = MigrationWriter(
            name, "models", list(operations), dependencies=[("models", after)] if after else [], initial=not after
        )
        self.write_text(name, writer.as_string())

    def write_sql(self, name: str, sql: str, *, after: str, more: str = "") -> None:
        """Write a migration of SQL, and perhaps more lines of the class."""
        self.write_text(
            name,
            "from tortoise import migrations\nfrom tortoise.migrations import operations as ops\n\n"
            f"class Migration(migrations.Migration):\n    dependencies = [('models', {after!r})]\n    {more}\n"
            f"    operations = [ops.RunSQL({sql!r})]\n",
        )

    def write_text(self, name: str, text: str) -> None:
        (self._folder / self.name / f"{name}.py").write_text(text)
        importlib.invalidate_caches()

    def write_models(self, text: str) -> None:
        """Write the models, anew if there were some."""
        (self._folder / f"{self.models}.py").write_text(
            "from tortoise import fields\nfrom tortoise.models import Model\n\n" + text
        )
        importlib.invalidate_caches()
        sys.modules.pop(self.models, None)


async def contents() -> dict[str, list[dict[str, Any]]]:
    """Return every row of every table of the open database."""
    return {
        table: await db.rows(f'SELECT * FROM "{table}" ORDER BY 1')
        for table in await tables()
        if table != "tortoise_migrations"
    }


async def tables() -> list[str]:
    """Return the tables of the open database."""
    sql = (
        "SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"
        if db.dialect() == "postgres"
        else "SELECT name FROM sqlite_schema WHERE type = 'table' AND substr(name, 1, 7) <> 'sqlite_' ORDER BY 1"
    )
    return [row["name"] for row in await db.rows(sql)]


async def shape() -> dict[str, dict[str, Any]]:
    """Return columns, indexes and foreign keys of every table; the columns that an index of a key alone has apart."""
    look = _shape_on_postgres if db.dialect() == "postgres" else _shape_on_sqlite
    return {table: await look(table) for table in await tables() if table != "tortoise_migrations"}


async def _shape_on_sqlite(table: str) -> dict[str, Any]:
    columns = await db.rows('SELECT name, type, "notnull", dflt_value, pk FROM pragma_table_info(?)', table)
    keys = await db.rows('SELECT "from", "table", "to", on_delete FROM pragma_foreign_key_list(?)', table)
    indexes = []
    for index in await db.rows('SELECT name, "unique" FROM pragma_index_list(?)', table):
        parts = await db.rows("SELECT name FROM pragma_index_info(?) ORDER BY seqno", index["name"])
        indexes.append((bool(index["unique"]), tuple(part["name"] for part in parts), index["name"]))
    return _sorted_shape([tuple(row.values()) for row in columns], indexes, [tuple(row.values()) for row in keys])


async def _shape_on_postgres(table: str) -> dict[str, Any]:
    columns = await db.rows(
        "SELECT column_name, data_type, character_maximum_length, is_nullable, column_default, is_identity "
        "FROM information_schema.columns WHERE table_name = ? AND table_schema = 'public'",
        table,
    )
    indexes = await db.rows(
        "SELECT c.relname AS name, i.indisunique AS only, ARRAY(SELECT a.attname::text FROM unnest(i.indkey) "
        "WITH ORDINALITY AS k(number, place) JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.number "
        "ORDER BY k.place) AS columns FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid "
        "WHERE i.indrelid = to_regclass(?)",
        f'"{table}"',
    )
    keys = await db.rows(
        "SELECT pg_get_constraintdef(oid) AS meaning FROM pg_constraint "
        "WHERE contype = 'f' AND conrelid = to_regclass(?)",
        f'"{table}"',
    )
    return _sorted_shape(
        [tuple(row.values()) for row in columns],
        [(row["only"], tuple(row["columns"]), row["name"]) for row in indexes],
        [tuple(row.values()) for row in keys],
    )


def _sorted_shape(
    columns: Sequence[tuple[Any, ...]], indexes: Sequence[tuple[bool, tuple[str, ...], str]], keys: Sequence[Any]
) -> dict[str, Any]:
    return {
        "columns": sorted(columns, key=repr),
        "indexes": sorted({(only, parts) for only, parts, name in indexes if not name.startswith("fk_")}, key=repr),
        "keys": sorted(keys, key=repr),
        "searchable": {parts[0] for _, parts, _ in indexes if parts},
    }

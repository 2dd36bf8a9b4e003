"""Fill an empty database with rows as they were, and compare what is in it then with what was meant."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

from tortoise.exceptions import BaseORMException

from app.backup.lines import Lines
from app.backup.shape import Table
from app.backup.snapshot import Snapshot, rows_of
from app.migration_line import Line, Schema, silent, table_names
from base.db import dialect, execute, rows
from base.db.connection import client
from base.db.driver import or_driver_fails
from base.errors import Conflict, Invalid


@dataclass(frozen=True, slots=True)
class Sum:
    """How many rows a table has, and a checksum of what is in them."""

    rows: int
    sha256: str


class Adding:
    """Adds up the rows of a table, in the order of their ids, to a `Sum`."""

    def __init__(self) -> None:
        self.rows = 0
        self._digest = hashlib.sha256()

    def add(self, measure: bytes) -> None:
        """Add a row."""
        self.rows += 1
        self._digest.update(measure)

    def sum(self) -> Sum:
        """Return what came of it."""
        return Sum(self.rows, self._digest.hexdigest())


async def make_tables(applied: Sequence[str]) -> None:
    """Make the tables as some migrations leave them, in an empty open database and the caller's transaction."""
    if await table_names():
        raise Conflict("The database is not empty. Give an empty one: nothing is ever written over what is there.")
    if dialect() == "postgres" and (await rows("SELECT to_regnamespace('search') IS NOT NULL AS there"))[0]["there"]:
        raise Conflict("The database holds a search index of before. Drop it first: DROP SCHEMA search CASCADE")
    line = Line()
    await line.apply(Schema((), tuple(line.known(applied).applied)), silent)


async def take_keys_off() -> list[str]:
    """Take the foreign keys off every table, so that rows can come in any order; return how to put them back."""
    if dialect() == "sqlite":
        return []  # whoever opened it has switched them off
    found = await rows(
        "SELECT conrelid::regclass::text AS name, quote_ident(conname) AS key, pg_get_constraintdef(oid) AS meaning"
        " FROM pg_constraint WHERE contype = 'f' AND connamespace = current_schema()::regnamespace ORDER BY conname"
    )
    for row in found:
        await execute(f"ALTER TABLE {row['name']} DROP CONSTRAINT {row['key']}")
    return [f"ALTER TABLE {row['name']} ADD CONSTRAINT {row['key']} {row['meaning']}" for row in found]


async def empty(tables: Sequence[Table]) -> None:
    """Take out what a migration put into tables that it made."""
    for table in tables:
        await execute(f'DELETE FROM "{table.name}"')  # noqa: S608


async def put_keys_on(keys: Sequence[str]) -> None:
    """Put the foreign keys back; every row is looked at."""
    try:
        for key in keys:
            await execute(key)
    except Exception as error:
        raise Invalid({"database": f"A row points at one that is not there: {error}"}) from error
    if dialect() == "sqlite" and (broken := await rows("PRAGMA foreign_key_check")):
        row = broken[0]
        raise Invalid({"database": f"{row['table']} {row['rowid']} points at a row of {row['parent']} that is gone."})


async def insert(table: Table, values: Sequence[list[Any]]) -> None:
    """Write rows into a table of the open database, in the caller's transaction."""
    if not values:
        return
    try:
        if dialect() == "sqlite":
            names = ", ".join(f'"{name}"' for name in table.names)
            marks = ", ".join("?" * len(table.names))
            await client().execute_many(f'INSERT INTO "{table.name}" ({names}) VALUES ({marks})', list(values))  # noqa: S608
        else:
            connection = cast(Any, client()).connection
            await connection.copy_records_to_table(table.name, records=values, columns=table.names)
    except or_driver_fails(BaseORMException, ValueError, TypeError) as error:
        first, last = values[0][0], values[-1][0]
        told = f"A row of {table.name} between id {first} and {last} does not fit into the database: {error}"
        raise Invalid({"database": told}) from error


async def set_last_id(table: str, last: int) -> None:
    """Let the next row of a table get the id after `last`, or after the highest one there is."""
    highest = (await rows(f'SELECT COALESCE(MAX(id), 0) AS n FROM "{table}"'))[0]["n"]  # noqa: S608
    last = max(last, int(highest))
    if dialect() == "postgres":
        await rows(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), {max(last, 1)}, {last > 0})")
    elif last and not await execute("UPDATE sqlite_sequence SET seq = ? WHERE name = ?", last, table):
        await execute("INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)", table, last)


async def sums(snapshot: Snapshot, table: Table) -> Sum:
    """Add up the rows of a table."""
    lines, adding = Lines(table), Adding()
    async for batch in rows_of(snapshot, table):
        for row in batch:
            values = lines.plain(row)
            adding.add(lines.measure(values, lines.line(values)))
    return adding.sum()

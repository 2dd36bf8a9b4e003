"""Copy everything from the database in use into an empty one, on the same engine or the other."""

import asyncio
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from app.backup.filling import Adding, Sum, empty, insert, make_tables, put_keys_on, set_last_id, sums, take_keys_off
from app.backup.lines import Lines
from app.backup.make import Step
from app.backup.shape import Table, tables_of
from app.backup.snapshot import PostgresSnapshot, Snapshot, applied_in, rows_of, snapshot_of
from app.migrate import path_of
from app.prepare import server_runs
from base.db import close, connect, dialect, execute, transaction
from base.db.connection import client
from base.errors import Conflict, Invalid
from base.settings import Settings


@dataclass(frozen=True, slots=True)
class Moved:
    """What was copied and compared, and what the settings must say now."""

    rows: int
    tables: int
    engine: str
    setting: str


async def move_database(now: Settings, url: str, *, step: Step) -> Moved:
    """Copy every row to the empty database at `url`: all of them, compared, or none."""
    if not url.startswith(("sqlite://", "postgres://", "postgresql://", "asyncpg://")):
        raise Invalid({"url": "The address begins with postgres:// (or sqlite:// and the path of a new file)."})
    if server_runs(now):
        raise Conflict(f"A server uses the data folder {now.data_dir}. Stop it first: what it wrote would stay behind.")
    path = path_of(url) if url.startswith("sqlite://") else None
    if path is not None and path.exists():
        raise Conflict(f"{path} is there already; give the path of a new file.")
    partial = path.with_name(f".{path.name}.partial") if path else None
    async with snapshot_of(now.database) as source:
        moved = await _into(source, f"sqlite://{partial.absolute()}" if partial else url, partial, step)
    if path is not None and partial is not None:
        partial.rename(path)
        url = f"sqlite://{path.resolve()}"
    return Moved(sum(one.rows for one in moved.values()), len(moved), url.partition("://")[0], url)


async def _into(source: Snapshot, url: str, partial: Path | None, step: Step) -> dict[str, Sum]:
    applied = await applied_in(source)
    tables = tables_of(applied)
    if partial is not None:
        _delete(partial)
    try:
        await connect(url)
        try:
            if dialect() == "sqlite":
                await execute("PRAGMA foreign_keys = OFF")
            async with transaction():
                meant = await _copy(source, applied, tables, step)
                if partial is None:
                    await _compare(PostgresSnapshot(cast(Any, client()).connection), tables, meant)
        finally:
            await close()
        if partial is not None:
            async with snapshot_of(url) as made:
                await _compare(made, tables, meant)
    except BaseException:
        if partial is not None:
            _delete(partial)
        raise
    return meant


async def _copy(source: Snapshot, applied: tuple[str, ...], tables: list[Table], step: Step) -> dict[str, Sum]:
    await make_tables(applied)
    keys = await take_keys_off()
    await empty(tables)
    meant = {}
    for table in tables:
        lines, adding = Lines(table), Adding()
        fit = lines.for_engine(dialect())
        async for batch in rows_of(source, table):
            plain = [lines.plain(row) for row in batch]
            for values in plain:
                adding.add(lines.measure(values, lines.line(values)))
            await insert(table, [fit(values) for values in plain])
            step(len(batch))
            await asyncio.sleep(0)
        await set_last_id(table.name, await source.last_id(table.name))
        meant[table.name] = adding.sum()
    await put_keys_on(keys)
    return meant


async def _compare(made: Snapshot, tables: list[Table], meant: dict[str, Sum]) -> None:
    for table in tables:
        if await sums(made, table) != meant[table.name]:
            raise Invalid({"database": f"The table {table.name} came out otherwise than it went in; nothing is kept."})


def _delete(file: Path) -> None:
    for ending in ("", "-wal", "-shm"):
        file.with_name(file.name + ending).unlink(missing_ok=True)

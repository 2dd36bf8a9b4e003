"""A site on disk for tests of backups: its folder and its database, which no test has open."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

from app.backup.make import Made, make_backup
from app.backup.places import BY_HAND
from app.backup.shape import tables_of
from app.backup.snapshot import applied_in, snapshot_of
from app.migration_line import Line, Schema, silent
from base import settings
from base.clock import now
from base.db import close, connect, dialect, execute, transaction
from base.settings import Settings


def settled(folder: Path, url: str, **more: Any) -> Settings:
    """Make the settings of a site the ones in force."""
    folder.mkdir(exist_ok=True, parents=True)
    return settings.load(data_dir=folder, database_url=url, demo=False, **more)


@asynccontextmanager
async def inside(site: Settings) -> AsyncIterator[None]:
    """Open the database of a site."""
    settings.use(site)
    await connect(site.database)
    try:
        yield
    finally:
        await close()


async def backed_up(site: Settings, place: Path, **more: Any) -> Made:
    settings.use(site)
    return await make_backup(site, place, BY_HAND, **more)


async def everything(url: str) -> dict[str, list[tuple[Any, ...]]]:
    """Return every row of every table, as the engine gives them, and the last id given."""
    async with snapshot_of(url) as snapshot:
        found = {}
        for table in tables_of(await applied_in(snapshot)):
            names = ", ".join(f'"{name}"' for name in table.names)
            found[table.name] = await snapshot.values(f'SELECT {names} FROM "{table.name}" ORDER BY id')
            found[f"last id of {table.name}"] = [(await snapshot.last_id(table.name),)]
        return found


@contextmanager
def flipped(file: Path, at: int) -> Iterator[None]:
    """Change one bit of a file while the block runs."""
    with file.open("r+b") as out:
        out.seek(at)
        byte = out.read(1)
        out.seek(at)
        out.write(bytes([byte[0] ^ 1]))
    try:
        yield
    finally:
        with file.open("r+b") as out:
            out.seek(at)
            out.write(byte)


async def make_older(url: str, steps: int) -> tuple[str, ...]:
    """Make the tables of a version before the last `steps` migrations; return which are applied."""
    line = Line()
    applied = line.names[:-steps]
    await connect(url)
    try:
        if dialect() == "sqlite":
            await execute("PRAGMA foreign_keys = OFF")
        async with transaction():
            await line.apply(Schema((), applied), silent)
        await execute("INSERT INTO members (handle, name, created_at) VALUES ('old', 'Old', ?)", now())
    finally:
        await close()
    return applied

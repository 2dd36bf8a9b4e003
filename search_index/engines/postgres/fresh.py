"""A new build filled beside the one in use, and put in its place; one at a time for all nodes."""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final

import asyncpg

from base.log import logger
from search_index.document import Document
from search_index.engine import Unavailable
from search_index.engines.postgres import care
from search_index.engines.postgres.connections import LOST, Connections, calmly
from search_index.engines.postgres.labels import Labels
from search_index.engines.postgres.layout import (
    TABLES,
    VERSION,
    Names,
    builds,
    create_build,
    current_build,
    drop_build,
    index_postings,
)
from search_index.engines.postgres.prepare import keys_of, prepare_all
from search_index.engines.postgres.writing import Commit
from search_index.found import Health

Adopt = Callable[[Names, Health], None]

_LOCK: Final = 0x73656172_6368  # any number that nobody else in this database uses
NEWER: Final = "The index belongs to a newer version of this program."
_PAUSE: Final = 0.5
_HOLD: Final = "SELECT number FROM search.current FOR UPDATE"
_SWAP: Final = """
INSERT INTO search.current (layout, number) VALUES ($1, $2)
ON CONFLICT (one) DO UPDATE SET layout = excluded.layout, number = excluded.number
"""


async def _claim(connection: Any) -> None:
    """Take the lock of builders; when another process has finished a build meanwhile, say so instead."""
    before = await current_build(connection)
    waited = False
    while not await connection.fetchval("SELECT pg_try_advisory_lock($1)", _LOCK):
        waited = True
        await asyncio.sleep(_PAUSE)
    now = await current_build(connection)
    if waited and now != before:
        raise Unavailable("Another process has just rebuilt the index.")
    if now is not None and now[0] > VERSION:
        raise Unavailable(NEWER)


async def begin(connections: Connections, adopt: Adopt) -> "FreshIndex":
    """Make the tables of a new build, and remove those that a dead process left behind."""
    with calmly():
        connection = await connections.alone()
        try:
            await _claim(connection)
            names = await create_build(connection)
            made = FreshIndex(connections, connection, names, adopt)
            await made.drop_others()
        except BaseException:
            await connection.close()
            raise
    return made


async def remove_others(connections: Connections) -> None:
    """Remove every build but the one in use, when nobody is making another one."""
    with calmly():
        connection = await connections.alone()
        try:
            await _claim(connection)
            now = await current_build(connection)
            for number in await builds(connection):
                if now is None or number != now[1]:
                    await drop_build(connection, number)
        finally:
            await connection.close()


class FreshIndex:
    """A build that nobody sees before the swap; its connection holds the lock of builders."""

    def __init__(self, connections: Connections, connection: Any, names: Names, adopt: Adopt) -> None:
        self._connections = connections
        self._connection = connection
        self._holder: Any = None
        self._names = names
        self._adopt = adopt
        self._labels = Labels(names.number)

    async def add(self, documents: Sequence[Document]) -> int:
        """Write documents that are not in it yet."""
        rows = await asyncio.to_thread(prepare_all, documents)
        with calmly():
            async with self._connection.transaction():
                await Commit(self._connection, self._names, self._labels).write(rows, new=True)
        return len(rows)

    async def replace(self, documents: Sequence[Document], gone: Iterable[str] = ()) -> int:
        """Write documents, or newer versions, and forget the keys in `gone`."""
        rows = await asyncio.to_thread(prepare_all, documents)
        with calmly():
            await index_postings(self._connection, self._names)
            async with self._connection.transaction():
                await Commit(self._connection, self._names, self._labels).write(rows, keys_of(gone))
        return len(rows)

    async def hold(self) -> None:
        """Keep everybody from writing to the build in use until the swap, or the end; first do what takes long."""
        with calmly():
            await index_postings(self._connection, self._names)
            for table in TABLES:
                await self._connection.execute(f"VACUUM (ANALYZE) {getattr(self._names, table)}")
            # A transaction of its own, for what is written meanwhile must not wait for its end.
            self._holder = await self._connections.alone()
            await self._holder.execute("BEGIN")
            await self._holder.fetchval(_HOLD)

    async def swap(self) -> None:
        """Make it the index in use; the one before it is kept until the next time."""
        if self._holder is None:
            await self.hold()
        with calmly():
            health = await care.look(self._connection, self._names)
            if health.trouble:
                raise Unavailable(f"The new index is not as it should be: {health.trouble}.")
            before = await current_build(self._connection)
            await self._holder.execute(_SWAP, VERSION, self._names.number)
            await self._holder.execute("COMMIT")
            await self.drop_others(keep=before)
            await self._close()
        self._adopt(self._names, health)

    async def drop_others(self, keep: tuple[int, int] | None = None) -> None:
        """Remove every build but this one, the one in use, and the one before it."""
        now = await current_build(self._connection)
        wanted = {self._names.number, *(build[1] for build in (keep, now) if build)}
        await self._connection.execute("SET lock_timeout = '5s'")
        for number in await builds(self._connection):
            if number not in wanted:
                try:
                    await drop_build(self._connection, number)
                except asyncpg.LockNotAvailableError:
                    logger("search").warning("an old index is still being read, and kept", build=number)
        await self._connection.execute("RESET lock_timeout")

    async def abandon(self) -> None:
        """Remove it."""
        try:
            if not self._connection.is_closed():
                await drop_build(self._connection, self._names.number)
        except LOST:  # the next build removes it
            logger("search").warning("an unfinished index was left behind", build=self._names.number)
        finally:
            await self._close()

    async def _close(self) -> None:
        if self._holder is not None:
            await self._holder.close()
        await self._connection.close()

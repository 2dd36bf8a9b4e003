"""Connections to PostgreSQL for the index alone, and what their failures mean to those who search."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any, Final

import asyncpg

from base.db.connection import postgres_address
from base.log import logger
from search_index.engine import Unavailable

READERS: Final = 4
WRITERS: Final = 2
AWAY: Final = "Search cannot reach its database just now. Everything else may work; please try again in a moment."
SLOW: Final = "That search took too long. Please try fewer words."

_CONNECT_SECONDS: Final = 5.0
_LONGEST_SECONDS: Final = 120.0
_IDLE_SECONDS: Final = 300.0
# Plans are made for the values at hand: whether a word is common or rare decides which is best.
_ALWAYS: Final = {"application_name": "commonplace search", "jit": "off", "plan_cache_mode": "force_custom_plan"}
_READING: Final = {"max_parallel_workers_per_gather": "0"}
# The journal's own commit comes after the index's and reaches the disk with everything before it.
_WRITING: Final = {"synchronous_commit": "off", "lock_timeout": "30s"}
_BUILDING: Final = {"synchronous_commit": "off", "maintenance_work_mem": "256MB"}

LOST: Final = (
    OSError, asyncpg.InterfaceError, asyncpg.PostgresConnectionError, asyncpg.CannotConnectNowError,
    asyncpg.AdminShutdownError, asyncpg.CrashShutdownError, asyncpg.TooManyConnectionsError,
    asyncpg.InvalidAuthorizationSpecificationError, asyncpg.InvalidCatalogNameError,
)  # fmt: skip
_OVER: Final = (TimeoutError, asyncpg.QueryCanceledError, asyncpg.LockNotAvailableError)


@contextmanager
def calmly() -> Any:
    """Turn a lost connection, or a statement over its time, into Unavailable."""
    try:
        yield
    except _OVER as error:
        raise Unavailable(SLOW) from error
    except LOST as error:
        logger("search").warning("no connection for the index", trouble=f"{type(error).__name__}: {error}")
        raise Unavailable(AWAY) from error


async def _nothing_to_reset(_: Any) -> None:
    pass


class Connections:
    """A few connections for reading and for writing; a lost one is replaced when the next is asked for."""

    def __init__(self, url: str, seconds: float) -> None:
        self._address = postgres_address(url)
        self._limit = {"statement_timeout": str(max(1, int(seconds * 1000)))}
        self._readers: Any = None
        self._writers: Any = None

    async def open(self) -> None:
        """Make the pools; connections are made when they are needed."""
        if self._readers is None:
            self._readers = await self._pool(READERS, _READING | self._limit)
            self._writers = await self._pool(WRITERS, _WRITING)

    async def _pool(self, most: int, settings: dict[str, str]) -> Any:
        return await asyncpg.create_pool(
            **self._address, min_size=0, max_size=most, timeout=_CONNECT_SECONDS, reset=_nothing_to_reset,
            command_timeout=_LONGEST_SECONDS,
            server_settings=_ALWAYS | settings, max_inactive_connection_lifetime=_IDLE_SECONDS,
        )  # fmt: skip

    @asynccontextmanager
    async def _lent(self, pool: Any, **kind: Any) -> AsyncIterator[Any]:
        if pool is None:
            raise Unavailable("Search is not running.")
        connection = await _acquired(pool)
        try:
            async with connection.transaction(**kind):
                yield connection
        finally:
            await pool.release(connection)

    def reading(self) -> Any:
        """Lend a connection that sees one state of the index for as long as the block runs."""
        return self._lent(self._readers, isolation="repeatable_read", readonly=True)

    def writing(self) -> Any:
        """Lend a connection whose writes happen together or not at all."""
        return self._lent(self._writers)

    async def alone(self) -> Any:
        """Make a connection of its own, without a time limit, for building an index."""
        return await asyncpg.connect(**self._address, timeout=_CONNECT_SECONDS, server_settings=_ALWAYS | _BUILDING)

    async def close(self) -> None:
        """Close every connection."""
        pools, self._readers, self._writers = (self._readers, self._writers), None, None
        for pool in pools:
            if pool is not None:
                try:
                    await pool.close()
                except LOST:
                    pool.terminate()


_making: Final[set[asyncio.Task[Any]]] = set()


async def _acquired(pool: Any) -> Any:
    """Return a connection; a new one is made to the end even when the task that asks is cancelled."""
    # Otherwise asyncpg leaves half of one behind, and tells the event loop of it.
    if pool.get_idle_size():
        return await pool.acquire()
    making = asyncio.ensure_future(_made(pool))
    _making.add(making)
    making.add_done_callback(_making.discard)
    try:
        return await asyncio.shield(making)
    except asyncio.CancelledError:
        making.add_done_callback(lambda done: _give_back(pool, done))
        raise


async def _made(pool: Any) -> Any:
    return await pool.acquire()


def _give_back(pool: Any, done: "asyncio.Task[Any]") -> None:
    if not done.cancelled() and done.exception() is None:
        giving = asyncio.ensure_future(pool.release(done.result()))
        _making.add(giving)
        giving.add_done_callback(_making.discard)

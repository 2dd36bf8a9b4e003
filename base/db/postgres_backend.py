"""Tortoise on PostgreSQL, with the same promises about cancelled tasks, foreign tasks and failed commits as SQLite's.

Tortoise's own backend loses a pooled connection whenever a task is cancelled while its transaction begins, and takes
the ROLLBACK with which PostgreSQL answers the COMMIT of a failed transaction for success.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from types import TracebackType
from typing import Any, Final, TypeVar, cast

import asyncpg
from tortoise.backends.asyncpg.client import AsyncpgDBClient
from tortoise.backends.base.client import TransactionContext
from tortoise.backends.base_postgres.client import translate_exceptions
from tortoise.connection import ConnectionToken, get_connections
from tortoise.exceptions import TransactionManagementError

from base.db.background import in_background, surely
from base.db.ownership import ENDED_BY_ENGINE, Ownership, savepoint_name
from base.db.timing import Timed
from base.db.trouble import lost
from base.db.values import bindable
from base.log import logger

T = TypeVar("T")

POOL: Final = 10
_ENDING: Final = 10.0  # seconds for a cancelled statement to end, before its connection is cut
_PATIENCE: Final = (0.01, 0.05, 0.2, 1.0)


class PostgresBackend(AsyncpgDBClient):
    """The open database: a pool of connections."""

    def __init__(self, **settings: Any) -> None:
        settings = {"maxsize": POOL, "reset": _nothing_to_reset, **settings}
        super().__init__(**settings)

    def _in_transaction(self) -> TransactionContext:
        return _TransactionBlock(self)

    async def lend(self) -> Any:
        """Take a connection out of the pool."""
        if self._pool is None:
            async with self._pool_init_lock:
                if self._pool is None:
                    await self.create_connection(with_db=True)
        pool = cast(Any, self._pool)
        if pool.get_idle_size():
            return await pool.acquire()
        # A new connection is made to the end even if the task is cancelled: half of one would be left behind.
        making = in_background(_acquired(pool))
        try:
            return await asyncio.shield(making)
        except asyncio.CancelledError:
            making.add_done_callback(self._unwanted)
            raise

    def _unwanted(self, making: asyncio.Task[Any]) -> None:
        if making.cancelled():  # the program ends
            return
        if (error := making.exception()) is not None:
            logger("database").warning("no connection, and nobody waiting for it", exc_info=error)
        else:
            in_background(self.take_back(making.result()))

    def acquire_connection(self) -> Any:
        """Lend a connection for one statement."""
        return self._lent()

    @asynccontextmanager
    async def _lent(self) -> AsyncIterator[Any]:
        connection = await self.lend()
        try:
            yield connection
        finally:
            await self.take_back(connection)

    async def take_back(self, connection: Any) -> None:
        """Put a connection back into the pool."""
        if self._pool is not None:
            await self._pool.release(connection, timeout=_ENDING)

    async def execute_query(self, query: str, values: list[Any] | None = None) -> tuple[int, list[dict[str, Any]]]:
        """Run a statement; return how many rows it changed or found, and the rows."""
        with Timed(query):
            return cast(tuple[int, list[dict[str, Any]]], await super().execute_query(query, bindable(values)))

    async def execute_query_dict(self, query: str, values: list[Any] | None = None) -> list[dict[str, Any]]:
        """Run a statement and return its rows."""
        with Timed(query):
            return cast(list[dict[str, Any]], await super().execute_query_dict(query, bindable(values)))

    async def look_up(self, query: str, values: list[Any]) -> list[dict[str, Any]]:
        """Run a statement that finds a few rows by an index."""
        return await self.execute_query_dict(query, values)

    async def put(self, query: str, values: list[Any]) -> list[dict[str, Any]]:
        """Run a statement that changes few rows, and return the rows it returns."""
        return await self.execute_query_dict(query, values)

    @translate_exceptions
    async def execute_count(self, query: str, values: list[Any] | None = None) -> int:
        """Run a statement and return how many rows it changed."""
        with Timed(query):
            return await self._counted(query, values)

    async def _counted(self, query: str, values: list[Any] | None) -> int:
        async with self.acquire_connection() as connection:
            self.log.debug("%s: %s", query, values)
            last = str(await connection.execute(query, *bindable(values))).rpartition(" ")[2]
            return int(last) if last.isdigit() else 0

    async def execute_insert(self, query: str, values: list[Any]) -> Any:
        """Insert a row and return what the statement returns."""
        with Timed(query):
            return await super().execute_insert(query, bindable(values))

    async def execute_many(self, query: str, values: list[list[Any]]) -> None:
        """Run a statement for every list of values: all of them or none."""
        async with _TransactionBlock(self) as transaction:
            await transaction.execute_many(query, values)


class PostgresTransaction(PostgresBackend):
    """What runs the statements of a transaction, and of tasks started in it for as long as they live."""

    def __init__(self, root: PostgresBackend, connection: Any) -> None:
        # Not the constructor of the backend: this one has no address and no pool of its own.
        self.log = root.log
        self.connection_name = root.connection_name
        self.fetch_inserted = root.fetch_inserted
        self.root: Final = root
        self.ownership: Final = Ownership()
        self.connection: Final = connection
        self.lock: Final = asyncio.Lock()

    def _in_transaction(self) -> TransactionContext:
        return _TransactionBlock(self.root) if self.ownership.over else _SavepointBlock(self)

    @asynccontextmanager
    async def _lent(self) -> AsyncIterator[Any]:
        # The transaction's connection; once it is over, one of the pool.
        async with self.lock:
            if not self.ownership.over:
                yield self.connection
                return
        async with self.root.acquire_connection() as connection:
            yield connection

    async def execute_many(self, query: str, values: list[list[Any]]) -> None:
        """Run a statement for every list of values."""
        if self.ownership.over:
            await self.root.execute_many(query, values)
        else:
            with Timed(query):
                await self._execute_many(query, [bindable(one) for one in values])

    @translate_exceptions
    async def _execute_many(self, query: str, values: list[list[Any]]) -> None:
        async with self.acquire_connection() as connection:
            self.log.debug("%s: %s", query, values)
            sending = in_background(connection.executemany(query, values))
            try:
                await asyncio.shield(sending)
            except asyncio.CancelledError:
                # asyncpg takes a cancel here for itself, and then it and the server wait for each other for ever.
                sending.add_done_callback(lambda task: task.cancelled() or task.exception())
                connection.terminate()
                raise

    async def close(self) -> None:
        """Leave the pool alone: it is the backend's."""


class _TransactionBlock(TransactionContext):
    _transaction: PostgresTransaction
    _token: ConnectionToken

    def __init__(self, root: PostgresBackend) -> None:
        self._root: Final = root

    async def __aenter__(self) -> PostgresTransaction:  # type: ignore[override]
        connection = await self._begun()
        self._transaction = PostgresTransaction(self._root, connection)
        self._token = get_connections().set(self._root.connection_name, self._transaction)
        return self._transaction

    async def _begun(self) -> Any:
        """Return a connection on which a transaction has begun; a lost one is found out only now, and left."""
        tries = 0
        while True:
            connection, tries = await self._root.lend(), tries + 1
            try:
                await connection.execute("BEGIN")
            except lost():
                connection.terminate()
                await surely(self._root.take_back(connection))
                if tries > POOL:
                    raise
            except BaseException:
                await surely(self._give_up(connection))
                raise
            else:
                return connection

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._transaction.ownership.over = True
        try:
            get_connections().reset(self._token)
        finally:
            await surely(self._end(keep=kind is None))

    async def _end(self, *, keep: bool) -> None:
        connection = self._transaction.connection
        async with self._transaction.lock:  # a statement of another task may be under way
            if not keep:
                await self._give_up(connection)
                return
            try:
                answer = await connection.execute("COMMIT")
            except BaseException:
                await self._give_up(connection)
                raise
            await self._root.take_back(connection)
        if answer != "COMMIT":
            raise TransactionManagementError(ENDED_BY_ENGINE)

    async def _give_up(self, connection: Any) -> None:
        try:
            await _roll_back(connection)
        finally:
            await self._root.take_back(connection)


class _SavepointBlock(TransactionContext):
    def __init__(self, transaction: PostgresTransaction) -> None:
        self._transaction: Final = transaction
        self._name: Final = savepoint_name()

    async def __aenter__(self) -> PostgresTransaction:  # type: ignore[override]
        self._transaction.ownership.check()
        await self._transaction.execute_script(f"SAVEPOINT {self._name}")
        return self._transaction

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        undo = f"ROLLBACK TO {self._name}; RELEASE {self._name}"
        await surely(self._transaction.execute_script(f"RELEASE {self._name}" if kind is None else undo))


async def _roll_back(connection: Any) -> None:
    """Roll back; a statement that was cancelled may still be ending at the server, so ask again for a while."""
    for wait in _PATIENCE:
        try:
            await connection.execute("ROLLBACK")
        except asyncpg.InterfaceError:
            if _is_gone(connection):
                return
            await asyncio.sleep(wait)
        else:
            return
    connection.terminate()


def _is_gone(connection: Any) -> bool:
    try:
        return bool(connection.is_closed())
    except asyncpg.InterfaceError:  # it was cut, and is no longer the pool's
        return True


async def _nothing_to_reset(connection: Any) -> None:
    """Leave a returned connection as it is: nothing here changes its settings, and asking costs a journey each time."""


async def _acquired(pool: Any) -> Any:
    return await pool.acquire()


client_class = PostgresBackend

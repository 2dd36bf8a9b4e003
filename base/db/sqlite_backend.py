"""Tortoise on SQLite, hardened: one writing connection, a few that read beside it.

Tortoise's own backend has one connection behind one lock. A request cancelled at the wrong moment keeps that lock
for good, a slow query holds up everybody, and a task that outlives its transaction writes into another's.
docs/decisions/database.md tells what was seen and why it is done this way.
"""

import asyncio
import sqlite3
from collections.abc import Sequence
from types import TracebackType
from typing import Any, Final, cast

from tortoise.backends.base.client import BaseDBAsyncClient, TransactionContext
from tortoise.backends.sqlite.client import SqliteClient
from tortoise.connection import ConnectionToken, get_connections
from tortoise.exceptions import ConfigurationError

from base.db import sqlite_statements as sqlite
from base.db.ownership import Ownership, savepoint_name
from base.db.threads import ConnectionThreads, T, Work
from base.db.timing import TALLIES, Timed
from base.db.values import bindable

READERS: Final = 4
PRAGMAS: Final = {
    "journal_mode": "WAL",
    "synchronous": "NORMAL",  # in WAL mode safe against a crash of the process, and half as fast again
    "foreign_keys": "ON",
    "wal_autocheckpoint": "4000",  # pages; each time a commit waits for the disk, and so do all behind it
    "journal_size_limit": str(64 * 1024 * 1024),
}


class SqliteStatements(BaseDBAsyncClient):
    """Everything Tortoise asks of a client, put as work for the thread that owns the connection."""

    executor_class = SqliteClient.executor_class
    query_class = SqliteClient.query_class
    schema_generator = SqliteClient.schema_generator
    capabilities = SqliteClient.capabilities

    async def _read(self, work: Work[T]) -> T:
        raise NotImplementedError

    async def _write(self, work: Work[T], *, many: bool = False) -> T:
        raise NotImplementedError

    async def _run(self, sql: str, values: Sequence[Any] | None) -> tuple[int, sqlite.Rows]:
        self.log.debug("%s: %s", sql, values)
        work = sqlite.fetch(sql, bindable(values))
        with Timed(sql), sqlite.Translated():
            return await (self._read(work) if sqlite.only_reads(sql) else self._write(work))

    async def execute_query(self, query: str, values: list[Any] | None = None) -> tuple[int, sqlite.Rows]:
        """Run a statement; return how many rows it changed or found, and the rows."""
        return await self._run(query, values)

    async def execute_query_dict(self, query: str, values: list[Any] | None = None) -> sqlite.Rows:
        """Run a statement and return its rows."""
        return (await self._run(query, values))[1]

    async def look_up(self, query: str, values: list[Any]) -> sqlite.Rows:
        """Run a statement that takes no longer than asking a thread to run it."""
        return await self.execute_query_dict(query, values)

    async def put(self, query: str, values: list[Any]) -> sqlite.Rows:
        """Run a statement that changes few rows, and return the rows it returns."""
        return await self.execute_query_dict(query, values)

    async def execute_count(self, query: str, values: list[Any] | None = None) -> int:
        """Run a statement and return how many rows it changed."""
        return (await self._run(query, values))[0]

    async def execute_insert(self, query: str, values: list[Any]) -> int:
        """Insert a row and return its id."""
        self.log.debug("%s: %s", query, values)
        with Timed(query), sqlite.Translated():
            return await self._write(sqlite.insert(query, bindable(values)))

    async def execute_many(self, query: str, values: list[list[Any]]) -> None:
        """Run a statement for every list of values: all of them or none."""
        self.log.debug("%s: %s", query, values)
        with Timed(query), sqlite.Translated():
            await self._write(sqlite.many(query, [bindable(one) for one in values]), many=True)

    async def execute_script(self, query: str) -> None:
        """Run several statements."""
        self.log.debug("%s", query)
        with Timed(query), sqlite.Translated():
            await self._write(sqlite.script(query))


class SqliteBackend(SqliteStatements):
    """The open database."""

    def __init__(self, file_path: str, *, readers: int | str = READERS, **settings: Any) -> None:
        super().__init__(settings.pop("connection_name"), settings.pop("fetch_inserted", True))
        if ":memory:" in file_path:
            raise ConfigurationError("a database in memory cannot have readers of its own: give a file")
        self.filename: Final = file_path
        self.lock: Final = asyncio.Lock()
        self._pragmas: Final = PRAGMAS | {name: str(value) for name, value in settings.items()}
        self._reader_count: Final = max(1, int(readers))
        self._threads: tuple[ConnectionThreads, ConnectionThreads, sqlite3.Connection] | None = None

    @property
    def writer(self) -> ConnectionThreads:
        """The thread of the connection that writes."""
        return self._opened()[0]

    async def create_connection(self, with_db: bool) -> None:
        """Open the file, at the start: a full disk later must not keep anybody from reading."""
        self._opened()
        await self._post_connect()

    def _opened(self) -> tuple[ConnectionThreads, ConnectionThreads, sqlite3.Connection]:
        # Without an await, so that two tasks cannot open it twice and a cancelled one leaves nothing half open.
        if self._threads is None:
            with sqlite.Translated():
                writer = sqlite.open_writer(self.filename, self._pragmas)
                readers: list[sqlite3.Connection] = []
                try:
                    readers += (sqlite.open_reader(self.filename) for _ in range(self._reader_count + 1))
                except BaseException:
                    for one in (writer, *readers):
                        one.close()
                    raise
            nearby = readers.pop()
            self._threads = (
                ConnectionThreads("writer", [writer], interruptible=False),
                ConnectionThreads("reader", readers, interruptible=True),
                nearby,
            )
        return self._threads

    async def close(self) -> None:
        """Close the file, after what was begun."""
        threads, self._threads = self._threads, None
        if threads is not None:
            writer, readers, nearby = threads
            nearby.close()
            await readers.close()  # first, so that the writer is the last to leave and clears the WAL away
            await writer.close()

    def _in_transaction(self) -> TransactionContext:
        return _TransactionBlock(self)

    async def look_up(self, query: str, values: list[Any]) -> sqlite.Rows:
        """Run a statement that takes no longer than asking a thread to run it, in the thread of the event loop."""
        self.log.debug("%s: %s", query, values)
        with Timed(query), sqlite.Translated():
            return sqlite.fetch(query, bindable(values))(self._opened()[2])[1]

    def one_row(self, query: str) -> tuple[Any, ...]:
        """Run a statement without values that finds one row in no time, and return it."""
        self.log.debug("%s: %s", query, ())
        TALLIES.statements += 1
        with sqlite.Translated():
            return cast(tuple[Any, ...], self._opened()[2].execute(query).fetchall()[0])

    def data_version(self) -> int:
        """Return a number that is another one once anybody else has written to the file; no row is read for it."""
        with sqlite.Translated():
            return cast(int, self._opened()[2].execute("PRAGMA data_version").fetchall()[0][0])

    async def _read(self, work: Work[T]) -> T:
        return await self._opened()[1].run(work)

    async def _write(self, work: Work[T], *, many: bool = False) -> T:
        # The lock keeps single statements out of open transactions. It is given up as soon as the work is sent, which
        # is safe: the writer's thread does one thing after the other, and a BEGIN sent later comes after it.
        async with self.lock:
            answer = self.writer.begun(sqlite.together(work) if many else work)
        return await answer


class SqliteTransaction(SqliteStatements):
    """What runs the statements of a transaction, and of tasks started in it for as long as they live."""

    def __init__(self, root: SqliteBackend) -> None:
        super().__init__(root.connection_name, root.fetch_inserted)
        self.root: Final = root
        self.ownership: Final = Ownership()

    def _in_transaction(self) -> TransactionContext:
        return _TransactionBlock(self.root) if self.ownership.over else _SavepointBlock(self)

    async def look_up(self, query: str, values: list[Any]) -> sqlite.Rows:
        """Run a statement that takes no longer than asking a thread to run it, in the thread of the event loop."""
        return await self._at_hand(query, values)

    async def put(self, query: str, values: list[Any]) -> sqlite.Rows:
        """Run a statement that changes few rows in the thread of the event loop; return the rows it returns."""
        return await self._at_hand(query, values)

    async def _at_hand(self, query: str, values: list[Any]) -> sqlite.Rows:
        # The write lock is held since BEGIN, so nothing here waits; what may wait for the disk, COMMIT, has a thread.
        if self.ownership.over or not self.root.writer.is_idle:
            return await self.execute_query_dict(query, values)
        self.log.debug("%s: %s", query, values)
        with Timed(query), sqlite.Translated():
            return self.root.writer.here(sqlite.inside(sqlite.fetch(query, bindable(values))))[1]

    async def _read(self, work: Work[T]) -> T:
        # On the writing connection: a reader would not see what this transaction has written.
        if self.ownership.over:
            return await self.root._read(work)
        return await self.root.writer.run(sqlite.inside(work))

    async def _write(self, work: Work[T], *, many: bool = False) -> T:
        if self.ownership.over:
            return await self.root._write(work, many=many)
        return await self.root.writer.run(sqlite.inside(work))


class _TransactionBlock(TransactionContext):
    _transaction: SqliteTransaction
    _token: ConnectionToken

    def __init__(self, root: SqliteBackend) -> None:
        self._root: Final = root

    async def __aenter__(self) -> SqliteTransaction:  # type: ignore[override]
        await self._root.lock.acquire()
        try:
            with sqlite.Translated():
                writer = self._root.writer
                if not (writer.is_idle and writer.here(sqlite.begin_at_once)):
                    await writer.run(sqlite.begin)
        except BaseException:
            self._root.writer.send(sqlite.rollback)
            self._root.lock.release()
            raise
        self._transaction = SqliteTransaction(self._root)
        self._token = get_connections().set(self._root.connection_name, self._transaction)
        return self._transaction

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._transaction.ownership.over = True
        try:
            get_connections().reset(self._token)
        finally:
            try:
                with sqlite.Translated():
                    await self._root.writer.finish(sqlite.commit if kind is None else sqlite.rollback)
            finally:
                self._root.lock.release()


class _SavepointBlock(TransactionContext):
    def __init__(self, transaction: SqliteTransaction) -> None:
        self._transaction: Final = transaction
        self._name: Final = savepoint_name()
        self._is_open = False

    def _open(self, connection: sqlite3.Connection) -> None:
        connection.execute(f"SAVEPOINT {self._name}").close()
        self._is_open = True

    def _keep(self, connection: sqlite3.Connection) -> None:
        connection.execute(f"RELEASE {self._name}").close()
        self._is_open = False

    def _undo(self, connection: sqlite3.Connection) -> None:
        if self._is_open and connection.in_transaction:
            connection.execute(f"ROLLBACK TO {self._name}").close()
            self._keep(connection)

    async def __aenter__(self) -> SqliteTransaction:  # type: ignore[override]
        self._transaction.ownership.check()
        writer = self._transaction.root.writer
        try:
            with sqlite.Translated():
                await writer.run(sqlite.inside(self._open))
        except BaseException:
            writer.send(self._undo)
            raise
        return self._transaction

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with sqlite.Translated():
            await self._transaction.root.writer.finish(sqlite.inside(self._keep) if kind is None else self._undo)


client_class = SqliteBackend

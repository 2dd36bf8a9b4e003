"""What is done to a SQLite connection, on the thread that owns it."""

import re
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Final
from urllib.parse import quote

from tortoise.exceptions import IntegrityError, OperationalError, TransactionManagementError

from base.db.ownership import ENDED_BY_ENGINE
from base.db.threads import T, Work

Rows = list[dict[str, Any]]

BUSY_SECONDS: Final = 10.0

_READING: Final = re.compile(r"\s*(?:SELECT|VALUES|EXPLAIN|WITH)\b", re.IGNORECASE)
_WITH: Final = re.compile(r"\s*WITH\b", re.IGNORECASE)
_CHANGING: Final = re.compile(r"\b(?:INSERT|UPDATE|DELETE|REPLACE)\b", re.IGNORECASE)
_WORD: Final = re.compile(r"-?\w+")


def open_writer(path: str, pragmas: dict[str, str]) -> sqlite3.Connection:
    """Open the one connection that writes."""
    connection = _connected(path)
    try:
        for name, value in pragmas.items():
            if not (_WORD.fullmatch(name) and _WORD.fullmatch(value)):
                raise ValueError(f"not a setting of SQLite: {name}={value}")
            connection.execute(f"PRAGMA {name}={value}")
    except BaseException:
        connection.close()
        raise
    return connection


def open_reader(path: str) -> sqlite3.Connection:
    """Open a connection that can only read; in WAL mode it never waits for the writer."""
    address = f"file:{quote(str(Path(path).absolute()))}?mode=ro"
    connection = _connected(address, uri=True)
    try:
        # The first read maps the shared memory of the WAL: from now on reading needs no room on the disk.
        connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    except BaseException:
        connection.close()
        raise
    return connection


def _connected(address: str, *, uri: bool = False) -> sqlite3.Connection:
    connection = sqlite3.connect(
        address,
        uri=uri,
        isolation_level=None,  # transactions begin where this code says, never by themselves
        check_same_thread=False,  # opened here, then used by its own thread alone
        timeout=BUSY_SECONDS,
        cached_statements=500,
    )
    # SQLite's own knows the letters A to Z alone: Özgür would never be found.
    connection.create_function("lower", 1, _lower, deterministic=True)
    return connection


def _lower(value: Any) -> Any:
    return value.lower() if isinstance(value, str) else value


def only_reads(sql: str) -> bool:
    """Say whether a statement certainly changes nothing; when in doubt it does not say so."""
    return _READING.match(sql) is not None and not (_WITH.match(sql) and _CHANGING.search(sql))


def fetch(sql: str, values: Sequence[Any]) -> Work[tuple[int, Rows]]:
    """Run one statement; the result is the number of rows changed or found, and the rows."""

    def work(connection: sqlite3.Connection) -> tuple[int, Rows]:
        cursor = connection.execute(sql, values)
        try:
            if cursor.description is None:
                return _changed(connection, cursor, sql), []
            names = [column[0] for column in cursor.description]
            found = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
            return len(found), found
        finally:
            cursor.close()  # an unfinished cursor would hold the reader's snapshot

    return work


def _changed(connection: sqlite3.Connection, cursor: sqlite3.Cursor, sql: str) -> int:
    if cursor.rowcount < 0 and _WITH.match(sql):  # Python counts only what begins with the word of the change
        return int(connection.execute("SELECT changes()").fetchone()[0])
    return max(cursor.rowcount, 0)


def insert(sql: str, values: Sequence[Any]) -> Work[int]:
    """Insert one row; the result is its row id."""
    return lambda connection: connection.execute(sql, values).lastrowid or 0


def many(sql: str, lists: Sequence[Sequence[Any]]) -> Work[None]:
    """Run one statement for every list of values."""

    def work(connection: sqlite3.Connection) -> None:
        connection.executemany(sql, lists).close()

    return work


def script(sql: str) -> Work[None]:
    """Run several statements. `executescript` would commit an open transaction first."""

    def work(connection: sqlite3.Connection) -> None:
        for statement in _statements(sql):
            connection.execute(statement).close()

    return work


def _statements(sql: str) -> Iterator[str]:
    gathered = ""
    for part in re.split(r"(?<=;)", sql):
        gathered += part
        if sqlite3.complete_statement(gathered):
            yield gathered
            gathered = ""
    if gathered.strip():
        yield gathered


def begin(connection: sqlite3.Connection) -> None:
    """Begin by taking the write lock: a transaction that asks for it later fails at once if another wrote meanwhile."""
    connection.execute("BEGIN IMMEDIATE").close()


def begin_at_once(connection: sqlite3.Connection) -> bool:
    """Begin unless another process is writing, without waiting for it; say whether it began."""
    patience = connection.execute("PRAGMA busy_timeout").fetchone()[0]
    connection.execute("PRAGMA busy_timeout=0").close()
    try:
        begin(connection)
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
            raise
        return False
    finally:
        connection.execute(f"PRAGMA busy_timeout={patience}").close()
    return True


def commit(connection: sqlite3.Connection) -> None:
    """Commit, or roll back when that fails, so that the next transaction finds the connection free."""
    if not connection.in_transaction:
        raise TransactionManagementError(ENDED_BY_ENGINE)
    try:
        connection.execute("COMMIT").close()
    except BaseException:
        rollback(connection)
        raise


def rollback(connection: sqlite3.Connection) -> None:
    """Roll back what is open, if anything is."""
    if connection.in_transaction:
        connection.execute("ROLLBACK").close()


def together(work: Callable[[sqlite3.Connection], T]) -> Work[T]:
    """Do the work in a transaction of its own."""

    def whole(connection: sqlite3.Connection) -> T:
        begin(connection)
        try:
            result = work(connection)
        except BaseException:
            rollback(connection)
            raise
        commit(connection)
        return result

    return whole


def inside(work: Callable[[sqlite3.Connection], T]) -> Work[T]:
    """Do the work only while the transaction lives.

    After some errors (disk full) SQLite ends it by itself, and what followed would be saved piecemeal.
    """

    def guarded(connection: sqlite3.Connection) -> T:
        if not connection.in_transaction:
            raise TransactionManagementError(ENDED_BY_ENGINE)
        return work(connection)

    return guarded


class Translated:
    """Raises what SQLite raises as the exceptions that Tortoise, and code for both engines, knows."""

    def __enter__(self) -> None:
        return None

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if isinstance(error, sqlite3.IntegrityError):
            raise IntegrityError(error) from error
        if isinstance(error, (sqlite3.Error, OverflowError)):
            raise OperationalError(error) from error

"""Statements that change few rows: the same promises as all others, and on SQLite no thread while none is at work."""

import asyncio
import sqlite3
from contextlib import closing

import pytest
from tortoise.exceptions import IntegrityError, TransactionManagementError

from base import db
from base.db.connection import client
from base.db.sqlite_backend import SqliteBackend
from base.db.threads import ConnectionThreads
from tests.base.db.looks import numbers, slow_query
from tests.base.db.models import Counter
from tests.databases import on_postgres

pytestmark = pytest.mark.usefixtures("counters")
_SQLITE = pytest.mark.skipif(on_postgres(), reason="about SQLite")
_SET = "UPDATE counters SET n = ? WHERE id = ?"


class Stop(Exception):
    """Ends a transaction badly."""


async def test_it_returns_rows_and_is_part_of_the_transaction() -> None:
    async with db.transaction():
        assert await db.put(f"{_SET} RETURNING id, n", 7, 1) == [{"id": 1, "n": 7}]
        assert await db.put(_SET, 8, 2) == []
        assert await db.lookup("SELECT n FROM counters WHERE id = ?", 1) == [{"n": 7}]
    assert await numbers() == [7, 8, 0]
    with pytest.raises(Stop):
        async with db.transaction():
            await db.put(_SET, 9, 1)
            raise Stop
    assert await numbers() == [7, 8, 0]


async def test_a_savepoint_undoes_it_alone() -> None:
    async with db.transaction():
        await db.put(_SET, 1, 1)
        with pytest.raises(Stop):
            async with db.transaction():
                await db.put(_SET, 2, 2)
                raise Stop
        await db.put(_SET, 3, 3)
    assert await numbers() == [1, 0, 3]


async def test_outside_a_transaction_and_in_one_that_is_over_it_is_kept_at_once() -> None:
    await db.put(_SET, 5, 1)
    go = asyncio.Event()

    async def later() -> None:
        await go.wait()
        await db.put(_SET, 6, 2)

    async with db.transaction():
        task = asyncio.create_task(later())
        await db.put(_SET, 7, 3)
    go.set()
    await task
    assert await numbers() == [5, 6, 7]


async def test_what_breaks_a_rule_is_told_as_ever() -> None:
    await Counter.create(id=9, word="once")
    with pytest.raises(IntegrityError):
        async with db.transaction():
            await db.put(_SET, 1, 1)
            await db.put("INSERT INTO counters (id, n, word) VALUES (?, ?, ?)", 10, 0, "once")
    assert await numbers() == [0, 0, 0]


@_SQLITE
async def test_in_a_transaction_only_its_end_needs_a_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[object] = []
    send = ConnectionThreads._send
    monkeypatch.setattr(ConnectionThreads, "_send", lambda *given, **more: sent.append(given) or send(*given, **more))  # type: ignore[func-returns-value]
    async with db.transaction():
        for number in (1, 2, 3):
            await db.put(_SET, number, number)
            assert await db.lookup("SELECT n FROM counters WHERE id = ?", number) == [{"n": number}]
        assert not sent
    assert len(sent) == 1
    assert await numbers() == [1, 2, 3]


@_SQLITE
async def test_it_waits_for_what_the_thread_is_doing_for_the_same_transaction() -> None:
    slow = f"UPDATE counters SET n = (SELECT i FROM ({slow_query(0.1)})) * 0 + n + 1 WHERE id = 1"
    async with db.transaction():
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.01):
                await db.execute(slow)  # whose thread goes on with it
        # The same connection in two threads at once would be the end of both.
        await db.put("UPDATE counters SET n = n * 10 WHERE id = 1")
    assert await numbers() == [10, 0, 0]


@_SQLITE
async def test_after_sqlite_has_ended_the_transaction_it_is_refused() -> None:
    with pytest.raises(TransactionManagementError, match="nothing of it was saved"):
        async with db.transaction():
            await db.put(_SET, 1, 1)
            await db.execute("ROLLBACK")  # as SQLite itself does when the disk is full
            await db.put(_SET, 2, 2)
    assert await numbers() == [0, 0, 0]


@_SQLITE
async def test_a_transaction_waits_for_another_process_and_holds_up_nobody_meanwhile(counters: str) -> None:
    with closing(sqlite3.connect(counters.removeprefix("sqlite://"), isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")

        async def writes() -> None:
            async with db.transaction():
                await db.put(_SET, 1, 1)

        writing = asyncio.create_task(writes())
        for _ in range(20):
            await asyncio.sleep(0.005)
            assert await db.lookup("SELECT n FROM counters WHERE id = ?", 1) == [{"n": 0}]
        assert not writing.done()
        other.execute("COMMIT")
        await writing
    assert await numbers() == [1, 0, 0]
    backend = client()
    assert isinstance(backend, SqliteBackend)
    patience = await backend.writer.run(lambda one: one.execute("PRAGMA busy_timeout").fetchone()[0])
    assert patience == 10_000

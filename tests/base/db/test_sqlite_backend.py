"""What only SQLite can get wrong: one writer, readers beside it, other processes, a full disk."""

import asyncio
import resource
import sqlite3
import subprocess
import sys
import threading
import time
from contextlib import closing
from pathlib import Path

import pytest
from tortoise.exceptions import ConfigurationError, OperationalError, TransactionManagementError
from tortoise.expressions import F

from base import db
from base.db.connection import client
from base.db.sqlite_backend import READERS, SqliteBackend
from base.db.sqlite_statements import only_reads
from tests.base.db.looks import numbers, slow_query
from tests.base.db.models import Counter
from tests.databases import on_postgres

pytestmark = pytest.mark.skipif(on_postgres(), reason="about SQLite")


def path_of(url: str) -> str:
    return url.removeprefix("sqlite://")


async def test_a_slow_query_holds_up_nobody(counters: str) -> None:
    slow = [asyncio.create_task(db.rows(slow_query(30))) for _ in range(READERS - 1)]
    await asyncio.sleep(0.02)
    async with asyncio.timeout(3):
        await Counter.get(id=1)
        async with db.transaction():
            await Counter.filter(id=1).update(n=1)
    assert not any(task.done() for task in slow)
    for task in slow:
        task.cancel()
    await asyncio.gather(*slow, return_exceptions=True)


async def test_an_open_transaction_holds_up_no_reader(counters: str) -> None:
    opened, seen = asyncio.Event(), asyncio.Event()

    async def writes() -> None:
        async with db.transaction():
            await Counter.filter(id=1).update(n=1)
            opened.set()
            await seen.wait()

    writing = asyncio.create_task(writes())
    await opened.wait()
    async with asyncio.timeout(3):
        assert await numbers() == [0, 0, 0]
        assert (await Counter.get(id=1)).n == 0
    seen.set()
    await writing
    assert await numbers() == [1, 0, 0]


async def test_its_settings(counters: str) -> None:
    wanted = {"journal_mode": "wal", "synchronous": 1, "foreign_keys": 1, "journal_size_limit": 67108864}
    for name, value in wanted.items():
        assert await db.rows(f"PRAGMA {name}") == [{name: value}]


async def test_other_settings_come_with_the_address(tmp_path: Path) -> None:
    await db.connect(f"sqlite://{tmp_path / 'a.sqlite3'}?cache_size=-9000&readers=2", ["tests.base.db.models"])
    assert await db.rows("PRAGMA cache_size") == [{"cache_size": -9000}]
    names = [thread.name for thread in threading.enumerate() if thread.name.startswith("sqlite-")]
    assert sorted(names) == ["sqlite-reader-0", "sqlite-reader-1", "sqlite-writer-0"]
    await db.close()
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("sqlite-")]


@pytest.mark.parametrize(
    ("url", "error", "message"),
    [
        ("sqlite://:memory:", ConfigurationError, "give a file"),
        ("mysql://root@localhost/x", ConfigurationError, "not a database"),
        ("sqlite:///nowhere/at/all/x.sqlite3", OperationalError, "unable to open"),
        ("sqlite:///tmp/x.sqlite3?a;b=1", ValueError, "not a setting"),
    ],
)
async def test_refuses_what_it_cannot_open(url: str, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        await db.connect(url, ["tests.base.db.models"])
    await db.close()


async def test_refuses_a_second_database(counters: str) -> None:
    with pytest.raises(RuntimeError, match="already open"):
        await db.connect(counters, ["tests.base.db.models"])
    assert await numbers() == [0, 0, 0]


@pytest.mark.parametrize(
    ("sql", "reads"),
    [
        ("SELECT 1", True),
        ("  select 1", True),
        ("WITH a AS (SELECT 1) SELECT * FROM a", True),
        ("EXPLAIN QUERY PLAN SELECT 1", True),
        ("WITH a AS (SELECT 1) INSERT INTO t SELECT * FROM a", False),
        ("with a as (select 1) delete from t", False),
        ("INSERT INTO t SELECT 1", False),
        ("PRAGMA foreign_keys", False),
        ("SELECTED", False),
        ("/* odd */ SELECT 1", False),
    ],
)
def test_knows_what_only_reads(sql: str, reads: bool) -> None:
    assert only_reads(sql) is reads


async def test_a_with_that_writes_is_sent_to_the_writer(counters: str) -> None:
    assert await db.execute("WITH a AS (SELECT 8 AS n) UPDATE counters SET n = (SELECT n FROM a) WHERE id = ?", 1) == 1
    assert await numbers() == [8, 0, 0]


async def test_a_script_inside_a_transaction_commits_nothing(counters: str) -> None:
    with pytest.raises(ZeroDivisionError):
        async with db.transaction():
            await Counter.filter(id=1).update(n=1)
            await client().execute_script(
                "UPDATE counters SET word = 'semi;colon' WHERE id = 2; "
                "CREATE TRIGGER t AFTER UPDATE ON counters BEGIN SELECT 1; SELECT 2; END; SELECT 3"
            )
            assert (await Counter.get(id=2)).word == "semi;colon"
            _ = 1 / 0
    assert await numbers() == [0, 0, 0]
    assert await Counter.filter(word__isnull=False).count() == 0
    assert await db.rows("SELECT name FROM sqlite_schema WHERE type = 'trigger'") == []


async def test_what_a_transaction_does_after_sqlite_has_ended_it_is_refused(counters: str) -> None:
    with pytest.raises(OperationalError, match="full"):
        async with db.transaction():
            await Counter.filter(id=1).update(n=1)
            await db.execute("PRAGMA max_page_count = 1")  # stands for the disk: no further page fits
            for number in range(1000, 3000):
                await Counter.create(id=number, word=f"{number:040}")
    await db.execute("PRAGMA max_page_count = 1000000")
    assert await numbers() == [0, 0, 0]
    with pytest.raises(TransactionManagementError, match="nothing of it was saved"):
        async with db.transaction():
            await Counter.filter(id=1).update(n=1)
            await db.execute("ROLLBACK")  # as SQLite itself does when the disk is full
            await Counter.filter(id=2).update(n=2)
    with pytest.raises(TransactionManagementError, match="nothing of it was saved"):
        async with db.transaction():
            await Counter.filter(id=1).update(n=1)
            await db.execute("ROLLBACK")
    assert await numbers() == [0, 0, 0]


WRITER = """
import asyncio, sys
from tortoise.expressions import F
from base import db
from tests.base.db.models import Counter

async def main():
    await db.connect(sys.argv[1], ["tests.base.db.models"])
    async def one():
        for _ in range(25):
            async with db.transaction():
                counter = await Counter.get(id=1)
                counter.n += 1
                await counter.save()
            await Counter.filter(id=2).update(n=F("n") + 1)
    await asyncio.gather(*[one() for _ in range(4)])
    await db.close()

asyncio.run(main())
"""


async def test_two_processes_write_at_once(counters: str) -> None:
    processes = [
        await asyncio.create_subprocess_exec(sys.executable, "-c", WRITER, counters, stderr=subprocess.PIPE)
        for _ in range(2)
    ]
    for _ in range(50):
        async with db.transaction():
            counter = await Counter.get(id=1)
            counter.n += 1
            await counter.save()
        await Counter.filter(id=2).update(n=F("n") + 1)
    said = [(await process.communicate())[1].decode() for process in processes]
    assert said == ["", ""]
    assert await numbers() == [250, 250, 0]


FULL = """
import asyncio, resource, sys
from tortoise.exceptions import OperationalError
from base import db
from tests.base.db.models import Counter

async def main():
    await db.connect(sys.argv[1], ["tests.base.db.models"])
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))  # not a byte can be written from now on
    for _ in range(3):
        assert await Counter.all().count() == 3
        assert [row["n"] for row in await db.rows("SELECT n FROM counters ORDER BY id")] == [0, 0, 0]
        try:
            async with db.transaction():
                await Counter.create(id=9)
        except OperationalError as error:
            print(type(error).__name__)
    await asyncio.gather(*[Counter.get(id=1) for _ in range(50)])
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    await Counter.create(id=9)  # once there is room again, all is well
    assert await Counter.all().count() == 4
    await db.close()

asyncio.run(main())
"""


async def test_reads_on_when_nothing_can_be_written(counters: str) -> None:
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[1] == resource.RLIM_INFINITY
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", FULL, counters, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    out, error = await process.communicate()
    assert error.decode() == ""
    assert out.decode().split() == ["OperationalError"] * 3
    assert await Counter.all().count() == 4


async def test_a_reader_cannot_write(counters: str) -> None:
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        await root()._opened()[1].run(lambda connection: connection.execute("DELETE FROM counters"))


def root() -> SqliteBackend:
    found = client()
    assert isinstance(found, SqliteBackend)
    return found


async def test_closes_while_something_slow_is_read(counters: str) -> None:
    reading = asyncio.create_task(db.rows(slow_query(60)))
    await asyncio.sleep(0.05)
    begun = time.perf_counter()
    await db.close()
    assert time.perf_counter() - begun < 5
    with pytest.raises(OperationalError, match="interrupted"):
        await reading
    assert not Path(path_of(counters) + "-wal").exists()


async def test_a_backup_made_beside_the_server_is_whole(counters: str, tmp_path: Path) -> None:
    async with db.transaction():
        await Counter.filter(id=1).update(n=5)
        with closing(sqlite3.connect(path_of(counters))) as other:
            other.execute("VACUUM INTO ?", (str(tmp_path / "copy"),))
    with closing(sqlite3.connect(tmp_path / "copy")) as copy:
        assert copy.execute("SELECT n FROM counters ORDER BY id").fetchall() == [(0,), (0,), (0,)]

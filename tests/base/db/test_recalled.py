"""What was answered is recalled until anything at all is written."""

import asyncio
import sqlite3
from typing import cast

import pytest

from base import db
from base.db import Recalled, execute, version, version_at_once
from base.db.connection import whole
from base.db.sqlite_backend import SqliteBackend
from tests import builders as make
from tests.databases import on_postgres

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("database")]


async def test_until_something_is_written() -> None:
    known: Recalled[str] = Recalled(10)
    before = await version()
    assert known.get("who", before) is None
    known.put("who", before, "Ana")
    assert known.get("who", before) == "Ana"
    assert known.get("what", before) is None
    await make.tag()
    await asyncio.sleep(0)  # within one turn of the loop the version is asked once
    after = await version()
    assert after != before
    assert known.get("who", after) is None
    known.put("who", before, "found out before, and told too late")
    assert known.get("who", after) is None


async def test_no_more_than_so_many() -> None:
    known: Recalled[int] = Recalled(3)
    now = await version()
    known.get("", now)
    for number in range(7):
        known.put(number, now, number)
        assert known.get(number, now) == number
        assert sum(known.get(one, now) is not None for one in range(7)) <= 3


async def test_not_longer_than_told(monkeypatch: pytest.MonkeyPatch) -> None:
    known: Recalled[str] = Recalled(3)
    now = await version()
    known.get("", now)
    monkeypatch.setattr("base.db.recalled._SECONDS", -1.0)
    known.put("until just now", now, "Ana")
    assert known.get("until just now", now) is None


async def test_not_from_another_database(empty_database_url: str) -> None:
    known: Recalled[str] = Recalled(3)
    now = await version()
    known.get("", now)
    known.put("who", now, "Ana")
    await db.close()
    await db.connect(empty_database_url)
    assert known.get("who", now) is None


async def test_all_who_ask_together_are_answered() -> None:
    asked = [asyncio.create_task(version()) for _ in range(20)]
    await asyncio.sleep(0)
    asked[0].cancel()
    asked[7].cancel()
    found = await asyncio.gather(*asked, return_exceptions=True)
    versions = {one for one in found if not isinstance(one, BaseException)}
    assert sum(isinstance(one, asyncio.CancelledError) for one in found) <= 2
    assert len(versions) == 1
    await execute("UPDATE tags SET name = name")
    assert await version() is not None


async def test_what_was_written_before_one_asks_is_seen() -> None:
    for _ in range(5):
        others = [asyncio.create_task(version()) for _ in range(3)]
        before = await version()
        await make.tag()
        assert await version() != before
        await asyncio.gather(*others)


@pytest.mark.skipif(on_postgres(), reason="there nothing is told at once")
async def test_a_connection_that_is_read_between_tasks_is_not_told_what_a_task_was() -> None:
    await make.tag()
    told = await version()
    beside = sqlite3.connect(cast(SqliteBackend, whole()).filename)  # a command, say
    beside.execute("UPDATE tags SET name = name || '.'")
    beside.commit()
    beside.close()
    now = version_at_once()
    assert now is not None
    assert now != told
    assert version_at_once() is now, "once for all that are read together"
    assert await version() is now

"""A bell between processes: heard after the commit, by everybody, and again after the connection was lost."""

import asyncio
from collections.abc import Callable

import asyncpg
import pytest

from base import db
from base.db import Bell, alone
from base.db.bell import MOST_WORDS
from tests.databases import on_postgres

pytestmark = pytest.mark.anyio


async def _until(look: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not look():
            await asyncio.sleep(0.02)


async def test_a_ring_is_heard(database: str) -> None:
    bell, heard = Bell("test_bell"), list[str]()
    await bell.ring("nobody hears this")
    async with bell.hearing(database, heard.append):
        await _until(lambda: bell.is_heard)
        await bell.ring("one")
        async with db.transaction():
            await bell.ring("two")
        await bell.ring("x" * (MOST_WORDS + 1))
        await _until(lambda: len([one for one in heard if one]) >= 2 and heard[-1] in ("", "x" * (MOST_WORDS + 1)))
        assert [one for one in heard if one and len(one) < 9] == ["one", "two"]
    assert not bell.is_heard
    await bell.ring("nobody hears this either")
    assert "nobody hears this either" not in heard


@pytest.mark.skipif(not on_postgres(), reason="with SQLite there is no connection to lose")
async def test_what_is_rolled_back_is_not_heard_and_a_lost_connection_is_made_again(database: str) -> None:
    bell, heard = Bell("test_bell"), list[str]()
    async with bell.hearing(database, heard.append):
        await _until(lambda: heard == [""])
        with pytest.raises(ZeroDivisionError):
            async with db.transaction():
                await bell.ring("never")
                raise ZeroDivisionError
        other = await asyncpg.connect(database.replace("asyncpg://", "postgres://", 1))
        await other.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'commonplace news' "
            "AND datname = current_database()"
        )
        await other.close()
        await _until(lambda: heard == ["", ""])
        await bell.ring("again")
        await _until(lambda: heard == ["", "", "again"])


async def test_two_do_not_do_the_same_at_once(database: str) -> None:
    async with alone("sweeping") as mine:
        assert mine
        async with alone("sweeping") as second, alone("mopping") as other:
            assert second is not on_postgres()
            assert other
    async with alone("sweeping") as again:
        assert again

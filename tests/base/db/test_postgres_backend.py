"""What only PostgreSQL can get wrong: a pool that runs dry, a commit that is none."""

import asyncio
import contextlib

import pytest
from tortoise.exceptions import IntegrityError, TransactionManagementError

from base import db
from base.db.connection import client
from base.db.postgres_backend import POOL, PostgresBackend
from tests.base.db.looks import numbers
from tests.base.db.models import Counter
from tests.databases import on_postgres

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.skipif(not on_postgres(), reason="about PostgreSQL"),
    pytest.mark.usefixtures("counters"),
]


def idle() -> tuple[int, int]:
    found = client()
    assert isinstance(found, PostgresBackend)
    assert found._pool is not None
    return found._pool.get_idle_size(), found._pool.get_size()


async def test_cancelled_tasks_give_their_connections_back() -> None:
    async def victim() -> None:
        async with db.transaction():
            await Counter.filter(id=1).update(n=1)

    for steps in range(POOL * 8):
        task = asyncio.create_task(victim())
        for _ in range(steps % 12):
            await asyncio.sleep(0)
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
    await asyncio.sleep(0.3)
    free, all_of_them = idle()
    assert free == all_of_them
    async with asyncio.timeout(5):
        await asyncio.gather(*[victim() for _ in range(POOL * 3)])


async def test_the_commit_of_a_failed_transaction_is_a_failure() -> None:
    await Counter.filter(id=3).update(word="taken")
    with pytest.raises(TransactionManagementError, match="nothing of it was saved"):
        async with db.transaction():
            await Counter.filter(id=1).update(n=1)
            with contextlib.suppress(IntegrityError):
                await Counter.filter(id=2).update(word="taken")
    assert await numbers() == [0, 0, 0]


async def test_more_tasks_than_connections() -> None:
    async def one() -> None:
        async with db.transaction():
            await Counter.filter(id=2).select_for_update().get()
            await asyncio.sleep(0.001)

    async with asyncio.timeout(10):
        await asyncio.gather(*[one() for _ in range(POOL * 5)])

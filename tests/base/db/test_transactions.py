"""What a transaction promises, on either engine."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from tortoise.exceptions import IntegrityError, TransactionManagementError
from tortoise.expressions import F

from base import db
from tests.base.db.looks import numbers
from tests.base.db.models import Counter

pytestmark = pytest.mark.usefixtures("counters")


class Stop(Exception):
    """Ends a transaction badly."""


async def test_all_or_nothing() -> None:
    async with db.transaction():
        await Counter.filter(id=1).update(n=1)
        await db.execute("UPDATE counters SET n = ? WHERE id = ?", 2, 2)
    assert await numbers() == [1, 2, 0]
    with pytest.raises(Stop):
        async with db.transaction():
            await Counter.filter(id=1).update(n=9)
            await db.execute("UPDATE counters SET n = ? WHERE id = ?", 9, 2)
            raise Stop
    assert await numbers() == [1, 2, 0]


async def test_a_failure_of_tortoise_itself_is_rolled_back_too() -> None:
    with pytest.raises(TransactionManagementError):
        async with db.transaction():
            await Counter.filter(id=1).update(n=9)
            raise TransactionManagementError("as Tortoise raises it")
    await Counter.filter(id=2).update(n=2)
    assert await numbers() == [0, 2, 0]


async def test_reads_its_own_writes_and_nobody_else_does() -> None:
    async with db.transaction():
        await Counter.filter(id=1).update(n=7)
        assert (await Counter.get(id=1)).n == 7
        assert await numbers() == [7, 0, 0]
        # A statement written with WITH, and one task started inside, are in the transaction as well.
        assert await db.rows("WITH a AS (SELECT n FROM counters WHERE id = 1) SELECT n FROM a") == [{"n": 7}]
        assert await asyncio.create_task(numbers()) == [7, 0, 0]
        assert await outside(numbers) == [0, 0, 0]
    assert await numbers() == [7, 0, 0]


async def outside(work: Callable[[], Awaitable[list[int]]]) -> list[int]:
    """Do the work in a thread of execution that never heard of the transaction."""
    import contextvars

    async def alone() -> list[int]:
        return await work()

    return await asyncio.create_task(alone(), context=contextvars.Context())


async def test_a_nested_one_is_undone_alone() -> None:
    async with db.transaction():
        await Counter.filter(id=1).update(n=1)
        with pytest.raises(Stop):
            async with db.transaction():
                await Counter.filter(id=2).update(n=2)
                async with db.transaction():
                    await Counter.filter(id=3).update(n=3)
                raise Stop
        assert await numbers() == [1, 0, 0]
        async with db.transaction():
            await Counter.filter(id=3).update(n=33)
    assert await numbers() == [1, 0, 33]


async def test_a_nested_failure_of_the_database_leaves_the_outer_one_usable() -> None:
    async with db.transaction():
        await Counter.filter(id=1).update(word="one")
        with pytest.raises(IntegrityError):
            async with db.transaction():
                await Counter.filter(id=2).update(word="one")
        await Counter.filter(id=3).update(n=3)
    assert await numbers() == [0, 0, 3]


async def test_get_or_create_inside_and_outside() -> None:
    _, made = await Counter.get_or_create(id=50, defaults={"n": 5})
    assert made
    async with db.transaction():
        found, made = await Counter.get_or_create(id=50, defaults={"n": 6})
        assert (found.n, made) == (5, False)
        _, made = await Counter.get_or_create(id=51, defaults={"n": 6})
        assert made
    assert await Counter.filter(id__gte=50).count() == 2


async def test_another_tasks_write_is_not_drawn_into_the_rollback() -> None:
    opened = asyncio.Event()

    async def fails() -> None:
        async with db.transaction():
            await Counter.filter(id=1).update(n=111)
            opened.set()
            await asyncio.sleep(0.1)
            raise Stop

    async def writes() -> None:
        await opened.wait()
        await Counter.filter(id=2).update(n=222)

    failed, _ = await asyncio.gather(fails(), writes(), return_exceptions=True)
    assert isinstance(failed, Stop)
    assert await numbers() == [0, 222, 0]


async def test_single_statements_may_be_gathered_inside() -> None:
    async with db.transaction():
        await asyncio.gather(*[Counter.filter(id=number).update(n=9) for number in (1, 2, 3)])
    assert await numbers() == [9, 9, 9]


async def test_gathered_nested_transactions_are_refused_aloud() -> None:
    async def one(number: int) -> None:
        async with db.transaction():
            await Counter.filter(id=number).update(n=7)
            await asyncio.sleep(0.01)

    with pytest.raises(TransactionManagementError, match="task that owns"):
        async with db.transaction():
            await Counter.filter(id=1).update(n=1)
            await asyncio.gather(one(1), one(2), one(3))
    assert await numbers() == [0, 0, 0]
    # The refusal itself does not harm the transaction of a caller that goes on.
    async with db.transaction():
        await Counter.filter(id=1).update(n=1)
        refused = await asyncio.gather(one(2), one(3), return_exceptions=True)
        assert all(isinstance(error, TransactionManagementError) for error in refused)
    assert await numbers() == [1, 0, 0]


async def test_a_task_that_outlives_its_transaction_writes_for_itself() -> None:
    ended = asyncio.Event()

    async def child() -> None:
        await ended.wait()
        await Counter.filter(id=2).update(n=222)
        async with db.transaction():
            await Counter.filter(id=2).update(n=F("n") + 1)
            await Counter.bulk_create([Counter(id=60)])
        await Counter.bulk_create([Counter(id=61)])

    async def other() -> None:
        async with db.transaction():
            await Counter.filter(id=3).update(n=333)
            ended.set()
            await asyncio.sleep(0.1)
            raise Stop

    async with db.transaction():
        await Counter.filter(id=1).update(n=111)
        task = asyncio.create_task(child())
    with pytest.raises(Stop):
        await other()
    await task
    assert await numbers() == [111, 223, 0]
    assert await Counter.filter(id__gte=60).count() == 2


async def test_a_statement_of_a_child_that_is_under_way_at_the_end() -> None:
    async def child() -> None:
        for number in range(70, 90):
            await Counter.create(id=number)

    async with db.transaction():
        task = asyncio.create_task(child())
        await asyncio.sleep(0.003)
    await task
    assert await Counter.filter(id__gte=70).count() == 20


async def test_a_hundred_increments_at_once_make_a_hundred() -> None:
    async def one() -> None:
        async with db.transaction():
            await Counter.filter(id=1).update(n=F("n") + 1)

    await asyncio.gather(*[one() for _ in range(100)])
    assert await numbers() == [100, 0, 0]


async def test_read_and_write_back_under_a_row_lock() -> None:
    async def one() -> None:
        async with db.transaction():
            counter = await Counter.filter(id=1).select_for_update().get()
            counter.n += 1
            await counter.save()

    await asyncio.gather(*[one() for _ in range(100)])
    assert await numbers() == [100, 0, 0]


async def test_always_reads_what_it_has_just_written() -> None:
    async def one(number: int) -> int:
        wrong = 0
        for n in range(1, 60):
            await Counter.filter(id=number).update(n=n)
            wrong += (await Counter.get(id=number)).n != n
        return wrong

    assert sum(await asyncio.gather(one(1), one(2), one(3))) == 0


async def test_a_bulk_insert_is_all_or_nothing() -> None:
    with pytest.raises(IntegrityError):
        await Counter.bulk_create([Counter(id=number) for number in (10, 11, 3)])
    assert await Counter.all().count() == 3
    async with db.transaction():
        await Counter.bulk_create([Counter(id=number) for number in (10, 11)])
    assert await Counter.all().count() == 5


async def test_counts_the_rows_that_a_statement_changed() -> None:
    assert await db.execute("UPDATE counters SET n = n + 1 WHERE id < ?", 3) == 2
    assert await db.execute("DELETE FROM counters WHERE id = ?", 77) == 0
    assert await db.execute("INSERT INTO counters (id, n) VALUES (?, ?), (?, ?)", 80, 1, 81, 1) == 2
    assert await Counter.filter(id__gte=80).delete() == 2
    assert await db.rows("UPDATE counters SET n = 5 WHERE id = ? RETURNING id, n", 1) == [{"id": 1, "n": 5}]

"""A task may be cancelled at any moment: nothing hangs, nothing half done stays."""

import asyncio
import contextlib

import anyio
import pytest
from tortoise.expressions import F

from base import db
from tests.base.db.looks import numbers, slow_query
from tests.base.db.models import Counter

pytestmark = pytest.mark.usefixtures("counters")


async def still_works() -> None:
    async with asyncio.timeout(5):
        async with db.transaction():
            await Counter.filter(id=3).update(n=F("n") + 1)
        await Counter.filter(id=3).update(n=F("n") + 1)
        assert (await Counter.get(id=3)).n >= 2
        await Counter.filter(id=3).update(n=0)


async def cancelled_after(steps: int, victim: asyncio.Task[None]) -> None:
    for _ in range(steps):
        await asyncio.sleep(0.0001)
    victim.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await victim


async def test_cancelled_at_every_phase() -> None:
    async def victim() -> None:
        async with db.transaction():
            await Counter.filter(id=1).update(n=F("n") + 1)
            await Counter.filter(id=2).update(n=F("n") + 1)

    for steps in range(30):
        await cancelled_after(steps, asyncio.create_task(victim()))
        await still_works()
        one, two, _ = await numbers()
        assert one == two


async def test_cancelled_exactly_while_it_begins() -> None:
    async def victim() -> None:
        async with db.transaction():
            await Counter.filter(id=1).update(n=1)

    for _ in range(25):
        task = asyncio.create_task(victim())
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    await still_works()
    assert await numbers() == [0, 0, 0]


async def test_cancelled_while_it_waits_for_its_turn() -> None:
    async def holder() -> None:
        async with db.transaction():
            await Counter.filter(id=1).update(n=1)
            await asyncio.sleep(0.05)

    async def victim() -> None:
        async with db.transaction():
            await Counter.filter(id=1).update(n=9)

    holding = asyncio.create_task(holder())
    await asyncio.sleep(0.01)
    waiting = [asyncio.create_task(victim()) for _ in range(20)]
    await asyncio.sleep(0.01)
    for task in waiting:
        task.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)
    await holding
    assert await numbers() == [1, 0, 0]
    await still_works()


async def test_cancelled_inside_a_nested_one_at_every_phase() -> None:
    async def victim() -> None:
        async with db.transaction():
            await Counter.filter(id=1).update(n=F("n") + 1)
            async with db.transaction():
                await Counter.filter(id=2).update(n=F("n") + 1)

    for steps in range(30):
        await cancelled_after(steps, asyncio.create_task(victim()))
        await still_works()
        one, two, _ = await numbers()
        assert one == two


async def test_a_nested_one_that_ran_out_of_time_is_undone_alone() -> None:
    for delay in (0.0, 0.0002, 0.0005, 0.001, 0.002, 0.005):
        async with db.transaction():
            await Counter.filter(id=1).update(n=1)
            with anyio.move_on_after(delay):
                async with db.transaction():
                    for _ in range(1000):
                        await db.execute("UPDATE counters SET n = n + 1 WHERE id = 2")
                        await asyncio.sleep(0)
            if db.dialect() == "sqlite":
                assert await numbers() == [1, 0, 0]
            else:
                break  # PostgreSQL may have aborted the statement and with it the transaction: see below
        assert await numbers() == [1, 0, 0]
    await still_works()


async def test_bursts_of_requests_that_run_out_of_time() -> None:
    async def request() -> bool:
        try:
            with anyio.fail_after(0.01):
                async with db.transaction():
                    await Counter.filter(id=1).update(n=F("n") + 1)
                    await asyncio.sleep(0.001)
        except TimeoutError:
            return False
        return True

    done = 0
    for _ in range(15):
        done += sum(await asyncio.gather(*[request() for _ in range(30)]))
        async with asyncio.timeout(5):
            await Counter.get(id=1)
    # A commit that was under way when time ran out may count although it was reported as late.
    assert done <= (await numbers())[0] <= 15 * 30
    await still_works()


async def test_cancelled_during_a_bulk_insert() -> None:
    async def victim() -> None:
        await Counter.bulk_create([Counter(id=number) for number in range(1000, 3000)])

    for steps in (0, 1, 2, 5, 10, 30, 60):
        await cancelled_after(steps, asyncio.create_task(victim()))
        await still_works()
        assert await Counter.filter(id__gte=1000).count() in (0, 2000)
        await Counter.filter(id__gte=1000).delete()


async def test_cancelled_during_a_bulk_insert_inside() -> None:
    async def victim() -> None:
        async with db.transaction():
            await Counter.filter(id=1).update(n=F("n") + 1)
            await Counter.bulk_create([Counter(id=number) for number in range(1000, 3000)])

    for steps in (2, 5, 10, 30, 60):
        await cancelled_after(steps, asyncio.create_task(victim()))
        await still_works()
        assert await Counter.filter(id__gte=1000).count() == (await numbers())[0] * 2000
        await Counter.filter(id__gte=1000).delete()
        await Counter.filter(id=1).update(n=0)


async def test_cancelled_while_it_reads() -> None:
    for _ in range(12):
        reading = asyncio.create_task(db.rows(slow_query(30)))
        await asyncio.sleep(0.01)
        reading.cancel()
        with pytest.raises(asyncio.CancelledError):
            await reading
    async with asyncio.timeout(5):  # no connection is still busy with what nobody waits for
        found = await asyncio.gather(*[numbers() for _ in range(30)])
    assert found == [[0, 0, 0]] * 30
    await still_works()


async def test_cancelled_readings_never_hit_the_next_one() -> None:
    async def reads() -> None:
        await db.rows("SELECT count(*) AS n FROM counters a, counters b, counters c, counters d")

    async def hurried(number: int) -> None:
        with anyio.move_on_after(number % 7 / 5000):
            await reads()

    for _ in range(20):
        ends = await asyncio.gather(*[hurried(number) if number % 2 else reads() for number in range(40)])
        assert ends == [None] * 40


async def test_cancelled_at_the_commit() -> None:
    async def victim() -> None:
        async with db.transaction():
            await Counter.filter(id=1).update(n=F("n") + 1)
            asyncio.get_running_loop().call_soon(task.cancel)

    for _ in range(10):
        task = asyncio.create_task(victim())
        with contextlib.suppress(asyncio.CancelledError):
            await task
        await still_works()
    assert 0 <= (await numbers())[0] <= 10

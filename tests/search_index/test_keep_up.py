"""The index follows the journal, and is rebuilt from the tables while the site goes on."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from base.clock import now
from base.db import transaction
from base.journal import record
from base.journal.deliver import deliver_all
from base.journal.models import Delivery, Entry
from search_index import keep_up
from search_index.document import Document, Source
from search_index.engine import Engine, Unavailable, running
from search_index.engines.postgres.fresh import FreshIndex as FreshBuild
from search_index.engines.whoosh import WhooshEngine
from search_index.engines.whoosh import shelf as shelves
from search_index.engines.whoosh.fresh import FreshIndex
from search_index.keep_up import rebuild, rebuilding, tended
from tests.search_index.documents import PUBLIC, document
from tests.search_index.engines import Place
from tests.search_index.tables import NURSE, Table, total

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("database")]


class Killed(BaseException):
    """Nothing after this happens."""


@pytest.fixture
async def engine(place: Place, table: Table) -> AsyncIterator[Engine]:
    """Open an engine with an empty index."""
    async with running(place.engine()) as made:
        await rebuild(table.sources)
        yield made


async def test_what_happens_is_found_and_what_is_gone_is_forgotten(engine: Engine, table: Table) -> None:
    await table.act("thread", 1, "a nurse asks")
    await table.act("post", 2, "another nurse answers")
    await deliver_all()
    assert await total(engine) == 2
    await table.act("post", 2, None)
    await table.act("thread", 1, "a nurse asks again")
    await deliver_all()
    assert await total(engine) == 1
    assert await Delivery.all().count() == 0


async def test_many_entries_about_one_subject_are_read_once(engine: Engine, table: Table) -> None:
    for number in range(30):
        await table.act("thread", 1, f"nurse round {number}")
    before, table.loads = engine.generation, 0
    await deliver_all()
    assert table.loads == 1
    assert engine.generation != before
    assert await total(engine) == 1


async def test_what_an_act_touches_is_read_again(engine: Engine, table: Table) -> None:
    table.rows["post:5"] = document(5, body="nurse", kind="post")
    await table.act("thread", 1, "other", touches={"post": [5]})
    await deliver_all()
    assert await total(engine) == 1


async def test_hearing_twice_does_no_harm(engine: Engine, table: Table) -> None:
    await table.act("thread", 1, "nurse")
    async with transaction():
        entry = await Entry.get(id=await record("thread.changed", actor_id=None, subject_id=1))
    for _ in range(2):
        await keep_up.handler(table.sources)([entry])
    assert await total(engine) == 1


async def test_a_rebuild_has_everything_that_happened_meanwhile(engine: Engine, table: Table) -> None:
    for number in range(5):
        await table.act("thread", number, "nurse")
    table.slow = asyncio.Event()
    counted: list[int] = []
    work = asyncio.create_task(rebuild(table.sources, counted.append))
    await asyncio.wait_for(table.reached.wait(), 10)
    await table.act("thread", 0, None)
    await table.act("thread", 77, "nurse while rebuilding")
    await deliver_all()
    assert await total(engine) == 5, "the old index goes on while the new one is built"
    table.slow.set()
    done = await work
    assert (done.written, done.left_out) == (5, 0)
    assert counted[-1] == 5
    assert await total(engine) == 5
    assert {hit.id for hit in (await engine.search(NURSE, PUBLIC)).hits} == {1, 2, 3, 4, 77}


async def test_a_rebuild_leaves_out_a_bad_document_and_counts_it(engine: Engine, table: Table) -> None:
    table.rows["thread:1"] = document(1, body="nurse")
    table.rows["thread:2"] = document(2, body="nurse", votes="many")
    done = await rebuild(table.sources)
    assert (done.written, done.left_out) == (1, 1)
    assert await total(engine) == 1


async def test_a_rebuild_that_fails_changes_nothing(engine: Engine, place: Place, table: Table) -> None:
    await table.act("thread", 1, "nurse")
    await deliver_all()

    async def broken() -> AsyncIterator[Document]:
        yield document(1)
        raise ValueError("a bad row")

    with pytest.raises(ValueError, match="a bad row"):
        await rebuild({"thread": Source("thread", table.sources["thread"].load, broken)})
    assert await total(engine) == 1
    assert await place.builds() == 1


async def test_a_lost_index_is_rebuilt_by_itself(engine: Engine, place: Place, table: Table) -> None:
    await table.act("thread", 1, "nurse")
    await deliver_all()
    async with tended(table.sources):
        await place.forget()
        assert (await engine.check()).state == "unusable"
        with pytest.raises(Unavailable, match="rebuilt"):
            await total(engine)
        await table.act("thread", 2, "nurse while search is away")
        await deliver_all()
        async with asyncio.timeout(20):
            while not engine.usable:
                await asyncio.sleep(0.02)
            while rebuilding() is not None:
                await asyncio.sleep(0.02)
    assert await total(engine) == 2


async def test_a_site_without_an_index_makes_one(place: Place, table: Table) -> None:
    await table.act("thread", 1, "nurse")
    async with running(place.engine()) as engine, tended(table.sources):
        async with asyncio.timeout(20):
            while not engine.usable or rebuilding() is not None:
                await asyncio.sleep(0.02)
        assert await total(engine) == 1


async def test_killed_right_after_the_swap_it_has_lost_nothing(
    engine: Engine, table: Table, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shelves, "_WAIT", 0.1)
    await table.act("thread", 1, "nurse")
    await deliver_all()
    kind = FreshIndex if isinstance(engine, WhooshEngine) else FreshBuild
    swap = kind.swap
    delivering: list[asyncio.Task[object]] = []

    async def swapped(fresh: Any) -> None:
        """Do something at the last moment, swap, and be gone."""
        await table.act("thread", 2, "nurse in the last moment")
        delivering.append(asyncio.create_task(deliver_all()))
        # The embedded engine gives up, and the journal comes again; PostgreSQL waits for the swap.
        await asyncio.wait(delivering, timeout=0.5)
        assert await total(engine) == 1
        await swap(fresh)
        raise Killed

    monkeypatch.setattr(kind, "swap", swapped)
    with pytest.raises(Killed):
        await rebuild(table.sources)
    await asyncio.gather(*delivering)
    await Delivery.all().update(due=now())
    await deliver_all()
    assert await total(engine) == 2


async def test_what_comes_while_the_index_is_away_stays_in_the_journal(
    engine: Engine, table: Table, place: Place
) -> None:
    await place.forget()
    await engine.check()
    assert not engine.usable
    await table.act("thread", 1, "nurse")
    for _ in range(20):
        await deliver_all()
        await Delivery.all().update(due=now())
    assert await Delivery.filter(dead=False, tries=0).count() == 1
    await engine.open()
    await rebuild(table.sources)
    await deliver_all()
    assert await total(engine) == 1
    assert await Delivery.all().count() == 0

"""The engine in PostgreSQL with several nodes, lost connections, and tables that are not as they should be."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from typing import cast

import pytest

from base.journal import NotNow
from base.journal.models import Entry
from search_index.document import Document, Source
from search_index.engine import Engine, Unavailable, use
from search_index.engines.postgres import PostgresEngine, answers
from search_index.engines.postgres import fresh as building
from search_index.engines.postgres.asked import Asked
from search_index.engines.postgres.layout import VERSION
from search_index.keep_up import handler
from search_index.query import Choice, Query, Word
from tests.search_index.documents import PUBLIC, document
from tests.search_index.engines import POSTGRES, Place, at_server, fill

pytestmark = pytest.mark.anyio
NURSE = Query(choices=(Choice((Word("nurse"),)),))


@pytest.fixture
async def engine(place: Place) -> AsyncIterator[PostgresEngine]:
    """Open a node with an index of ten documents."""
    if place.kind != POSTGRES:
        pytest.skip("about the engine in PostgreSQL")
    made = cast(PostgresEngine, place.engine())
    await made.open()
    await fill(made, [document(n, body="nurse") for n in range(10)])
    yield made
    await made.close()


@pytest.fixture
async def other(place: Place, engine: PostgresEngine) -> AsyncIterator[Engine]:
    """Open another node on the same index."""
    made = place.engine()
    await made.open()
    yield made
    await made.close()


async def total(engine: Engine) -> int:
    return (await engine.search(NURSE, PUBLIC)).total


async def test_what_one_node_writes_the_other_finds_at_once(engine: PostgresEngine, other: Engine) -> None:
    assert other.generation == ""
    assert await total(other) == 10
    before = other.generation
    await engine.replace([document(77, body="nurse")], ["thread:1", "thread:2"])
    assert await total(other) == 9
    assert other.generation != before
    before = engine.generation
    await other.replace([document(78, body="nurse", tags=("new",))])
    await engine.tend()
    assert engine.generation != before
    found = await engine.search(NURSE, PUBLIC, facets=("tag",))
    assert [(one.value, one.number) for one in found.facets["tag"]] == [("new", 1)]


async def test_nodes_that_write_at_once_take_turns(engine: PostgresEngine, other: Engine) -> None:
    async def write(node: Engine, start: int) -> None:
        for number in range(start, start + 20):
            await node.replace([document(number % 7 + 100, body=f"nurse {number}", tags=(f"t{number % 9}",))])

    await asyncio.gather(*(write(node, start) for start, node in enumerate((engine, other, engine, other))))
    assert await total(engine) == 17
    assert (await engine.check()).state == "ready"


async def test_a_swap_by_one_node_is_followed_by_the_other(engine: PostgresEngine, other: Engine) -> None:
    fresh = await engine.fresh()
    await fresh.add([document(n, body="nurse") for n in range(3)])
    await other.replace([document(50, body="nurse")])
    await fresh.swap()
    assert await total(other) == 3
    await other.replace([document(60, body="nurse")])
    assert await total(engine) == 4


async def test_only_one_node_builds_and_the_other_notices(
    engine: PostgresEngine, other: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(building, "_PAUSE", 0.02)
    fresh = await engine.fresh()
    waiting = asyncio.create_task(other.fresh())
    await asyncio.sleep(0.2)
    assert not waiting.done()
    await fresh.add([document(1, body="nurse")])
    await fresh.swap()
    with pytest.raises(Unavailable, match="just rebuilt"):
        await waiting
    again = await other.fresh()
    waiting = asyncio.create_task(engine.fresh())
    await asyncio.sleep(0.1)
    await again.abandon()
    await (await waiting).abandon()
    assert await total(other) == 1


async def test_what_a_dead_builder_left_is_removed_by_the_next(engine: PostgresEngine, place: Place) -> None:
    fresh = cast(building.FreshIndex, await engine.fresh())
    await fresh.add([document(1, body="nurse")])
    fresh._connection.terminate()
    assert await place.builds() == 2
    with pytest.raises(Unavailable):
        await fresh.add([document(2, body="nurse")])
    await fresh.abandon()
    while True:  # the server takes a moment to see that the connection is gone, and with it the lock
        again = await asyncio.wait_for(engine.fresh(), 20)
        break
    await again.abandon()
    assert await place.builds() == 1
    assert await total(engine) == 10


async def test_lost_connections_come_back_by_themselves(engine: PostgresEngine, place: Place) -> None:
    await total(engine)
    kill = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE application_name = 'commonplace search'"
    await at_server(place.url, kill + " AND datname = current_database()")
    answers = await asyncio.gather(*(total(engine) for _ in range(4)), return_exceptions=True)
    assert all(one == 10 or isinstance(one, Unavailable) for one in answers)
    assert engine.usable
    assert await total(engine) == 10
    await engine.replace([document(50, body="nurse")])
    assert await total(engine) == 11


async def test_a_server_that_is_away_is_told_calmly(place: Place) -> None:
    engine = PostgresEngine("postgres://nobody@127.0.0.1:1/nothing")
    await engine.open()
    assert not engine.usable
    assert "cannot reach" in engine.health().trouble
    with pytest.raises(Unavailable):
        await total(engine)
    with pytest.raises(Unavailable, match="cannot reach"):
        await engine.fresh()
    await engine.close()


@pytest.mark.parametrize(
    "harm",
    [
        "DELETE FROM search.facts_{n} WHERE doc = 1",
        "DELETE FROM search.texts_{n} WHERE doc = 1",
        "DELETE FROM search.postings_{n} WHERE packed >> 32 = 3",
        "DROP INDEX search.postings_{n}_key",
        "DROP TABLE search.places_{n}",
        "ALTER TABLE search.counters_{n} RENAME documents TO other",
        "DELETE FROM search.current",
        "DROP SCHEMA search CASCADE",
        f"UPDATE search.current SET layout = {VERSION - 1}",
    ],
)
async def test_tables_that_do_not_agree_make_it_unusable_until_it_is_built_again(
    engine: PostgresEngine, place: Place, harm: str
) -> None:
    number = await at_server(place.url, "SELECT number FROM search.current")
    await at_server(place.url, harm.format(n=number))
    assert (await engine.check()).state == "unusable"
    assert engine.health().trouble
    await asyncio.wait_for(engine.broken(), 1)
    with pytest.raises(Unavailable, match="rebuilt"):
        await total(engine)
    await engine.open()
    assert not engine.usable
    await fill(engine, [document(1, body="nurse")])
    assert await total(engine) == 1
    assert (await engine.check()).state == "ready"


@pytest.mark.parametrize("harm", ["DROP TABLE search.facts_{n}", "DROP SCHEMA search CASCADE"])
async def test_a_search_or_a_write_notices_that_tables_are_gone(
    engine: PostgresEngine, other: Engine, place: Place, harm: str
) -> None:
    number = await at_server(place.url, "SELECT number FROM search.current")
    await at_server(place.url, harm.format(n=number))
    with pytest.raises(Unavailable, match="rebuilt"):
        await total(engine)
    with pytest.raises(Unavailable):
        await other.replace([document(1, body="nurse")])
    assert not engine.usable
    assert not other.usable


async def test_slow_and_cancelled_searches_give_their_connections_back(
    engine: PostgresEngine, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def slow(asked: Asked, *_: object) -> None:
        await asked.connection.fetchval("SELECT pg_sleep(30)")

    hasty = place.engine(seconds=1.5)
    await hasty.open()
    with monkeypatch.context() as patch:
        patch.setattr(answers, "search", slow)
        told = await asyncio.gather(*(hasty.search(NURSE, PUBLIC) for _ in range(9)), return_exceptions=True)
        assert {type(one) for one in told} == {Unavailable}
        assert "That search took too long. Please try fewer words." in {str(one) for one in told}
        for pause in range(12):
            task = asyncio.create_task(engine.search(NURSE, PUBLIC))
            await asyncio.sleep(0.003 * pause)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
    async with asyncio.timeout(30):
        while True:
            with suppress(Unavailable):  # on a busy machine its time may be too short for any search
                assert await total(hasty) == 10
                break
    assert [await total(engine) for _ in range(9)] == [10] * 9
    await hasty.close()


async def test_a_node_that_lost_the_index_hears_what_happens_once_another_has_built_it(
    engine: PostgresEngine, other: Engine, place: Place
) -> None:
    table = {5: document(5, body="nurse")}

    async def load(ids: Sequence[int]) -> AsyncIterator[Document]:
        for id_ in ids:
            yield table[id_]

    async def load_all() -> AsyncIterator[Document]:
        for one in table.values():
            yield one

    handle = handler({"thread": Source("thread", load, load_all)})
    entry = Entry(id=1, kind="thread.asked", subject_kind="thread", subject_id=5, data={})
    await place.forget()
    assert (await other.check()).state == "unusable"
    use(other)
    with pytest.raises(NotNow):  # nobody has an index: the entry waits until somebody has
        await handle([entry])
    assert not other.usable
    await fill(engine, [document(1, body="nurse")])
    await handle([entry])
    assert other.usable
    assert await total(engine) == 2
    away = PostgresEngine("postgres://nobody@127.0.0.1:1/nothing")
    use(away)
    with pytest.raises(Unavailable, match="cannot reach"):
        await handle([entry])
    await away.close()


async def test_an_index_of_a_newer_version_is_left_alone(engine: PostgresEngine, place: Place) -> None:
    await at_server(place.url, f"UPDATE search.current SET layout = {VERSION + 1}")
    with pytest.raises(Unavailable):
        await total(engine)
    with pytest.raises(Unavailable, match="newer version"):
        await engine.fresh()
    with pytest.raises(Unavailable, match="newer version"):
        await engine.wanting()


async def test_words_that_are_written_nowhere_any_more_are_forgotten(
    engine: PostgresEngine, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    await engine.replace([document(20, body="walrus")])
    await engine.replace([document(20, body="nurse")])
    number = await at_server(place.url, "SELECT number FROM search.current")
    left = f"SELECT string_agg(word, ' ') FROM search.lexicon_{number} WHERE word ~ '^[a-z]'"
    assert "walrus" in await at_server(place.url, left)
    monkeypatch.setattr(engine._caretaker, "due", lambda: True)
    await engine.tend()
    assert await at_server(place.url, left) == "nurse title"
    assert [one.better for one in await engine.correct(["nursse"], PUBLIC)] == ["nurse"]

"""What every engine does, beside giving right answers: it writes, it rebuilds, it is shared, it says how it is."""

import asyncio

import pytest

from search_index.engine import Engine, Unavailable, current, running, use
from search_index.found import Found
from search_index.query import Choice, Query, Word
from tests.search_index.documents import PUBLIC, document
from tests.search_index.engines import Place, fill

pytestmark = pytest.mark.anyio
NURSE = Query(choices=(Choice((Word("nurse"),)),))


@pytest.fixture
async def engine(opened_engine: Engine) -> Engine:
    """Open an engine with an index of ten documents in two commits."""
    nurses = [document(n, body="nurse") for n in range(10)]
    await fill(opened_engine, nurses[:5], nurses[5:])
    return opened_engine


async def search(engine: Engine, query: Query = NURSE) -> Found:
    return await engine.search(query, PUBLIC)


async def test_it_finds_what_was_written_and_not_what_is_gone(engine: Engine) -> None:
    assert (await search(engine)).total == 10
    before = engine.generation
    await engine.replace([document(1, body="other"), document(1, body="nurse again")], ["thread:2", "thread:99"])
    assert engine.generation != before
    found = await search(engine)
    assert found.total == 9
    assert {hit.id for hit in found.hits} == {0, 1, 3, 4, 5, 6, 7, 8, 9}
    assert engine.health().documents == 9


async def test_an_act_that_changes_nothing_writes_nothing(engine: Engine) -> None:
    before = engine.generation
    await engine.replace([], ["thread:4711"])
    assert engine.generation == before


async def test_one_bad_document_is_left_out_and_counted(engine: Engine) -> None:
    bad = document(20, body="nurse", votes="many")
    assert await engine.replace([document(21, body="nurse"), bad]) == 1
    assert (await search(engine)).total == 11


async def test_the_current_engine_is_the_running_one(place: Place) -> None:
    with pytest.raises(Unavailable):
        current()
    async with running(place.engine()) as made:
        assert current() is made
        with pytest.raises(Unavailable):
            await search(made)
    with pytest.raises(Unavailable):
        current()
    use(made)
    with pytest.raises(Unavailable):
        await search(made)
    made_again = current()
    async with running(place.engine()):
        assert current() is not made_again


async def test_searches_go_on_while_documents_are_written(engine: Engine) -> None:
    async def write() -> None:
        for number in range(100, 130):
            await engine.replace([document(number, body="nurse")], [f"thread:{number - 100}"])

    writing = asyncio.create_task(write())
    while not writing.done():
        found = await search(engine)
        assert 10 <= found.total <= 30
        assert all("nurse" in hit.plain_snippet for hit in found.hits)
    await writing
    assert (await search(engine)).total == 30


async def test_another_process_may_rebuild_beside_a_running_one(engine: Engine, place: Place) -> None:
    other = place.engine()
    await other.open()
    fresh = await other.fresh()
    await fresh.add([document(n, body="nurse") for n in range(3)])
    await fresh.swap()
    await other.close()
    await engine.tend()
    assert (await search(engine)).total == 3
    await engine.replace([document(7, body="nurse")])
    assert (await search(engine)).total == 4


async def test_a_new_index_is_beside_the_one_in_use_until_it_is_swapped(engine: Engine, place: Place) -> None:
    before = await place.builds()
    fresh = await engine.fresh()
    await fresh.add([document(n, body="nurse") for n in range(3)])
    assert await fresh.replace([document(1, body="other"), document(9, body="nurse")], ["thread:2", "post:77"]) == 2
    assert (await search(engine)).total == 10
    await fresh.abandon()
    assert await place.builds() == before
    assert (await search(engine)).total == 10
    for _ in range(3):
        fresh = await engine.fresh()
        await fresh.add([document(n, body="nurse") for n in range(3)])
        await fresh.replace([document(1, body="other"), document(9, body="nurse")], ["thread:2"])
        await fresh.swap()
    assert {hit.id for hit in (await search(engine)).hits} == {0, 9}
    assert await place.builds() == 2, "the one in use and the one before it"


async def test_text_that_no_database_takes_is_found_all_the_same(engine: Engine) -> None:
    odd = document(
        20, "nul \x00 nurse", "lone \ud800 nurse", author="a\x00b", tags=("t\x00g", "other"), organisation="O\x00",
        handle="H\x00", platforms=("' OR 1=1 --",), url="/t/20?\x00",
    )  # fmt: skip
    assert await engine.replace([odd]) == 1
    found = await engine.search(NURSE, PUBLIC, facets=("tag", "platform", "organisation"))
    assert found.total == 11
    assert "' OR 1=1 --" in {one.value for one in found.facets["platform"]}
    for value in ("' OR 1=1 --", "$1", "{}", "%s", "\x00", "t\x00g"):
        for facet in ("platform", "tag", "organisation", "type"):
            await engine.search(Query(only={facet: (value,)}, without={facet: (value, value)}), PUBLIC)
        await engine.search(Query(handle=value, group=value, kinds=(value,)), PUBLIC)
        await engine.complete(value, PUBLIC, "platform")
    huge = Query(votes_least=10**18, votes_most=-(10**18))
    assert (await engine.search(huge, PUBLIC)).total == 0


async def test_it_says_how_it_is(engine: Engine) -> None:
    health = await engine.check()
    assert (health.state, health.documents, health.trouble) == ("ready", 10, "")
    assert health.disk_bytes > 0
    await engine.tend()
    await engine.close()
    assert engine.health().state == "unusable"
    assert not engine.usable
    with pytest.raises(Unavailable):
        await engine.replace([document(1)])


async def test_more_at_once_than_can_wait_are_turned_away_and_the_rest_answered(engine: Engine) -> None:
    answers = await asyncio.gather(*(search(engine) for _ in range(100)), return_exceptions=True)
    assert {type(one) for one in answers} == {Found, Unavailable}
    assert all(one.total == 10 for one in answers if isinstance(one, Found))

"""Two hundred hostile queries: each is answered, and soon; benchmarks/hostile.py says how soon."""

import random
from collections.abc import Iterator

import pytest

from search_index.document import Document
from search_index.engine import Engine, Unavailable
from search_index.engines.whoosh.answers import Wish, complete, search, similar, suggest
from search_index.engines.whoosh.correct import correct
from search_index.engines.whoosh.shelf import Shelf
from search_index.wording import read
from tests.patience import ends
from tests.search_index.documents import PUBLIC, asked, document, put, shelf
from tests.search_index.engines import POSTGRES, Place, fill
from tests.search_index.nasty import NUMBER, hostile

QUERIES = hostile()


def batches() -> Iterator[list[Document]]:
    """Yield five thousand documents."""
    dice = random.Random(5)
    words = [f"word{n}" for n in range(3000)] + ["common", "very", "nurse"] * 300
    for start in range(0, 5000, 1000):
        yield [
            document(n, " ".join(dice.choices(words, k=6)), " ".join(dice.choices(words, k=60)))
            for n in range(start, start + 1000)
        ]


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Shelf:
    """Make an index in a few segments."""
    on = shelf(tmp_path_factory.mktemp("hostile") / "index")
    for batch in batches():
        put(on, *batch)
    return on


@pytest.mark.parametrize("number", range(NUMBER))
def test_each_is_answered(filled: Shelf, number: int) -> None:
    typed = QUERIES[number]
    who = asked(filled)
    with ends():
        wording = read(typed)
        found = search(who, wording.query, Wish(facets=("type", "tag"), sections=3))
        assert len(found.hits) <= min(20, found.total)
        assert len(suggest(who, typed, 8)) <= 8
        complete(who, typed, "platform", 4)
        correct(who, wording.query.words)
        assert len(similar(who, typed, 5, frozenset(), ())) <= 5


def test_a_search_over_its_time_gives_up(filled: Shelf) -> None:
    with pytest.raises(Unavailable):
        search(asked(filled, seconds=-1), read("common words").query, Wish())


@pytest.mark.anyio
async def test_postgres_answers_each(place: Place) -> None:
    if place.kind != POSTGRES:
        pytest.skip("the embedded engine is asked one by one above")
    engine = place.engine()
    await engine.open()
    await fill(engine, *batches())
    for typed in QUERIES:
        wording = read(typed)
        await engine.search(wording.query, PUBLIC, facets=("type", "tag"), sections=3)
        await engine.suggest(typed, PUBLIC)
        await engine.correct(wording.query.words, PUBLIC)
    await engine.close()


@pytest.mark.anyio
async def test_no_time_at_all_is_unavailable_and_the_next_search_is_answered(
    opened_engine: Engine, place: Place
) -> None:
    await fill(opened_engine, *batches())
    hasty = place.engine(seconds=-1)
    await hasty.open()
    assert hasty.usable
    with pytest.raises(Unavailable, match="too long"):
        await hasty.search(read("common words").query, PUBLIC)
    await hasty.close()
    assert (await opened_engine.search(read("common words").query, PUBLIC)).total > 0

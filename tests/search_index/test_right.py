"""Every answer equals the one of brute force, over random histories and random queries."""

import asyncio
import tempfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search_index.document import Document
from search_index.engine import Engine
from search_index.engines.postgres import evaluate, lookup
from search_index.engines.whoosh import evaluate as evaluation
from search_index.found import SECTIONS, Count, Found, Section
from search_index.query import Choice, Prefix, Query, Word
from tests.search_index.chance import FACETS, Chance, Change
from tests.search_index.documents import PUBLIC, START, document
from tests.search_index.engines import EMBEDDED, Place, fill
from tests.search_index.reference import Answer, Reference


class History:
    """An index and the documents that should be in it."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self.engine: Engine = place.engine()
        self.kept: dict[str, Document] = {}

    async def live(self, change: Change) -> None:
        """Let one change happen."""
        if isinstance(change, list):
            await self.engine.replace(change)
            self.kept |= {one.key: one for one in change}
        elif change == "forget" and self.kept:
            gone = tuple(sorted(self.kept))[::2]
            await self.engine.replace([], gone)
            self.kept = {key: one for key, one in self.kept.items() if key not in gone}
        elif change == "merge":
            await self.engine.tend()
        elif change == "reopen":
            await self.engine.close()
            self.engine = self.place.engine(memory_mb=16)
            await self.engine.open()
            assert (await self.engine.check()).state == "ready"
        elif change == "rebuild":
            fresh = await self.engine.fresh()
            await fresh.add(list(self.kept.values()))
            await fresh.swap()


def same(found: Found, answer: Answer, offset: int, limit: int) -> None:
    """Hold an answer to the reference; documents of (nearly) the same score may change places."""
    assert found.total == answer.total
    wanted = answer.ranked[offset : offset + limit]
    assert len(found.hits) == len(wanted)
    for hit, (key, order) in zip(found.hits, wanted, strict=True):
        assert hit.score == pytest.approx(answer.scores[hit.key], rel=1e-4, abs=2e-4)
        if hit.key != key:
            assert answer.order[hit.key] == pytest.approx(order, rel=1e-4)
    groups = [hit.group for hit in found.hits]
    assert len(groups) == len(set(groups))
    for name in FACETS:
        assert {one.value: one.number for one in found.facets[name]} == answer.facet(name), name
    assert [one.total for one in found.sections] == [answer.section(name) for name in SECTIONS]


@pytest.fixture(params=["usual way", "other way"])
def way(request: pytest.FixtureRequest, place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run each engine in both of its ways: for what many documents have, and for what few have."""
    if request.param == "other way":
        monkeypatch.setattr(evaluation, "_LONG", 0)
        monkeypatch.setattr(evaluate, "_NAMED", 0)
        monkeypatch.setattr(evaluate, "_NAMED_ALWAYS", -1)
        monkeypatch.setattr(evaluate, "_FEW", 0)
        monkeypatch.setattr(lookup, "_AT_ONCE", 3)
        monkeypatch.setattr(lookup, "_DENSE", 2)


async def compare(past: History, chance: Chance, queries: int = 10) -> int:
    """Ask the index and the reference the same; return how many hits were compared."""
    compared = 0
    reference = Reference(past.kept.values())
    for number in range(queries):
        query, audiences, offset = chance.query(), chance.audiences(), number % 3 * 2
        found = await past.engine.search(query, audiences, limit=3, offset=offset, facets=FACETS, sections=2)
        same(found, reference.search(query, audiences), offset, 3)
        compared += len(found.hits)
    return compared


async def compare_after(place: Place, chance: Chance) -> int:
    """Let a history happen from an empty index on, and compare what is found after it."""
    past = History(place)
    try:
        await fill(past.engine)
        for change in chance.history():
            await past.live(change)
            await compare(past, chance, 1)  # so that what is kept in memory meets a later change
        return await compare(past, chance)
    finally:
        await past.engine.close()


@pytest.mark.usefixtures("way")
def test_answers_equal_brute_force(place: Place) -> None:
    compared = []
    with asyncio.Runner() as runner:

        @settings(max_examples=80 if place.kind == EMBEDDED else 25, deadline=None, database=None)
        @given(st.integers(0, 2**32))
        def holds(seed: int) -> None:
            with tempfile.TemporaryDirectory() as folder:
                own = replace(place, folder=Path(folder))
                compared.append(runner.run(compare_after(own, Chance(seed))))

        holds()
    assert sum(compared) > 60, "the queries found too little to tell right from wrong"


@pytest.mark.anyio
async def test_page_seven_and_ties_are_stable(opened_engine: Engine) -> None:
    engine = opened_engine
    await fill(engine, (), *([document(n, "same words", "nurse") for n in range(s, s + 25)] for s in range(0, 200, 25)))
    query = Query(choices=(Choice((Word("nurse"),)),))
    pages = [(await engine.search(query, PUBLIC, limit=20, offset=20 * page)).hits for page in range(10)]
    assert [hit.id for page in pages for hit in page] == list(range(199, -1, -1))
    await engine.tend()
    found = await engine.search(query, PUBLIC, limit=20, offset=120)
    assert [hit.id for hit in found.hits] == list(range(79, 59, -1))


@pytest.mark.anyio
async def test_many_posts_of_few_threads_do_not_hide_a_thread(opened_engine: Engine) -> None:
    loud = [document(n, body="nurse", kind="post", group=f"thread:{n % 3}") for n in range(3, 400)]
    quiet = [document(1000 + n, body="nurse and many other words that make it weaker") for n in range(4)]
    await fill(opened_engine, [*loud, *quiet])
    found = await opened_engine.search(Query(choices=(Choice((Word("nurse"),)),)), PUBLIC, limit=10)
    assert found.total == 7
    assert len(found.hits) == 7
    assert sorted(hit.more for hit in found.hits) == [0, 0, 0, 0, 131, 131, 132]


@pytest.mark.anyio
async def test_things_alike_in_everything_stand_by_number(opened_engine: Engine) -> None:
    same = [document(n, "same", "nurse", created=START) for n in (5, 9, 1, 7)]
    await fill(opened_engine, same[:3], same[3:])
    found = await opened_engine.search(Query(choices=(Choice((Word("nurse"),)),)), PUBLIC)
    assert [hit.id for hit in found.hits] == [9, 7, 5, 1]


@pytest.mark.anyio
async def test_a_beginning_stands_for_the_words_of_most_documents(opened_engine: Engine) -> None:
    words = [f"nurs{n:03}" for n in range(100)]
    documents = [document(n, body=" ".join(words[place] for place in range(100) if place <= n)) for n in range(100)]
    await fill(opened_engine, documents)
    found = await opened_engine.search(Query(choices=(Choice((Prefix("nurs"),)),)), PUBLIC)
    assert found.total == Reference(documents).search(Query(choices=(Choice((Prefix("nurs"),)),)), PUBLIC).total


@pytest.mark.anyio
async def test_the_facts_of_a_thread_follow_it_on_its_posts(opened_engine: Engine) -> None:
    post = document(2, kind="post", type="answer", body="nurse", group="thread:1")
    await fill(opened_engine, [post])

    async def types() -> dict[str, int]:
        query = Query(choices=(Choice((Word("nurse"),)),))
        found = await opened_engine.search(query, PUBLIC, facets=("type",), sections=1)
        return {one.value: one.number for one in (*found.facets["type"], *map(_as_count, found.sections)) if one.number}

    assert await types() == {"answer": 1, "threads": 1}
    await opened_engine.replace([document(1, type="case_study")])
    assert await types() == {"case_study": 1, "cases": 1}
    await opened_engine.replace([document(1, type="question")])
    assert await types() == {"question": 1, "threads": 1}
    await opened_engine.replace([], ["thread:1"])
    assert await types() == {"answer": 1, "threads": 1}


def _as_count(section: Section) -> Count:
    return Count(section.name, section.total)

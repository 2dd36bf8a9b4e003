"""Every answer equals the one of brute force, over random histories and random queries."""

import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search_index.document import Document
from search_index.engines.cache import Cache
from search_index.engines.whoosh import segment as segments
from search_index.engines.whoosh.answers import Wish, search
from search_index.engines.whoosh.decode import by_block, through_matchers
from search_index.engines.whoosh.fresh import prepare_all
from search_index.engines.whoosh.pool import add
from search_index.engines.whoosh.segment import dictionary
from search_index.engines.whoosh.shelf import Shelf
from search_index.found import SECTIONS, Found
from search_index.query import Choice, Query, Word
from tests.search_index.chance import FACETS, Chance, Change
from tests.search_index.documents import START, asked, document, put, shelf
from tests.search_index.reference import Answer, Reference


class History:
    """An index and the documents that should be in it."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.number = folder, 0
        self.shelf = shelf(folder / "0")
        self.kept: dict[str, Document] = {}

    def live(self, change: Change) -> None:
        """Let one change happen."""
        if isinstance(change, list):
            put(self.shelf, *change)
            self.kept |= {one.key: one for one in change}
        elif change == "forget" and self.kept:
            gone = tuple(sorted(self.kept))[::2]
            put(self.shelf, gone=gone)
            self.kept = {key: one for key, one in self.kept.items() if key not in gone}
        elif change == "merge":
            self.shelf.merge()
        elif change == "reopen":
            self.shelf.close()
            self.shelf = Shelf(self.shelf.path, dictionary(), Cache(100_000))
            self.shelf.verify()
        elif change == "rebuild":
            self.number += 1
            self.shelf.close()
            self.shelf = shelf(self.folder / str(self.number))
            writer = self.shelf.writer()
            for row in prepare_all(self.kept.values()):
                add(writer, row.fields, row.postings)
            self.shelf.commit(writer)


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


@pytest.fixture(params=["by_block", "through_matchers"])
def decoder(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Run on the fast way to read postings, and on the public one."""
    chosen = {"by_block": by_block, "through_matchers": through_matchers}[request.param]
    monkeypatch.setattr(segments, "best_decoder", lambda *_: chosen)
    return str(request.param)


def compare(past: History, chance: Chance) -> int:
    """Ask the index and the reference the same; return how many hits were compared."""
    compared = 0
    reference = Reference(past.kept.values())
    for number in range(10):
        query, audiences, offset = chance.query(), chance.audiences(), number % 3 * 2
        found = search(asked(past.shelf, audiences), query, Wish(limit=3, offset=offset, facets=FACETS, sections=2))
        same(found, reference.search(query, audiences), offset, 3)
        compared += len(found.hits)
    return compared


@pytest.mark.usefixtures("decoder")
def test_answers_equal_brute_force() -> None:
    compared = []

    @settings(max_examples=80, deadline=None, database=None)
    @given(st.integers(0, 2**32))
    def holds(seed: int) -> None:
        chance = Chance(seed)
        with tempfile.TemporaryDirectory() as folder:
            past = History(Path(folder))
            try:
                for change in chance.history():
                    past.live(change)
                compared.append(compare(past, chance))
            finally:
                past.shelf.close()

    holds()
    assert sum(compared) > 200, "the queries found too little to tell right from wrong"


def test_page_seven_and_ties_are_stable(tmp_path: Path) -> None:
    on = shelf(tmp_path / "index")
    for start in range(0, 200, 25):
        put(on, *(document(n, "same words", "nurse") for n in range(start, start + 25)))
    query = Query(choices=(Choice((Word("nurse"),)),))
    pages = [search(asked(on), query, Wish(limit=20, offset=20 * page)).hits for page in range(10)]
    assert [hit.id for page in pages for hit in page] == list(range(199, -1, -1))
    on.merge()
    assert [hit.id for hit in search(asked(on), query, Wish(limit=20, offset=120)).hits] == list(range(79, 59, -1))


def test_both_decoders_agree_on_long_lists(tmp_path: Path) -> None:
    on = shelf(tmp_path / "index")
    put(on, *(document(n, body="nurse " * (n % 5 + 1) + f"word{n % 7}") for n in range(400)))
    reader = next(iter(on._segments.values()))._reader
    for term in (b"nurs", b"word3", b"none"):
        fast, slow = by_block(reader, "body", term, True), through_matchers(reader, "body", term, True)
        assert fast.ids.tolist() == slow.ids.tolist()
        assert fast.counts.tolist() == slow.counts.tolist()
        assert (fast.places is None) == (slow.places is None)
        if fast.places is not None and slow.places is not None:
            assert fast.places.tolist() == slow.places.tolist()
    assert on._segments.popitem()[1]._decode is by_block, "the known codec is read the fast way"


def test_many_posts_of_few_threads_do_not_hide_a_thread(tmp_path: Path) -> None:
    on = shelf(tmp_path / "index")
    loud = [document(n, body="nurse", kind="post", group=f"thread:{n % 3}") for n in range(3, 400)]
    quiet = [document(1000 + n, body="nurse and many other words that make it weaker") for n in range(4)]
    put(on, *loud, *quiet)
    found = search(asked(on), Query(choices=(Choice((Word("nurse"),)),)), Wish(limit=10))
    assert found.total == 7
    assert len(found.hits) == 7
    assert sorted(hit.more for hit in found.hits) == [0, 0, 0, 0, 131, 131, 132]


def test_things_alike_in_everything_stand_by_number(tmp_path: Path) -> None:
    on = shelf(tmp_path / "index")
    put(on, *(document(n, "same", "nurse", created=START) for n in (5, 9, 1)))
    put(on, document(7, "same", "nurse", created=START))
    found = search(asked(on), Query(choices=(Choice((Word("nurse"),)),)), Wish())
    assert [hit.id for hit in found.hits] == [9, 7, 5, 1]

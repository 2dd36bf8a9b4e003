"""Every answer equals the one of brute force, over random histories and random queries."""

import tempfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search_index.document import Document
from search_index.engines.whoosh import segment as segments
from search_index.engines.whoosh.answers import Wish, search
from search_index.engines.whoosh.cache import Cache
from search_index.engines.whoosh.decode import by_block, through_matchers
from search_index.engines.whoosh.fresh import prepare_all
from search_index.engines.whoosh.segment import dictionary
from search_index.engines.whoosh.shelf import Shelf
from search_index.found import SECTIONS, Found
from search_index.query import SORTS, Choice, Leaf, Phrase, Prefix, Query, Word
from tests.search_index.documents import START, asked, document, put, shelf
from tests.search_index.reference import Answer, Reference

FACETS = ("type", "platform", "tag", "organisation", "country", "language", "state", "has", "direction", "year")
WORDS = (
    "nurse",
    "nurses",
    "recruit",
    "recruiting",
    "recruitment",
    "video",
    "café",
    "the",
    "x",
    "11",
    "verpleegkundige",
)
NAMES = ("Uppsala", "Uppsala North", "Gent")

texts = st.lists(st.sampled_from(WORDS), max_size=9).map(" ".join)
tags = st.lists(st.sampled_from(("a b", "c", "d")), max_size=2, unique=True).map(tuple)


@st.composite
def documents(draw: st.DrawFn) -> Document:
    """Draw one document; few ids, so that updates and groups meet."""
    kind = draw(st.sampled_from(("thread", "post", "article", "member")))
    group = f"thread:{draw(st.integers(1, 5))}" if kind == "post" else ""
    return document(
        draw(st.integers(1, 9)), draw(texts), draw(texts), kind=kind, group=group,
        type=draw(st.sampled_from(("question", "case_study"))), audience=draw(st.sampled_from(("public", "org:1", "staff"))),
        created=START + timedelta(days=draw(st.integers(0, 900))), active=START + timedelta(days=draw(st.integers(0, 9))),
        handle=draw(st.sampled_from(("Mara", "ruth"))), organisation=draw(st.sampled_from(("", *NAMES))),
        country=draw(st.sampled_from(("NL", "SE"))), language=draw(st.sampled_from(("en", "nl"))), tags=draw(tags),
        platforms=draw(st.sampled_from(((), ("X",), ("YouTube", "X")))), aliases=draw(st.sampled_from(((), ("Twitter",)))),
        state=draw(st.sampled_from(((), ("solved",), ("verified", "solved"), ("obsolete",)))),
        direction=draw(st.sampled_from(("", "worked"))), votes=draw(st.integers(-1, 4)),
        has=draw(st.sampled_from(((), ("metrics",)))),
    )  # fmt: skip


leaves: st.SearchStrategy[Leaf] = st.one_of(
    st.builds(Word, st.sampled_from((*WORDS, "unknown", "recruits nurse")), st.sampled_from(("", "", "title"))),
    st.builds(Phrase, st.lists(st.sampled_from(WORDS), min_size=2, max_size=3).map(" ".join), st.sampled_from(("", "title"))),
    st.builds(Prefix, st.sampled_from(("rec", "nur", "vid", "caf", "zzz")), st.sampled_from(("", "title"))),
)  # fmt: skip
choices = st.builds(Choice, st.lists(leaves, min_size=1, max_size=3).map(tuple), st.booleans())
filters = st.dictionaries(
    st.sampled_from(FACETS),
    st.lists(st.sampled_from(("question", "x", "twitter", "a-b", "uppsala", "nl", "solved", "metrics", "2025")), max_size=2).map(tuple),
    max_size=2,
)  # fmt: skip
queries = st.builds(
    Query,
    choices=st.lists(choices, max_size=5).map(tuple),
    unwanted=st.lists(leaves, max_size=1).map(tuple),
    all_words=st.booleans(),
    only=filters,
    without=filters,
    kinds=st.sampled_from(((), (), ("thread", "article"))),
    handle=st.sampled_from(("", "", "mara")),
    group=st.sampled_from(("", "", "thread:2", "thread:77")),
    after=st.sampled_from((None, None, START + timedelta(days=200))),
    before=st.sampled_from((None, None, START + timedelta(days=600))),
    votes_least=st.sampled_from((None, None, 1)),
    votes_most=st.sampled_from((None, None, 2)),
    sort=st.sampled_from(SORTS),
)
changes = st.one_of(
    st.lists(documents(), min_size=1, max_size=4),
    st.sampled_from(("forget", "merge", "reopen", "rebuild")),
)
viewers = st.sampled_from(
    (frozenset({"public"}), frozenset({"public", "org:1"}), frozenset({"public", "org:1", "staff"}))
)


class History:
    """An index and the documents that should be in it."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.number = folder, 0
        self.shelf = shelf(folder / "0")
        self.kept: dict[str, Document] = {}

    def live(self, change: list[Document] | str) -> None:
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
                writer.add_document(**row.fields)
            self.shelf.commit(writer)


def same(found: Found, answer: Answer, offset: int, limit: int) -> None:
    """Hold an answer to the reference; documents of (nearly) the same score may change places."""
    assert found.total == answer.total
    wanted = answer.ranked[offset : offset + limit]
    assert len(found.hits) == len(wanted)
    for hit, (key, order) in zip(found.hits, wanted, strict=True):
        if hit.key != key:
            assert answer.order[hit.key] == pytest.approx(order, rel=1e-4)
    groups = [hit.group for hit in found.hits]
    assert len(groups) == len(set(groups))
    for name in FACETS:
        assert {one.value: one.number for one in found.facets[name]} == answer.facet(name), name
    assert [one.total for one in found.sections] == [answer.section(name) for name in SECTIONS]


@pytest.fixture(params=["by_block", "through_matchers"])
def decoder(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Run on the fast way to read postings, and on the public one."""
    chosen = {"by_block": by_block, "through_matchers": through_matchers}[request.param]
    monkeypatch.setattr(segments, "best_decoder", lambda *_: chosen)
    yield request.param


def compare(past: History, asking: list[tuple[Query, frozenset[str]]]) -> None:
    """Ask the index and the reference the same."""
    reference = Reference(past.kept.values())
    for number, (query, audiences) in enumerate(asking):
        offset = number % 3 * 2
        wish = Wish(limit=3, offset=offset, facets=FACETS, sections=2)
        found = search(asked(past.shelf, audiences), query, wish)
        same(found, reference.search(query, audiences), offset, 3)


@pytest.mark.usefixtures("decoder")
def test_answers_equal_brute_force() -> None:
    @settings(max_examples=60, deadline=None, database=None)
    @given(st.lists(changes, min_size=1, max_size=12), st.lists(st.tuples(queries, viewers), min_size=3, max_size=8))
    def holds(history: list[list[Document] | str], asking: list[tuple[Query, frozenset[str]]]) -> None:
        with tempfile.TemporaryDirectory() as folder:
            past = History(Path(folder))
            try:
                for change in history:
                    past.live(change)
                compare(past, asking)
            finally:
                past.shelf.close()

    holds()


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

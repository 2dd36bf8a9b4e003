"""What a viewer may not see is in no result, count, facet, suggestion, correction or similar thing."""

from pathlib import Path

import pytest

from search_index.engines.whoosh.answers import Wish, complete, search, similar, suggest
from search_index.engines.whoosh.correct import correct
from search_index.engines.whoosh.shelf import Shelf
from search_index.query import FACETS, Choice, Prefix, Query, Word
from tests.search_index.documents import asked, document, put, shelf

VIEWERS = {
    "visitor": frozenset({"public"}),
    "member": frozenset({"public", "network"}),
    "colleague": frozenset({"public", "network", "org:7"}),
    "leader": frozenset({"public", "network", "region:2"}),
    "staff": frozenset({"public", "network", "org:7", "region:2", "staff"}),
}
# Each document has a word, a tag, a platform and an author of its own.
AUDIENCES = {"public": "alpaca", "network": "beaver", "org:7": "camel", "region:2": "dingo", "staff": "ermine"}


@pytest.fixture
def filled(tmp_path: Path) -> Shelf:
    """Make an index with one thread per audience, in two segments, all about the same."""
    on = shelf(tmp_path / "index")
    for number, (audience, word) in enumerate(AUDIENCES.items(), 1):
        put(
            on,
            document(
                number, f"Shared {word} title", f"shared words and a {word}", audience=audience, tags=(f"tag-{word}",),
                platforms=(f"Plat {word}",), organisation=f"Org {word}", author=f"Author {word}", handle=word,
                country=word, state=(f"is-{word}",), has=(f"has-{word}",), direction=word, type=word,
            ),
        )  # fmt: skip
    return on


@pytest.mark.parametrize("viewer", VIEWERS)
def test_everything_is_told_to_those_who_may_see_it_and_to_nobody_else(filled: Shelf, viewer: str) -> None:
    audiences = VIEWERS[viewer]
    seen = {word for audience, word in AUDIENCES.items() if audience in audiences}
    hidden = set(AUDIENCES.values()) - seen
    who = asked(filled, audiences)

    found = search(who, Query(choices=(Choice((Word("shared"),)),)), Wish(facets=(*FACETS, "year"), sections=5))
    assert found.total == len(seen)
    assert {hit.handle for hit in found.hits} == seen
    assert sum(section.total for section in found.sections) == len(seen)
    told = str(found)
    assert all(word in told for word in seen)
    assert not [word for word in hidden if word in told]
    for name in ("type", "platform", "tag", "organisation", "country", "state", "has", "direction"):
        assert len(found.facets[name]) == len(seen), name

    everything = search(who, Query(), Wish(facets=("type",)))
    assert everything.total == len(seen)
    for word in AUDIENCES.values():
        many = len(search(who, Query(choices=(Choice((Word(word), Prefix(word[:3]))),)), Wish()).hits)
        assert many == (word in seen)
        assert search(who, Query(only={"tag": (f"tag-{word}",)}), Wish()).total == (word in seen)
        assert search(who, Query(handle=word), Wish()).total == (word in seen)
        assert len(suggest(who, word[:3], 8)) == (word in seen)
        assert len(complete(who, f"plat {word}", "platform", 5)) == (word in seen)
        assert len(complete(who, f"org {word}", "organisation", 5)) == (word in seen)
        slip = word + "q"
        assert [one.better for one in correct(who, [slip])] == ([word] if word in seen else [])
        alike = {hit.handle for hit in similar(who, f"about a {word} and shared words", 9, frozenset(), ())}
        assert alike <= seen
        assert (word in alike) == (word in seen)


def test_a_rare_word_is_not_corrected_by_what_others_wrote_in_secret(tmp_path: Path) -> None:
    on = shelf(tmp_path / "index")
    put(on, document(1, body="pintrest"), *(document(n, body="pinterest", audience="staff") for n in range(2, 30)))
    assert correct(asked(on), ["pintrest"]) == ()
    assert [one.better for one in correct(asked(on, frozenset({"public", "staff"})), ["pintrest"])] == ["pinterest"]


def test_a_hidden_thread_leaves_with_its_posts_when_its_audience_changes(tmp_path: Path) -> None:
    on = shelf(tmp_path / "index")
    put(on, document(1, "Open walrus"), document(2, kind="post", body="walrus", group="thread:1"))
    query = Query(choices=(Choice((Word("walrus"),)),))
    assert search(asked(on), query, Wish()).total == 1
    put(
        on,
        document(1, "Open walrus", audience="staff"),
        document(2, kind="post", body="walrus", group="thread:1", audience="staff"),
    )
    assert search(asked(on), query, Wish()).total == 0
    assert correct(asked(on), ["walrsu"]) == ()

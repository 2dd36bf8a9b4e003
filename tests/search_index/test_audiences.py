"""What a viewer may not see is in no result, count, facet, suggestion, correction or similar thing."""

import pytest

from search_index.engine import Engine
from search_index.query import FACETS, Choice, Prefix, Query, Word
from tests.search_index.documents import PUBLIC, document
from tests.search_index.engines import fill

pytestmark = pytest.mark.anyio

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
async def filled(opened_engine: Engine) -> Engine:
    """Make an index with one thread per audience, in several commits, all about the same."""
    threads = [
        [
            document(
                number, f"Shared {word} title", f"shared words and a {word}", audience=audience, tags=(f"tag-{word}",),
                platforms=(f"Plat {word}",), organisation=f"Org {word}", author=f"Author {word}", handle=word,
                country=word, state=(f"is-{word}",), has=(f"has-{word}",), direction=word, type=word,
            )
        ]
        for number, (audience, word) in enumerate(AUDIENCES.items(), 1)
    ]  # fmt: skip
    await fill(opened_engine, *threads)
    return opened_engine


@pytest.mark.parametrize("viewer", VIEWERS)
async def test_everything_is_told_to_those_who_may_see_it_and_to_nobody_else(filled: Engine, viewer: str) -> None:
    audiences = VIEWERS[viewer]
    seen = {word for audience, word in AUDIENCES.items() if audience in audiences}
    hidden = set(AUDIENCES.values()) - seen

    shared = Query(choices=(Choice((Word("shared"),)),))
    found = await filled.search(shared, audiences, facets=(*FACETS, "year"), sections=5)
    assert found.total == len(seen)
    assert {hit.handle for hit in found.hits} == seen
    assert sum(section.total for section in found.sections) == len(seen)
    told = str(found)
    assert all(word in told for word in seen)
    assert not [word for word in hidden if word in told]
    for name in ("type", "platform", "tag", "organisation", "country", "state", "has", "direction"):
        assert len(found.facets[name]) == len(seen), name

    everything = await filled.search(Query(), audiences, facets=("type",))
    assert everything.total == len(seen)
    for word in AUDIENCES.values():
        many = await filled.search(Query(choices=(Choice((Word(word), Prefix(word[:3]))),)), audiences)
        assert len(many.hits) == (word in seen)
        assert (await filled.search(Query(only={"tag": (f"tag-{word}",)}), audiences)).total == (word in seen)
        assert (await filled.search(Query(handle=word), audiences)).total == (word in seen)
        assert len(await filled.suggest(word[:3], audiences)) == (word in seen)
        assert len(await filled.complete(f"plat {word}", audiences, "platform")) == (word in seen)
        assert len(await filled.complete(f"org {word}", audiences, "organisation")) == (word in seen)
        assert len(await filled.complete(word, audiences, "type")) == (word in seen)
        slip = word + "q"
        assert [one.better for one in await filled.correct([slip], audiences)] == ([word] if word in seen else [])
        alike = {hit.handle for hit in await filled.similar(f"about a {word} and shared words", audiences, limit=9)}
        assert alike <= seen
        assert (word in alike) == (word in seen)


async def test_a_rare_word_is_not_corrected_by_what_others_wrote_in_secret(opened_engine: Engine) -> None:
    secret = [document(n, body="pinterest", audience="staff") for n in range(2, 30)]
    await fill(opened_engine, [document(1, body="pintrest"), *secret])
    assert await opened_engine.correct(["pintrest"], PUBLIC) == ()
    told = await opened_engine.correct(["pintrest"], frozenset({"public", "staff"}))
    assert [one.better for one in told] == ["pinterest"]


async def test_a_hidden_thread_leaves_with_its_posts_when_its_audience_changes(opened_engine: Engine) -> None:
    post = document(2, kind="post", body="walrus", group="thread:1")
    await fill(opened_engine, [document(1, "Open walrus"), post])
    query = Query(choices=(Choice((Word("walrus"),)),))
    assert (await opened_engine.search(query, PUBLIC)).total == 1
    hidden = document(2, kind="post", body="walrus", group="thread:1", audience="staff")
    await opened_engine.replace([document(1, "Open walrus", audience="staff"), hidden])
    assert (await opened_engine.search(query, PUBLIC)).total == 0
    assert await opened_engine.correct(["walrsu"], PUBLIC) == ()
    assert await opened_engine.suggest("walrus", PUBLIC) == ()

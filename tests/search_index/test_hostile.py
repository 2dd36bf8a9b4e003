"""Two hundred hostile queries: each is answered, and each at once."""

import random
import time
from collections.abc import Iterator

import pytest

from search_index.document import Document
from search_index.engine import Engine, Unavailable
from search_index.engines.whoosh.answers import Wish, search, suggest
from search_index.engines.whoosh.correct import correct
from search_index.engines.whoosh.shelf import Shelf
from search_index.wording import read
from tests.search_index.documents import PUBLIC, asked, document, put, shelf
from tests.search_index.engines import POSTGRES, Place, fill

SECONDS = 0.15
# Not processor time but waiting, beside whatever else the machine does.
POSTGRES_SECONDS = 2.0
SIGNS = [
    '"',
    "*",
    "?",
    "~",
    "^",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    ":",
    "-",
    "+",
    "|",
    "&",
    "!",
    "\\",
    "/",
    "'",
    "@",
    "#",
    "<",
]
NASTY = [
    "\x00", "\x1b[31m", "\ud800", "\udfff\ud800", "\ufeff", "\u202e", "a\u0301" * 200, "\u0300" * 400, "𝔞𝔟𝔠" * 50,
    "ﬃ" * 300,
    "İ" * 200, "ß" * 300, "漢字" * 200, "ก" * 300, "👩‍⚕️" * 100, "\n\r\t" * 100, "null", "undefined", "' OR 1=1 --",
    "<script>alert(1)</script>", "../../etc/passwd", "%00%0a", "${jndi:ldap://x}", "{{7*7}}", "title:" * 80,
    "is:" * 100,
    "votes:>999999999999999999", "votes:-1..-9", "in:thread:99999999999999999999", "after:9999-99-99",
    "before:0000-00-00",
    "after:0001-01-01", "by:@" + "x" * 400, "[" * 200, "]" * 200, '"' * 200, '""' * 100, "-" * 300, "OR " * 100,
    "a OR " * 100,
]  # fmt: skip


def hostile() -> Iterator[str]:
    """Yield the queries, always the same."""
    dice = random.Random(11)
    yield from NASTY
    yield "x" * 100_000
    yield "word " * 2_000
    yield '"' + "word " * 2_000 + '"'
    yield " ".join(f"*{letter}*" for letter in "abcdefghij")
    yield " ".join(f"{letter}*" for letter in "abcdefghij")
    yield " ".join(f"{letter}{other}{third}*" for letter in "wxa" for other in "oab" for third in "rbc")
    yield " OR ".join(f'"word{n} word{n + 1} word{n + 2}"' for n in range(40))
    yield "-" + " -".join(f"word{n}" for n in range(60))
    yield "(" * 500 + "word" + ")" * 500
    yield from (sign * 500 for sign in SIGNS)
    yield from (f"word{sign}" * 100 for sign in SIGNS)
    while True:
        parts = dice.choices(
            [*SIGNS, "word1", "word22*", "title:", "is:", " ", " ", "OR", "é", "\x07", "wor*"], k=dice.randint(1, 300)
        )
        yield "".join(parts)


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


@pytest.mark.parametrize("number", range(200))
def test_each_is_answered_at_once(filled: Shelf, number: int) -> None:
    queries = hostile()
    typed = next(query for place, query in enumerate(queries) if place == number)
    who = asked(filled)
    slowest = []
    for _ in range(2):  # cold, then warm
        began = time.thread_time()
        wording = read(typed)
        search(who, wording.query, Wish(facets=("type", "tag"), sections=3))
        suggest(who, typed, 8)
        correct(who, wording.query.words)
        slowest.append(time.thread_time() - began)
    assert max(slowest) < SECONDS, f"{slowest} s of work for {typed[:60]!r}"


def test_a_search_over_its_time_gives_up(filled: Shelf) -> None:
    with pytest.raises(Unavailable):
        search(asked(filled, seconds=-1), read("common words").query, Wish())


@pytest.mark.anyio
async def test_postgres_answers_each_at_once(place: Place) -> None:
    if place.kind != POSTGRES:
        pytest.skip("the embedded engine is asked one by one above")
    queries = hostile()
    engine = place.engine()
    await engine.open()
    await fill(engine, *batches())
    for _ in range(200):
        typed = next(queries)
        wording = read(typed)
        began = time.perf_counter()
        await engine.search(wording.query, PUBLIC, facets=("type", "tag"), sections=3)
        await engine.suggest(typed, PUBLIC)
        await engine.correct(wording.query.words, PUBLIC)
        took = time.perf_counter() - began
        assert took < POSTGRES_SECONDS, f"{took} s for {typed[:60]!r}"
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

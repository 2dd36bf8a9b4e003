"""What people type becomes a query; nothing is an error."""

import unicodedata
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search_index.query import Choice, Phrase, Prefix, Query, Word
from search_index.wording import MOST_LETTERS, MOST_WORDS, read
from search_index.words import WORD


def words(*texts: str) -> tuple[Choice, ...]:
    return tuple(Choice((Word(text),)) for text in texts)


def day(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[arg-type, misc]


CASES = {
    "night alert": Query(choices=words("night", "alert")),
    '"night alert"': Query(choices=(Choice((Phrase("night alert"),), True),)),
    '"night"': Query(choices=(Choice((Phrase("night"),), True),)),
    "a OR b c": Query(choices=(Choice((Word("a"), Word("b"))), *words("c"))),
    "a | b": Query(choices=(Choice((Word("a"), Word("b"))),)),
    "OR a": Query(choices=words("a")),
    "a OR": Query(choices=words("a")),
    "a AND b": Query(choices=words("a", "b")),
    "a -b": Query(choices=words("a"), unwanted=(Word("b"),)),
    "a NOT b": Query(choices=words("a"), unwanted=(Word("b"),)),
    '-"b c" a': Query(choices=words("a"), unwanted=(Phrase("b c"),)),
    "well-known": Query(choices=words("well", "known")),
    "recruit*": Query(choices=(Choice((Prefix("recruit"),)),)),
    "title:captions": Query(choices=(Choice((Word("captions", "title"),), True),)),
    'title:"two words"': Query(choices=(Choice((Phrase("two words", "title"),), True),)),
    "by:@Mara": Query(handle="mara"),
    "org:uppsala": Query(only={"organisation": ("uppsala",)}),
    'org:"North Star"': Query(only={"organisation": ("North Star",)}),
    "platform:x tag:video [two words]": Query(only={"platform": ("x",), "tag": ("video", "two words")}),
    "type:practice": Query(only={"type": ("article",)}),
    "type:case type:question": Query(only={"type": ("case_study", "question")}),
    "is:solved -is:obsolete": Query(only={"state": ("solved",)}, without={"state": ("obsolete",)}),
    "has:metrics result:negative": Query(only={"has": ("metrics",), "direction": ("did_not_work",)}),
    "lang:nl": Query(only={"language": ("nl",)}),
    "after:2025": Query(after=day(2025, 1, 1)),
    "before:2026-06": Query(before=day(2026, 6, 1)),
    "after:2025-03-04": Query(after=day(2025, 3, 4)),
    "votes:>3": Query(votes_least=4),
    "votes:>=3": Query(votes_least=3),
    "votes:<3": Query(votes_most=2),
    "votes:3": Query(votes_least=3, votes_most=3),
    "votes:3..9": Query(votes_least=3, votes_most=9),
    "in:thread:123": Query(group="thread:123"),
    "in:123": Query(group="thread:123"),
    "http://example.org/a": Query(choices=words("http", "example", "org", "a")),
    "TITLE:x": Query(choices=(Choice((Word("x", "title"),), True),)),
    "": Query(),
    "!!! --- ***": Query(),
    "हिन्दी": Query(choices=words("हिन्दी")),
}


@pytest.mark.parametrize("typed", CASES)
def test_it_is_read_as_meant(typed: str) -> None:
    wording = read(typed)
    assert wording.query == CASES[typed]
    assert not wording.hints


@pytest.mark.parametrize(
    ("typed", "hint", "wanted"),
    [
        ('title:"', "quotation mark", ()),
        ("tag: a", "tag: needs a value", words("a")),
        ('"night alert', "quotation mark", words("night", "alert")),
        ("before:yesterday a", "before: needs a date", words("a")),
        ("before:2026-13-45 a", "before: needs a date", words("a")),
        ("votes:many a", "votes: needs a number", words("a")),
        ("in:thread:x a", "in: needs the number", words("a")),
        ("by:@ a", "by: needs", words("a")),
        ("ab* c", "at least 3 letters", words("ab", "c")),
        ("x" * 100, "cut to 64", words("x" * 64)),
        ("a " * 100, f"first {MOST_WORDS} words", words(*"a" * MOST_WORDS)),
        ('"' + "w " * 12 + '"', "first 8 words", (Choice((Phrase(" ".join("w" * 8)),), True),)),
        ("tag:" + " tag:".join("abcdefghijklmnop"), "first 12 filters", ()),
    ],
)
def test_what_cannot_be_used_yields_a_hint_and_still_a_query(typed: str, hint: str, wanted: object) -> None:
    wording = read(typed)
    assert hint in " ".join(wording.hints)
    assert wording.query.choices == wanted


def test_mine_is_for_the_viewer_to_fill_in() -> None:
    assert read("is:mine").mine
    assert read("is:mine").query == Query()


@given(st.text())
def test_nothing_typed_is_an_error(typed: str) -> None:
    wording = read(typed)
    leaves = [leaf for choice in wording.query.choices for leaf in choice.leaves] + list(wording.query.unwanted)
    assert sum(len(leaf.text.split()) for leaf in leaves) <= MOST_WORDS
    assert all(0 < len(leaf.text) <= 64 * 8 + 7 for leaf in leaves)
    assert len(wording.text) <= MOST_LETTERS
    wording.text.encode()


@given(
    st.lists(st.sampled_from(['"', "-", "OR", "(", "title:", "[", "]", "*", "a", "b*", ":", "is:", "\x00", "\ud800"]))
)
def test_no_soup_of_operators_is_an_error(parts: list[str]) -> None:
    read(" ".join(parts))
    read("".join(parts))


def test_every_combining_mark_belongs_to_the_word_before_it() -> None:
    marks = [chr(code) for code in range(0x300, 0x1FFFF) if unicodedata.category(chr(code)).startswith("M")]
    assert len(marks) > 2_000
    assert not [mark for mark in marks if WORD.findall(f"a{mark}b") != [f"a{mark}b"]]

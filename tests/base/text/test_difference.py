"""What changed between two versions, and both edits in one text."""

import random
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from base.text.difference import Change, Paragraph, paragraphs, to_plus_minus, word_difference
from base.text.merge import Conflict, Merge, three_way
from tests.patience import ends

LINES = st.lists(st.sampled_from(["", "a", "b", "c", "a b c", "d  e", "long line of words"]), max_size=12).map(
    "\n".join
)
TEXTS = st.text("ab .\n漢字é", max_size=60) | LINES | st.text(max_size=200)


def same(text: str) -> Change:
    return Change("same", text)


def removed(text: str) -> Change:
    return Change("removed", text)


def added(text: str) -> Change:
    return Change("added", text)


@pytest.mark.parametrize(
    ("old", "new", "changes"),
    [
        ("", "", []),
        ("a", "a", [same("a")]),
        ("", "a", [added("a")]),
        ("a", "", [removed("a")]),
        ("one two three", "one 2 three", [same("one "), removed("two"), added("2"), same(" three")]),
        ("one two", "one two three", [same("one two"), added(" three")]),
        ("a.\nb.\nc.", "a.\nB!\nc.", [same("a.\n"), removed("b."), added("B!"), same("\nc.")]),
        ("keep\nold\n", "keep\n", [same("keep\n"), removed("old\n")]),
        ("big cat sat", "small dog sat", [removed("big cat"), added("small dog"), same(" sat")]),
        ("我们喜欢茶", "我们喜欢咖啡", [same("我们喜欢"), removed("茶"), added("咖啡")]),
        (
            "A whole other sentence.\nThe nurse rang twice.\n",
            "The nurse rang once.\nWe close at six.\n",
            [
                removed("A whole other sentence.\n"),
                same("The nurse rang "),
                removed("twice"),
                added("once"),
                same(".\n"),
                added("We close at six.\n"),
            ],
        ),
        ("can't", "can", [same("can"), removed("'t")]),
    ],
)
def test_words_that_changed(old: str, new: str, changes: list[Change]) -> None:
    assert word_difference(old, new) == changes


@given(TEXTS, TEXTS)
def test_the_changes_give_back_both_texts(old: str, new: str) -> None:
    changes = word_difference(old, new)
    assert "".join(change.text for change in changes if change.kind != "added") == old
    assert "".join(change.text for change in changes if change.kind != "removed") == new
    assert all(change.text for change in changes)
    assert all(first.kind != second.kind for first, second in pairwise(changes))


@given(TEXTS)
def test_equal_texts_have_no_change(text: str) -> None:
    assert all(change.kind == "same" for change in word_difference(text, text))


OLD = "Title\n\nThe quick fox.\nGone line.\n\nfour\nfive\nsix\n"
NEW = "Title\n\nThe slow fox.\n\nfour\nfive\nsix\nNew line.\n"


def test_a_paragraph_put_before_another_leaves_the_other_what_it_is() -> None:
    old = "We have nine short videos. Our patients read Dutch.\n\nThe last words are these."
    new = "A first sentence is new.\n\nWe have twelve short videos. Our patients read Dutch."
    assert [change for change in word_difference(old, new) if change.kind != "same"] == [
        Change("added", "A first sentence is new.\n\n"),
        Change("removed", "nine"),
        Change("added", "twelve"),
        Change("removed", "\n\nThe last words are these."),
    ]


def test_plus_and_minus_can_be_read_without_colour() -> None:
    assert (
        to_plus_minus(word_difference(OLD, NEW))
        == """\
  Title

- The quick fox.
+ The slow fox.
- Gone line.

  four
  five
  six
+ New line."""
    )


def test_an_added_blank_line_is_marked() -> None:
    assert to_plus_minus(word_difference("a\nb", "a\n\nb")) == "  a\n+\n  b"


@given(LINES, LINES)
def test_plus_and_minus_hold_every_line_of_both_texts(old: str, new: str) -> None:
    lines = to_plus_minus(word_difference(old, new)).split("\n")
    for text, mark in ((old, "+"), (new, "-")):
        kept = [line[2:] for line in lines if line[:1] != mark and line[2:]]
        assert kept == [line for line in text.split("\n") if line]


def test_unchanged_paragraphs_far_from_a_change_are_left_out() -> None:
    assert paragraphs(OLD, NEW) == [
        Paragraph((same("Title"),)),
        Paragraph((same("The "), removed("quick"), added("slow"), same(" fox."))),
        Paragraph((removed("Gone line."),)),
        Paragraph((same("four"),)),
        Paragraph((), skipped=1),
        Paragraph((same("six"),)),
        Paragraph((added("New line."),)),
    ]
    assert [line.changed for line in paragraphs(OLD, NEW)] == [False, True, True, False, False, False, True]
    assert paragraphs("a\nb", "a\nb") == [Paragraph((), skipped=2)]


def _texts_of_32_000_characters() -> dict[str, tuple[str, str]]:
    choose = random.Random(7)
    words = ["".join(choose.choices("abcdefgh", k=choose.randint(1, 8))) for _ in range(800)]
    prose = " ".join(choose.choices(words, k=7_000))[:32_000]
    lines = "\n".join(prose[at : at + 80] for at in range(0, 32_000, 80))
    shuffled = prose.split()
    choose.shuffle(shuffled)
    return {
        "other words": (prose, " ".join(choose.choices(words, k=7_000))[:32_000]),
        "shuffled words": (prose, " ".join(shuffled)),
        "reversed": (prose, prose[::-1]),
        "lines that moved": (lines, lines[16_000:] + lines[:16_000]),
        "every twentieth word": (prose, " ".join(w if choose.random() > 0.05 else "X" for w in prose.split())),
        "two letters": ("a b " * 8_000, "b a " * 8_000),
        "one letter": ("a " * 16_000, "b a " * 8_000),
        "line ends": ("\n" * 32_000, "a\n" * 16_000),
        "equal lines": ("a\n" * 16_000, "a\nb\n" * 8_000),
        "marks": ("!?" * 16_000, "?!.:" * 8_000),
        "numbers backwards": ("\n".join(map(str, range(6_000))), "\n".join(map(str, range(6_000, 0, -1)))),
        "one word": ("x" * 32_000, "y" * 32_000),
    }


@pytest.mark.parametrize("name", _texts_of_32_000_characters())
def test_long_texts_are_compared(name: str) -> None:
    old, new = _texts_of_32_000_characters()[name]
    with ends():
        changes = word_difference(old, new)
        to_plus_minus(changes)
        paragraphs(old, new)
        three_way(old, new, old)
    assert "".join(change.text for change in changes if change.kind != "added") == old


def test_edits_apart_are_merged() -> None:
    assert three_way("a\nb\nc\nd", "A\nb\nc\nd", "a\nb\nc\nD\ne") == Merge("A\nb\nc\nD\ne", ())


def test_edits_of_the_same_line_are_a_conflict_and_mine_stands() -> None:
    assert three_way("a\nb\nc\nd\ne", "a\nmine\nc\nd\ne", "a\ntheirs\nc\nd\nE") == Merge(
        "a\nmine\nc\nd\nE", (Conflict(2, "b", "mine", "theirs", 1, 1),)
    )


def test_a_line_both_removed_or_changed_alike_is_no_conflict() -> None:
    assert three_way("a\nb\nc", "a\nc", "a\nc") == Merge("a\nc", ())
    assert three_way("a\nb\nc", "a\nX\nc", "a\nX\nc") == Merge("a\nX\nc", ())


@given(LINES, LINES)
def test_who_changed_nothing_never_conflicts(base: str, edited: str) -> None:
    assert three_way(base, edited, base) == Merge(edited, ())
    assert three_way(base, base, edited) == Merge(edited, ())
    assert three_way(base, edited, edited) == Merge(edited, ())


@given(LINES, LINES, LINES)
def test_a_conflict_names_its_place(base: str, mine: str, theirs: str) -> None:
    merge = three_way(base, mine, theirs)
    lines = merge.text.split("\n")
    for conflict in merge.conflicts:
        size = len(conflict.mine.split("\n")) if conflict.mine else 0
        assert lines[conflict.line - 1 : conflict.line - 1 + size] == conflict.mine.split("\n")[:size]

"""Input in one normal form."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from base.text.clean import clean_text

SCOTLAND = "🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f"


@pytest.mark.parametrize(
    ("value", "cleaned"),
    [
        ("e\u0301", "é"),
        ("a\x00b\x07c\x7f\x9f", "abc"),
        ("a\r\nb\rc\u2028d", "a\nb\nc\nd"),
        ("pay \u202eevil\u202c \u2066x\u2069", "pay evil x"),
        ("a\u200bb\ufeffc\u00add\u2060", "abcd"),
        ("lone \ud800 half", "lone  half"),
        ("tab\tstays", "tab\tstays"),
        ("    indented code", "    indented code"),
        ("end  \nof line\t\n", "end\nof line"),
        ("a\n\n\n\n\n\n\nb", "a\n\n\n\nb"),
        ("a\n\n\nb", "a\n\n\nb"),
        ("\n\na\n\n", "a"),
        ("نمی\u200cخواهم", "نمی\u200cخواهم"),
        ("👩\u200d👧", "👩\u200d👧"),
        ("\u200dword\u200c \u200d", "word"),
        ("a\u200d\u200c\u200d\u200cb", "a\u200db"),
        (SCOTLAND, SCOTLAND),
        ("hidden\U000e0068\U000e0069", "hidden"),
        ("\u200fעברית (NHS)\u200f", "\u200fעברית (NHS)\u200f"),
    ],
)  # fmt: skip
def test_long_texts(value: str, cleaned: str) -> None:
    assert clean_text(value, multiline=True) == cleaned


@pytest.mark.parametrize(
    ("value", "cleaned"),
    [("  a \n b\t c  ", "a b c"), ("\u200eAnn\u200f", "Ann"), ("\u3000Ann\xa0Lee", "Ann Lee"), ("\x00", "")],
)
def test_single_lines(value: str, cleaned: str) -> None:
    assert clean_text(value, multiline=False) == cleaned


@given(st.text(st.characters(), max_size=400), st.booleans())
def test_cleaning_twice_changes_nothing_more(value: str, multiline: bool) -> None:
    once = clean_text(value, multiline=multiline)
    assert clean_text(once, multiline=multiline) == once
    assert not any(mark in once for mark in "\x00\r\u202e\u2066\u200b\ufeff")

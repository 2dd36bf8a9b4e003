"""No text can put a script, or an address that is one, into a page."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from base.text.from_html import to_markdown
from base.text.markdown import to_html
from base.text.plain import to_plain
from base.text.wall import cleaned
from tests.base.text.payloads.judge import faults_in
from tests.base.text.payloads.vectors import ADDRESS_PLACES, ELEMENTS, SCHEMES, TEXT_PLACES, payloads, wild_payloads

NAIVE = MarkdownIt("commonmark")


@pytest.mark.parametrize("place", [*ADDRESS_PLACES, *TEXT_PLACES])
def test_no_trick_works_in_this_place(place: str) -> None:
    tricks = SCHEMES if place in ADDRESS_PLACES else ELEMENTS + SCHEMES
    for trick in tricks:
        source = place.replace("%s", trick)
        for anchors in (False, True):
            html = to_html(source, anchors=anchors, prefix="p7-")
            assert faults_in(html) == [], (source, html)


def test_there_are_thousands_of_different_tricks() -> None:
    assert len(set(payloads())) > 7_000


def test_the_judge_finds_what_a_careless_renderer_lets_through() -> None:
    assert sum(bool(faults_in(NAIVE.render(source))) for source in payloads()) > 5_000


@pytest.mark.parametrize("html", list(wild_payloads()))
def test_the_second_wall_stands_alone(html: str) -> None:
    faults = [fault for fault in faults_in(cleaned(html)) if not fault.endswith("is not marked as outside")]
    assert faults == []


@pytest.mark.parametrize("html", list(wild_payloads()))
def test_nothing_passes_by_way_of_html(html: str) -> None:
    assert faults_in(to_html(to_markdown(f"<p>{html}</p>"))) == []


MARKUP = st.lists(
    st.sampled_from(
        [
            "[",
            "]",
            "(",
            ")",
            "<",
            ">",
            "!",
            "`",
            "```",
            "*",
            "**",
            "_",
            "~",
            "~~",
            "^",
            "#",
            "# ",
            "> ",
            "- ",
            "1. ",
            "|",
            "\n",
            "\n\n",
            "    ",
            "[^1]",
            "[^1]: ",
            ": ",
            "[!NOTE]",
            "[x](/t/1)",
            "- [ ] ",
            "|-|",
            "&",
            "&#",
            "x",
            "javascript:",
            "http://",
            "www.",
            "@",
            "@ann",
            "a@b.org",
            "\\",
            '"',
            "'",
            "=",
            "onerror=",
            "<script>",
            "<img src=x ",
            "/files/1/a.png",
            "data:",
            ";",
            "\x00",
            "\u202e",
            "é",
            "\U0001f469\u200d",
        ]
    ),
    max_size=60,
).map("".join)


@settings(max_examples=200, deadline=None)
@given(MARKUP | st.text(st.characters(), max_size=5_000))
def test_any_text_becomes_safe_html(source: str) -> None:
    assert faults_in(to_html(source, prefix="p7-")) == []


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.sampled_from(["a ", "*b* ", "[c](/t/1) ", "`d` ", "\n\n", "- ", "> ", "| e |\n|---|\n| f |\n", "# "]),
        max_size=30,
    )
)
def test_plain_text_holds_no_tags(pieces: list[str]) -> None:
    plain = to_plain("".join(pieces))
    assert "<" not in plain
    assert "](" not in plain

"""Uploaded files in a text: shown when they may be, and told of when not."""

import time
from typing import Any

import pytest

from base.text.files import FileShape, files_named, with_alternatives, without_file, wordless_pictures
from base.text.markdown import to_html


def shape(number: int, **more: Any) -> FileShape:
    given = {"id": number, "url": f"/files/{number}/a.png", "is_picture": True, "width": 2000, "height": 1000}
    return FileShape(**given | more)


def test_a_large_picture_has_its_size_smaller_versions_and_a_link_to_the_whole() -> None:
    html = to_html("![A chart](/files/7/a.png)", files={7: shape(7)})
    assert '<a href="/files/7/a.png"><img' in html
    for wanted in (
        'src="/files/7/display"',
        'srcset="/files/7/thumb 480w, /files/7/display 1600w"',
        'width="1600"',
        'height="800"',
        'loading="lazy"',
        'alt="A chart"',
    ):
        assert wanted in html, html


def test_a_small_picture_is_shown_as_it_is_with_the_words_it_was_given() -> None:
    html = to_html("![](/files/7/a.png)", files={7: shape(7, width=60, height=40, alt='A "red" mark')})
    assert 'src="/files/7/a.png"' in html
    assert 'alt="A &quot;red&quot; mark"' in html
    assert "srcset" not in html


def test_what_may_not_be_shown_is_said() -> None:
    files = {8: shape(8, state="review"), 9: shape(9, state="refused")}
    for number, words in ((7, "cannot be shown"), (8, "looked at by a moderator"), (9, "taken away by a moderator")):
        html = to_html(f"![x](/files/{number}/a.png) and [this](/files/{number}/a.png)", files=files)
        assert "<img" not in html
        assert "<a " not in html
        assert html.count(words) == 2
        assert "this" in html


def test_a_document_tells_its_kind_and_size() -> None:
    files = {7: shape(7, url="/files/7/plan.pdf", is_picture=False, words="PDF, 12 kB")}
    assert '<a href="/files/7/plan.pdf">The plan</a> (PDF, 12 kB)' in to_html(
        "[The plan](/files/7/plan.pdf)", files=files
    )
    assert '<a href="/files/7/plan.pdf">The plan</a> (PDF, 12 kB)' in to_html(
        "![The plan](/files/7/plan.pdf)", files=files
    )


def test_a_picture_inside_of_a_link_gets_no_second_one() -> None:
    html = to_html("[![x](/files/7/a.png)](/t/1)", files={7: shape(7)})
    assert html.count("<a ") == 1
    assert 'href="/t/1"' in html


def test_which_files_a_text_names() -> None:
    text = "![](/files/7/a.png) [b](/files/8/b.pdf) ![c](/files/7/a.png) /files/9/c.png"
    assert files_named(text) == [7, 8]
    assert wordless_pictures(text) == [7]
    assert with_alternatives(text, {7: "A [b] *c*"}).startswith("![A \\[b\\] \\*c\\*](/files/7/a.png)")
    assert with_alternatives(text, {}) == text


@pytest.mark.parametrize("picture", ["![]( /files/7/a.png)", "![](</files/7/a.png>)", "![\n](\n/files/7/a.png)"])
def test_a_picture_without_words_is_found_however_it_is_written(picture: str) -> None:
    assert "<img" in to_html(picture, files={7: shape(7)})
    assert files_named(picture) == wordless_pictures(picture) == [7]
    assert "![A chart]" in with_alternatives(picture, {7: "A chart"})


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("One.\n\n![A \\[red\\] mark](/files/7/a.png)\n\nTwo.", "One.\n\nTwo."),
        ("[x] and [plan](/files/7/plan.pdf), [other](/files/8/plan.pdf)", "[x] and , [other](/files/8/plan.pdf)"),
        ("](/files/7/a.png)", "](/files/7/a.png)"),
        ("\\[x](/files/7/a.png)", "\\[x](/files/7/a.png)"),
        ("![](/files/7/a.png)![](/files/7/b.png)", ""),
    ],
)
def test_a_file_is_taken_out_of_a_text(text: str, left: str) -> None:
    assert without_file(text, 7) == left


@pytest.mark.parametrize("signs", ["[", "\n", "](/files/7/", "![](/files/7/a", "![](/files/7/a.png)", "\\["])
def test_a_text_of_nothing_but_signs_takes_no_time(signs: str) -> None:
    text, began = f"{signs * 100_000}[x](/files/7/a.png)", time.process_time()
    without_file(text, 7)
    with_alternatives(text, {7: "x"})
    wordless_pictures(text)
    files_named(text)
    assert time.process_time() - began < 8

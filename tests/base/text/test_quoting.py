"""Quotes made by the reply button, and found again in what was posted."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from base.text.markdown import to_html
from base.text.quoting import QuoteRef, quote, quotes_in

URL = "/t/17-slug#post-3"


def test_a_quote_is_found_again() -> None:
    source = quote("First *line*\n\n- a\n- b", "Ann Lee, post 3", URL) + "My answer"
    assert source == "> [Ann Lee, post 3](/t/17-slug#post-3)\n>\n> First *line*\n>\n> - a\n> - b\n\nMy answer"
    assert quotes_in(source) == [QuoteRef(URL, "First line\na\nb")]


def test_several_quotes_stand_one_after_the_other() -> None:
    source = quote("one", "A", "/t/1#post-1") + quote("two", "B", "/t/2#post-2") + "so"
    assert quotes_in(source) == [QuoteRef("/t/1#post-1", "one"), QuoteRef("/t/2#post-2", "two")]
    assert to_html(source).count("<blockquote") == 2
    assert "</blockquote>\n<p>so</p>" in to_html(source)


def test_a_quote_in_a_quote_is_found_too() -> None:
    inner = quote("inner", "B", "/t/2#post-2")
    assert quotes_in(quote(f"{inner}outer", "A", URL)) == [
        QuoteRef(URL, "B\ninner\nouter"),
        QuoteRef("/t/2#post-2", "inner"),
    ]


def test_what_follows_the_quoted_text_stays_outside() -> None:
    assert "<p>mine</p>" in to_html(quote("```\nnever closed", "A", URL) + "mine")


@pytest.mark.parametrize(
    "url", ["https://x.org/t/1", "//x.org", "/\\x.org", "javascript:alert(1)", "t/1", "/t/1 2", "/t/(1)", ""]
)
def test_the_source_is_a_path_of_this_site(url: str) -> None:
    with pytest.raises(ValueError, match="path on this site"):
        quote("x", "A", url)


@given(author=st.text(min_size=1, max_size=60), text=st.text(max_size=200))
def test_any_author_and_text_make_one_quote(author: str, text: str) -> None:
    source = quote(text, author, URL)
    assert quotes_in(source)[0].url == URL
    assert to_html(source).count(f'href="{URL}"') >= 1

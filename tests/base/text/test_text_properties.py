"""What holds for every text."""

import re
from concurrent.futures import ThreadPoolExecutor

from hypothesis import example, given, settings
from hypothesis import strategies as st

from base.text.excerpt import excerpt
from base.text.letter import to_text
from base.text.markdown import table_of_contents, to_html
from base.text.mentions import mentions_in
from base.text.plain import to_plain
from base.text.quoting import quotes_in
from base.text.slug import slugify

MARKS = [
    *list("[]()<>!`*_~^#>-|\n:&@\\\"'=+. x1"),
    "    ",
    "```",
    "- [ ] ",
    "> [!TIP]\n",
    "> [A](/t/1)\n",
    "[^1]: ",
    "[^1]",
]
MARKED = st.lists(st.sampled_from(MARKS), max_size=400).map("".join)
ANY = MARKED | st.text(st.characters(), max_size=5_000)


@settings(max_examples=150, deadline=None)
@example("[^1]: - [ ] [^1]: ")
@given(ANY)
def test_every_text_can_be_read(source: str) -> None:
    to_html(source)
    to_text(source)
    quotes_in(source)
    mentions_in(source)
    ids = [heading.id for heading in table_of_contents(source)]
    assert len(ids) == len(set(ids))


@settings(max_examples=150, deadline=None)
@given(ANY)
def test_plain_text_has_no_tags_of_its_own(source: str) -> None:
    plain = to_plain(re.sub("[<&]", "", source))
    assert "<" not in plain
    assert "\n\n" not in plain
    assert plain == plain.strip()


@settings(max_examples=150, deadline=None)
@given(st.text(st.characters(), max_size=1_000), st.integers(min_value=2, max_value=300))
def test_excerpts_fit_on_one_line(text: str, length: int) -> None:
    short = excerpt(text, length)
    assert len(short) <= length
    assert len(short.splitlines()) <= 1


@given(st.text(st.characters(), max_size=300), st.integers(min_value=1, max_value=90))
def test_slugs_are_words_and_hyphens(text: str, limit: int) -> None:
    slug = slugify(text, limit)
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", slug)
    assert len(slug) <= max(limit, len("thread"))
    assert slugify(slug, limit) == slug or slug == "thread"


def test_texts_may_be_rendered_in_many_threads_at_once() -> None:
    sources = [f"# A {n}\n\n@ann{n} https://x.org/{n} **b**[^1]\n\n- [x] c\n\n[^1]: note {n}" for n in range(40)]
    expected = [to_html(source, prefix="p1-") for source in sources]
    with ThreadPoolExecutor(8) as pool:
        for _ in range(5):
            assert list(pool.map(lambda source: to_html(source, prefix="p1-"), sources)) == expected

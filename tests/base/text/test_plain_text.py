"""Texts without their marks: for the index, for excerpts, for mail."""

import pytest

from base.text.excerpt import excerpt
from base.text.letter import to_text
from base.text.mentions import mentions_in
from base.text.plain import to_plain
from base.text.slug import slugify

EVERYTHING = """\
# Our *plan*

Ask @ann or [the team](https://x.org/team), see https://x.org/a. `x < 1`
second ![A chart](/files/1/a.png) line &amp; more[^n]

- [x] one
- two
  - three

> [Ann, post 3](/t/1-a#post-3)
> said this

| Kind | Count |
|------|------:|
| a    | 1     |

Term
: Meaning

```python
if x:
    y()
```

---

> [!TIP] Mind
> the gap

[^n]: A note.
"""


def test_plain_text_is_what_a_reader_sees_a_block_a_line() -> None:
    assert to_plain(EVERYTHING).split("\n") == [
        "Our plan",
        "Ask @ann or the team, see https://x.org/a. x < 1",
        "second A chart line & more",
        "one",
        "two",
        "three",
        "Ann, post 3",
        "said this",
        "Kind Count",
        "a 1",
        "Term",
        "Meaning",
        'if x:',
        "y()",
        "Mind",
        "the gap",
        "A note.",
    ]  # fmt: skip


def test_plain_text_holds_no_address_of_a_link() -> None:
    assert to_plain("[a](/secret-path) ![b](https://x.org/hidden.png) [c]\n\n[c]: /d") == "a b c"


def test_words_never_run_together() -> None:
    assert to_plain("a\n\nb\n- c\n- d\n\n|e|f|\n|-|-|\n|g|h|").split() == list("abcdefgh")


def test_mail_text_reads_like_a_letter() -> None:
    assert (
        to_text(EVERYTHING, base_url="https://here.org")
        == """\
Our plan
========

Ask @ann or the team (https://x.org/team), see https://x.org/a. x < 1
second [A chart] (https://here.org/files/1/a.png) line & more[1]

- [x] one
- two
  - three

> Ann, post 3 (https://here.org/t/1-a#post-3)
>
> said this

Kind | Count
------------
a | 1

Term
    Meaning

    if x:
        y()

--------------------

Mind:
| the gap

--------
[1] A note.
"""
    )


def test_mail_text_numbers_lists_and_keeps_loose_items_apart() -> None:
    assert to_text("3. a\n4. b\n\n- c\n\n- d\n\n  e") == "3. a\n4. b\n\n- c\n\n- d\n\n  e\n"


def test_mentions_are_listed_once() -> None:
    assert mentions_in("@ann @Bob `@code` [@no](/t/1)\n\n- @ann\n\n> @cy") == ["ann", "bob", "cy"]


@pytest.mark.parametrize(
    ("plain", "length", "expected"),
    [
        ("short", 10, "short"),
        ("exactly te", 10, "exactly te"),
        ("one two three", 9, "one two…"),
        ("one two, three", 10, "one two…"),
        ("a\n\n b\t c", 10, "a b c"),
        ("x" * 50, 10, "x" * 9 + "…"),
        ("", 10, ""),
        (" " * 500 + "late", 10, "late"),
        ("((((((((((((", 5, "((((…"),
        ("e\u0301" * 20, 10, "e\u0301" * 4 + "…"),
        ("👩‍👩‍👧" * 5, 8, "👩‍👩‍👧…"),
        ("👍🏽" * 5, 4, "👍🏽…"),
    ],
)
def test_excerpts_end_between_words_and_whole_characters(plain: str, length: int, expected: str) -> None:
    assert excerpt(plain, length) == expected
    assert len(expected) <= length


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("How do you schedule posts?", "how-do-you-schedule-posts"),
        ("Größe & Øre — Ångström’s naïve", "grosse-and-ore-angstroms-naive"),
        ("ﬁne ① ½", "fine-1-12"),
        ("Łódź Þór Ħal", "lodz-thor-hal"),
        ("日本 Москва Ελλάδα", "thread"),
        ("日本 2026", "2026"),
        ("  --__  ", "thread"),
        ("a/../b?c#d<e>", "a-b-c-d-e"),
    ],
)
def test_slugs_are_ascii_words(text: str, slug: str) -> None:
    assert slugify(text) == slug


def test_slugs_end_between_words_and_within_the_limit() -> None:
    assert slugify("word " * 40, 12) == "word-word"
    assert slugify("x" * 200, 12) == "x" * 12
    assert slugify("?", empty="article") == "article"

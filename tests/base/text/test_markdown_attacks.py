"""Texts written to keep a server busy."""

import pytest

from base.text.letter import text_of
from base.text.markdown import to_html
from base.text.parser import parse
from base.text.plain import plain_of
from tests.patience import ends

LENGTH = 32_000
REPEATED = [
    "[", "![", "![a](", "]", "](", "*", "_", "**a", "*a_ ", "*a **a ", "`", "` `` ", "<", "<a", "<a href='",
    "&", "&#", "&amp", ">", "> ", "> - ", "1. > - ", "- ", "* a\n", "- [ ] ", "- [x] a\n", "1. ", "|", "|a",
    "|-", "|\n", "a|b\n-|-\n", "~", "~~a", "~a", "^", "^a", "x^", "[](", "[a](", "[a](<", "[a](b \"", "[a][",
    "[a]: ", "[a]: <", "[a]: b\n", "[a]:\n", "[[]", "[]]", "[^", "[^a]", "[^a]: ", "[^a]: b\n", "^[", "\\",
    "\n", "a\n", "# ", "#", "# a\n", "a\n=\n", "=", "-\n", "---\n", "http://", "https://a.b/", "http://a.b/(((",
    "<http://", "<http://a> ", "www.", "www.a.b ", "www.a.b(", "a@b.c ", "a@", "a@b.", "a.", "@", "@a", "@a ",
    "@a-", "mailto:", "://", ":", ": ", "a\n: b\n", "\n: ", "::: ", "```", "```\n", "~~~", "~~~\na\n", "<!--",
    "<?", "<![CDATA[", "<script>", "\t", " ", "    a\n", "\xa0", "\u0301", "é", "😀", "\u200d", "\x00", "\r",
    "\r\n\r\n", "> [!NOTE]\n", "> [!NOTE]\n\n", "> [A](/t/1)\n\n", "[!", "[x](y) ", "![x](/files/1/a.png) ",
    "![x](http://a.b/c.png) ", "(", ")", "\"", "'", "()", "a_b_", "_a", "*_", "w", "ww", "h", "ht", "http:",
    "https:/", "\\*", "&lt;", "&#x41;", "-a", "+ ", "0) ", "\u2028",
]  # fmt: skip

BUILT = {
    "brackets": "[" * 10_000 + "]" * 10_000,
    "links in links": "[" * 10_000 + "a" + "](b)" * 5_000,
    "images in images": "![" * 8_000 + "](a)" * 4_000,
    "open brackets": "[" * 50_000,
    "wide table": "|a" * 1_000 + "|\n" + "|-" * 1_000 + "|\n" + "|b" * 14_000,
    "table of empty rows": "|a" * 200 + "|\n" + "|-" * 200 + "|\n" + "|\n" * 15_000,
    "long table": "|a|b|\n|-|-|\n" + "|1|2|\n" * 5_000,
    "emphasis": "*a **b " * 2_300 + "c** d*" * 2_600,
    "nested quotes": ">" * 16_000 + "a",
    "nested lists": "".join(" " * (2 * depth) + "- a\n" for depth in range(170)),
    "code marks of every length": "".join("`" * length + " " for length in range(1, 250)),
    "definitions": "".join(f"[{number}]: /a\n" for number in range(2_500)),
    "footnotes": "".join(f"[^{n}]: a\n\n" for n in range(1_700)) + "".join(f"[^{n}]" for n in range(1_700)),
    "one footnote often": "[^1]: a\n\n" + "[^1]" * 7_000,
    "headings of one name": "# a\n" * 8_000,
    "spaces before a word": " " * 31_999 + "x",
    "tab in code": "```\n" + " " * 31_000 + "x\n```",
    "one long word": "x" * 32_000,
    "one long address": "http://a.b/" + "(" * 31_000,
    "one long mail address": "a" * 16_000 + "@" + "b." * 8_000,
    "one long handle": "@" + "a-" * 16_000,
}  # fmt: skip
ATTACKS = {f"{text!r} repeated": (text * LENGTH)[:LENGTH] for text in REPEATED} | BUILT


@pytest.mark.parametrize("source", ATTACKS.values(), ids=ATTACKS.keys())
def test_every_text_is_rendered(source: str) -> None:
    with ends():
        html = to_html(source)
    assert len(html) < 25 * len(source) + 1_000


@pytest.mark.parametrize("source", ATTACKS.values(), ids=ATTACKS.keys())
def test_every_text_is_read(source: str) -> None:
    with ends():
        tokens = parse(source)
        plain_of(tokens)
        text_of(tokens)

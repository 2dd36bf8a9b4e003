"""HTML from elsewhere becomes Markdown that shows the same."""

import re
from html import escape
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from base.text.from_html import to_markdown
from base.text.markdown import to_html
from base.text.plain import to_plain
from tests.patience import ends


@pytest.mark.parametrize(
    ("html", "markdown"),
    [
        ("<p>One\n two</p>\n\n<p>three</p>", "One two\n\nthree"),
        ("<p>a <strong>b</strong> <em>c</em> <s>d</s> <del>e</del></p>", "a **b** *c* ~~d~~ ~~e~~"),
        ("<p><b>a </b>b<i> c</i></p>", "**a** b *c*"),
        ("<p><em>a</em><em>b</em> <b></b><b> </b></p>", "*ab*"),
        ("<p><strong><em>a</em></strong> <strong>b <em>c</em></strong></p>", "***a*** **b *c***"),
        ("<p>in<em>si</em>de <b>end.</b>next</p>", "in*si*de **end**.next"),
        ("<p>line<br>\nnext<br/>last</p>", "line\nnext\nlast"),
        ("<p>one<br><br>two</p>", "one\n\ntwo"),
        ("<h1>Big <em>one</em></h1><h3>Small #</h3>", "# Big *one*\n\n### Small \\#"),
        ("<p>a</p><hr><p>b</p>", "a\n\n---\n\nb"),
        ("<p>use <code>x &lt; `y`</code>, <kbd>Ctrl</kbd>+<kbd>C</kbd></p>", "use `` x < `y` ``, `Ctrl`+`C`"),
        ("<p>H<sub>2</sub>O 10<sup>6</sup> <sup>a note</sup></p>", "H~2~O 10^6^ a note"),
        ("<ul><li>a</li><li>b<ul><li>c</li></ul></li></ul>", "- a\n- b\n  - c"),
        ("<ul>\n<li><p>a</p></li>\n<li><p>b</p>\n<p>c</p></li>\n</ul>", "- a\n\n- b\n\n  c"),
        ("<ol start=\"3\"><li>a</li><li>b</li></ol>", "3. a\n4. b"),
        ("<ol>" + "<li>x</li>" * 10 + "</ol>", "\n".join(f"{n}. x" for n in range(1, 11))),
        ("<ul><li>a</li></ul><ul><li>b</li></ul>", "- a\n\n* b"),
        ("<ol><li>a<pre><code>b</code></pre></li></ol>", "1. a\n\n   ```\n   b\n   ```"),
        ("<blockquote><p>a</p><blockquote><p>b</p></blockquote></blockquote>", "> a\n>\n> > b"),
        ("<blockquote class=\"spoiler\"><p>hidden</p></blockquote>", "> hidden"),
        ("<pre><code>\n  if x:\n\n    y()\n</code></pre>", "```\n  if x:\n\n    y()\n```"),
        ('<pre class="lang-py prettyprint-override"><code>x</code></pre>', "```\nx\n```"),
        ('<pre class="lang-python"><code>x</code></pre>', "```python\nx\n```"),
        ('<pre><code class="language-sql">x</code></pre>', "```sql\nx\n```"),
        ("<pre>```\nx\n```</pre>", "````\n```\nx\n```\n````"),
        ('<p><a href="https://x.org/a">text</a></p>', "[text](https://x.org/a)"),
        ('<p><a href="https://x.org" title="A &quot;b&quot;">t</a></p>', '[t](https://x.org "A \\"b\\"")'),
        ('<p>a<a href="https://x.org"> b </a>c</p>', "a [b](https://x.org) c"),
        ('<p><a href="https://x.org/a">https://x.org/a</a></p>', "<https://x.org/a>"),
        ('<p><a href="mailto:a@b.org">a@b.org</a></p>', "<a@b.org>"),
        ('<p><a href="https://x.org/a (b)">t</a></p>', "[t](https://x.org/a%20%28b%29)"),
        ('<p><a href="/q/1">t</a> <a href="//x.org">u</a> <img src="/i.png" alt="i"></p>', "t [u](https://x.org) i"),
        ('<p><a href="javascript:alert(1)">t</a> <a>u</a> <a href="file:///x">v</a></p>', "t u v"),
        ('<p><img src="https://x.org/a.png" alt="A chart"></p>', "![A chart](https://x.org/a.png)"),
        ('<a href="https://y.org"><img src="https://x.org/a.png" alt="A"></a>', "[![A](https://x.org/a.png)](https://y.org)"),
        ('<img src="data:image/png;base64,AAAA" alt="dot">', "dot"),
        ("<dl><dt>T</dt><dd>one</dd><dd><p>two</p></dd></dl>", "T\n: one\n\ntwo"),
        ("<div>a<p>b</p>c<div>d</div></div>", "a\n\nb\n\nc\n\nd"),
        ("<details><summary>More</summary><p>x</p></details>", "More\n\nx"),
        ("<b><p>a</p><p>b</p></b>", "a\n\nb"),
        ("", ""),
        ("<p>&nbsp;</p><p></p>", ""),
        ("plain &amp; simple", "plain & simple"),
    ],
)  # fmt: skip
def test_marks(html: str, markdown: str) -> None:
    assert to_markdown(html) == markdown


@pytest.mark.parametrize(
    ("text", "markdown"),
    [
        ("5 * 3 - 2 + 1 = 14 #tag a_b_c (x) [y] <z> {q} \"r\" 1. x!", None),
        ("*stars* and **more**", "\\*stars\\* and \\*\\*more\\*\\*"),
        ("_under_ __init__ snake_case", "\\_under\\_ \\_\\_init\\_\\_ snake_case"),
        ("# no heading", "\\# no heading"),
        ("#hash", None),
        ("1. no list", "1\\. no list"),
        ("1986. A year", "1986\\. A year"),
        ("3.5 is a number", None),
        ("- no list", "\\- no list"),
        ("-5 degrees", None),
        ("+ no list", "\\+ no list"),
        ("---", "\\---"),
        ("> no quote", "\\> no quote"),
        ("a > b", None),
        (": no definition", "\\: no definition"),
        ("[x](y)", "[x\\](y)"),
        ("[1]: note", "\\[1]: note"),
        ("[^1]: note", "\\[^1]: note"),
        ("[!NOTE]", "\\[!NOTE]"),
        ("[ ] no task", "\\[ ] no task"),
        ("`tick`", "\\`tick\\`"),
        ("a \\ b \\* c\\d", "a \\ b \\\\\\* c\\d"),
        ("&amp; AT&T", "\\&amp; AT&T"),
        ("<https://x.org>", "\\<https://x.org>"),
        ("~5 to ~6", None),
        ("a~b~c ~~d~~", "a\\~b~c \\~\\~d\\~\\~"),
        ("x^2 + y^2", None),
        ("x^2^3", "x\\^2^3"),
        ("@ann hello, a@b.org", "\\@ann hello, a@b.org"),
        ("see https://x.org/_a_ now", None),
        ("a | b", None),
    ],
)  # fmt: skip
def test_text_is_escaped_where_it_would_be_a_mark_and_only_there(text: str, markdown: str | None) -> None:
    assert to_markdown(f"<p>{escape(text)}</p>") == (text if markdown is None else markdown)
    assert to_plain(to_markdown(f"<p>{escape(text)}</p>")) == text


@pytest.mark.parametrize(
    ("html", "markdown"),
    [
        ("a<br>- b", "a\n\\- b"),
        ("a | b<br>--- | ---", "a | b\n\\--- | ---"),
        ("a<br>===", "a\n\\==="),
        ("see https://x.org/<b>id</b>/", "see https\\://x.org/**id**/"),
        ("wow!<a href='tel:1'>x</a>", "wow\\![x](tel:1)"),
        ("<a href='tel:1'>[a] ]</a>", "[\\[a\\] \\]](tel:1)"),
        ("<ul><li>[x] no task</li></ul>", "- \\[x] no task"),
        ("<ul><li><hr></li></ul>", "- ___"),
        ("<em>a</em><b>b</b>", "*a*b"),
        ("<b><code>a</code></b>s", "`a`s"),
        ("<table><tr><th>a|b</th></tr><tr><td><code>c|d</code></td></tr></table>", "| a\\|b |\n| --- |\n| `c\\|d` |"),
    ],
)
def test_marks_beside_text(html: str, markdown: str) -> None:
    assert to_markdown(html) == markdown


def test_tables() -> None:
    html = """<table><caption>Counts</caption><thead><tr><th>Kind</th><th style="text-align: right">n</th></tr></thead>
    <tbody><tr><td>a<br>b</td><td>1</td></tr><tr><td colspan="2"><p>all</p><p>of it</p></td></tr></tbody></table>"""
    assert to_markdown(html) == (
        "Counts\n\n| Kind | n |\n| --- | ---: |\n| a b | 1 |\n| all of it |  |"
    )  # fmt: skip
    assert to_markdown("<table><tr><td>1</td><td>2</td></tr></table>") == "|  |  |\n| --- | --- |\n| 1 | 2 |"


def test_relative_addresses_are_completed() -> None:
    html = '<p><a href="/q/1">a</a> <a href="x/y">b</a> <img src="i.png" alt="c"> <a href="#d">d</a></p>'
    assert to_markdown(html, base_url="https://x.org/p/") == (
        "[a](https://x.org/q/1) [b](https://x.org/p/x/y) ![c](https://x.org/p/i.png) [d](https://x.org/p/#d)"
    )


@pytest.mark.parametrize(
    "html",
    [
        "<script>alert(1)</script>", "<style>p{}</style>", "<!-- comment -->", "<!-- open",
        "<iframe src=x>inside</iframe>",
        "<svg><script>alert(1)</script><text>t</text></svg>", "<object>o</object>", "<textarea><b>x</b></textarea>",
        "<template>x</template>", "<noscript>x</noscript>", "<script>open", "<?php echo 1 ?>", "<!DOCTYPE html>",
    ],
)  # fmt: skip
def test_what_is_no_text_is_left_out(html: str) -> None:
    assert to_markdown(f"<p>a</p>{html}") == "a"


@pytest.mark.parametrize(
    ("html", "markdown"),
    [
        ("<p>a<p>b", "a\n\nb"),
        ("<ul><li>a<li>b</ul>c", "- a\n- b\n\nc"),
        ("<ul><li>a</li><ul><li>b</li></ul></ul>", "- a\n  - b"),
        ("<li>a</li><li>b</li>", "a\n\nb"),
        ("a</p>b", "a\n\nb"),
        ("<b>a<p>b</b>c", "a\n\nb\n\nc"),
        ("</div></b>a</i>", "a"),
        ("<p title='x>y'>a</p>", "a"),
        ("1 < 2 <3 a<b", "1 < 2 <3 a<b"),
        ("<a href=https://x.org>a<a href=https://y.org>b</a>", "[a](https://x.org)[b](https://y.org)"),
        ("<table><td>a<td>b<tr><td>c</table>d", "|  |\n| --- |\n| c |\n\nd"),
        ("<P ALIGN=center>a<BR>b</P>", "a\nb"),
        ("<o:p>Word</o:p> <font color=red>text</font>", "Word text"),
        ("x\x00y \u202ez &#0; &#8203;w &#xD800;", "xy z \ufffd w \ufffd"),
    ],
)
def test_broken_html(html: str, markdown: str) -> None:
    assert to_markdown(html) == markdown


INLINE = ["em", "strong", "b", "i", "s", "code", "sup", "sub", "kbd", "span", "a"]
BLOCK = ["p", "div", "h2", "blockquote", "ul", "ol", "pre", "table"]
SPECIAL = "ab c*_[]()<>&~^`\\@!#-+=|:.1 \n\"'é/"
TEXT = st.text(SPECIAL, min_size=1, max_size=12) | st.sampled_from(
    [
        "**",
        "__",
        "1. ",
        "- ",
        "](",
        "http://x.org/a_b",
        "www.x.org",
        "&amp;",
        "@ann",
        "[^1]: x",
        "| a |",
        "***",
        "a*b*c",
    ]
)


def _element(tag: str, inside: str) -> str:
    attribute = ' href="https://x.org/a?b=1&amp;c=2"' if tag == "a" else ""
    match tag:
        case "ul" | "ol":
            return f"<{tag}><li>{inside}</li><li>x{inside}</li></{tag}>"
        case "table":
            return f"<table><tr><th>h</th><th>{inside}</th></tr><tr><td>{inside}</td><td>z</td></tr></table>"
        case _:
            return f"<{tag}{attribute}>{inside}</{tag}>"


RUNS = st.recursive(
    TEXT.map(escape) | st.just("<br>"),
    lambda inner: (
        st.builds(_element, st.sampled_from(INLINE), inner) | st.lists(inner, min_size=2, max_size=4).map("".join)
    ),
    max_leaves=8,
)
FLOWS = st.recursive(
    st.builds(_element, st.sampled_from(["p", "h2", "pre"]), RUNS),
    lambda inner: (
        st.builds(_element, st.sampled_from(["div", "blockquote", "ul", "ol"]), inner)
        | st.lists(inner, min_size=2, max_size=3).map("".join)
        | st.builds(_element, st.sampled_from(["blockquote", "ul", "ol", "table"]), RUNS)
    ),
    max_leaves=6,
)


class _Reader(HTMLParser):
    """Reads well-formed HTML as a browser shows it: another way than the one under test."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self.links = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.words.append(" " if tag in [*BLOCK, "li", "tr", "th", "td", "br"] else "")

    def handle_endtag(self, tag: str) -> None:
        self.words.append(" " if tag in [*BLOCK, "li", "tr", "th", "td"] else "")

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def _shown(html: str) -> list[str]:
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return "".join(reader.words).split()


@settings(max_examples=300, deadline=None)
@given(FLOWS)
def test_the_markdown_shows_the_words_of_the_html(html: str) -> None:
    assert to_plain(to_markdown(html)).split() == _shown(html)


@settings(max_examples=200, deadline=None)
@given(st.text("<>/abpiliu =\"'!-&;#x1 \n", max_size=200) | st.text(max_size=200))
def test_any_text_is_taken_for_html(html: str) -> None:
    assert "<script" not in to_html(to_markdown(html))


ATTACKS = [
    "<", "<a", "<a ", "<a b=", "<a b='", "<a b=\"x\" ", "<!", "<!--", "<![CDATA[", "<?", "</", "</a", "</a ",
    "&", "&#", "<a/", "<script>", "<script", "<textarea>", "<title></t", "<div>", "<b>", "<b>x", "<p>x",
    "<ul><li>", "<blockquote>x", "<table>", "<table><tr><td>", "<dl><dt>x<dd>", "<pre>", "<code>`</code>",
    "<em>a</em>b", "<em>a</em><b>c</b>", "<a href=/x>", "x<br>", "<a href='http://x'>y</a>", "<i><b>",
    "<sup>1</sup>", "* ", "_a_", "[", "](", "`", "\\", "~a", "^a", "@a ", "&lt;a:", "http://a",
    "http://a*<b>x</b>", " ", "\n", "<em>!!!!!!!!", "<p>1.", "<td>|</td>", "<span>", "<a><p>x</a>", "</p>",
    "\x00",
]  # fmt: skip


@pytest.mark.parametrize("attack", ATTACKS)
def test_hostile_html_takes_no_long_time(attack: str) -> None:
    html = (attack * 60_000)[:60_000]
    with ends():
        markdown = to_markdown(html)
    assert len(markdown) < 12 * len(html)


def test_html_above_the_limit_is_refused() -> None:
    with pytest.raises(ValueError, match="at most 300,000"):
        to_markdown("x" * 300_001)


def test_lists_deeper_than_the_parser_reads_lose_their_marks_and_no_word() -> None:
    html = "".join(f"<ul><li>w{depth}" for depth in range(40))
    assert re.findall(r"w\d+", to_plain(to_markdown(html))) == [f"w{depth}" for depth in range(40)]

"""What members' Markdown becomes."""

import pytest

from base.text.markdown import Heading, parted_html, table_of_contents, to_html


@pytest.mark.parametrize(
    ("source", "html"),
    [
        ("*em* **strong** `code` ~~gone~~", "<p><em>em</em> <strong>strong</strong> <code>code</code> <s>gone</s></p>"),
        ("one\ntwo", "<p>one<br>\ntwo</p>"),
        ("H~2~O and 10^6^", "<p>H<sub>2</sub>O and 10<sup>6</sup></p>"),
        ("<b>raw</b> &amp; &copy;", "<p>&lt;b&gt;raw&lt;/b&gt; &amp; ©</p>"),
        ("---", "<hr>"),
        ("#tag is no heading", "<p>#tag is no heading</p>"),
        ("[ours](/t/1-a#post-2)", '<p><a href="/t/1-a#post-2">ours</a></p>'),
        ("[mail](mailto:a@b.org)", '<p><a href="mailto:a@b.org">mail</a></p>'),
        ("[call](tel:+4420)", '<p><a href="tel:+4420">call</a></p>'),
        ('[o](https://x.org "T")', '<p><a href="https://x.org" title="T" rel="nofollow ugc noopener">o</a></p>'),
        ("Term\n: Meaning", "<dl>\n<dt>Term</dt>\n<dd>Meaning</dd>\n</dl>"),
        ("3. c\n4. d", '<ol start="3">\n<li>c</li>\n<li>d</li>\n</ol>'),
        ("```python\nx < 1\n```", '<pre tabindex="0"><code class="language-python">x &lt; 1\n</code></pre>'),
        ("```whatever x=1\nx\n```", '<pre tabindex="0"><code>x\n</code></pre>'),
        ("    indented", '<pre tabindex="0"><code>indented\n</code></pre>'),
    ],
)  # fmt: skip
def test_common_marks(source: str, html: str) -> None:
    assert to_html(source).strip() == html


def test_tables_scroll_and_align_by_class() -> None:
    html = to_html("| a | b | c |\n|:--|:-:|--:|\n| 1 | 2 | 3 |")
    assert html.startswith('<div class="table-scroll" tabindex="0"><table>')
    assert '<th scope="col" class="align-left">a</th>' in html
    assert '<td class="align-center">2</td>' in html
    assert "style" not in html


def test_task_lists_say_their_state() -> None:
    html = to_html("- [ ] open\n- [x] closed\n\nand\n\n- plain")
    assert '<li class="task"><span class="task-box" role="img" aria-label="To do">☐</span> open</li>' in html
    assert 'aria-label="Done">☑</span> closed' in html
    assert "<ul>\n<li>plain</li>" in html


@pytest.mark.parametrize("kind", ["note", "tip", "important", "warning", "caution"])
def test_callouts(kind: str) -> None:
    html = to_html(f"> [!{kind.upper()}]\n> Body *here*")
    assert f'<div class="callout callout-{kind}" role="note">' in html
    assert f'<p class="callout-title">{kind.capitalize()}</p>\n<p>Body <em>here</em></p>' in html


def test_a_callout_may_have_its_own_title_and_no_body() -> None:
    assert '<p class="callout-title">Achtung</p>\n</div>' in to_html("> [!warning] Achtung")


def test_a_callout_of_no_known_kind_is_a_block_quote() -> None:
    assert to_html("> [!HAXX]\n> x").startswith("<blockquote>\n<p>[!HAXX]")


def test_a_quote_names_its_source() -> None:
    html = to_html("> [Ann Lee, post 3](/t/17-slug#post-3)\n> said *this*\n\nand")
    assert html.startswith(
        '<blockquote class="quote">\n<p class="quote-source"><cite>'
        '<a href="/t/17-slug#post-3">Ann Lee, post 3</a></cite></p>'
        "\n<p>said <em>this</em></p>\n</blockquote>\n<p>and</p>"
    )  # fmt: skip


@pytest.mark.parametrize(
    "source",
    [
        "> [Ann](https://elsewhere.org/t/1)\n> words",
        "> [Ann](//elsewhere.org)\n> words",
        "> [Ann](/t/1) and more on the line\n> words",
        "> words\n> [Ann](/t/1)",
    ],
)
def test_other_block_quotes_are_no_quotes_of_posts(source: str) -> None:
    assert to_html(source).startswith("<blockquote>\n")


def test_quotes_and_callouts_nest() -> None:
    html = to_html(
        "> [A, post 1](/t/1#post-1)\n>\n> > [B, post 2](/t/1#post-2)\n> > inner\n>\n> outer\n\n> [!TIP]\n> - > x"
    )
    assert html.count('<blockquote class="quote">') == 2
    assert html.count("<blockquote>") == 1
    assert html.count("</blockquote>") == 3
    assert html.count("</div>") == 1


def test_footnotes_are_apart_in_every_text_of_a_page() -> None:
    source = "a[^n] b[^n]\n\n[^n]: The note."
    first, second = to_html(source, prefix="p17-"), to_html(source, prefix="p18-")
    assert '<sup class="footnote-ref"><a href="#p17-fn-1" id="p17-fnref-1">[1]</a></sup>' in first
    assert 'id="p17-fnref-1-2"' in first
    assert (
        '<li id="p17-fn-1"><p>The note. <a href="#p17-fnref-1" class="footnote-back" aria-label="Back to the text">'
        in first
    )
    assert "p17" not in second


@pytest.mark.parametrize("prefix", ["P17-", "p17", "x y-", '"><script>-'])
def test_a_prefix_of_another_form_is_a_mistake_of_ours(prefix: str) -> None:
    with pytest.raises(ValueError, match="prefix"):
        to_html("x", prefix=prefix)


def test_headings_of_a_post_start_at_h3_and_skip_no_level() -> None:
    html = to_html("# A\n### B\n###### C\n## D\nE\n=\n")
    assert html.split() == ["<h3>A</h3>", "<h4>B</h4>", "<h5>C</h5>", "<h4>D</h4>", "<h3>E</h3>"]


def test_headings_never_pass_h6() -> None:
    assert to_html("# 1\n## 2\n### 3\n#### 4\n##### 5\n###### 6").count("<h6>") == 3


def test_headings_of_an_article_have_anchors_and_a_table_of_contents() -> None:
    source = "# First *steps*\n\n## Ça va?\n\n## Ça va\n\n# 日本\n\n# First steps"
    assert table_of_contents(source) == [
        Heading(2, "First steps", "h-first-steps"),
        Heading(3, "Ça va?", "h-ca-va"),
        Heading(3, "Ça va", "h-ca-va-2"),
        Heading(2, "日本", "h-section"),
        Heading(2, "First steps", "h-first-steps-2"),
    ]
    html = to_html(source, anchors=True)
    assert '<h2 id="h-first-steps">First <em>steps</em></h2>' in html
    assert all(f'<h{line.level} id="{line.id}">' in html for line in table_of_contents(source))


def test_headings_without_words_are_left_out() -> None:
    assert to_html("#\n\n# &nbsp;\n\n# ![](http://x.org/a.png)").count("<h3>") == 1
    assert table_of_contents("#\n\n> # Quoted\n\n# Own") == [Heading(2, "Own", "h-own")]


def test_what_a_screen_reader_names_has_a_name() -> None:
    assert '<a href="/t/1">/t/1</a>' in to_html("[](/t/1)")
    html = to_html("| | b |\n|-|-|\n| 1 | 2 |")
    assert html.count("<th ") == 1
    assert "<tr>\n<td></td>\n<th" in html


def test_heading_ids_stay_unique_when_a_heading_looks_like_a_numbered_one() -> None:
    ids = [line.id for line in table_of_contents("# a\n# a 2\n# a\n# a")]
    assert len(set(ids)) == 4


@pytest.mark.parametrize(
    ("source", "href", "text"),
    [
        ("see https://x.org/a_b_c.", "https://x.org/a_b_c", "https://x.org/a_b_c"),
        ("(https://x.org/c_(d)_e)", "https://x.org/c_(d)_e", "https://x.org/c_(d)_e"),
        ("**https://x.org/**", "https://x.org/", "https://x.org/"),
        ("HTTPS://X.org/Q?a=1&b=2", "https://X.org/Q?a=1&amp;b=2", "HTTPS://X.org/Q?a=1&amp;b=2"),
        ("www.nhs.uk/x_y_z, and", "https://www.nhs.uk/x_y_z", "www.nhs.uk/x_y_z"),
        ("http://xn--mnchen-3ya.de", "http://xn--mnchen-3ya.de", "http://xn--mnchen-3ya.de"),
        ("<https://x.org/?q=*>", "https://x.org/?q=*", "https://x.org/?q=*"),
        ("ask a.b+c@d-e.org.", "mailto:a.b+c@d-e.org", "a.b+c@d-e.org"),
        ("https://x.social/@ann/1", "https://x.social/@ann/1", "https://x.social/@ann/1"),
    ],
)
def test_bare_addresses_become_links(source: str, href: str, text: str) -> None:
    rel = "" if href.startswith("mailto") else ' rel="nofollow ugc noopener"'
    assert f'<a href="{href}"{rel}>{text}</a>' in to_html(source)


@pytest.mark.parametrize(
    "source",
    ["setup.py and README.md", "e.g. this", "http://", "https:// x", "www.", "www.x", "xhttp://a.b", "a@b", "`http://a.b`",
     "ftp://a.b", "http\\://a.b", "3@5", "a:b"],
)  # fmt: skip
def test_what_only_looks_like_an_address_is_text(source: str) -> None:
    assert "<a" not in to_html(source)


@pytest.mark.parametrize(
    "address",
    ["javascript:alert(1)", "JaVaScRiPt:alert(1)", "&#106;avascript:alert(1)", "vbscript:x", "data:text/html,x",
     "data:image/png;base64,x", "file:///etc/passwd", "ftp://x.org", "//x.org", "relative/path", "x.org",
     "javascript&colon;alert(1)", "<java\tscript:alert(1)>", "blob:x", "http:javascript", "https:///x"],
)  # fmt: skip
def test_other_addresses_are_refused(address: str) -> None:
    assert "<a" not in to_html(f"[x]({address})")
    assert "<img" not in to_html(f"![x]({address})")
    assert "<a" not in to_html(f"[x]\n\n[x]: {address}")


def test_a_backslash_never_leads_to_another_host() -> None:
    assert '<a href="/%5Cx.org">x</a>' in to_html("[x](/\\x.org)")


def test_only_uploaded_images_are_shown() -> None:
    assert to_html('![A *chart*](/files/17/a-1.png "Title")').strip() == (
        '<p><img src="/files/17/a-1.png" alt="A chart" title="Title" loading="lazy"></p>'
    )
    outside = '<a href="https://x.org/a.png" rel="nofollow ugc noopener">'
    assert f"{outside}A chart</a>" in to_html("![A chart](https://x.org/a.png)")
    assert f"{outside}a.png</a>" in to_html("![](https://x.org/a.png)")
    assert '<a href="https://y.org" rel="nofollow ugc noopener">A</a>' in to_html(
        "[![A](https://x.org/a.png)](https://y.org)"
    )
    assert "<img" not in to_html("![x](/files/1/../t/1) ![x](/sign-out) ![x](/files/1/a?b)")


def test_mentions_link_to_people() -> None:
    html = to_html("@ann, (@Bob-Lee) and @x_1.")
    assert '<a href="/people/ann" class="mention">@ann</a>,' in html
    assert '(<a href="/people/bob-lee" class="mention">@Bob-Lee</a>)' in html
    assert '<a href="/people/x_1" class="mention">@x_1</a>.' in html


@pytest.mark.parametrize(
    "source", ["`@ann`", "    @ann", "\\@ann", "[@ann](/t/1)", "x@ann", "@ann@social.org", "@", "@ ann", "a/@ann"]
)
def test_no_mention_in_code_links_and_addresses(source: str) -> None:
    assert "mention" not in to_html(source)


def test_only_known_people_are_linked_when_they_are_given() -> None:
    html = to_html("@ann @nobody", people={"ann"})
    assert "@nobody" in html
    assert html.count("mention") == 1


def test_a_text_above_the_limit_is_refused() -> None:
    assert to_html("x" * 100_000)
    with pytest.raises(ValueError, match="at most 100,000"):
        to_html("x" * 100_001)


def test_odd_characters_do_no_harm() -> None:
    assert to_html("a\x00b \ud800 c").strip() == "<p>a\ufffdb \ufffd c</p>"
    assert to_html("") == ""


@pytest.mark.parametrize(
    ("source", "first", "rest"),
    [
        ("One.\n\nTwo.\n\n## Three\n\nFour.", "<p>One.</p>\n<p>Two.</p>\n", "<h3>Three</h3>\n<p>Four.</p>\n"),
        ("Only words.", "<p>Only words.</p>\n", ""),
        ("## At once", "", "<h3>At once</h3>\n"),
        ("", "", ""),
        ("> ## Quoted\n\n- ## Listed\n\n## Mine", None, "<h3>Mine</h3>\n"),
        ("> [!TIP]\n> ## Boxed\n\n### Mine", None, "<h4>Mine</h4>\n"),
        ("| a |\n|---|\n| b |\n\n## Mine", None, "<h3>Mine</h3>\n"),
        # What only looks like a tag: in an attribute over two lines, in words and in code.
        ('[x](https://x.org "a\n<h3 onclick=b>") <h3>\n\n`<ul>`\n\n## Mine', None, "<h3>Mine</h3>\n"),
        ("[x](https://x.org '\">\n<blockquote>')\n\n## Mine", None, "<h3>Mine</h3>\n"),
    ],
)
def test_a_text_is_parted_before_its_first_own_heading(source: str, first: str | None, rest: str) -> None:
    html = to_html(source)
    parts = parted_html(html)
    assert parts[0] + parts[1] == html
    assert parts[1] == rest
    assert first is None or parts[0] == first
    assert type(parts[0]) is type(parts[1]) is type(html)

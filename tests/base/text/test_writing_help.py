"""What docs/writing.md shows is what members get."""

import re
from pathlib import Path

import pytest

from base.text.markdown import to_html
from base.text.wall import CLASSES

PAGE = (Path(__file__).parents[3] / "docs" / "writing.md").read_text()
EXAMPLES = {
    "Paragraphs": ["<p>Dear colleagues,<br>", "<p>Here is"],
    "Emphasis": [
        "<em>stressed</em> or <em>",
        "<strong>important",
        "<s>withdrawn",
        "<code>a name",
        "10<sup>6</sup>",
        "H<sub>2</sub>O",
    ],
    "Headings": ["<h3>A part", "<h4>A part of that"],
    "Lists": [
        "<ul>\n<li>first",
        "<ul>\n<li>a part",
        "<ol>\n<li>one",
        'aria-label="Done">☑</span> ask',
        'aria-label="To do"',
        "<dt>Resp",
        "<dd>Repl",
    ],
    "Links": ['<a href="https://example.org/guide" rel="', '"mailto:info@example.org"', 'title="A title"'],
    "Pictures": ['<img src="/files/17/replies.png" alt="Replies per week, rising from 4 to 19"'],
    "Quotes": [
        "<blockquote>\n<p>What",
        '<blockquote class="quote">',
        '<cite><a href="/t/17-slug#post-3">Ann Lee, post 3</a></cite>',
    ],
    "People": ['<a href="/people/ann-lee" class="mention">@ann-lee</a>'],
    "Tables": ['<td class="align-right">410', '<td class="align-center">+12 %'],
    "Callouts": ['class="callout-title">Note<', 'class="callout-title">Before you copy this<'],
    "Footnotes": ['<a href="#fn-1" id="fnref-1">[1]</a>', "Survey of 2025"],
    "Code": ['<code class="language-python">print('],
    "A line across": ["<hr>"],
}


def _examples(section: str) -> str:
    text = PAGE.partition(f"\n## {section}\n")[2].partition("\n## ")[0]
    return "\n\n".join(
        found[2] for found in re.finditer(r"^(`{3,})markdown\n(.*?)\n\1$", text, re.MULTILINE | re.DOTALL)
    )


@pytest.mark.parametrize("section", EXAMPLES)
def test_examples_look_as_the_help_says(section: str) -> None:
    html = to_html(_examples(section))
    for wanted in EXAMPLES[section]:
        assert wanted in html


def test_every_example_is_tried() -> None:
    sections = re.findall(r"^## (.+)$", PAGE, re.MULTILINE)
    assert [section for section in sections if _examples(section)] == list(EXAMPLES)


def test_every_class_of_the_html_is_listed() -> None:
    for name in {name for names in CLASSES.values() for name in names}:
        shown = "language-…" if name.startswith("language-") else name
        assert f"`{shown}`" in PAGE or re.fullmatch("callout-(tip|important|warning)", name), name

"""Templates hold no inline style or script, mark nothing safe, and every part renders and escapes."""

import re
from html.parser import HTMLParser
from pathlib import Path

import jinja2
import pytest

from base.files import shipped
from base.web import render as rendering
from base.web.inline import theme_script
from base.web.words import reading
from tests.look.gallery import draw

TEMPLATES = sorted(shipped("templates").rglob("*.html"))
PAGES = [file for file in TEMPLATES if "mail" not in file.parts]
FORBIDDEN = {
    "an inline style": re.compile(r"\sstyle\s*=|<style\b", re.IGNORECASE),
    "an inline handler": re.compile(r"<[^>{]*\son[a-z]+\s*=", re.IGNORECASE),
    "an inline script": re.compile(r'<script(?![^>]*\ssrc=|\stype="application/ld\+json")[^>]*>', re.IGNORECASE),
    "a javascript address": re.compile(r"javascript:", re.IGNORECASE),
    "a safe mark": re.compile(r"\|\s*safe\b|\bautoescape\s+false|Markup\("),
}
PAYLOAD = "<img src=x onerror=alert(1)>\"'"


def names(files: list[Path]) -> list[str]:
    return [str(file.relative_to(shipped("templates"))) for file in files]


@pytest.mark.parametrize("file", PAGES, ids=names(PAGES))
def test_template_is_plain(file: Path) -> None:
    # The one script that runs before the first paint is known by its hash (base/web/inline.py).
    text = file.read_text(encoding="utf-8").replace("<script>{{ site.theme_script }}</script>", "", 1)
    found = [what for what, pattern in FORBIDDEN.items() if pattern.search(text)]
    assert not found, f"{file.name} has {', '.join(found)}"


@pytest.mark.parametrize("bad", ['<p style="x">', '<a onclick="x">', "<script>x</script>", "{{ x|safe }}", "<style>"])
def test_the_patterns_find_what_they_should(bad: str) -> None:
    assert any(pattern.search(bad) for pattern in FORBIDDEN.values())


THEME = f"<script>{theme_script()}</script>"


class Outline(HTMLParser):
    """Collects what a rendered page must not have, and what it must have once."""

    def __init__(self) -> None:
        super().__init__()
        self.wrong: list[str] = []
        self.ids: list[str] = []
        self.heads = 0
        self.labels: list[str | None] = []
        self.fields: list[str | None] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.wrong += [name for name in given if name == "style" or name.startswith("on")]
        if tag == "style" or (tag == "script" and not given.get("src")):
            self.wrong.append(tag)
        if given.get("id"):
            self.ids.append(str(given["id"]))
        self.heads += tag == "h1"
        if tag == "label":
            self.labels.append(given.get("for"))
        if tag in ("input", "select", "textarea") and given.get("type") not in ("hidden", "checkbox", "radio"):
            self.fields.append(given.get("id") if "aria-label" not in given else None)


@pytest.fixture(scope="module")
def gallery() -> dict[str, str]:
    return draw()


def test_every_page_of_the_gallery_is_sound(gallery: dict[str, str]) -> None:
    for name, html in gallery.items():
        assert html.count(THEME) == 1, name
        html = html.replace(THEME, "")  # noqa: PLW2901
        outline = Outline()
        outline.feed(html)
        assert not outline.wrong, name
        assert outline.heads == 1, name
        assert len(outline.ids) == len(set(outline.ids)), f"{name}: an id stands twice"
        unnamed = [field for field in outline.fields if field and field not in outline.labels]
        assert not unnamed, f"{name}: {unnamed} have no label"


def test_the_gallery_draws_every_macro() -> None:
    """A macro that the gallery forgets is a macro nobody looks at."""
    used = " ".join(file.read_text() for file in [*(shipped("tests") / "look" / "pages").glob("*.html"), *TEMPLATES])
    for file in (shipped("templates") / "parts").glob("*.html"):
        for macro in re.findall(r"{% macro _?(\w+)", file.read_text()):
            assert len(re.findall(rf"\b{macro}\(", used)) > 1, f"{file.name}: {macro} is never used"


@pytest.mark.parametrize(
    "source",
    [
        '{% from "parts/badges.html" import badge %}{{ badge(x) }}',
        '{% from "parts/forms.html" import field %}{{ field("a", x, {"a": x}, {"a": x}, hint=x) }}',
        '{% from "parts/forms.html" import area %}{{ area("a", x, {"a": x}, {"a": x}, hint=x, editor=true) }}',
        '{% from "parts/forms.html" import select %}{{ select("a", x, [(x, x)], {"a": x}, {"a": x}) }}',
        '{% from "parts/forms.html" import act %}{{ act("#", x, extra={x: x}, confirm=x, title=x) }}',
        '{% from "parts/forms.html" import error_summary %}{{ error_summary({"a": x}, {"a": x}) }}',
        '{% from "parts/people.html" import avatar %}{{ avatar(x) }}',
        '{% from "parts/lists.html" import empty %}{{ empty(x, x, "#", x) }}',
        '{% from "parts/post.html" import difference %}{{ difference([{"kind": "added", "text": x}]) }}',
        '{% from "parts/notes.html" import note %}{{ note(x, "ok", x) }}',
        '{% from "parts/promo.html" import distilled %}{{ distilled(x, "#") }}',
        '{% from "parts/facts.html" import facts %}{{ facts([(x, x)]) }}',
        '{% from "parts/crumbs.html" import crumbs %}{{ crumbs([(x, "#")]) }}',
    ],
)
def test_parts_escape_what_they_are_given(source: str) -> None:
    with reading("en"):
        html = rendering._environment.from_string(source).render(x=PAYLOAD)
    outline = Outline()
    outline.feed(html)
    assert not outline.wrong
    assert "<img" not in html


def test_a_missing_name_is_an_error() -> None:
    with pytest.raises(jinja2.UndefinedError):
        rendering._environment.from_string("{{ nothing_of_that_name }}").render()


def test_words_are_words_and_never_html() -> None:
    def drawn(source: str) -> str:
        with reading("en"):
            return rendering._environment.from_string(source).render(x=PAYLOAD, half="100 % <b>")

    assert drawn("{{ _(half) }}") == "100 % &lt;b&gt;"
    assert drawn('{{ _("100 %% of %(x)s", x=half) }}') == "100 % of 100 % &lt;b&gt;"
    assert drawn('{{ ngettext("%(num)d of %(x)s", "%(num)d of %(x)s", 2, x=half) }}') == "2 of 100 % &lt;b&gt;"
    assert "<img" not in drawn("{{ _(x) }}")


@pytest.mark.parametrize("file", TEMPLATES, ids=names(TEMPLATES))
def test_template_is_well_formed(file: Path) -> None:
    rendering._environment.get_template(str(file.relative_to(shipped("templates"))))

"""Markdown to safe HTML: the only door by which members' text becomes Markup."""

import re
from collections.abc import Collection, Mapping
from typing import Final

from markupsafe import Markup

from base.text.files import Files
from base.text.headings import Heading, headings_in
from base.text.parser import PARSER, environment, parse
from base.text.wall import cleaned

__all__ = ["Heading", "kept_html", "parted_html", "table_of_contents", "to_html"]

_PREFIX: Final = re.compile(r"(?:[a-z]{1,8}\d{0,18}-)?")
_TAG: Final = re.compile(r"""<(?P<ends>/?)(?P<name>[a-z][a-z0-9]*)(?:[^">]|"[^"]*")*>""")
_AROUND: Final = frozenset({"blockquote", "dl", "div", "li", "ol", "section", "table", "ul"})
_HEADINGS: Final = frozenset({"h2", "h3", "h4", "h5", "h6"})


def to_html(
    source: str,
    *,
    anchors: bool = False,
    prefix: str = "",
    people: Collection[str] | None = None,
    links: Mapping[str, str] | None = None,
    files: Files | None = None,
) -> Markup:
    """Render what a member wrote; raw HTML in it is shown as text, and no address can run a script.

    `prefix` ("p17-") keeps the ids of several texts on one page apart. `people` holds the handles, in
    lower case, that become links when mentioned; None links every mention. `links` says where other names lead, in
    lower case and with their sign: "@st-mary", "#youtube". `files` are the uploaded files that may be shown; None shows
    any, without knowing how large they are.
    """
    if not _PREFIX.fullmatch(prefix):
        message = f"An id prefix is a few letters, digits and a hyphen, not {prefix!r}."
        raise ValueError(message)
    env = environment(prefix=prefix, anchors=anchors, people=people, links=links, files=files)
    tokens = parse(source, env)
    return Markup(cleaned(PARSER.renderer.render(tokens, PARSER.options, env)))  # noqa: S704 - behind both walls


def parted_html(html: Markup) -> tuple[Markup, Markup]:
    """Part a text before its first heading that stands in no list, quote or box; without one all of it comes first.

    Whole tags are read, attributes and all: what looks like a heading in the title of a link is none.
    """
    depth = 0
    for tag in _TAG.finditer(html):
        if tag["name"] in _AROUND:
            depth += -1 if tag["ends"] else 1
        elif depth == 0 and tag["name"] in _HEADINGS:
            return html[: tag.start()], html[tag.start() :]
    return html, html[:0]


def kept_html(html: str) -> Markup:
    """Return what `to_html` made once and the database has kept since; nothing else may be passed."""
    return Markup(html)  # noqa: S704 - it stood behind both walls before it was stored


def table_of_contents(source: str, *, prefix: str = "") -> list[Heading]:
    """List the headings of an article with the ids that `to_html(source, anchors=True)` gives them."""
    return headings_in(parse(source, environment(prefix=prefix, anchors=True)))

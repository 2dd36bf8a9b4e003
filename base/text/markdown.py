"""Markdown to safe HTML: the only door by which members' text becomes Markup."""

import re
from collections.abc import Collection
from typing import Final

from markupsafe import Markup

from base.text.headings import Heading, headings_in
from base.text.parser import PARSER, environment, parse
from base.text.wall import cleaned

__all__ = ["Heading", "kept_html", "table_of_contents", "to_html"]

_PREFIX: Final = re.compile(r"(?:[a-z]{1,8}\d{0,18}-)?")


def to_html(source: str, *, anchors: bool = False, prefix: str = "", people: Collection[str] | None = None) -> Markup:
    """Render what a member wrote; raw HTML in it is shown as text, and no address can run a script.

    `prefix` ("p17-") keeps the ids of several texts on one page apart. `people` holds the handles, in
    lower case, that become links when mentioned; None links every mention.
    """
    if not _PREFIX.fullmatch(prefix):
        message = f"An id prefix is a few letters, digits and a hyphen, not {prefix!r}."
        raise ValueError(message)
    env = environment(prefix=prefix, anchors=anchors, people=people)
    tokens = parse(source, env)
    return Markup(cleaned(PARSER.renderer.render(tokens, PARSER.options, env)))  # noqa: S704 - behind both walls


def kept_html(html: str) -> Markup:
    """Return what `to_html` made once and the database has kept since; nothing else may be passed."""
    return Markup(html)  # noqa: S704 - it stood behind both walls before it was stored


def table_of_contents(source: str, *, prefix: str = "") -> list[Heading]:
    """List the headings of an article with the ids that `to_html(source, anchors=True)` gives them."""
    return headings_in(parse(source, environment(prefix=prefix, anchors=True)))

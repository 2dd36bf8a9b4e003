"""Whom and what a text mentions."""

import re
from collections.abc import Iterator
from typing import Final

from markdown_it.token import Token

from base.text.inline_links import TOPIC
from base.text.parser import parse

MOST_TOPICS: Final = 50
_TOPIC: Final = re.compile(rf"(?<![\w./@+&=:%#\\-])#({TOPIC})(?![\w#]|-\w)", re.ASCII)


def mentions_in(source: str) -> list[str]:
    """List the handles a text mentions, in lower case, each once, in the order of their first mention."""
    found = (
        str(child.meta["handle"]) for token in parse(source) for child in token.children or [] if "handle" in child.meta
    )
    return list(dict.fromkeys(found))


def topics_in(source: str) -> list[str]:
    """List the words after a # in a text, in lower case, each once; what stands in links and code is none."""
    found = (name.lower() for text in _texts(parse(source)) for name in _TOPIC.findall(text))
    return list(dict.fromkeys(found))[:MOST_TOPICS]


def _texts(tokens: list[Token]) -> Iterator[str]:
    for token in tokens:
        inside = False
        for child in token.children or []:
            inside = child.type == "link_open" or (inside and child.type != "link_close")
            if child.type == "text" and not inside:
                yield child.content


def unmentioned(source: str, handle: str, now_handle: str, words: str) -> str:
    """Return a text in which `words` stand for mentions of somebody, and links to their page lead to what is left."""
    name = re.escape(handle)
    text = re.sub(rf"(?<![\w./@+&=:%#\\-])@{name}(?![\w@]|[.-]\w)", words, source, flags=re.IGNORECASE | re.ASCII)
    return re.sub(rf"/people/{name}(?![\w-])", f"/people/{now_handle}", text, flags=re.IGNORECASE | re.ASCII)

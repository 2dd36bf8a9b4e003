"""Quotes that name the post they come from."""

import re
from dataclasses import dataclass
from typing import Final

from base.text.addresses import may_link
from base.text.parser import parse
from base.text.plain import plain_of

_SPECIAL: Final = re.compile(r"([\\\[\]`*_<>~^@&!|])")
_PATH: Final = re.compile(r"/(?![/\\])[^\s()<>\\]{0,500}")


@dataclass(frozen=True)
class QuoteRef:
    """A quote found in a text: the address of its source and its words."""

    url: str
    text: str


def quote(text: str, author: str, url: str) -> str:
    """Return the Markdown that quotes `text` (Markdown itself) and links to its source on this site."""
    if not _PATH.fullmatch(url) or not may_link(url):
        message = f"A quote names a path on this site as its source, not {url!r}."
        raise ValueError(message)
    name = _SPECIAL.sub(r"\\\1", " ".join(author.split())[:120]) or "…"
    lines = [f"[{name}]({url})", "", *text.strip("\n").splitlines()]
    return "".join(f"> {line}".rstrip() + "\n" for line in lines) + "\n"


def quotes_in(source: str) -> list[QuoteRef]:
    """List the quotes with a source in a text, outer ones before those inside them."""
    tokens = parse(source)
    found = []
    for position, token in enumerate(tokens):
        if token.type == "blockquote_open" and token.info == "quote":
            end = next(
                at
                for at in range(position + 1, len(tokens))
                if tokens[at].type == "blockquote_close" and tokens[at].level == token.level
            )
            found.append(QuoteRef(str(token.meta["url"]), plain_of(tokens[position + 4 : end])))
    return found

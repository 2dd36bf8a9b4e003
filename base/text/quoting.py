"""Quotes that name the post they come from."""

import re
from collections.abc import Callable
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


def requoted(source: str, is_theirs: Callable[[str], bool], *, author: str, words: str = "") -> str:
    """Return a text in which quotes of certain sources name another author; with `words`, these are all they say."""
    lines = source.split("\n")
    edits: list[tuple[int, int, list[str]]] = []
    for token in parse(source):
        if token.type != "blockquote_open" or token.info != "quote" or not token.map:
            continue
        url = str(token.meta["url"])
        start, end = token.map
        if is_theirs(url) and not (edits and words and start < edits[-1][1]):  # what is inside goes with what is around
            edits.append((start, end, _requoted(lines[start:end], url, author, words)))
    for start, end, changed in reversed(edits):
        if words:
            lines[start:end] = changed
        else:  # those inside it were changed before: only the first line is another one
            lines[start] = changed[0]
    return "\n".join(lines)


def _requoted(block: list[str], url: str, author: str, words: str) -> list[str]:
    name = _SPECIAL.sub(r"\\\1", author)
    named = f"[{name}]({url})"
    before = block[0][: block[0].find("[")] if "[" in block[0] else "> "
    below = re.sub(r"[^>\s]", " ", before)
    if not words:
        return [before + named, *block[1:]]
    empty = [below.rstrip()] if block[-1].strip() == "" else []
    return [before + named, below.rstrip(), below + words, *(["" for _ in empty])]

"""Bare addresses in a text become links, in time that grows only with its length."""

import re
from typing import Final

from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

_LONGEST: Final = 2_000
_ADDRESS: Final = re.compile(r"://[^\W_](?:[^\s<>\"\[\]`|\\^{}]|(?<=:)\[)*")
_WWW: Final = r"www\.[^\W_][^\s<>\"\[\]`|\\^{}]{0,1900}"
_EMAIL: Final = r"[A-Za-z0-9][A-Za-z0-9.+_-]{0,63}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,8}"
BARE: Final = rf"(?P<www>{_WWW})|(?P<email>{_EMAIL})"


def trimmed(url: str) -> str:
    """Leave out the punctuation that ends the sentence rather than the address."""
    opened, closed = url.count("("), url.count(")")
    end = len(url)
    while end:
        last = url[end - 1]
        if last == ")" and closed > opened:
            closed -= 1
        elif last not in "?!.,:;*_~'\"’”»…":
            break
        end -= 1
    return url[:end]


def link_tokens(href: str, text: str, level: int) -> list[Token]:
    """Return the three tokens of a link the author did not have to mark up."""
    return [
        Token("link_open", "a", 1, attrs={"href": href}, level=level, info="auto"),
        Token("text", "", 0, content=text, level=level + 1),
        Token("link_close", "a", -1, level=level, info="auto"),
    ]


def autolink(state: StateInline, silent: bool) -> bool:
    """Link an address that begins with http:// or https://, unless inside a link already."""
    position = state.pos
    if silent or state.linkLevel > 0 or state.src[position] != ":":
        return False
    before = state.src[max(0, position - 5) : position].lower()
    scheme = next((name for name in ("https", "http") if before.endswith(name)), "")
    if not scheme or not state.src.startswith("://", position) or not _starts_a_word(state, position - len(scheme)):
        return False
    found = _ADDRESS.match(state.src, position, min(state.posMax, position + _LONGEST))
    if found is None or not state.pending.lower().endswith(scheme):
        return False
    rest = trimmed(found.group())
    href = state.md.normalizeLink(scheme + rest)
    if len(rest) < 4 or not state.md.validateLink(href):
        return False
    written = state.pending[-len(scheme) :] + rest
    state.pending = state.pending[: -len(scheme)]
    if state.pending:
        state.pushPending()
    for token in link_tokens(href, written, state.level):
        state.tokens.append(token)
        state.tokens_meta.append(None)
    state.pos = position + len(rest)
    return True


def _starts_a_word(state: StateInline, position: int) -> bool:
    return position == 0 or not (state.src[position - 1].isalnum() or state.src[position - 1] in "_/:.\\")

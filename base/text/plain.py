"""Markdown as plain text: what a reader sees, for the index and for excerpts."""

from collections.abc import Iterator, Sequence
from typing import Final

from markdown_it.token import Token

from base.text.headings import words
from base.text.parser import parse

_CELLS: Final = frozenset({"th_close", "td_close"})


def to_plain(source: str) -> str:
    """Return the words a reader sees, one block a line, without marks and addresses."""
    return plain_of(parse(source))


def plain_of(tokens: Sequence[Token]) -> str:
    """Return the words a reader sees in a run of block tokens."""
    lines = (line.strip() for line in "".join(_pieces(tokens)).splitlines())
    return "\n".join(line for line in lines if line)


def _pieces(tokens: Sequence[Token]) -> Iterator[str]:
    for token in tokens:
        if token.type == "inline":
            yield words(token.children or [])
        elif token.type in {"fence", "code_block"}:
            yield token.content + "\n"
        elif token.type in _CELLS:
            yield " "
        elif token.nesting == -1:
            yield "\n"

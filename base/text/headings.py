"""Headings: their place below the page's own, and their anchors."""

from collections.abc import Sequence
from dataclasses import dataclass

from markdown_it.rules_core import StateCore
from markdown_it.token import Token

from base.text.slug import slugify


@dataclass(frozen=True)
class Heading:
    """One line of a table of contents."""

    level: int
    text: str
    id: str


def words(tokens: Sequence[Token]) -> str:
    """Return the words a reader sees in a run of inline tokens."""
    found = []
    for token in tokens:
        if token.type == "image":
            found.append(words(token.children or []))
        elif token.type in {"softbreak", "hardbreak"}:
            found.append("\n")
        elif token.type in {"text", "code_inline", "text_special"}:
            found.append(token.content)
    return "".join(found)


def level_headings(state: StateCore) -> None:
    """Start a text's headings below the page's, skip no level, and give an article's headings their ids.

    An article's title is the page's h1, so its headings begin at h2; a post stands one level deeper.
    """
    top = 2 if state.env.get("anchors") else 3
    open_levels: list[int] = []
    seen: dict[str, int] = {}
    for position, token in enumerate(state.tokens):
        if token.type != "heading_open":
            continue
        written = int(token.tag[1:])
        while open_levels and open_levels[-1] >= written:
            open_levels.pop()
        open_levels.append(written)
        tag = f"h{min(6, top + len(open_levels) - 1)}"
        token.tag = state.tokens[position + 2].tag = tag
        if state.env.get("anchors"):
            text = words(state.tokens[position + 1].children or [])
            token.attrs["id"] = _fresh(f"{state.env.get('prefix', '')}h-{slugify(text, empty='section')}", seen)


def _fresh(name: str, seen: dict[str, int]) -> str:
    count = seen.get(name, 0) + 1
    seen[name] = count
    if count == 1:
        return name
    return _fresh(f"{name}-{count}", seen)


def headings_in(tokens: Sequence[Token]) -> list[Heading]:
    """List the headings of a text parsed with anchors, but for those in quotes and lists."""
    return [
        Heading(int(token.tag[1:]), words(tokens[position + 1].children or []), str(token.attrs["id"]))
        for position, token in enumerate(tokens)
        if token.type == "heading_open" and token.level == 0
    ]

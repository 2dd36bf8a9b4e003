"""Block quotes that are more: callouts, and quotes that name their source."""

import re
from typing import Final

from markdown_it.rules_core import StateCore
from markdown_it.token import Token

CALLOUTS: Final = ("note", "tip", "important", "warning", "caution")
_CALLOUT: Final = re.compile(r"\[!(" + "|".join(CALLOUTS) + r")\][ \t]*([^\n]{0,200})(?:\n|$)", re.IGNORECASE)
_SOURCE: Final = re.compile(r"\[((?:[^\[\]\\\n]|\\.){1,300})\]\((/(?![/\\])[^\s()<>\\]{0,500})\)[ \t]*(?:\n|$)")


def mark_blocks(state: StateCore) -> None:
    """Turn `> [!NOTE]` into a callout, and `> [Ann, post 3](/t/17#post-3)` into a quote with its source."""
    tokens = state.tokens
    if not any(token.type == "blockquote_open" for token in tokens):
        return
    marked: list[Token] = []
    opened: list[str] = []
    position = 0
    while position < len(tokens):
        token = tokens[position]
        position += 1
        if token.type == "blockquote_open":
            head = _head(tokens, position, token)
            opened.append(token.type if head else "")
            marked.append(token)
            marked += head
            position += _emptied(tokens, position) if head else 0
            opened[-1] = token.tag
        elif token.type == "blockquote_close":
            token.tag = opened.pop()
            token.type = "callout_close" if token.tag == "div" else token.type
            marked.append(token)
        else:
            marked.append(token)
    state.tokens = marked


def _emptied(tokens: list[Token], position: int) -> int:
    """Count the tokens of a first paragraph of which nothing is left."""
    return 0 if tokens[position + 1].content else 3


def _head(tokens: list[Token], position: int, quote: Token) -> list[Token]:
    """Take the first line of a block quote that says what it is, and return its tokens."""
    if position + 1 >= len(tokens) or tokens[position].type != "paragraph_open":
        return []
    first = tokens[position + 1]
    if callout := _CALLOUT.match(first.content):
        kind = callout[1].lower()
        quote.type, quote.tag, quote.info = "callout_open", "div", kind
        quote.attrs = {"class": f"callout callout-{kind}", "role": "note"}
        first.content = first.content[callout.end() :]
        return _line("callout_title", callout[2].strip() or kind.capitalize(), quote.level + 1)
    if source := _SOURCE.match(first.content):
        quote.info = "quote"
        quote.attrs = {"class": "quote"}
        quote.meta = {"url": source[2]}
        first.content = first.content[source.end() :]
        return _line("quote_source", source[0].strip(), quote.level + 1)
    return []


def _line(kind: str, text: str, level: int) -> list[Token]:
    opening = Token(f"{kind}_open", "p", 1, attrs={"class": kind.replace("_", "-")}, block=True, level=level)
    inline = Token("inline", "", 0, content=text, children=[], level=level + 1)
    return [opening, inline, Token(f"{kind}_close", "p", -1, block=True, level=level)]


def mark_tasks(state: StateCore) -> None:
    """Put the sign of a task's state at the head of its words."""
    for position, token in enumerate(state.tokens):
        if token.type in {"bullet_list_open", "ordered_list_open"} and "class" in token.attrs:
            token.attrs["class"] = "tasks"
        if token.type != "list_item_open" or "checked" not in token.meta:
            continue
        token.attrs["class"] = "task"
        first = state.tokens[position + 2] if position + 2 < len(state.tokens) else token
        if first.type == "inline":
            box = Token("task_box", "span", 0, meta={"checked": token.meta["checked"]}, level=first.level)
            first.children = [box, *(first.children or [])]


def drop_empty(state: StateCore) -> None:
    """Leave out headings without words, and make head cells without words common cells: readers are told of both."""
    tokens: list[Token] = []
    skipped = 0
    for position, token in enumerate(state.tokens):
        if skipped:
            skipped -= 1
            continue
        if token.type in {"heading_open", "th_open"} and not _has_words(state.tokens[position + 1]):
            if token.type == "heading_open":
                skipped = 2
                continue
            closing = state.tokens[position + 2]
            token.type, token.tag, closing.type, closing.tag = "td_open", "td", "td_close", "td"
        tokens.append(token)
    state.tokens = tokens


def _has_words(inline: Token) -> bool:
    seen = {"text", "text_special", "code_inline", "image", "footnote_ref"}
    return any(
        child.type in seen and (child.type != "text" or child.content.strip()) for child in inline.children or []
    )

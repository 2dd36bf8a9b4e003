"""A paragraph of HTML as Markdown that shows the very same text."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Final

from base.text.escaping import escaped, escaped_lines, escaped_wholly
from base.text.html_tree import Node
from base.text.html_words import Done, Link, Mark, Part, Words, text_of, words_of
from base.text.parser import MOST_CHARACTERS
from base.text.plain import to_plain

_UNMARKED: Final = re.compile(r"(?![\d:])[\w ,;:'\"()’“”–—?\u00a0.]*+")
_AUTOLINKED: Final = re.compile(r"(?:https?://|[A-Za-z0-9._+-]+@)[A-Za-z0-9][!-;=?-~]*")


def paragraph(nodes: Iterable[Node | str], base: str = "", *, one_line: bool = False) -> str:
    """Return a paragraph's Markdown; marks that would not show the HTML's text are given up.

    On one line it is the text of a heading or of a cell, where no other block can begin.
    """
    parts = words_of(nodes, base, one_line=one_line)
    shown = text_of(parts).split()
    unmarked = [part for part in parts if not isinstance(part, Mark)]
    for tried in (_feasible(parts), unmarked):
        markdown = _written(tried) if one_line else escaped_lines(_written(tried))
        # What is longer than a text may be will not be shown, so its look need not be proved.
        if _UNMARKED.fullmatch(markdown) or len(markdown) >= MOST_CHARACTERS - 2:
            return markdown
        if _shows(markdown, shown, one_line=one_line):
            return markdown
    return escaped_wholly(text_of(parts))


def _shows(markdown: str, shown: list[str], *, one_line: bool) -> bool:
    if one_line:
        return to_plain(f"# {markdown} .").split() == [*shown, "."]
    return to_plain(markdown).split() == shown


def _written(parts: Sequence[Part], *, in_link: bool = False) -> str:
    out: list[str] = []
    for place, part in enumerate(parts):
        if isinstance(part, Words):
            before = out[-1][-1:] if out else ""
            out.append(escaped(part.text, before, _head(parts, place + 1), in_link=in_link))
        else:
            out.append(_mark_of(part))
    return "".join(out)


def _mark_of(part: Part) -> str:
    match part:
        case Mark(sign):
            return sign
        case Done(_, markdown):
            return markdown
        case Link(inner, href, title):
            text = text_of(inner)
            if text in {href, href.removeprefix("mailto:")} and not title and _AUTOLINKED.fullmatch(text):
                return f"<{text}>" if "%" not in text else f"[{_written(inner, in_link=True)}]({href})"
            return f"[{_written(_feasible(inner), in_link=True)}]({href}{title})"
        case Words(text):
            return text


def _feasible(given: Sequence[Part]) -> list[Part]:
    """Keep the marks that Markdown will see as such where they stand.

    A mark that ends in punctuation must not be followed by a letter: its punctuation then goes outside.
    """
    parts = list(given)
    opened: list[int] = []
    lost: set[int] = set()
    tails: dict[int, str] = {}
    for place, part in enumerate(parts):
        if not isinstance(part, Mark):
            continue
        if part.opens:
            opened.append(place)
            continue
        start = opened.pop()
        if not _may_open(parts, start):
            lost |= {start, place}
        elif not _may_close(parts, place):
            tail = _tail(parts[place - 1])
            if tail:
                parts[place - 1] = Words(text_of([parts[place - 1]])[: -len(tail)])
                tails[place] = tail
            else:
                lost |= {start, place}
    kept: list[Part] = []
    for place, part in enumerate(parts):
        kept += [] if place in lost else [part]
        kept += [Words(tails[place])] if place in tails else []
    return kept


def _may_open(parts: Sequence[Part], place: int) -> bool:
    inner = _head(parts, place + 1, over=True)
    while place and isinstance(mark := parts[place - 1], Mark) and mark.opens:
        place -= 1
    previous = parts[place - 1] if place else Words("")
    if isinstance(previous, Mark):
        here = parts[place]
        return isinstance(here, Mark) and previous.sign[0] != here.sign[0]
    before = _mark_of(previous)[-1:]
    return not before or before.isspace() or _is_punctuation(before) or not _is_punctuation(inner)


def _may_close(parts: Sequence[Part], place: int) -> bool:
    inner = _end(parts, place - 1)
    while place + 1 < len(parts) and isinstance(mark := parts[place + 1], Mark) and not mark.opens:
        place += 1
    after = _head(parts, place + 1)
    return not after or after.isspace() or _is_punctuation(after) or not _is_punctuation(inner)


def _head(parts: Sequence[Part], place: int, *, over: bool = False) -> str:
    """Return the first character from a place on; `over` marks, when what they hold is asked for."""
    while over and place < len(parts) and isinstance(parts[place], Mark):
        place += 1
    return _mark_of(parts[place])[:1] if place < len(parts) else ""


def _end(parts: Sequence[Part], place: int) -> str:
    while isinstance(parts[place], Mark):
        place -= 1
    return _mark_of(parts[place])[-1:]


def _tail(part: Part) -> str:
    """Return the punctuation at the end of some words, unless they are nothing else."""
    text = part.text if isinstance(part, Words) else ""
    end = len(text)
    while end and _is_punctuation(text[end - 1]):
        end -= 1
    return text[end:] if end and not text[end - 1].isspace() else ""


def _is_punctuation(character: str) -> bool:
    return unicodedata.category(character)[0] in "PS"

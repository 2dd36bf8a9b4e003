"""Text put into Markdown: only what would be read as a mark is escaped."""

import re
from typing import Final

_PUNCTUATION: Final = re.compile(r"([!-/:-@\[-`{-~])")
_SPECIAL: Final = re.compile(r"\*+|_+|~+|[\\`\[\]<&^@!]")
_AUTOLINK: Final = re.compile(r"<(?:[A-Za-z][A-Za-z0-9+.-]{1,31}:[^\s<>]*+>|[^\s<>@]++@[^\s<>]++>)")
_ENTITY: Final = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_BARE_ADDRESS: Final = re.compile(r"(?<![\w/:.\\])https?(://)[^\W_][^\s<>\"\[\]`|\\^{}]*+", re.IGNORECASE)
_MENTION: Final = re.compile(r"(?<![\w./@+&=:%#\\-])@(?=[A-Za-z0-9])", re.ASCII)

_AT_START: Final = re.compile(
    r"(?P<number>\d{1,9})[.)](?=\s|$)"
    r"|(?:\#{1,6}|[-+*])(?=\s|$)"
    r"|(?:_[ ]*){3,}$|-[- ]*$|\*[* ]*$"
    r"|>"
    r"|[:~](?=\s)"
    r"|\[(?:\^[^\]\s]+\]:|[^\]]+\]:|!\w+\]|[ xX]\]\s)"
)
_ON_A_LATER_LINE: Final = re.compile(r"=+\s*$|[|:-][|: -]*$")


def escaped(text: str, before: str = "", after: str = "", *, in_link: bool = False) -> str:
    """Return text for the middle of a line, between the characters `before` and `after` of the Markdown."""
    whole = before + text + after
    end = len(before) + len(text)
    pieces: list[str] = []
    done = len(before)
    for address in [] if in_link else _BARE_ADDRESS.finditer(whole, done, end):
        # A bare address becomes a link as it is; but one that touches a mark would swallow it.
        swallows = address.end() == end and after != "" and not after.isspace()
        pieces += [_escaped_part(whole, done, address.start(1)), "\\" if swallows else ""]
        done = address.start(1) if swallows else address.end()
        pieces.append(whole[address.start(1) : done])
    pieces.append(_escaped_part(whole, done, end, in_link=in_link))
    return "".join(pieces)


def _escaped_part(whole: str, start: int, end: int, *, in_link: bool = False) -> str:
    pieces, done = [], start
    for found in _SPECIAL.finditer(whole, start, end):
        if _is_mark(whole, found, in_link=in_link):
            pieces += [whole[done : found.start()], "".join(f"\\{mark}" for mark in found.group())]
            done = found.end()
    return "".join([*pieces, whole[done:end]])


def _is_mark(whole: str, found: re.Match[str], *, in_link: bool) -> bool:
    """Tell whether a character would be more than itself where it stands."""
    mark, place = found.group()[0], found.start()
    before, after = whole[place - 1 : place] if place else "", whole[found.end() : found.end() + 1]
    alone = (not before or before.isspace()) and (not after or after.isspace())
    match mark:
        case "*":
            return not alone
        case "_":
            return not alone and not (before.isalnum() and after.isalnum())
        case "~" | "^":
            run = re.escape(mark)
            return len(found.group()) > 1 or re.compile(rf"{run}[^\s{run}]*+{run}").match(whole, place) is not None
        case "\\":
            return _PUNCTUATION.match(after) is not None or after == "\n"
        case "[":
            return in_link
        case "]":
            return in_link or after == "("
        case "<":
            return _AUTOLINK.match(whole, place) is not None
        case "&":
            return _ENTITY.match(whole, place) is not None
        case "@":
            return _MENTION.match(whole, place) is not None
        case "!":
            return after == "["
        case _:
            return True


def escaped_lines(paragraph: str) -> str:
    """Escape what would make a line of a paragraph the start of another block."""
    lines = paragraph.split("\n")
    for place, line in enumerate(lines):
        found = _AT_START.match(line) or (_ON_A_LATER_LINE.match(line) if place else None)
        if found:
            at = len(found["number"] or "") if found.re is _AT_START else 0
            lines[place] = f"{line[:at]}\\{line[at:]}"
    return "\n".join(lines)


def escaped_wholly(text: str) -> str:
    """Escape every mark there is, for text that has defeated the careful way."""
    return _PUNCTUATION.sub(r"\\\1", text)

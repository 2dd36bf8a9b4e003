"""The first words of a text."""

import unicodedata
from typing import Final

_JOINER: Final = "\u200d"


def excerpt(plain: str, length: int = 200) -> str:
    """Return at most `length` characters on one line, cut between words and ended by …."""
    start = plain.lstrip()
    whole = len(start) <= length * 20
    text = " ".join(start[: length * 20].split())
    if len(text) <= length and whole:
        return text
    room = max(1, length - 1)
    cut = text[: room + 1]
    head = cut.rpartition(" ")[0] if " " in cut[room // 2 :] else _whole_characters(text, room)
    return (head.rstrip(" ,;:–—-(") or head) + "…"


def _whole_characters(text: str, end: int) -> str:
    """Cut before a character whose accents, skin tone or joined parts would stay behind."""
    start = end
    while 0 < start < len(text) and (_continues(text[start]) or text[start - 1] == _JOINER):
        start -= 1
    return text[: start or end]


def _continues(character: str) -> bool:
    return (
        unicodedata.combining(character) != 0
        or unicodedata.category(character) in {"Mn", "Mc", "Me"}
        or character == _JOINER
        or "\U0001f3fb" <= character <= "\U0001f3ff"
    )

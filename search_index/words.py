"""What a word is, the same for every engine, for what is indexed and for what is typed."""

import re
import unicodedata
from functools import lru_cache
from itertools import chain
from typing import Final

LONGEST: Final = 64


# Where combining marks are looked for: asking about every character would take a tenth of a second at each start.
_MARKED: Final = (range(0x300, 0x3100), range(0xA600, 0xAC00), range(0xFB00, 0x12000), range(0x16A00, 0x17000),
                  range(0x1BC00, 0x1BD00), range(0x1CF00, 0x1D300), range(0x1DA00, 0x1EA00))  # fmt: skip


def _marks() -> str:
    """Return the combining marks as a character class: they belong to the word before them."""
    ranges: list[list[int]] = []
    for code in chain.from_iterable(_MARKED):
        if unicodedata.category(chr(code)).startswith("M"):
            if ranges and ranges[-1][1] == code - 1:
                ranges[-1][1] = code
            else:
                ranges.append([code, code])
    return "".join(f"{chr(first)}-{chr(last)}" for first, last in ranges)


# Chinese characters and Japanese kana are words of one character: these scripts put no space between words.
_SINGLE: Final = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff"
_LETTERS: Final = rf"[^\W_{_SINGLE}]"
_MARKS: Final = rf"[{_marks()}]"
WORD: Final = re.compile(rf"[{_SINGLE}]|{_LETTERS}+(?:{_MARKS}+{_LETTERS}*)*")
_PLAIN_WORD: Final = re.compile("[0-9A-Za-z]+")
# A stretch of letters as a person types it, with a star when it stands for every word that begins so.
TYPED: Final = re.compile(rf"[^\W_](?:[^\W_]|[{_marks()}])*\*?")


def words_of(text: str) -> list[str]:
    """Return the words of a text, as WORD finds them."""
    return (_PLAIN_WORD if text.isascii() else WORD).findall(text)


def clean(text: str) -> str:
    """Return text as it is indexed: composed characters, no control characters, no lone surrogates."""
    if text.isascii() and text.isprintable():
        return text
    text = text.encode("utf-8", "replace").decode()
    return unicodedata.normalize("NFC", "".join(" " if unicodedata.category(c) == "Cc" else c for c in text))


@lru_cache(maxsize=200_000)
def fold(word: str) -> str:
    """Return a word in lower case and without accents, cut to the longest length."""
    word = word.casefold()
    if not word.isascii():
        parted = unicodedata.normalize("NFKD", word)
        word = "".join(c for c in parted if not unicodedata.combining(c)) or word
    return word[:LONGEST]

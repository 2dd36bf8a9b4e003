"""Two hundred hostile queries: long, deep, full of signs, of letters from everywhere, of what is no letter at all."""

import random
from collections.abc import Iterator
from itertools import islice
from typing import Final

NUMBER: Final = 200
SIGNS = [
    '"', "*", "?", "~", "^", "(", ")", "[", "]", "{", "}", ":", "-", "+", "|", "&", "!", "\\", "/", "'", "@", "#", "<",
]  # fmt: skip
NASTY = [
    "\x00", "\x1b[31m", "\ud800", "\udfff\ud800", "\ufeff", "\u202e", "a\u0301" * 200, "\u0300" * 400, "𝔞𝔟𝔠" * 50,
    "ﬃ" * 300,
    "İ" * 200, "ß" * 300, "漢字" * 200, "ก" * 300, "👩‍⚕️" * 100, "\n\r\t" * 100, "null", "undefined", "' OR 1=1 --",
    "<script>alert(1)</script>", "../../etc/passwd", "%00%0a", "${jndi:ldap://x}", "{{7*7}}", "title:" * 80,
    "is:" * 100,
    "votes:>999999999999999999", "votes:-1..-9", "in:thread:99999999999999999999", "after:9999-99-99",
    "before:0000-00-00",
    "after:0001-01-01", "by:@" + "x" * 400, "[" * 200, "]" * 200, '"' * 200, '""' * 100, "-" * 300, "OR " * 100,
    "a OR " * 100,
]  # fmt: skip


def hostile(number: int = NUMBER) -> list[str]:
    """Return so many queries, always the same."""
    return list(islice(_queries(), number))


def _queries() -> Iterator[str]:
    dice = random.Random(11)
    yield from NASTY
    yield "x" * 100_000
    yield "word " * 2_000
    yield '"' + "word " * 2_000 + '"'
    yield " ".join(f"*{letter}*" for letter in "abcdefghij")
    yield " ".join(f"{letter}*" for letter in "abcdefghij")
    yield " ".join(f"{letter}{other}{third}*" for letter in "wxa" for other in "oab" for third in "rbc")
    yield " OR ".join(f'"word{n} word{n + 1} word{n + 2}"' for n in range(40))
    yield "-" + " -".join(f"word{n}" for n in range(60))
    yield "(" * 500 + "word" + ")" * 500
    yield from (sign * 500 for sign in SIGNS)
    yield from (f"word{sign}" * 100 for sign in SIGNS)
    while True:
        parts = dice.choices(
            [*SIGNS, "word1", "word22*", "title:", "is:", " ", " ", "OR", "é", "\x07", "wor*"], k=dice.randint(1, 300)
        )
        yield "".join(parts)

"""The readable part of an address."""

import re
import unicodedata
from typing import Final

# Letters that carry no decomposition, so that normalising alone would lose them.
_LETTERS: Final = str.maketrans(
    {
        "ß": "ss", "ẞ": "ss", "æ": "ae", "Æ": "ae", "œ": "oe", "Œ": "oe", "ø": "o", "Ø": "o", "đ": "d", "Đ": "d",
        "ð": "d", "Ð": "d", "þ": "th", "Þ": "th", "ł": "l", "Ł": "l", "ħ": "h", "Ħ": "h", "ı": "i", "ŋ": "n",
        "Ŋ": "n", "ĸ": "k", "ŧ": "t", "Ŧ": "t", "ə": "e", "Ə": "e", "’": "", "'": "", "ʼ": "", "&": " and ",
    }
)  # fmt: skip
_NOT_WORD: Final = re.compile(r"[^a-z0-9]+")


def slugify(text: str, limit: int = 80, *, empty: str = "thread") -> str:
    """Return lower-case ASCII words joined by hyphens, at most `limit` characters; never the empty string.

    Letters of other scripts are left out, for a guess at their sound would be wrong in most languages.
    """
    folded = unicodedata.normalize("NFKD", text[: limit * 20].translate(_LETTERS)).encode("ascii", "ignore").decode()
    slug = _NOT_WORD.sub("-", folded.lower()).strip("-")
    if len(slug) > limit:
        cut = slug[: limit + 1].rpartition("-")[0]
        slug = cut if len(cut) > limit // 2 else slug[:limit].strip("-")
    return slug or empty

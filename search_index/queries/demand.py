"""How much something is looked for, by the words of its title."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from base.clock import now
from base.db import rows
from search_index.queries.gaps import LEAST
from search_index.searches import KEPT_DAYS
from search_index.words import fold, words_of

_MOST: Final = 500
_SHORTEST: Final = 4
# What few have searched is nobody's business.
_ASKED: Final = (
    "SELECT query, SUM(searches) AS number FROM search_log WHERE day >= ? GROUP BY query "
    "HAVING SUM(searches) >= ? AND LENGTH(query) >= ? ORDER BY SUM(searches) DESC, query LIMIT ?"
)


async def demand(titles: Sequence[str]) -> tuple[int, ...]:
    """Return how many of the commonest searches stand in each title, whole words one after the other."""
    first_day = (now() - timedelta(days=KEPT_DAYS)).date()
    asked = [
        (_words(row["query"]), int(row["number"])) for row in await rows(_ASKED, first_day, LEAST, _SHORTEST, _MOST)
    ]
    read = [_words(title) for title in titles]
    return tuple(sum(number for words, number in asked if words.strip() and words in title) for title in read)


def _words(text: str) -> str:
    """Return the words of a text in lower case and without accents, a space on each side of them."""
    return f" {' '.join(fold(word) for word in words_of(text))} "

"""How much something is looked for, by the words of its title."""

from datetime import timedelta
from typing import Final

from base.clock import now
from base.condition import Condition
from search_index.queries.gaps import LEAST
from search_index.searches import KEPT_DAYS

_MOST: Final = 500
_SHORTEST: Final = 4


def asked_for() -> Condition:
    """Return the commonest searches as the table `asked`, for WITH; what few have searched is nobody's business."""
    return Condition(
        "asked AS (SELECT query, SUM(searches) AS number FROM search_log WHERE day >= ? GROUP BY query "
        "HAVING SUM(searches) >= ? AND LENGTH(query) >= ? ORDER BY SUM(searches) DESC, query LIMIT ?)",
        ((now() - timedelta(days=KEPT_DAYS)).date(), LEAST, _SHORTEST, _MOST),
    )


def demand(title: str) -> str:
    """Return how many of these searches stand in the column `title`, one word after the other, as SQL."""
    return (
        f"(SELECT COALESCE(SUM(s.number), 0) FROM asked s WHERE REPLACE(LOWER({title}), s.query, '') <> LOWER({title}))"  # noqa: S608
    )

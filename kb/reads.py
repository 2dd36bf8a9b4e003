"""How often articles were opened: kept in memory and written by a chore, so that reading a page writes nothing."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Final

from base.clock import now
from base.condition import Condition
from base.db import days_between

COUNTED: Final = timedelta(days=90)
"""So far back reads are counted wherever they are shown."""
URGENCY: Final = "z.reads * z.unchecked"
"""What should be checked first: what is read most and was checked longest ago, the one multiplied by the other."""

_held: Final[dict[tuple[int, date], int]] = {}


def opened(article_id: int) -> None:
    """Remember that somebody opened an article just now; nobody is told who."""
    hold({(article_id, now().date()): 1})


def hold(reads: Mapping[tuple[int, date], int]) -> None:
    """Remember so many reads of articles on days, until somebody takes them."""
    for key, number in reads.items():
        _held[key] = _held.get(key, 0) + number


def take_reads() -> dict[tuple[int, date], int]:
    """Return the reads of each article and day since the last time somebody asked, and forget them."""
    taken = dict(_held)
    _held.clear()
    return taken


def days_unchecked(alias: str = "a") -> Condition:
    """Return how many days ago an article was last checked, or else published, as SQL."""
    since = f"COALESCE({alias}.verified_at, {alias}.published_at)"
    return Condition(f"COALESCE({days_between(since, '?')}, 0)", (now(),))


def reads_of(alias: str = "a") -> Condition:
    """Return how often an article was read lately, as SQL."""
    return Condition(
        f"(SELECT COALESCE(SUM(gr.reads), 0) FROM article_reads gr WHERE gr.article_id = {alias}.id AND gr.day > ?)",  # noqa: S608
        ((now() - COUNTED).date(),),
    )

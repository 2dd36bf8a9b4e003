"""How often articles were opened, and what follows from that for the order in which they are checked."""

from datetime import date, timedelta
from typing import Final

from base.clock import now
from base.condition import Condition
from base.db import days_between
from base.tally import Tally

COUNTED: Final = timedelta(days=90)
"""So far back reads are counted wherever they are shown."""
URGENCY: Final = "z.reads * z.unchecked"
"""What should be checked first: what is read most and was checked longest ago, the one multiplied by the other."""

READS: Final[Tally[tuple[int, date]]] = Tally()
"""How often each article was opened on each day, by their ids."""


def opened(article_id: int) -> None:
    """Remember that somebody opened an article just now; nobody is told who."""
    READS.hold({(article_id, now().date()): 1})


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

"""Write down how often articles were read, and forget what is long ago."""

from datetime import timedelta
from typing import Final

from base.clock import now
from base.db import execute, transaction
from kb.reads import hold, take_reads

_KEPT: Final = timedelta(days=400)
# An article that was removed meanwhile is counted no more.
_ADD: Final = """
INSERT INTO article_reads (article_id, day, reads) SELECT a.id, ?, ? FROM articles a WHERE a.id = ?
ON CONFLICT (article_id, day) DO UPDATE SET reads = article_reads.reads + excluded.reads"""


async def write_reads() -> int:
    """Add what was read to the table; return how many rows it touched. A chore."""
    taken = take_reads()
    if not taken:
        return 0
    try:
        async with transaction():
            # In one order, so that two servers never wait for each other.
            for (article_id, day), number in sorted(taken.items()):
                await execute(_ADD, day, number, article_id)
    except Exception:
        hold(taken)
        raise
    return len(taken)


async def forget_reads() -> int:
    """Delete the reads of more than 400 days ago; return how many rows."""
    return await execute("DELETE FROM article_reads WHERE day < ?", (now() - _KEPT).date())

"""Write down how often articles were read, and forget what is long ago."""

from datetime import date, timedelta
from typing import Final

from base.clock import now
from base.db import execute
from kb.reads import READS

_KEPT: Final = timedelta(days=400)
# An article that was removed meanwhile is counted no more.
_ADD: Final = """
INSERT INTO article_reads (article_id, day, reads) SELECT a.id, ?, ? FROM articles a WHERE a.id = ?
ON CONFLICT (article_id, day) DO UPDATE SET reads = article_reads.reads + excluded.reads"""


async def write_reads() -> int:
    """Add what was read to the table; return how many rows it touched. A chore."""
    return await READS.write(_add)


async def _add(read: tuple[int, date], number: int) -> None:
    article_id, day = read
    await execute(_ADD, day, number, article_id)


async def forget_reads() -> int:
    """Delete the reads of more than 400 days ago; return how many rows."""
    return await execute("DELETE FROM article_reads WHERE day < ?", (now() - _KEPT).date())

"""Ask every half year whether organisations still use what they adopted."""

from datetime import timedelta
from typing import Final

from base.clock import now
from base.db import execute, rows, transaction
from base.journal import record

PAUSE: Final = timedelta(days=182)
_MOST: Final = 500


async def ask_adopters() -> int:
    """Record `article.use_asked` for each use that nobody has confirmed for half a year; return how many."""
    at = now()
    asked = 0
    for row in await rows(
        "SELECT d.id, d.article_id, d.organisation_id FROM adoptions d JOIN articles a ON a.id = d.article_id "
        "WHERE a.state = 'published' AND d.state NOT IN ('stopped', 'not_for_us') "
        "AND COALESCE(d.confirmed_at, d.at) <= ? AND (d.asked_at IS NULL OR d.asked_at <= ?) ORDER BY d.id LIMIT ?",
        at - PAUSE, at - PAUSE, _MOST,
    ):  # fmt: skip
        async with transaction():
            changed = await execute(
                "UPDATE adoptions SET asked_at = ? WHERE id = ? AND (asked_at IS NULL OR asked_at <= ?)",
                at, row["id"], at - PAUSE,
            )  # fmt: skip
            if changed:
                data = {"organisation_id": row["organisation_id"]}
                await record("article.use_asked", actor_id=None, subject_id=row["article_id"], data=data)
                asked += 1
    return asked

"""Verification states change with time alone: write down when they do, so that index and inboxes follow."""

from datetime import datetime, timedelta
from typing import Final

from base.clock import now
from base.db import as_datetime, rows, transaction
from base.journal import record
from kb.queries.facts import read_standing
from kb.verification import Standing, moved_column, state_of

_LAST_WEEK: Final = timedelta(days=7)


async def refresh_states() -> int:
    """Record `article.aged` for every article whose state is another than when its last entry was written.

    Once more seven days before it is due. The index and the inboxes follow the journal, so they know the state of that
    moment. Return how many changed.
    """
    at = now()
    found = await rows(
        "SELECT a.id, a.state, a.published_revision, a.verified_revision, a.due_at, "  # noqa: S608
        f"{moved_column()}, e.at AS told FROM articles a "
        "JOIN (SELECT subject_id, MAX(at) AS at FROM journal_entries "
        "WHERE kind IN ('article.published', 'article.verified', 'article.aged') GROUP BY subject_id) e "
        "ON e.subject_id = a.id "
        "WHERE a.state = 'published' AND a.due_at IS NOT NULL ORDER BY a.id"
    )
    changed = 0
    for row in found:
        standing = read_standing(row, row["state"])
        told = as_datetime(row["told"]) or at
        before, after = state_of(standing, told), state_of(standing, at)
        last_week = after == "due_soon" and _in_last_week(standing, at) and not _in_last_week(standing, told)
        if before != after or last_week:
            async with transaction():
                data = {"state": after, "before": before, "last_week": last_week}
                await record("article.aged", actor_id=None, subject_id=row["id"], data=data)
            changed += 1
    return changed


def _in_last_week(standing: Standing, at: datetime) -> bool:
    return standing.due_at is not None and at >= standing.due_at - _LAST_WEEK

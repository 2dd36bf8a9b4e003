"""Verification states change with time alone: write down when they do, so that index and inboxes follow."""

from base.clock import now
from base.db import as_datetime, rows, transaction
from base.journal import record
from kb.queries.facts import read_standing
from kb.verification import moved_column, state_of


async def refresh_states() -> int:
    """Record `article.aged` for every article whose state is another than when its last entry was written.

    The index and the inboxes follow the journal, so they know the state of that moment. Return how many changed.
    """
    at = now()
    found = await rows(
        "SELECT a.id, a.state, a.published_revision, a.verified_revision, a.due_at, "  # noqa: S608
        f"{moved_column()}, e.at AS told FROM articles a "
        "JOIN (SELECT subject_id, MAX(at) AS at FROM journal_entries "
        "WHERE kind LIKE 'article.%' GROUP BY subject_id) e ON e.subject_id = a.id "
        "WHERE a.state = 'published' AND a.due_at IS NOT NULL ORDER BY a.id"
    )
    changed = 0
    for row in found:
        standing = read_standing(row, row["state"])
        before, after = state_of(standing, as_datetime(row["told"]) or at), state_of(standing, at)
        if before != after:
            async with transaction():
                data = {"state": after, "before": before}
                await record("article.aged", actor_id=None, subject_id=row["id"], data=data)
            changed += 1
    return changed

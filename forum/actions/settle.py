"""Keep what a thread says of its posts true: its counts, whether it is answered or solved, its version."""

from collections.abc import Sequence
from typing import Any, Final

from base.db import rows
from base.errors import Missing
from forum.queries.facts import NO_THREAD

# Closing and marking as a duplicate are decisions of people; only reopening asks the answers again.
_SETTLE: Final = """
UPDATE threads SET
  replies = (SELECT COUNT(*) FROM posts p WHERE p.thread_id = threads.id AND p.state = 'published'
    AND p.kind IN ('answer', 'reply', 'comment')),
  answers = (SELECT COUNT(*) FROM posts p WHERE p.thread_id = threads.id AND p.state = 'published'
    AND p.kind = 'answer'),
  resolution = CASE WHEN resolution IN ('closed', 'duplicate') AND NOT ? THEN resolution
    WHEN kind <> 'question' THEN ''
    WHEN EXISTS (SELECT 1 FROM posts p WHERE p.thread_id = threads.id AND p.state = 'published'
      AND p.kind = 'answer' AND p.accepted_at IS NOT NULL) THEN 'solved'
    WHEN EXISTS (SELECT 1 FROM posts p WHERE p.thread_id = threads.id AND p.state = 'published'
      AND p.kind = 'answer') THEN 'answered'
    ELSE 'unanswered' END
WHERE id = ?
RETURNING resolution"""


async def lock_thread(thread_id: int) -> dict[str, Any]:
    """Raise a thread's version, which makes parallel writers wait for the end of this transaction; return the thread.

    Whoever changes posts locks their thread first, in every action: so no two actions wait for each other in a circle.
    """
    found = await rows(
        "UPDATE threads SET version = version + 1 WHERE id = ? RETURNING id, kind, title, slug, state, resolution",
        thread_id,
    )
    if not found:
        raise Missing(NO_THREAD)
    return found[0]


async def settle(thread_id: int, *, reopen: bool = False) -> str:
    """Count a locked thread's posts anew and return its resolution; `reopen` forgets that it was closed."""
    return str((await rows(_SETTLE, reopen, thread_id))[0]["resolution"])


async def touches(thread_id: int, *, posts: bool) -> dict[str, Sequence[int]]:
    """Name the findable things that change with a thread: itself, and all its posts if they show what changed."""
    if not posts:
        return {"thread": [thread_id]}
    found = await rows("SELECT id FROM posts WHERE thread_id = ? AND number > 1 ORDER BY number", thread_id)
    return {"thread": [thread_id, *await cases_beside(thread_id)], "post": [row["id"] for row in found]}


async def cases_beside(thread_id: int) -> list[int]:
    """Return the other case studies on the practice of a thread, whose evidence it may raise or lower."""
    found = await rows(
        "SELECT y.thread_id FROM case_studies y JOIN threads x ON x.id = y.thread_id "
        "WHERE x.article_id = (SELECT t.article_id FROM threads t WHERE t.id = ?) AND x.id <> ? ORDER BY x.id",
        thread_id, thread_id,
    )  # fmt: skip
    return [row["thread_id"] for row in found]

"""Keep what a thread says of its posts true: its counts, whether it is answered or solved, its version."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from base.db import execute, rows
from base.errors import Missing
from forum.facts import PostFacts
from forum.queries.facts import NO_POST, NO_THREAD

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

# When somebody wrote last, and how many find the opening useful, of a thread whose posts came or went.
_FRESHEN: Final = """UPDATE threads SET
  active_at = COALESCE((SELECT MAX(p.created_at) FROM posts p WHERE p.thread_id = threads.id AND p.state = 'published'),
    created_at),
  votes = COALESCE((SELECT p.votes FROM posts p WHERE p.thread_id = threads.id AND p.number = 1), votes)
WHERE id = ?"""


async def lock_thread(thread_id: int) -> dict[str, Any]:
    """Raise a thread's version, which makes parallel writers wait for the end of this transaction; return the thread.

    Whoever changes posts locks their thread first, in every action: so no two actions wait for each other in a circle.
    """
    found = await rows(
        "UPDATE threads SET version = version + 1 WHERE id = ? AND state <> 'merged' "
        "RETURNING id, kind, title, slug, state, resolution, last_number, last_position",
        thread_id,
    )
    if not found:
        raise Missing(NO_THREAD)
    return found[0]


async def lock_threads(*thread_ids: int) -> dict[int, dict[str, Any]]:
    """Lock several threads, always in the same order; return them by their number."""
    return {one: await lock_thread(one) for one in sorted(set(thread_ids))}


async def lock_post(post: PostFacts) -> dict[str, Any]:
    """Lock the thread of a post; raises Missing when the post was moved out of it meanwhile."""
    thread = await lock_thread(post.thread.id)
    if not await rows("SELECT 1 AS one FROM posts WHERE id = ? AND thread_id = ?", post.id, post.thread.id):
        raise Missing(NO_POST)
    return thread


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


async def settled(
    before: Mapping[int, Mapping[str, Any]], thread_ids: Sequence[int], post_ids: Sequence[int]
) -> dict[str, list[int]]:
    """Count several locked threads anew after posts moved between them; return what search must read again."""
    found: dict[str, list[int]] = {"thread": [], "post": [*post_ids]}
    for one in thread_ids:
        resolution = await settle(one)
        changed = one in before and resolution != before[one]["resolution"]
        for kind, ids in (await touches(one, posts=changed)).items():
            found[kind] += ids
        await execute(_FRESHEN, one)
    return {kind: list(dict.fromkeys(ids)) for kind, ids in found.items()}

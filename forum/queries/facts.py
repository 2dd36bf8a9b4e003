"""What rules need to know of a thread and of a post."""

from collections.abc import Mapping
from typing import Any, Final, cast

from base.db import as_datetime, lookup
from base.errors import Missing
from forum.facts import PostFacts, ThreadFacts

THREAD_FACTS: Final = """t.id AS thread_id, t.kind AS thread_kind, t.author_id AS thread_author_id,
  t.audience, t.state AS thread_state, t.locked, t.region_id,
  (SELECT string_agg(vp.vendor || ';', '') FROM thread_platforms vt JOIN platforms vp ON vp.id = vt.platform_id
    WHERE vt.thread_id = t.id) AS thread_vendors"""
POST_FACTS: Final = """p.id AS post_id, p.number, p.kind AS post_kind, p.author_id AS post_author_id,
  p.created_at AS post_created_at, p.state AS post_state, p.deleted_by_id,
  CASE WHEN p.number = 1 THEN t.replies ELSE (
    SELECT COUNT(*) FROM posts x WHERE x.parent_id = p.id AND x.state = 'published' AND x.author_id <> p.author_id
  ) END AS post_replies"""

NO_THREAD: Final = "There is no such thread, or you may not see it."
NO_POST: Final = "There is no such post, or you may not see it."


def read_thread_facts(row: Mapping[str, Any]) -> ThreadFacts:
    """Read what rules need of a thread out of a row with THREAD_FACTS."""
    return ThreadFacts(
        id=row["thread_id"],
        kind=row["thread_kind"],
        author_id=row["thread_author_id"],
        audience=row["audience"],
        state=row["thread_state"],
        locked=bool(row["locked"]),
        region_id=row["region_id"],
        vendors=tuple((row["thread_vendors"] or "").split(";")[:-1]),
    )


def read_post_facts(row: Mapping[str, Any], thread: ThreadFacts) -> PostFacts:
    """Read what rules need of a post out of a row with POST_FACTS."""
    return PostFacts(
        id=row["post_id"],
        thread=thread,
        number=row["number"],
        kind=row["post_kind"],
        author_id=row["post_author_id"],
        created_at=cast(Any, as_datetime(row["post_created_at"])),
        state=row["post_state"],
        has_replies=row["post_replies"] > 0,
        deleted_by_id=row["deleted_by_id"],
    )


async def thread_facts(thread_id: int) -> ThreadFacts:
    """Return what rules need to know of a thread; raises Missing if there is none."""
    found = await lookup(f"SELECT {THREAD_FACTS} FROM threads t WHERE t.id = ?", thread_id)  # noqa: S608
    if not found:
        raise Missing(NO_THREAD)
    return read_thread_facts(found[0])


async def post_facts(thread_id: int, number: int) -> PostFacts:
    """Return what rules need to know of a post and its thread; raises Missing if there is none."""
    found = await lookup(
        f"SELECT {THREAD_FACTS}, {POST_FACTS} "  # noqa: S608
        "FROM posts p JOIN threads t ON t.id = p.thread_id WHERE p.thread_id = ? AND p.number = CAST(? AS BIGINT)",
        thread_id, number,
    )  # fmt: skip
    if not found:
        raise Missing(NO_POST)
    return read_post_facts(found[0], read_thread_facts(found[0]))

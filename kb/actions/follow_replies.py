"""Follow how much is said in the threads that articles rest on: much of it asks for a new check, once."""

from collections.abc import Sequence
from typing import Final

from base.db import marks, rows, transaction
from base.journal import record
from base.journal.models import Entry
from kb.models import Article
from kb.triggers import MANY_REPLIES, new_replies

KINDS: Final = ("post.added",)

# Not those whose owner was told since the last check.
_UNTOLD: Final = """a.state = 'published' AND NOT EXISTS (SELECT 1 FROM journal_entries e
  WHERE e.kind = 'article.many_replies' AND e.subject_id = a.id AND e.at > a.verified_at)"""


async def follow_replies(entries: Sequence[Entry]) -> None:
    """Record `article.many_replies` once a check for each article below which much was said; may be repeated."""
    threads = sorted({entry.data["thread_id"] for entry in entries if entry.data.get("thread_id")})
    for row in await rows(
        "SELECT a.id FROM articles a WHERE a.id IN (SELECT l.article_id FROM source_links l "  # noqa: S608
        f"WHERE l.thread_id IN ({marks(threads)})) AND {_UNTOLD} AND {new_replies()} >= {MANY_REPLIES} ORDER BY a.id",
        *threads,
    ):
        await _record(row["id"])


async def _record(article_id: int) -> None:
    async with transaction():
        # Two servers may count at the same moment: the second one waits here, and then finds the entry.
        await Article.filter(id=article_id).select_for_update().get()
        if await rows(f"SELECT a.id FROM articles a WHERE a.id = ? AND {_UNTOLD}", article_id):  # noqa: S608
            await record("article.many_replies", actor_id=None, subject_id=article_id)

"""Everything that every visitor may read, for the site map."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from base.db import as_datetime, rows
from forum.addresses import thread_url
from forum.rules import listed_threads
from kb.addresses import article_url
from kb.rules import visible_articles
from members.viewer import VISITOR

MOST: Final = 45_000


@dataclass(frozen=True, slots=True)
class Place:
    """An address on this site, and the day on which it changed last."""

    url: str
    changed: date | None


async def places() -> list[Place]:
    """Return what every visitor may read, the newest first."""
    threads, articles = listed_threads(VISITOR), visible_articles(VISITOR)
    found = await rows(
        "SELECT 'thread' AS kind, t.id, t.slug, t.active_at AS at FROM threads t "  # noqa: S608
        f"WHERE {threads.sql} UNION ALL SELECT 'article', a.id, a.slug, a.changed_at FROM articles a "
        f"WHERE {articles.sql} ORDER BY 4 DESC LIMIT ?",
        *threads.values, *articles.values, MOST,
    )  # fmt: skip
    return [
        Place(
            (thread_url if row["kind"] == "thread" else article_url)(row["id"], row["slug"]),
            at.date() if (at := as_datetime(row["at"])) else None,
        )
        for row in found
    ]

"""Everything that every visitor may read, for the site map."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Final

from base.db import as_datetime, rows
from forum.addresses import thread_url
from forum.rules import listed_threads
from kb.addresses import article_url
from kb.queries.collections import collection_url
from kb.rules import visible_articles, visible_collections
from members.viewer import VISITOR

MOST: Final = 45_000
_URLS: Final[dict[str, Callable[[int, str], str]]] = {
    "thread": thread_url,
    "article": article_url,
    "collection": collection_url,
}


@dataclass(frozen=True, slots=True)
class Place:
    """An address on this site, and the day on which it changed last."""

    url: str
    changed: date | None


async def places() -> list[Place]:
    """Return what every visitor may read, the newest first."""
    threads, articles, shelves = listed_threads(VISITOR), visible_articles(VISITOR), visible_collections(VISITOR)
    found = await rows(
        "SELECT 'thread' AS kind, t.id, t.slug, t.active_at AS at FROM threads t "  # noqa: S608
        f"WHERE {threads.sql} UNION ALL SELECT 'article', a.id, a.slug, a.changed_at FROM articles a "
        f"WHERE {articles.sql} UNION ALL SELECT 'collection', c.id, c.slug, c.changed_at FROM collections c "
        f"WHERE {shelves.sql} ORDER BY 4 DESC LIMIT ?",
        *threads.values, *articles.values, *shelves.values, MOST,
    )  # fmt: skip
    return [
        Place(
            _URLS[row["kind"]](row["id"], row["slug"]),
            at.date() if (at := as_datetime(row["at"])) else None,
        )
        for row in found
    ]

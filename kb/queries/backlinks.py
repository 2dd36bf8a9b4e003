"""What links to an article: articles, posts and collections the viewer may see, and those it stands in for."""

from dataclasses import dataclass
from typing import Final

from base.db import rows
from forum.addresses import post_url
from forum.rules import visible_threads
from kb.addresses import article_url
from kb.queries.article import Link
from kb.queries.collections import collection_url
from kb.queries.facts import Found, find, find_readable
from kb.rules import READABLE, visible_articles, visible_collections
from members.viewer import Viewer

_MOST: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Backlinks:
    """An article and what links to it."""

    id: int
    article: Link
    articles: tuple[Link, ...]
    posts: tuple[Link, ...]
    collections: tuple[Link, ...]
    replaces: tuple[Link, ...]


async def backlinks(viewer: Viewer, article_id: int) -> Backlinks:
    """Return what links to an article, in three statements."""
    latest = await find(viewer, article_id)
    found: Found = await find_readable(viewer, article_id, latest.article.published_revision or latest.revision.number)
    parts = await _parts(viewer, article_id)
    return Backlinks(
        id=article_id,
        article=Link(found.content.title, article_url(found.id, found.slug)),
        articles=parts.get("article", ()),
        posts=parts.get("post", ()),
        collections=parts.get("collection", ()),
        replaces=parts.get("replaces", ()),
    )


async def _parts(viewer: Viewer, article_id: int) -> dict[str, tuple[Link, ...]]:
    articles, threads, known = visible_articles(viewer), visible_threads(viewer), visible_collections(viewer)
    readable = ", ".join(f"'{state}'" for state in READABLE)
    found = await rows(
        "SELECT 'article' AS part, a.id, a.title, a.slug, 0 AS number FROM article_links l "  # noqa: S608
        f"JOIN articles a ON a.id = l.from_article_id AND a.state IN ({readable}) "
        f"WHERE l.article_id = ? AND ({articles.sql}) "
        "UNION ALL SELECT 'post', t.id, t.title, t.slug, p.number FROM article_links l "
        "JOIN posts p ON p.id = l.from_post_id AND p.state = 'published' JOIN threads t ON t.id = p.thread_id "
        f"WHERE l.article_id = ? AND t.state = 'published' AND ({threads.sql}) "
        "UNION ALL SELECT 'collection', c.id, c.title, c.slug, 0 FROM collection_items i "
        f"JOIN collections c ON c.id = i.collection_id WHERE i.article_id = ? AND ({known.sql}) "
        "UNION ALL SELECT 'replaces', a.id, a.title, a.slug, 0 FROM articles a "
        f"WHERE a.replaced_by_id = ? AND a.state = 'obsolete' AND ({articles.sql}) ORDER BY 3, 2 LIMIT ?",
        article_id, *articles.values, article_id, *threads.values, article_id, *known.values, article_id,
        *articles.values, _MOST,
    )  # fmt: skip
    parts: dict[str, tuple[Link, ...]] = {}
    for row in found:
        here = (row["id"], row["slug"])
        url = (
            post_url(*here, row["number"]) if row["part"] == "post"
            else collection_url(*here) if row["part"] == "collection" else article_url(*here)
        )  # fmt: skip
        title = f"{row['title']} #{row['number']}" if row["part"] == "post" else row["title"]
        parts[row["part"]] = (*parts.get(row["part"], ()), Link(title, url))
    return parts

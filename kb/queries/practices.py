"""Lists of published articles, filtered and counted in SQL."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from base.clock import now
from base.condition import one_of
from base.db import as_datetime, rows
from base.paging import Page
from forum.queries.carriers import Carrier
from kb.addresses import article_url
from kb.queries.facts import read_standing
from kb.queries.filters import Chosen, Group, filter_groups, filtered, readable_articles
from kb.rules import visible_articles
from kb.verification import State, moved_column, state_of
from members.viewer import Viewer

SIZE: Final = 24
SORTS: Final[Mapping[str, str]] = {
    "newest": "a.published_at DESC, a.id DESC",
    "checked": "a.verified_at DESC NULLS LAST, a.id DESC",
    "due": "a.due_at NULLS LAST, a.id",
    "title": "LOWER(a.title), a.id",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleRow:
    """A published article in a list."""

    id: int
    url: str
    title: str
    summary: str
    practice: str
    verification: State
    until: datetime | None
    evidence: str
    recommendation: str
    sources: int
    adopted: int
    at: datetime | None


@dataclass(frozen=True, slots=True)
class Practices:
    """A page of articles with the filters that led to it."""

    items: tuple[ArticleRow, ...]
    page: Page
    groups: tuple[Group, ...]
    sort: str


ARTICLES: Final = Carrier("articles", "article_tags", "article_id", "articles a", visible_articles)
_COLUMNS: Final = f"""a.id, a.title, a.slug, a.summary, a.kind, a.state, a.published_revision, a.verified_revision,
  a.due_at, a.evidence, a.recommendation, a.published_at, {moved_column()},
  (SELECT COUNT(DISTINCT l.thread_id) FROM source_links l
    WHERE l.article_id = a.id AND l.revision = a.published_revision) AS sources,
  (SELECT COUNT(*) FROM adoptions d JOIN organisations ao ON ao.id = d.organisation_id AND ao.kind <> 'industry'
    WHERE d.article_id = a.id AND d.state IN ('adopted', 'adapted')) AS adopted"""  # noqa: S608


async def list_practices(
    viewer: Viewer, chosen: Chosen, *, sort: str = "newest", page: int = 1, size: int = SIZE
) -> Practices:
    """Return the published articles that meet every filter; obsolete ones only when they are asked for."""
    order = SORTS.get(sort, SORTS["newest"])
    condition = readable_articles(viewer, obsolete="obsolete" in chosen.get("state", ())) & filtered(chosen)
    found = await rows(
        f"SELECT {_COLUMNS}, COUNT(*) OVER () AS total FROM articles a "  # noqa: S608
        f"WHERE {condition.sql} ORDER BY {order} LIMIT ? OFFSET ?",
        *condition.values, size, (page - 1) * size,
    )  # fmt: skip
    total = found[0]["total"] if found else 0
    return Practices(
        tuple(_row(row) for row in found),
        Page(page, size, total),
        await filter_groups(viewer, chosen),
        sort if sort in SORTS else "newest",
    )


async def articles_about(viewer: Viewer, name: str, slug: str, most: int = 3) -> tuple[ArticleRow, ...]:
    """Return the newest articles about a topic ("tag") or a platform, for their pages."""
    condition = readable_articles(viewer, obsolete=False) & filtered({name: (slug,)})
    found = await rows(
        f"SELECT {_COLUMNS} FROM articles a WHERE {condition.sql} ORDER BY {SORTS['newest']} LIMIT ?",  # noqa: S608
        *condition.values, most,
    )  # fmt: skip
    return tuple(_row(row) for row in found)


async def practices_for(viewer: Viewer, *, most: int) -> tuple[ArticleRow, ...]:
    """Return the articles to put before a viewer: about their platforms first, then the newest.

    Those for their audiences, not what they work on beside: a front page is the same for all with the same rights.
    """
    readable = one_of("a.state", ("published",)) & one_of("a.audience", sorted(viewer.audiences))
    mine = one_of("x.platform_id", sorted(viewer.platform_ids))
    found = await rows(
        f"SELECT {_COLUMNS} FROM articles a WHERE {readable.sql} "  # noqa: S608
        f"ORDER BY CASE WHEN EXISTS (SELECT 1 FROM article_platforms x WHERE x.article_id = a.id AND {mine.sql}) "
        "THEN 0 ELSE 1 END, a.published_at DESC, a.id DESC LIMIT ?",
        *readable.values, *mine.values, most,
    )  # fmt: skip
    return tuple(_row(row) for row in found)


async def practice_of(viewer: Viewer, thread_id: int) -> ArticleRow | None:
    """Return the article a thread was distilled in, as far as the viewer may read it."""
    readable = readable_articles(viewer, obsolete=True)
    found = await rows(
        f"SELECT {_COLUMNS} FROM articles a "  # noqa: S608
        f"WHERE a.id = (SELECT t.article_id FROM threads t WHERE t.id = ?) AND {readable.sql}",
        thread_id, *readable.values,
    )  # fmt: skip
    return _row(found[0]) if found else None


async def practice_at(viewer: Viewer, article_id: int) -> ArticleRow | None:
    """Return an article by its number, as far as the viewer may read it."""
    readable = readable_articles(viewer, obsolete=True)
    found = await rows(
        f"SELECT {_COLUMNS} FROM articles a WHERE a.id = ? AND {readable.sql}",  # noqa: S608
        article_id, *readable.values,
    )  # fmt: skip
    return _row(found[0]) if found else None


def _row(row: Mapping[str, Any]) -> ArticleRow:
    return ArticleRow(
        id=row["id"],
        url=article_url(row["id"], row["slug"]),
        title=row["title"],
        summary=row["summary"],
        practice=row["kind"],
        verification=state_of(read_standing(row, row["state"]), now()),
        until=as_datetime(row["due_at"]),
        evidence=row["evidence"],
        recommendation=row["recommendation"],
        sources=row["sources"],
        adopted=row["adopted"],
        at=as_datetime(row["published_at"]),
    )

"""What moving threads and posts needs to know of a thread, and the posts to choose from."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from base.db import as_datetime, rows
from base.errors import Missing
from base.paging import Page
from base.text.excerpt import excerpt
from base.text.plain import to_plain
from forum.addresses import thread_url
from forum.facts import ThreadFacts
from forum.queries.authors import AUTHOR_COLUMNS, MAIN_ORGANISATION, Author, author_of
from forum.queries.facts import NO_THREAD, THREAD_FACTS, read_thread_facts

PER_PAGE: Final = 100
_BEGINNING: Final = 600


@dataclass(frozen=True, slots=True, kw_only=True)
class Whole:
    """A thread as far as moving it goes."""

    facts: ThreadFacts
    title: str
    slug: str
    category_id: int | None
    organisation_id: int | None
    resolution: str
    language: str
    last_number: int
    replies: int
    views: int
    article_id: int | None
    duplicate_of_id: int | None
    closes_at: datetime | None
    pinned_until: datetime | None
    banner_until: datetime | None

    @property
    def id(self) -> int:
        """Return its number."""
        return self.facts.id

    @property
    def url(self) -> str:
        """Return its address."""
        return thread_url(self.id, self.slug)


@dataclass(frozen=True, slots=True, kw_only=True)
class Choosable:
    """A post in short; `stays` says why it cannot be moved, empty when it can."""

    number: int
    kind: str
    author: Author
    at: datetime
    text: str
    comments: int
    stays: str


@dataclass(frozen=True, slots=True)
class Choice:
    """A page of a thread's posts to choose from."""

    page: Page
    posts: tuple[Choosable, ...]


async def whole(thread_id: int) -> Whole:
    """Return a thread; who may see it is decided with its facts."""
    found = await rows(
        f"SELECT {THREAD_FACTS}, t.title, t.slug, t.category_id, t.organisation_id, t.resolution, t.language, "  # noqa: S608
        "t.last_number, t.replies, t.views, t.article_id, t.duplicate_of_id, t.closes_at, t.pinned_until, "
        "t.banner_until FROM threads t WHERE t.id = ?",
        thread_id,
    )
    if not found:
        raise Missing(NO_THREAD)
    row = found[0]
    same: dict[str, Any] = {
        name: row[name]
        for name in ("title", "slug", "category_id", "organisation_id", "resolution", "language", "last_number",
                     "replies", "views", "article_id", "duplicate_of_id")
    }  # fmt: skip
    moments: dict[str, Any] = {name: as_datetime(row[name]) for name in ("closes_at", "pinned_until", "banner_until")}
    return Whole(facts=read_thread_facts(row), **same, **moments)


async def posts_to_choose(thread_id: int, page: int = 1) -> Choice:
    """Return a page of the posts of a thread that somebody moderates, without those that are gone."""
    found = await rows(
        f"SELECT p.number, p.kind, p.body, p.created_at, p.comments, p.industry AS author_industry, {AUTHOR_COLUMNS}, "  # noqa: S608
        "(SELECT COUNT(*) FROM posts x WHERE x.thread_id = p.thread_id AND x.number > 1 AND x.state = 'published' "
        "AND x.kind <> 'summary') AS total "
        f"FROM posts p JOIN members m ON m.id = p.author_id {MAIN_ORGANISATION} "
        "WHERE p.thread_id = ? AND p.number > 1 AND p.state = 'published' AND p.kind <> 'summary' "
        f"ORDER BY p.position, p.place, p.number LIMIT {PER_PAGE} OFFSET ?",
        thread_id, (page - 1) * PER_PAGE,
    )  # fmt: skip
    if not found and page > 1:
        raise Missing("There is no such page.")
    return Choice(Page(page, PER_PAGE, found[0]["total"] if found else 0), _choosable(found))


def _choosable(found: Sequence[dict[str, Any]]) -> tuple[Choosable, ...]:
    return tuple(
        Choosable(
            number=row["number"],
            kind=row["kind"],
            author=author_of(row),
            at=at,
            text=excerpt(to_plain(row["body"][:_BEGINNING]), 160),
            comments=row["comments"],
            stays="mask" if row["author_state"] == "mask" else "",
        )
        for row in found
        if (at := as_datetime(row["created_at"])) is not None
    )

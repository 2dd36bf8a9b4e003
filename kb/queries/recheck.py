"""Why an article has to be checked again: what moved since its last check, with the differences."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from base.clock import now
from base.db import as_datetime, rows
from base.text.difference import Change, word_difference
from base.text.plain import to_plain
from forum.addresses import post_url, thread_url
from forum.evidence import against
from forum.rules import visible_posts, visible_threads
from kb.addresses import article_url
from kb.queries.article import Link
from kb.queries.facts import Found, find
from kb.queries.readers import Helped, helped
from kb.queries.sources import HIDDEN_TITLE, Source, sources_of
from kb.rules import check_may_verify, edits
from kb.spans import nearest
from kb.triggers import MANY_REPLIES, is_gone, new_replies
from kb.verification import State, states_of
from members.queries.platform_changes import read_day
from members.viewer import Viewer


@dataclass(frozen=True, slots=True, kw_only=True)
class MovedSource:
    """A cited passage that no longer holds: as it was cited, and what became of it, or why its author thinks so."""

    number: int
    title: str
    url: str
    section: str
    state: str
    at: datetime | None
    changes: tuple[Change, ...]
    why: str


@dataclass(frozen=True, slots=True)
class News:
    """A change of a platform that the article is about."""

    platform: str
    slug: str
    day: date
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class NewReplies:
    """What was written in a source thread since the last check; `url` is the first of it."""

    title: str
    url: str
    count: int


@dataclass(frozen=True, slots=True)
class GonePage:
    """A page elsewhere that the article links to, and that is gone."""

    url: str
    since: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Recheck:
    """Every reason to check an article again."""

    found: Found
    article: Link
    states: tuple[State, ...]
    since: datetime | None
    sources: tuple[MovedSource, ...]
    news: tuple[News, ...]
    replies: tuple[NewReplies, ...]
    pages: tuple[GonePage, ...]
    contradicting: tuple[Source, ...]
    helped: Helped
    may_edit: bool


_SOURCES: Final = """SELECT l.section, l.post_number, l.text, l.state, l.changed_at, t.id AS thread_id, t.title, t.slug,
  p.body, COALESCE(p.outdated_why, o.outdated_why, '') AS why, CASE WHEN {seen} THEN 1 ELSE 0 END AS seen
FROM source_links l JOIN articles a ON a.id = l.article_id JOIN threads t ON t.id = l.thread_id
LEFT JOIN posts p ON p.id = l.post_id AND p.state = 'published'
LEFT JOIN posts o ON l.post_number = 0 AND o.thread_id = t.id AND o.number = 1
WHERE l.article_id = ? AND l.revision = a.published_revision AND l.changed_at IS NOT NULL
  AND (a.verified_at IS NULL OR l.changed_at > a.verified_at) ORDER BY l.changed_at DESC, l.id"""
_NEWS: Final = """SELECT p.name, p.slug, c.happened_on, c.title, c.text FROM articles a
JOIN article_platforms x ON x.article_id = a.id JOIN platforms p ON p.id = x.platform_id
JOIN platform_changes c ON c.platform_id = p.id AND c.weight = 'major' AND c.recorded_at > a.verified_at
WHERE a.id = ? ORDER BY c.happened_on DESC, c.id DESC"""

_REPLIES: Final = """SELECT t.id, t.title, t.slug, COUNT(*) AS n, MIN(p.number) AS first
FROM articles a JOIN posts p ON p.number > 1 AND p.kind <> 'summary' AND p.state = 'published'
  AND p.created_at > a.verified_at
JOIN threads t ON t.id = p.thread_id AND t.state = 'published'
WHERE a.id = ? AND {many} AND ({seen}) AND t.id IN (SELECT l.thread_id FROM source_links l
  WHERE l.article_id = a.id AND l.revision = a.published_revision)
GROUP BY t.id, t.title, t.slug ORDER BY COUNT(*) DESC, t.id"""


async def recheck(viewer: Viewer, article_id: int) -> Recheck:
    """Return why an article has to be checked again, for who may confirm it."""
    latest = await find(viewer, article_id)
    check_may_verify(viewer, latest.article)
    found = await find(viewer, article_id, latest.article.published_revision)
    rested = await sources_of(viewer, article_id, found.revision.number)
    seen = visible_threads(viewer)
    moved = await rows(_SOURCES.format(seen=seen.sql), *seen.values, article_id)
    return Recheck(
        found=found,
        article=Link(found.content.title, article_url(found.id, found.slug)),
        states=states_of(found.standing, now()),
        since=found.verified_at,
        sources=tuple(_source(row) for row in moved),
        news=tuple(
            News(row["name"], row["slug"], read_day(row["happened_on"]), row["title"], row["text"])
            for row in await rows(_NEWS, article_id)
        ),
        replies=await _replies(viewer, article_id),
        pages=await _pages(article_id),
        contradicting=tuple(
            one
            for one in rested.threads
            if one.direction == against(found.content.recommendation) and not one.addressed
        ),
        helped=await helped(article_id, found.revision.number),
        may_edit=edits(viewer),
    )


async def _replies(viewer: Viewer, article_id: int) -> tuple[NewReplies, ...]:
    """Return where much was said, as far as the viewer may read it."""
    seen = visible_posts(viewer)
    sql = _REPLIES.format(many=f"{new_replies()} >= {MANY_REPLIES}", seen=seen.sql)
    return tuple(
        NewReplies(row["title"], post_url(row["id"], row["slug"], row["first"]), row["n"])
        for row in await rows(sql, article_id, *seen.values)
    )


async def _pages(article_id: int) -> tuple[GonePage, ...]:
    found = await rows(
        "SELECT l.url, l.failing_since FROM linked_pages l JOIN articles a ON a.id = l.article_id "  # noqa: S608
        f"WHERE a.id = ? AND {is_gone('l')} ORDER BY l.failing_since, l.id",
        article_id,
    )
    return tuple(GonePage(row["url"], as_datetime(row["failing_since"])) for row in found)


def _source(row: Mapping[str, Any]) -> MovedSource:
    seen = bool(row["seen"])
    here = (row["thread_id"], row["slug"])
    present = nearest(row["text"], to_plain(row["body"])) if seen and row["body"] and row["state"] == "changed" else ""
    return MovedSource(
        number=row["post_number"],
        title=row["title"] if seen else HIDDEN_TITLE,
        url=(post_url(*here, row["post_number"]) if row["post_number"] else thread_url(*here)) if seen else "",
        section=row["section"],
        state=row["state"],
        at=as_datetime(row["changed_at"]),
        changes=tuple(word_difference(row["text"], present)) if seen and row["state"] != "outdated" else (),
        why=row["why"] if seen and row["state"] == "outdated" else "",
    )

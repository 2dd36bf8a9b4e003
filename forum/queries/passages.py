"""The posts of a thread in paragraphs, to take passages from."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from base.db import as_datetime, rows
from base.errors import Missing
from base.text.plain import to_plain
from forum.addresses import post_url
from forum.queries.authors import AUTHOR_COLUMNS, MAIN_ORGANISATION, Author, author_of
from forum.queries.facts import NO_POST, NO_THREAD
from forum.rules import visible_threads
from members.viewer import Viewer

MOST: Final = 200


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph of a post, and the span of its characters in the post's plain text."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PostPassages:
    """A post in paragraphs, at its present revision; with `outdated_why` its author says that it is no longer true."""

    id: int
    number: int
    kind: str
    revision: int
    author: Author
    at: datetime | None
    url: str
    votes: int
    accepted: bool
    paragraphs: tuple[Paragraph, ...]
    outdated_why: str = ""


@dataclass(frozen=True, slots=True)
class ThreadPassages:
    """A thread's posts in paragraphs; `cut` when it has more posts than are shown."""

    thread_id: int
    title: str
    posts: tuple[PostPassages, ...]
    cut: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A stretch of one post; its author may say since when it is no longer true."""

    thread_id: int
    post_id: int
    number: int
    revision: int
    start: int
    end: int
    text: str
    url: str
    outdated_at: datetime | None = None


_SQL: Final = f"""SELECT p.id, p.number, p.kind, p.revision, p.body, p.votes, p.created_at, p.accepted_at,
  p.outdated_at, p.outdated_why,
  t.slug, t.title, p.industry AS author_industry, {AUTHOR_COLUMNS} FROM posts p JOIN threads t ON t.id = p.thread_id
  JOIN members m ON m.id = p.author_id {MAIN_ORGANISATION} WHERE p.thread_id = ? AND p.state = 'published' AND """  # noqa: S608


async def passages(viewer: Viewer, thread_id: int) -> ThreadPassages:
    """Return the first published posts of a thread in paragraphs."""
    visible = visible_threads(viewer)
    found = await rows(f"{_SQL} ({visible.sql}) ORDER BY p.number LIMIT {MOST + 1}", thread_id, *visible.values)
    if not found:
        raise Missing(NO_THREAD)
    return ThreadPassages(
        thread_id, found[0]["title"], tuple(_post(thread_id, row) for row in found[:MOST]), len(found) > MOST
    )


async def passage(viewer: Viewer, thread_id: int, number: int, start: int, end: int) -> Passage:
    """Return a stretch of a post's plain text as it is now."""
    visible = visible_threads(viewer)
    found = await rows(f"{_SQL} p.number = CAST(? AS BIGINT) AND ({visible.sql})", thread_id, number, *visible.values)
    if not found:
        raise Missing(NO_POST)
    text = to_plain(found[0]["body"])[start:end]
    if not text.strip():
        raise Missing("There is no such passage in that post.")
    return Passage(
        thread_id=thread_id,
        post_id=found[0]["id"],
        number=number,
        revision=found[0]["revision"],
        start=start,
        end=start + len(text),
        text=text,
        url=post_url(thread_id, found[0]["slug"], number),
        outdated_at=as_datetime(found[0]["outdated_at"]),
    )


async def outdated_since(thread_id: int) -> datetime | None:
    """Return since when the author of a thread says that its beginning is no longer true, if they do."""
    found = await rows("SELECT outdated_at FROM posts WHERE thread_id = ? AND number = 1", thread_id)
    return as_datetime(found[0]["outdated_at"]) if found else None


def _post(thread_id: int, row: Mapping[str, Any]) -> PostPassages:
    return PostPassages(
        id=row["id"],
        number=row["number"],
        kind=row["kind"],
        revision=row["revision"],
        author=author_of(row),
        at=as_datetime(row["created_at"]),
        url=post_url(thread_id, row["slug"], row["number"]),
        votes=row["votes"],
        accepted=row["accepted_at"] is not None,
        paragraphs=_paragraphs(to_plain(row["body"])),
        outdated_why=row["outdated_why"],
    )


def _paragraphs(text: str) -> tuple[Paragraph, ...]:
    found, start = [], 0
    for line in text.split("\n"):
        if line.strip():
            found.append(Paragraph(line, start, start + len(line)))
        start += len(line) + 1
    return tuple(found)

"""What of forum/ can be found: threads (with their opening) and posts, read in bulk."""

import asyncio
from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, Final, cast

from base.condition import Condition, one_of
from base.db import as_datetime, marks, rows
from base.text.plain import to_plain
from forum.addresses import place_url, thread_url
from forum.queries.authors import AUTHOR_COLUMNS, MAIN_ORGANISATION, author_of
from forum.queries.case_view import CASE_COLUMNS, CASE_JOIN, CaseView, read_case
from forum.queries.topic_tree import carried_and_above, with_narrower
from forum.rules import visible_posts, visible_threads
from members.viewer import Viewer
from search_index.document import Document, Showing, Source
from search_index.found import Hit
from search_index.showing import showing

_BATCH: Final = 200
# Making plain text of Markdown takes a moment; between so many texts others have their turn.
_TURN: Final = 10
_AFTER: Final = "\n"

_TOPICS: Final = carried_and_above("thread_tags", "thread_id", "t.id")
# Names are what people read and type; the engine folds them by itself.
_LABELS: Final = f"""
  (SELECT string_agg(x.name, '{_AFTER}') FROM thread_tags y JOIN tags x ON x.id = y.tag_id
    WHERE y.thread_id = t.id) AS tags,
  (SELECT string_agg(x.name, '{_AFTER}') FROM tags x WHERE x.id IN ({_TOPICS})) AS topics,
  (SELECT string_agg(x.name, '{_AFTER}') FROM thread_platforms y JOIN platforms x ON x.id = y.platform_id
    WHERE y.thread_id = t.id) AS platforms,
  (SELECT string_agg(x.name, '{_AFTER}') FROM (
     SELECT n.name FROM thread_platforms y JOIN platform_aliases n ON n.platform_id = y.platform_id
       WHERE y.thread_id = t.id
     UNION SELECT n.name FROM tags n WHERE n.meant_id IN ({_TOPICS})
   ) x) AS aliases"""  # noqa: S608
_THREADS: Final = f"""
SELECT t.id, t.kind, t.title, t.slug, t.audience, t.created_at, t.active_at, t.language, t.resolution, t.votes,
  p.body, q.goal, q.setting AS question_setting, q.audience_served, g.name AS organisation, g.country,
  {_LABELS}, {CASE_COLUMNS}, {AUTHOR_COLUMNS}
FROM threads t JOIN posts p ON p.thread_id = t.id AND p.number = 1
JOIN members m ON m.id = t.author_id {MAIN_ORGANISATION}
LEFT JOIN question_details q ON q.thread_id = t.id LEFT JOIN organisations g ON g.id = t.organisation_id {CASE_JOIN}
WHERE t.state = 'published' AND p.state = 'published' AND ({{which}}) ORDER BY t.id LIMIT {_BATCH}"""  # noqa: S608
_POSTS: Final = f"""
SELECT p.id, p.number, p.position, p.place, p.kind, p.body, p.created_at, p.votes, p.accepted_at,
  t.id AS thread_id, t.title, t.slug, t.audience, t.language, t.resolution, o.country,
  {_LABELS}, {AUTHOR_COLUMNS}
FROM posts p JOIN threads t ON t.id = p.thread_id
JOIN members m ON m.id = p.author_id {MAIN_ORGANISATION}
WHERE t.state = 'published' AND p.state = 'published' AND p.kind <> 'opening' AND ({{which}})
ORDER BY p.id LIMIT {_BATCH}"""  # noqa: S608


def _thread(row: Mapping[str, Any]) -> Document:
    author, case = author_of(row), read_case(row)
    told = (row["goal"], row["question_setting"], row["audience_served"])
    told += _told_of(case) if case else ()
    return Document(
        kind="thread",
        id=row["id"],
        type=row["kind"],
        title=row["title"],
        url=thread_url(row["id"], row["slug"]),
        audience=row["audience"],
        created=_moment(row["created_at"]),
        active=_moment(row["active_at"]),
        body="\n".join(part for part in (to_plain(row["body"]), *told) if part),
        group=f"thread:{row['id']}",
        number=1,
        author=author.name,
        handle=author.handle or "",
        organisation=row["organisation"] or "",
        country=row["country"] or (case.setting.country if case else ""),
        language=row["language"],
        tags=topics_of(row),
        platforms=_names(row["platforms"]),
        aliases=_names(row["aliases"]),
        state=tuple(one for one in (row["resolution"], f"evidence:{case.evidence.grade}" if case else "") if one),
        direction=case.direction if case else "",
        votes=row["votes"],
        has=("metrics",) if case and case.metrics else (),
    )


def _told_of(case: CaseView) -> tuple[str, ...]:
    """Return what a reader sees of a case study beside its text."""
    measured = tuple(
        " ".join(part for part in (one.name, f"{one.result.normalize():f}", one.unit, one.period, one.source) if part)
        for one in case.metrics
    )
    return case.sponsorship, case.vendor_ties, case.evidence.why, *measured


def _post(row: Mapping[str, Any]) -> Document:
    author, created = author_of(row), _moment(row["created_at"])
    accepted = ("accepted",) if row["accepted_at"] is not None else ()
    return Document(
        kind="post",
        id=row["id"],
        type=row["kind"],
        title=row["title"],
        url=place_url(row["thread_id"], row["slug"], row["number"], row["position"], row["place"]),
        audience=row["audience"],
        created=created,
        active=created,
        body=to_plain(row["body"]),
        group=f"thread:{row['thread_id']}",
        number=row["number"],
        author=author.name,
        handle=author.handle or "",
        organisation=author.organisation,
        country=row["country"] or "",
        language=row["language"],
        tags=topics_of(row),
        platforms=_names(row["platforms"]),
        aliases=_names(row["aliases"]),
        state=((row["resolution"],) if row["resolution"] else ()) + accepted,
        votes=row["votes"],
    )


def topics_of(row: Mapping[str, Any]) -> tuple[str, ...]:
    """Return what a document carries, and behind it the broader topics: who asks for these finds it, too."""
    own = _names(row["tags"])
    return *own, *(one for one in _names(row["topics"]) if one not in own)


def _names(text: str | None) -> tuple[str, ...]:
    return tuple(sorted((text or "").split(_AFTER))) if text else ()


def _moment(value: object) -> datetime:
    return cast(datetime, as_datetime(value))


async def _read(
    statement: str, column: str, which: Condition, make: Callable[[Mapping[str, Any]], Document]
) -> AsyncIterator[Document]:
    """Yield everything a statement finds, batch by batch."""
    last: int | None = 0
    while last is not None:
        more = which & Condition(f"{column} > ?", (last,))
        found = await rows(statement.replace("{which}", more.sql), *more.values)
        for number, row in enumerate(found):
            yield make(row)
            if number % _TURN == 0:
                await asyncio.sleep(0)
        last = found[-1]["id"] if len(found) == _BATCH else None


def on_topics(statement: str, column: str) -> Showing:
    """Return what finds the rows of a statement that carry one of the subjects or a topic below it."""
    carrying = showing(statement, column)

    async def found_by(ids: Sequence[int]) -> Collection[int]:
        return await carrying(await with_narrower(ids))

    return found_by


def of_topics(found_by: Showing) -> dict[str, Showing]:
    """Return the acts after which what carries a topic shows something else of it."""
    return {"tag.renamed": found_by, "tag.placed": found_by}


_BY_AUTHOR: Final = showing("SELECT p.id FROM posts p", "p.author_id")
_THREADS_SHOWING: Final = {
    **of_topics(on_topics("SELECT y.thread_id AS id FROM thread_tags y", "y.tag_id")),
    "platform.edited": showing("SELECT y.thread_id AS id FROM thread_platforms y", "y.platform_id"),
    "member.renamed": showing("SELECT t.id FROM threads t", "t.author_id"),
    "member.erased": showing("SELECT t.id FROM threads t", "t.author_id"),
    "organisation.renamed": showing("SELECT t.id FROM threads t", "t.organisation_id"),
}
_POSTS_SHOWING: Final = {
    **of_topics(on_topics("SELECT p.id FROM posts p JOIN thread_tags y ON y.thread_id = p.thread_id", "y.tag_id")),
    "platform.edited": showing(
        "SELECT p.id FROM posts p JOIN thread_platforms y ON y.thread_id = p.thread_id", "y.platform_id"
    ),
    "member.renamed": _BY_AUTHOR,
    "member.placed": _BY_AUTHOR,
    "member.removed": _BY_AUTHOR,
    "member.erased": _BY_AUTHOR,
    "organisation.renamed": showing(
        "SELECT p.id FROM posts p JOIN memberships o ON o.member_id = p.author_id", "o.organisation_id"
    ),
}


def _source(
    kind: str,
    statement: str,
    column: str,
    make: Callable[[Mapping[str, Any]], Document],
    follows: Mapping[str, Showing],
) -> Source:
    async def some(ids: Sequence[int]) -> AsyncIterator[Document]:
        for start in range(0, len(ids), _BATCH):
            async for document in _read(statement, column, one_of(column, ids[start : start + _BATCH]), make):
                yield document

    async def everything() -> AsyncIterator[Document]:
        async for document in _read(statement, column, Condition("1 = 1"), make):
            yield document

    return Source(kind, some, everything, follows)


SOURCES: list[Source] = [
    _source("thread", _THREADS, "t.id", _thread, _THREADS_SHOWING),
    _source("post", _POSTS, "p.id", _post, _POSTS_SHOWING),
]


async def threads_among(viewer: Viewer, hits: Sequence[Hit]) -> set[str]:
    """Return the keys of the threads that the viewer may see now."""
    ids, seen = [hit.id for hit in hits], visible_threads(viewer)
    found = await rows(
        f"SELECT t.id FROM threads t WHERE t.id IN ({marks(ids)}) AND ({seen.sql})",  # noqa: S608
        *ids, *seen.values,
    )  # fmt: skip
    return {f"thread:{row['id']}" for row in found}


async def posts_among(viewer: Viewer, hits: Sequence[Hit]) -> set[str]:
    """Return the keys of the posts that the viewer may see now."""
    ids, seen = [hit.id for hit in hits], visible_posts(viewer)
    found = await rows(
        "SELECT p.id FROM posts p JOIN threads t ON t.id = p.thread_id "  # noqa: S608
        f"WHERE p.id IN ({marks(ids)}) AND ({seen.sql})",
        *ids, *seen.values,
    )  # fmt: skip
    return {f"post:{row['id']}" for row in found}


GUARDS: Final = {"thread": threads_among, "post": posts_among}

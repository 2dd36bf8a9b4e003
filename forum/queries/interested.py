"""Whom news of a thread or post concerns."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from base.clock import now
from base.db import marks, rows
from base.text.excerpt import excerpt
from base.text.mentions import mentions_in
from base.text.plain import to_plain
from forum.addresses import place_url
from forum.facts import ThreadFacts
from forum.queries.facts import THREAD_FACTS, read_thread_facts
from forum.queries.mentioned import mentioned_in
from forum.rules import may_see_thread
from members.queries.viewer import viewers_of_members

MOST_MENTIONS: Final = 10
MOST_OF_ORGANISATION: Final = 100
_BEGINNING: Final = 4_000
# Who was asked lately is asked last.
_LATELY: Final = timedelta(days=14)
_CANDIDATES: Final = 60
_KNOWING: Final = """SELECT x.member_id, f.name AS platform, NULL AS topic FROM member_platforms x
  JOIN thread_platforms y ON y.platform_id = x.platform_id JOIN platforms f ON f.id = x.platform_id
  WHERE y.thread_id = ?
UNION ALL SELECT x.member_id, NULL, x.name FROM member_topics x JOIN tags g ON g.slug = x.slug
  JOIN thread_tags y ON y.tag_id = COALESCE(g.meant_id, g.id) WHERE y.thread_id = ?"""
"""Who works with a platform of a thread, or offers to be asked about a topic of it, whoever else may read that."""


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """A post as it is now, with all that telling people of it needs."""

    post_id: int
    number: int
    kind: str
    body: str
    published: bool
    author_id: int
    parent_author_id: int | None
    accepted_by_id: int | None
    resolution: str
    title: str
    url: str
    thread: ThreadFacts

    @property
    def text(self) -> str:
        """Return the beginning of the post."""
        return excerpt(to_plain(self.body[:_BEGINNING]), 240)


async def news_of(post_ids: Sequence[int]) -> dict[int, News]:
    """Return those of the posts that are still there, by their ids."""
    if not post_ids:
        return {}
    return {one.post_id: one for one in await _news(f"p.id IN ({marks(post_ids)})", *post_ids)}


async def news_of_thread(thread_id: int) -> News | None:
    """Return the opening of a thread that is still there."""
    return next(iter(await _news("p.thread_id = ? AND p.number = 1", thread_id)), None)


async def _news(which: str, *ids: int) -> list[News]:
    found = await rows(
        f"SELECT {THREAD_FACTS}, p.id, p.number, p.position, p.place, p.kind, p.body, p.state, p.author_id, "  # noqa: S608
        "p.accepted_by_id, e.author_id AS parent_author_id, t.resolution, t.title, t.slug "
        f"FROM posts p JOIN threads t ON t.id = p.thread_id LEFT JOIN posts e ON e.id = p.parent_id WHERE {which}",
        *ids,
    )
    return [_read(row) for row in found]


def _read(row: Mapping[str, Any]) -> News:
    thread = read_thread_facts(row)
    return News(
        post_id=row["id"],
        number=row["number"],
        kind=row["kind"],
        body=row["body"],
        published=row["state"] == "published" and thread.state == "published",
        author_id=row["author_id"],
        parent_author_id=row["parent_author_id"],
        accepted_by_id=row["accepted_by_id"],
        resolution=row["resolution"],
        title=row["title"],
        url=place_url(thread.id, row["slug"], row["number"], row["position"], row["place"]),
        thread=thread,
    )


async def mentioned(body: str) -> set[int]:
    """Return the members a text mentions, the first ten of them."""
    handles = mentions_in(body) if "@" in body else []
    if not handles:
        return set()
    found = await rows(
        "SELECT id, LOWER(handle) AS handle FROM members WHERE state = 'active' "  # noqa: S608
        f"AND LOWER(handle) IN ({marks(handles)})",
        *handles,
    )
    ids = {row["handle"]: row["id"] for row in found}
    return set([ids[one] for one in handles if one in ids][:MOST_MENTIONS])


async def members_of_mentioned(body: str) -> list[tuple[str, set[int]]]:
    """Return the organisations a text mentions, each with its members who were here last, at most a hundred."""
    organisations = (await mentioned_in(body)).organisations if "@" in body else ()
    told = []
    for one in organisations[:MOST_MENTIONS]:
        found = await rows(
            "SELECT m.id FROM memberships s JOIN members m ON m.id = s.member_id WHERE s.organisation_id = ? "
            "AND s.state = 'active' AND m.state = 'active' ORDER BY COALESCE(m.last_seen_at, m.created_at) DESC, m.id "
            "LIMIT ?",
            one.id, MOST_OF_ORGANISATION,
        )  # fmt: skip
        told.append((one.name, {row["id"] for row in found}))
    return told


async def quoted(post_ids: Sequence[int]) -> dict[int, set[int]]:
    """Return whose posts each of these quotes, by their ids."""
    found: dict[int, set[int]] = {one: set() for one in post_ids}
    sql = "SELECT q.post_id, p.author_id FROM quotes q JOIN posts p ON p.id = q.source_id WHERE q.post_id"
    for row in await rows(f"{sql} IN ({marks(post_ids)})", *post_ids):
        found[row["post_id"]].add(row["author_id"])
    return found


async def cases_about_change(change_id: int) -> list[tuple[News, str]]:
    """Return the case studies that name the platform of a change that matters, with what changed."""
    found = await rows(
        "SELECT t.id, p.name, c.title FROM platform_changes c JOIN platforms p ON p.id = c.platform_id "
        "JOIN thread_platforms x ON x.platform_id = p.id JOIN threads t ON t.id = x.thread_id "
        "WHERE c.id = ? AND c.weight = 'major' AND t.kind = 'case_study' AND t.state = 'published' ORDER BY t.id",
        change_id,
    )
    told = [(await news_of_thread(row["id"]), f"{row['name']} has changed: {row['title']}") for row in found]
    return [(news, words) for news, words in told if news is not None]


async def name_of(member_id: int | None) -> str:
    """Return the name of who did something, empty when nobody did."""
    found = await rows("SELECT name FROM members WHERE id = ?", member_id or 0)
    return str(found[0]["name"]) if found else ""


async def asked_already(thread_id: int) -> bool:
    """Say whether people with experience were asked, or the thread is none that asks."""
    found = await rows("SELECT people_asked FROM question_details WHERE thread_id = ?", thread_id)
    return not found or found[0]["people_asked"] > 0


async def experienced(thread: ThreadFacts, limit: int) -> list[tuple[int, str]]:
    """Return who works with a platform of the thread, or can be asked about a topic of it, and may see it.

    Each comes with the sentence that says why; those least often asked come first.

    Whoever asks behind a mask is among them: where all others were asked their number would tell who was not.
    """
    found = await rows(
        "SELECT m.id, MIN(s.platform) AS platform, MIN(s.topic) AS topic, COUNT(*) AS shared, "  # noqa: S608
        "(SELECT COUNT(*) FROM notices n WHERE n.member_id = m.id AND n.kind = 'asked' AND n.created_at > ?) AS asked "
        f"FROM members m JOIN ({_KNOWING}) s ON s.member_id = m.id WHERE m.state = 'active' AND m.id <> ? "
        "GROUP BY m.id, m.last_seen_at ORDER BY asked, shared DESC, COALESCE(m.last_seen_at, m.created_at) DESC, m.id "
        f"LIMIT {_CANDIDATES}",
        now() - _LATELY, thread.id, thread.id, thread.author_id,
    )  # fmt: skip
    seeing = await who_may_see((row["id"] for row in found), thread)
    return [(row["id"], _why_asked(row)) for row in found if row["id"] in seeing][:limit]


def _why_asked(row: Mapping[str, Any]) -> str:
    # What somebody offers to be asked about says more than what they work with.
    return f"One can ask you about {row['topic']}" if row["topic"] else f"You work with {row['platform']}"


async def who_may_see(member_ids: Iterable[int], thread: ThreadFacts) -> set[int]:
    """Return those of the members who may see the thread now."""
    viewers = await viewers_of_members(sorted(set(member_ids)))
    return {viewer.member_id for viewer in viewers if may_see_thread(viewer, thread)}

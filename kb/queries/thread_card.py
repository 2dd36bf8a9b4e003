"""A thread in a few words, for the pages that nominate and promote it or look for more sources."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from base.condition import Condition, containing, one_of
from base.db import marks, rows
from base.errors import Missing
from base.paging import whole_number
from forum.addresses import thread_url
from forum.queries.facts import NO_THREAD
from forum.rules import visible_threads
from kb.rules import visible_articles
from members.viewer import Viewer
from search_index.engine import Unavailable, current
from search_index.query import Choice, Query, Word

MOST: Final = 8
_COLUMNS: Final = """t.id, t.kind, t.title, t.slug, t.excerpt, t.resolution, t.audience, t.votes, t.answers, t.replies,
  t.state, m.name AS author, cs.direction"""
_FROM: Final = (
    "FROM threads t JOIN members m ON m.id = t.author_id LEFT JOIN case_studies cs ON cs.thread_id = t.id WHERE"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ThreadCard:
    """A thread in a few words."""

    id: int
    kind: str
    title: str
    url: str
    excerpt: str
    author: str
    state: str
    audience: str
    replies: int
    votes: int
    direction: str


@dataclass(frozen=True, slots=True)
class Wish:
    """One member's nomination of a thread."""

    name: str
    handle: str
    why: str
    state: str
    own: bool


@dataclass(frozen=True, slots=True)
class Draft:
    """An article that is being written, and could take a thread in."""

    id: int
    title: str


async def thread_card(viewer: Viewer, thread_id: int) -> ThreadCard:
    """Return a thread the viewer may see; raises Missing."""
    visible = visible_threads(viewer)
    sql = f"SELECT {_COLUMNS} {_FROM} t.id = ? AND ({visible.sql})"
    found = await rows(sql, thread_id, *visible.values)
    if not found:
        raise Missing(NO_THREAD)
    return _card(found[0])


async def wishes_for(viewer: Viewer, thread_id: int) -> tuple[Wish, ...]:
    """Return who nominated a thread and why, the first one first."""
    found = await rows(
        "SELECT m.name, m.handle, n.why, n.state, n.member_id FROM nominations n JOIN members m ON m.id = n.member_id "
        "WHERE n.thread_id = ? ORDER BY n.at, n.id",
        thread_id,
    )
    return tuple(
        Wish(row["name"], row["handle"], row["why"], row["state"], row["member_id"] == viewer.id) for row in found
    )


async def open_drafts(viewer: Viewer) -> tuple[Draft, ...]:
    """Return the drafts that editors are writing, the newest first."""
    visible = visible_articles(viewer)
    found = await rows(
        "SELECT a.id, r.title FROM articles a "  # noqa: S608
        "JOIN article_revisions r ON r.article_id = a.id AND r.number = a.latest_revision "
        f"WHERE r.state IN ('draft', 'changes_requested') AND ({visible.sql}) ORDER BY r.changed_at DESC LIMIT 50",
        *visible.values,
    )
    return tuple(Draft(row["id"], row["title"]) for row in found)


async def find_threads(viewer: Viewer, words: str, without: Sequence[int] = ()) -> tuple[ThreadCard, ...]:
    """Return published threads about these words, by their number or address too; in SQL when search is away."""
    words = words.strip()[:200]
    if not words:
        return ()
    ids = _named(words) or await _searched(viewer, words)
    wanted = one_of("t.id", ids) if ids is not None else containing("t.title", words)
    condition = visible_threads(viewer) & Condition("t.state = 'published'") & wanted
    if without:
        condition = condition & Condition(f"t.id NOT IN ({marks(without)})", tuple(without))
    sql = f"SELECT {_COLUMNS} {_FROM} {condition.sql} ORDER BY t.votes DESC, t.id LIMIT ?"
    cards = [_card(row) for row in await rows(sql, *condition.values, MOST * 3)]
    order = {one: place for place, one in enumerate(ids or ())}
    return tuple(sorted(cards, key=lambda card: order.get(card.id, len(order))))[:MOST]


def _named(words: str) -> list[int] | None:
    """Read "17", "#17", "/t/17-title" or a whole address."""
    last = words.rpartition("/t/")[2] if "/t/" in words else words.removeprefix("#")
    number = whole_number(last.partition("-")[0].partition("/")[0].partition("#")[0])
    return [number] if number else None


async def _searched(viewer: Viewer, words: str) -> list[int] | None:
    """Ask the index for threads, and for the threads of posts; None when it is away."""
    choices = tuple(Choice((Word(word[:64]),)) for word in words.split()[:12])
    query = Query(choices=choices, kinds=("thread", "post"))
    try:
        found = await current().search(query, viewer.audiences, limit=MOST * 2, snippets=False)
    except Unavailable:
        return None
    keys = [hit.group if hit.kind == "post" else hit.key for hit in found.hits]
    ids = [int(key.partition(":")[2]) for key in keys if key.startswith("thread:")]
    return list(dict.fromkeys(ids)) or None


def _card(row: Mapping[str, Any]) -> ThreadCard:
    return ThreadCard(
        id=row["id"],
        kind=row["kind"],
        title=row["title"],
        url=thread_url(row["id"], row["slug"]),
        excerpt=row["excerpt"],
        author=row["author"],
        state=row["resolution"],
        audience=row["audience"],
        replies=row["replies"],
        votes=row["votes"],
        direction=row["direction"] or "",
    )

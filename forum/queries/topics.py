"""Topics: the list of all, and what belongs to one."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from base.condition import Condition
from base.db import as_datetime, marks, rows
from base.errors import Missing
from base.paging import Page
from forum.queries.thread_head import Label
from forum.queries.topic_tree import CLOSURE, below
from forum.rules import known_topics, listed_threads, regions_led
from members.viewer import Viewer

_MOST: Final = 500
_RELATED: Final = 8
# What comes up with a topic is counted in so many of its threads.
_NEWEST: Final = 5_000
# How many follow a label, and how closely the viewer does.
FOLLOWED: Final = """
(SELECT COUNT(*) FROM watches w WHERE w.target = '{target}' AND w.target_id = g.id
  AND w.level IN ('watching', 'following')) AS followers,
(SELECT w.level FROM watches w WHERE w.target = '{target}' AND w.target_id = g.id AND w.member_id = ?) AS level"""


async def led_where_used(viewer: Viewer, slug: str) -> frozenset[int]:
    """Return which of the regions that the viewer leads have threads that carry a topic; nobody else is asked about."""
    if not (led := regions_led(viewer)):
        return frozenset()
    found = await rows(
        "SELECT DISTINCT t.region_id FROM tags g JOIN thread_tags k ON k.tag_id = g.id "  # noqa: S608
        f"JOIN threads t ON t.id = k.thread_id WHERE g.slug = ? AND t.state = 'published' "
        f"AND t.region_id IN ({marks(led)})",
        slug,
        *led,
    )
    return frozenset(row["region_id"] for row in found)


@dataclass(frozen=True, slots=True)
class TopicEntry:
    """A topic or a platform in a list; `threads` counts those the viewer may see, with those of narrower topics.

    `parent` is the slug of the broader topic, and `level` how deep it stands in the list, from 1.
    """

    slug: str
    name: str
    also: tuple[str, ...]
    threads: int
    about: str = ""
    parent: str = ""
    level: int = 1
    deprecated: bool = False


@dataclass(frozen=True, slots=True)
class Topics:
    """A page of the list of all topics: each followed by the narrower ones."""

    page: Page
    entries: tuple[TopicEntry, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """A topic with its synonyms, and the platforms and topics it comes up with most.

    `broader` are the topics above it, the broadest first; one with `deprecated_at` is given to nothing new.
    """

    id: int
    slug: str
    name: str
    about: str
    synonyms: tuple[str, ...]
    broader: tuple[Label, ...]
    narrower: tuple[TopicEntry, ...]
    deprecated_at: datetime | None
    deprecated_why: str
    platforms: tuple[Label, ...]
    related: tuple[Label, ...]
    followers: int
    follows: bool
    level: str


@dataclass(frozen=True, slots=True)
class Moved:
    """The name is another one of something: look there."""

    slug: str


# The name and id of the topic on each level above one (g, below p, below q), to sort a tree by.
_PLACE: Final = """
LOWER(COALESCE(q.name, p.name, g.name)), COALESCE(q.id, p.id, g.id),
CASE WHEN p.id IS NULL THEN '' WHEN q.id IS NULL THEN LOWER(g.name) ELSE LOWER(p.name) END,
CASE WHEN p.id IS NULL THEN 0 WHEN q.id IS NULL THEN g.id ELSE p.id END,
CASE WHEN q.id IS NULL THEN '' ELSE LOWER(g.name) END, g.id"""


def _threads(seen: Condition) -> str:
    """Return the threads that a viewer sees, up to which topics: CROSS JOIN keeps SQLite from reading all threads."""
    return f"thread_tags x CROSS JOIN threads t WHERE t.id = x.thread_id AND {seen.sql} AND x.tag_id"


async def all_topics(viewer: Viewer, page: int = 1) -> Topics:
    """Return topics by name, each followed by the narrower ones, with how many threads there are."""
    seen, known = listed_threads(viewer), known_topics(viewer)
    threads = _threads(seen)
    found = await rows(
        "WITH shown AS (SELECT g.id, p.slug AS parent, COUNT(*) OVER () AS total, "  # noqa: S608
        f"ROW_NUMBER() OVER (ORDER BY {_PLACE}) AS place FROM tags g LEFT JOIN tags p ON p.id = g.parent_id "
        f"LEFT JOIN tags q ON q.id = p.parent_id WHERE g.meant_id IS NULL AND ({known.sql}) "
        "ORDER BY place LIMIT ? OFFSET ?) "
        "SELECT g.slug, g.name, g.about, g.deprecated_at, s.parent, s.total, "
        "(SELECT string_agg(n.name, '\n') FROM tags n WHERE n.meant_id = g.id) AS also, "
        "CASE WHEN EXISTS (SELECT 1 FROM tags n WHERE n.parent_id = g.id) "
        f"THEN (SELECT COUNT(DISTINCT x.thread_id) FROM ({CLOSURE}) c CROSS JOIN {threads} = c.id AND c.top = g.id) "
        f"ELSE (SELECT COUNT(*) FROM {threads} = g.id) END AS threads "
        "FROM shown s JOIN tags g ON g.id = s.id ORDER BY s.place",
        *known.values, _MOST, (page - 1) * _MOST, *seen.values, *seen.values,
    )  # fmt: skip
    if not found and page > 1:
        raise Missing("There is no such page.")
    return Topics(Page(page, _MOST, found[0]["total"] if found else 0), tuple(_tree(found)))


def _tree(found: Iterable[dict[str, Any]]) -> Iterable[TopicEntry]:
    """Yield the entries with their levels: one that is below nothing listed stands at the top."""
    levels: dict[str, int] = {}
    for row in found:
        entry = read_entry(row)
        parent = row["parent"] if row["parent"] in levels else ""
        levels[entry.slug] = levels.get(parent, 0) + 1
        deprecated = row["deprecated_at"] is not None
        yield replace(entry, parent=parent, level=levels[entry.slug], deprecated=deprecated)


def read_entry(row: dict[str, Any]) -> TopicEntry:
    """Read one line of a list of all."""
    also = tuple(sorted((row["also"] or "").split("\n"))) if row["also"] else ()
    return TopicEntry(row["slug"], row["name"], also, row["threads"], row["about"])


async def topic(viewer: Viewer, slug: str) -> Topic | Moved:
    """Return a topic; of a synonym, where what it means is."""
    known = known_topics(viewer)
    found = await rows(
        "SELECT g.id, g.slug, g.name, g.about, g.deprecated_at, g.deprecated_why, m.slug AS meant, "  # noqa: S608
        f"(SELECT string_agg(s.name, '\n') FROM tags s WHERE s.meant_id = g.id) AS also, "
        f"{FOLLOWED.format(target='tag')} "
        f"FROM tags g LEFT JOIN tags m ON m.id = g.meant_id WHERE g.slug = ? AND ({known.sql})",
        viewer.id or 0, slug, *known.values,
    )  # fmt: skip
    if not found:
        raise Missing("There is no such topic.")
    row = found[0]
    if row["meant"]:
        return Moved(row["meant"])
    near = await _around(viewer, row["id"])
    return Topic(
        **{name: row[name] for name in ("id", "slug", "name", "about", "deprecated_why", "followers")},
        deprecated_at=as_datetime(row["deprecated_at"]),
        synonyms=read_entry({**row, "threads": 0}).also,
        broader=part(sorted(near, key=lambda one: -one["n"]), "broader"),
        narrower=tuple(TopicEntry(one["slug"], one["name"], (), one["n"]) for one in near if one["part"] == "narrower"),
        platforms=part(near, "platform"),
        related=part(near, "tag"),
        follows=row["level"] in ("watching", "following"),
        level=row["level"] or "normal",
    )


async def _around(viewer: Viewer, tag_id: int) -> list[dict[str, Any]]:
    """Return what comes up with a topic and all below it, and the topics above and below it."""
    seen, known = listed_threads(viewer), known_topics(viewer)
    threads = _threads(seen)
    return await rows(
        f"WITH about AS (SELECT DISTINCT x.thread_id FROM {threads} IN ({below('g.id = ?')}) "  # noqa: S608
        "ORDER BY x.thread_id DESC LIMIT ?), "
        "lower AS (SELECT n.id AS top, n.id FROM tags n WHERE n.parent_id = ? UNION ALL "
        "SELECT n.id, z.id FROM tags n JOIN tags z ON z.parent_id = n.id WHERE n.parent_id = ?), "
        "counts AS (SELECT l.top, COUNT(DISTINCT x.thread_id) AS n "
        f"FROM lower l CROSS JOIN {threads} = l.id GROUP BY l.top) "
        "SELECT * FROM (SELECT 'platform' AS part, g.slug, g.name, COUNT(*) AS n FROM about x "
        "JOIN thread_platforms y ON y.thread_id = x.thread_id JOIN platforms g ON g.id = y.platform_id "
        "GROUP BY g.slug, g.name ORDER BY n DESC, g.name LIMIT ?) AS a "
        "UNION ALL SELECT * FROM (SELECT 'tag', g.slug, g.name, COUNT(*) AS n FROM about x "
        "JOIN thread_tags y ON y.thread_id = x.thread_id JOIN tags g ON g.id = y.tag_id "
        f"WHERE g.id NOT IN ({below('g.id = ?')}) GROUP BY g.slug, g.name ORDER BY n DESC, g.name LIMIT ?) AS b "
        "UNION ALL SELECT * FROM (SELECT 'narrower', g.slug, g.name, COALESCE(l.n, 0) AS n FROM tags g "
        f"LEFT JOIN counts l ON l.top = g.id WHERE g.parent_id = ? AND ({known.sql}) "
        "ORDER BY LOWER(g.name), g.id LIMIT ?) AS c "
        "UNION ALL SELECT 'broader', g.slug, g.name, CASE WHEN g.id = e.parent_id THEN 1 ELSE 2 END FROM tags e "
        "JOIN tags p ON p.id = e.parent_id JOIN tags g ON g.id IN (e.parent_id, p.parent_id) "
        f"WHERE e.id = ? AND ({known.sql})",
        *seen.values, tag_id, _NEWEST, tag_id, tag_id, *seen.values, _RELATED, tag_id, _RELATED,
        tag_id, *known.values, _MOST, tag_id, *known.values,
    )  # fmt: skip


def part(found: list[dict[str, Any]], name: str) -> tuple[Label, ...]:
    """Return the labels of one part of a statement made of several."""
    return tuple(Label(row["slug"], row["name"]) for row in found if row["part"] == name)


async def addresses_of_topics(names: Sequence[str]) -> dict[str, str]:
    """Return where the pages of these topics are; who may know of them is decided before."""
    found = await rows(f"SELECT g.name, g.slug FROM tags g WHERE g.name IN ({marks(names)})", *names)  # noqa: S608
    return {row["name"]: f"/topics/{row['slug']}" for row in found}

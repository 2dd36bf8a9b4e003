"""Topics: the list of all, and what belongs to one."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from base.db import marks, rows
from base.errors import Missing
from forum.queries.thread_head import Label
from forum.rules import known_topics, listed_threads
from members.viewer import Viewer

_MOST: Final = 500
_RELATED: Final = 8
# How many follow a label, and how closely the viewer does.
FOLLOWED: Final = """
(SELECT COUNT(*) FROM watches w WHERE w.target = '{target}' AND w.target_id = g.id
  AND w.level IN ('watching', 'following')) AS followers,
(SELECT w.level FROM watches w WHERE w.target = '{target}' AND w.target_id = g.id AND w.member_id = ?) AS level"""


@dataclass(frozen=True, slots=True)
class TopicEntry:
    """A topic or a platform in the list of all; `threads` counts those the viewer may see."""

    slug: str
    name: str
    also: tuple[str, ...]
    threads: int
    about: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """A topic with its synonyms, and the platforms and topics it comes up with most."""

    id: int
    slug: str
    name: str
    about: str
    synonyms: tuple[str, ...]
    platforms: tuple[Label, ...]
    related: tuple[Label, ...]
    followers: int
    follows: bool


@dataclass(frozen=True, slots=True)
class Moved:
    """The name is another one of something: look there."""

    slug: str


async def all_topics(viewer: Viewer) -> tuple[TopicEntry, ...]:
    """Return every topic by name, with how many threads there are."""
    seen, known = listed_threads(viewer), known_topics(viewer)
    found = await rows(
        "SELECT g.slug, g.name, g.about, COALESCE(n.threads, 0) AS threads, "  # noqa: S608
        f"(SELECT string_agg(s.name, '\n') FROM tags s WHERE s.meant_id = g.id) AS also "
        "FROM tags g LEFT JOIN (SELECT x.tag_id, COUNT(*) AS threads FROM thread_tags x "
        f"JOIN threads t ON t.id = x.thread_id WHERE {seen.sql} GROUP BY x.tag_id) n ON n.tag_id = g.id "
        f"WHERE g.meant_id IS NULL AND ({known.sql}) ORDER BY LOWER(g.name) LIMIT ?",
        *seen.values, *known.values, _MOST,
    )  # fmt: skip
    return tuple(read_entry(row) for row in found)


def read_entry(row: dict[str, Any]) -> TopicEntry:
    """Read one line of a list of all."""
    also = tuple(sorted((row["also"] or "").split("\n"))) if row["also"] else ()
    return TopicEntry(row["slug"], row["name"], also, row["threads"], row["about"])


async def topic(viewer: Viewer, slug: str) -> Topic | Moved:
    """Return a topic; of a synonym, where what it means is."""
    known = known_topics(viewer)
    found = await rows(
        "SELECT g.id, g.slug, g.name, g.about, m.slug AS meant, "  # noqa: S608
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
    seen = listed_threads(viewer)
    near = await rows(
        "SELECT * FROM (SELECT 'platform' AS part, g.slug, g.name, COUNT(*) AS n FROM thread_tags x "  # noqa: S608
        "JOIN threads t ON t.id = x.thread_id JOIN thread_platforms y ON y.thread_id = t.id "
        f"JOIN platforms g ON g.id = y.platform_id WHERE x.tag_id = ? AND {seen.sql} "
        "GROUP BY g.slug, g.name ORDER BY n DESC, g.name LIMIT ?) AS a "
        "UNION ALL SELECT * FROM (SELECT 'tag', g.slug, g.name, COUNT(*) AS n FROM thread_tags x "
        "JOIN threads t ON t.id = x.thread_id JOIN thread_tags y ON y.thread_id = t.id AND y.tag_id <> x.tag_id "
        f"JOIN tags g ON g.id = y.tag_id WHERE x.tag_id = ? AND {seen.sql} "
        "GROUP BY g.slug, g.name ORDER BY n DESC, g.name LIMIT ?) AS b",
        row["id"], *seen.values, _RELATED, row["id"], *seen.values, _RELATED,
    )  # fmt: skip
    return Topic(
        id=row["id"],
        slug=row["slug"],
        name=row["name"],
        about=row["about"],
        synonyms=read_entry({**row, "threads": 0}).also,
        platforms=part(near, "platform"),
        related=part(near, "tag"),
        followers=row["followers"],
        follows=row["level"] in ("watching", "following"),
    )


def part(found: list[dict[str, Any]], name: str) -> tuple[Label, ...]:
    """Return the labels of one part of a statement made of several."""
    return tuple(Label(row["slug"], row["name"]) for row in found if row["part"] == name)


async def addresses_of_topics(names: Sequence[str]) -> dict[str, str]:
    """Return where the pages of these topics are; who may know of them is decided before."""
    found = await rows(f"SELECT g.name, g.slug FROM tags g WHERE g.name IN ({marks(names)})", *names)  # noqa: S608
    return {row["name"]: f"/topics/{row['slug']}" for row in found}

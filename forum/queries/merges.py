"""Merges of topics: what one would do, and those that can still be taken back."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, cast

from base.clock import now
from base.db import as_datetime, rows
from forum.queries.carriers import CARRIERS
from forum.queries.topic_names import TopicFacts, not_called, topic_called
from forum.queries.topic_tree import LEVELS, lineage
from forum.rules import known_topics, may_keep_tags
from members.viewer import Viewer

WINDOW: Final = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Merge:
    """A merge that can be taken back: of which topic, into which; `data` is what is needed for it."""

    id: int
    into_id: int
    data: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Undoable:
    """A merge that can be taken back, as pages show it."""

    slug: str
    name: str
    into: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What a merge would move; `seen` counts threads and articles that the viewer sees, by what they are called."""

    names: tuple[str, ...]
    narrower: tuple[str, ...]
    seen: dict[str, int]
    followers: int


async def not_merged(tag: TopicFacts, into: TopicFacts) -> str:
    """Say why a topic cannot be merged into another one, empty when it can."""
    if tag.id == into.id:
        return f"“{into.name}” is this topic itself."
    if into.deprecated:
        return f"“{into.name}” is deprecated. Please bring it back first, or choose another topic."
    here, there = await lineage(tag.id), await lineage(into.id)
    levels = there.depth + here.height - 1
    if into.id not in here.below and levels > LEVELS:
        return (
            f"Topics have at most three levels; with what is below “{tag.name}” below “{into.name}” there would be "
            f"{levels}."
        )
    return ""


async def target(viewer: Viewer, tag: TopicFacts, named: str) -> tuple[TopicFacts | None, str]:
    """Return the topic that a name means, and why the other one cannot be merged into it, empty when it can."""
    into = await topic_called(viewer, named)
    return into, await not_merged(tag, into) if into else await not_called(viewer, named)


async def preview(viewer: Viewer, tag: TopicFacts) -> Preview:
    """Return what merging a topic would move, in one statement."""
    counted, known = [one.counted(viewer, "?") for one in CARRIERS], known_topics(viewer, "s")
    columns = ", ".join(f"{one.sql} AS {carrier.name}" for one, carrier in zip(counted, CARRIERS, strict=True))
    found = await rows(
        f"SELECT {columns}, (SELECT COUNT(*) FROM watches w WHERE w.target = 'tag' AND w.target_id = ? "  # noqa: S608
        "AND w.level IN ('watching', 'following')) AS followers, "
        "(SELECT string_agg(s.name, '\n') FROM tags s WHERE s.meant_id = ?) AS names, "
        f"(SELECT string_agg(s.name, '\n') FROM tags s WHERE s.parent_id = ? AND ({known.sql})) AS narrower",
        *(value for one in counted for value in (tag.id, *one.values)), tag.id, tag.id, tag.id, *known.values,
    )  # fmt: skip
    row = found[0]
    return Preview(
        names=(tag.name, *sorted((row["names"] or "").split("\n") if row["names"] else ())),
        narrower=tuple(sorted((row["narrower"] or "").split("\n") if row["narrower"] else ())),
        seen={carrier.name: row[carrier.name] for carrier in CARRIERS},
        followers=row["followers"],
    )


async def last_merge(slug: str) -> Merge | None:
    """Return the last merge of a topic, if it can still be taken back."""
    found = await rows(
        "SELECT g.id, g.meant_id, j.data FROM tags g JOIN journal_entries j ON j.kind = 'tag.merged' "
        "AND j.subject_id = g.id WHERE g.slug = ? AND g.meant_id IS NOT NULL AND j.at > ? ORDER BY j.id DESC LIMIT 1",
        slug, now() - WINDOW,
    )  # fmt: skip
    if not found:
        return None
    data = found[0]["data"]
    read = json.loads(data) if isinstance(data, str) else data
    return Merge(found[0]["id"], read["into"], read) if await _stands(found[0]["id"]) else None


async def _stands(tag_id: int) -> bool:
    """Say whether a topic was not parted again since its last merge."""
    found = await rows(
        "SELECT j.kind FROM journal_entries j WHERE j.kind IN ('tag.merged', 'tag.parted') AND j.subject_id = ? "
        "ORDER BY j.id DESC LIMIT 1",
        tag_id,
    )
    return bool(found) and found[0]["kind"] == "tag.merged"


async def merged_into(tag_id: int) -> dict[str, bool]:
    """Return the slugs of the topics that were merged into one and not parted, and whether that can be taken back."""
    found = await rows(
        "SELECT g.slug, MAX(j.at) AS at FROM tags g JOIN journal_entries j ON j.kind = 'tag.merged' "
        "AND j.subject_id = g.id WHERE g.meant_id = ? AND NOT EXISTS (SELECT 1 FROM journal_entries k "
        "WHERE k.kind = 'tag.parted' AND k.subject_id = g.id AND k.id > j.id) GROUP BY g.slug",
        tag_id,
    )
    return {row["slug"]: cast(datetime, as_datetime(row["at"])) > now() - WINDOW for row in found}


async def undoable(viewer: Viewer, slug: str = "") -> tuple[Undoable, ...]:
    """Return the merges that can still be taken back, of all topics or into one, the newest first."""
    if not may_keep_tags(viewer):
        return ()
    known = known_topics(viewer, "i")
    found = await rows(
        "SELECT g.slug, g.name, i.name AS into_name, m.name AS by_name, MAX(j.at) AS at FROM journal_entries j "  # noqa: S608
        "JOIN tags g ON g.id = j.subject_id JOIN tags i ON i.id = g.meant_id "
        "LEFT JOIN members m ON m.id = j.actor_id "
        f"WHERE j.kind = 'tag.merged' AND j.at > ? AND (? = '' OR i.slug = ?) AND ({known.sql}) AND NOT EXISTS ("
        "SELECT 1 FROM journal_entries k WHERE k.kind = 'tag.parted' AND k.subject_id = j.subject_id AND k.id > j.id) "
        "GROUP BY g.slug, g.name, i.name, m.name ORDER BY at DESC",
        now() - WINDOW, slug, slug, *known.values,
    )  # fmt: skip
    return tuple(
        Undoable(
            row["slug"], row["name"], row["into_name"], row["by_name"] or "", cast(datetime, as_datetime(row["at"]))
        )
        for row in found
    )

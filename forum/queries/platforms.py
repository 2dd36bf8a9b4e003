"""Platforms: the list of all, and one with its topics and with who works with it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from base.db import marks, rows
from base.errors import Missing
from forum.queries.thread_head import Label
from forum.queries.topics import FOLLOWED, Moved, TopicEntry, part, read_entry
from forum.rules import listed_threads
from members.queries.main_organisation import MAIN_ORGANISATION
from members.queries.vendors import VENDOR_OF
from members.rules import listed_members, listed_uses, readable_part, summed_part, visible_organisations
from members.viewer import Viewer

_MOST: Final = 500
_SHOWN: Final = 10
_NEWS: Final = 3


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who works with a platform, as lists of people show them."""

    handle: str
    name: str
    organisation: str
    title: str
    is_vendor: bool = False


@dataclass(frozen=True, slots=True)
class Changed:
    """One of the latest changes of the platform; `weight` is major or minor."""

    day: date
    title: str
    text: str
    weight: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PlatformFacts:
    """A platform with its other names, its topics, its latest changes, and who works with it.

    `counts` are threads by kind; `used_by` and `stopped_by` are organisations by their ledgers, without vendors.
    """

    id: int
    slug: str
    name: str
    vendor: str
    status: str
    about: str
    aliases: tuple[str, ...]
    topics: tuple[Label, ...]
    organisations: tuple[Label, ...]
    people: tuple[Person, ...]
    changes: tuple[Changed, ...]
    counts: dict[str, int]
    used_by: int
    stopped_by: int
    followers: int
    follows: bool
    level: str


async def all_platforms(viewer: Viewer) -> tuple[TopicEntry, ...]:
    """Return every platform by name, with how many threads there are."""
    seen = listed_threads(viewer)
    found = await rows(
        "SELECT g.slug, g.name, g.about, COALESCE(n.threads, 0) AS threads, "  # noqa: S608
        f"(SELECT string_agg(s.name, '\n') FROM platform_aliases s WHERE s.platform_id = g.id) AS also "
        "FROM platforms g LEFT JOIN (SELECT x.platform_id, COUNT(*) AS threads FROM thread_platforms x "
        f"JOIN threads t ON t.id = x.thread_id WHERE {seen.sql} GROUP BY x.platform_id) n ON n.platform_id = g.id "
        "ORDER BY LOWER(g.name) LIMIT ?",
        *seen.values, _MOST,
    )  # fmt: skip
    return tuple(read_entry(row) for row in found)


async def platform(viewer: Viewer, slug: str) -> PlatformFacts | Moved:
    """Return a platform; of another name, where it is."""
    found = await rows(
        "SELECT g.id, g.slug, g.name, g.vendor, g.status, g.about, 0 AS threads, "  # noqa: S608
        f"(SELECT string_agg(s.name, '\n') FROM platform_aliases s WHERE s.platform_id = g.id) AS also, "
        f"{FOLLOWED.format(target='platform')} FROM platforms g "
        "WHERE g.slug = ? OR g.id = (SELECT a.platform_id FROM platform_aliases a WHERE a.slug = ?)",
        viewer.id or 0, slug, slug.lower().replace("-", ""),
    )  # fmt: skip
    if not found:
        raise Missing("There is no such platform.")
    row = next((one for one in found if one["slug"] == slug), found[0])
    if row["slug"] != slug:
        return Moved(row["slug"])
    around = await _around(viewer, row["id"])
    uses = {one["slug"]: one["n"] for one in around if one["part"] == "use"}
    people = (one for one in around if one["part"] == "person")
    return PlatformFacts(
        **{name: row[name] for name in ("id", "slug", "name", "vendor", "status", "about")},
        aliases=read_entry(row).also,
        topics=part(around, "tag"),
        organisations=part(around, "organisation"),
        people=tuple(
            Person(one["slug"], one["name"], one["place"] or "", one["title"], bool(one["n"])) for one in people
        ),
        changes=tuple(
            Changed(date.fromisoformat(one["slug"][:10]), one["name"], one["place"], one["title"])
            for one in around
            if one["part"] == "change"
        ),
        counts={one["slug"]: one["n"] for one in around if one["part"] == "count"},
        used_by=uses.get("using", 0),
        stopped_by=uses.get("tried_stopped", 0),
        followers=row["followers"],
        follows=row["level"] in ("watching", "following"),
        level=row["level"] or "normal",
    )


async def _around(viewer: Viewer, platform_id: int) -> list[dict[str, Any]]:
    threads = listed_threads(viewer)
    members = listed_members(viewer) & readable_part(viewer, "platforms")
    places = visible_organisations(viewer) & summed_part(viewer, "platforms")
    ledgers = listed_uses()
    return await rows(
        "SELECT 'count' AS part, t.kind AS slug, '' AS name, '' AS place, '' AS title, COUNT(*) AS n "  # noqa: S608
        "FROM thread_platforms x JOIN threads t ON t.id = x.thread_id "
        f"WHERE x.platform_id = ? AND ({threads.sql}) GROUP BY t.kind "
        "UNION ALL SELECT * FROM (SELECT 'tag', g.slug, g.name, '', '', COUNT(*) AS n FROM thread_platforms x "
        "JOIN threads t ON t.id = x.thread_id JOIN thread_tags y ON y.thread_id = t.id JOIN tags g ON g.id = y.tag_id "
        f"WHERE x.platform_id = ? AND ({threads.sql}) GROUP BY g.slug, g.name ORDER BY n DESC, g.name LIMIT ?) AS a "
        "UNION ALL SELECT * FROM (SELECT 'organisation', o.slug, o.name, '', '', COUNT(DISTINCT m.id) AS n "
        f"FROM member_platforms x JOIN members m ON m.id = x.member_id {MAIN_ORGANISATION} "
        f"WHERE x.platform_id = ? AND m.state = 'active' AND o.id IS NOT NULL AND ({places.sql}) "
        "GROUP BY o.slug, o.name ORDER BY n DESC, o.name LIMIT ?) AS b "
        "UNION ALL SELECT * FROM (SELECT 'person', m.handle, m.name, o.name, m.title, "
        f"CASE WHEN {VENDOR_OF.format(member='m.id')} IS NULL THEN 0 ELSE 1 END AS n "
        f"FROM member_platforms x JOIN members m ON m.id = x.member_id {MAIN_ORGANISATION} "
        f"WHERE x.platform_id = ? AND ({members.sql}) ORDER BY m.name LIMIT ?) AS c "
        "UNION ALL SELECT * FROM (SELECT 'change', CAST(h.happened_on AS TEXT), h.title AS b, h.text AS c, h.weight, "
        "1 AS n FROM platform_changes h WHERE h.platform_id = ? ORDER BY h.happened_on DESC, h.id DESC LIMIT ?) AS d "
        "UNION ALL SELECT 'use', u.status, '', '', '', COUNT(*) AS n FROM platform_uses u "
        "JOIN organisations o ON o.id = u.organisation_id "
        f"WHERE u.platform_id = ? AND o.kind <> 'industry' AND ({ledgers.sql}) GROUP BY u.status",
        platform_id, *threads.values, platform_id, *threads.values, _SHOWN, platform_id, *places.values, _SHOWN,
        platform_id, *members.values, _SHOWN, platform_id, _NEWS, platform_id, *ledgers.values,
    )  # fmt: skip


async def addresses_of_platforms(names: Sequence[str]) -> dict[str, str]:
    """Return where the pages of these platforms are."""
    found = await rows(f"SELECT p.name, p.slug FROM platforms p WHERE p.name IN ({marks(names)})", *names)  # noqa: S608
    return {row["name"]: f"/platforms/{row['slug']}" for row in found}

"""Everything a member follows or has muted, for the page on which they look after it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from base.condition import ALWAYS, Condition, any_of, containing, one_of
from base.db import as_datetime, rows
from base.errors import Missing
from base.paging import Page
from forum.addresses import thread_url
from forum.rules import visible_threads
from members.queries.following import Followed
from members.viewer import Viewer

KINDS: Final = ("thread", "tag", "platform", "category", "member", "organisation")
LEVELS: Final = ("watching", "following", "muted")
SIZE: Final = 50

_NAME: Final = "COALESCE(t.title, g.name, f.name, c.name, m.name, o.name)"
_FROM: Final = """
FROM watches w
LEFT JOIN threads t ON w.target = 'thread' AND t.id = w.target_id AND ({seen})
LEFT JOIN tags g ON w.target = 'tag' AND g.id = w.target_id
LEFT JOIN platforms f ON w.target = 'platform' AND f.id = w.target_id
LEFT JOIN categories c ON w.target = 'category' AND c.id = w.target_id
LEFT JOIN members m ON w.target = 'member' AND m.id = w.target_id AND m.state <> 'gone'
LEFT JOIN organisations o ON w.target = 'organisation' AND o.id = w.target_id
WHERE {which}"""
_ORDER: Final = (
    "CASE w.target WHEN 'platform' THEN 1 WHEN 'tag' THEN 2 WHEN 'category' THEN 3 WHEN 'organisation' THEN 4 "
    "WHEN 'member' THEN 5 ELSE 6 END, CASE WHEN w.target = 'thread' THEN '' ELSE LOWER(COALESCE(g.name, f.name, "
    "c.name, m.name, o.name)) END, w.at DESC, w.id DESC"
)


@dataclass(frozen=True, slots=True)
class Watched:
    """One thing that is followed or muted; without a `url` it is gone, or no longer open to the viewer."""

    id: int
    kind: str
    name: str
    url: str
    level: str
    at: datetime | None


@dataclass(frozen=True, slots=True)
class Watching:
    """A page of what a member follows; `counts` are all of theirs by kind."""

    page: Page
    entries: tuple[Watched, ...]
    counts: dict[str, int]
    kind: str
    level: str
    q: str


async def watching(viewer: Viewer, number: int = 1, *, kind: str = "", level: str = "", q: str = "") -> Watching:
    """Return a page of what the viewer follows, by kind and name, in two statements."""
    if (kind and kind not in KINDS) or (level and level not in LEVELS):
        raise Missing("There is no such part of this list.")
    mine = one_of("w.member_id", viewer.ids) & one_of("w.level", LEVELS)
    which = mine & (Condition("w.target = ?", (kind,)) if kind else ALWAYS)
    which = which & (Condition("w.level = ?", (level,)) if level else ALWAYS)
    if q := q.strip()[:100]:
        which = which & any_of([containing(f"{alias}.{name}", q) for alias, name in _SEARCHED])
    seen = visible_threads(viewer)
    found = await rows(
        f"SELECT w.id, w.target, w.target_id, w.level, w.at, {_NAME} AS name, t.slug AS thread_slug, "
        "COALESCE(g.slug, f.slug, c.slug, o.slug) AS slug, m.handle, COUNT(*) OVER () AS total "
        f"{_FROM.format(seen=seen.sql, which=which.sql)} ORDER BY {_ORDER} LIMIT ? OFFSET ?",
        *seen.values, *which.values, SIZE, (number - 1) * SIZE,
    )  # fmt: skip
    if not found and number > 1:
        raise Missing("There is no such page.")
    counted = await rows(
        f"SELECT w.target, COUNT(*) AS n FROM watches w WHERE {mine.sql} GROUP BY w.target",  # noqa: S608
        *mine.values,
    )
    return Watching(
        Page(number, SIZE, found[0]["total"] if found else 0),
        tuple(_read(row) for row in found),
        {row["target"]: row["n"] for row in counted},
        kind,
        level,
        q,
    )


_SEARCHED: Final = (("t", "title"), ("g", "name"), ("f", "name"), ("c", "name"), ("m", "name"), ("o", "name"))


def _read(row: dict[str, Any]) -> Watched:
    kind, name = row["target"], row["name"]
    url = ""
    if name:
        url = thread_url(row["target_id"], row["thread_slug"]) if kind == "thread" else _place(kind, row)
    return Watched(row["id"], kind, name or "", url, row["level"], as_datetime(row["at"]))


def _place(kind: str, row: dict[str, Any]) -> str:
    if kind == "member":
        return f"/people/{row['handle']}"
    if kind == "category":
        return f"/latest?category={row['slug']}"
    return f"/{ {'tag': 'topics', 'platform': 'platforms', 'organisation': 'organisations'}[kind] }/{row['slug']}"


async def follows(viewer: Viewer, target: str, target_id: int) -> tuple[str, str]:
    """Return what a thing is called, if the viewer may know of it, and how closely they follow it."""
    seen = visible_threads(viewer)
    which = one_of("w.member_id", viewer.ids) & Condition("w.target = ? AND w.target_id = ?", (target, target_id))
    found = await rows(
        f"SELECT w.level, {_NAME} AS name {_FROM.format(seen=seen.sql, which=which.sql)}", *seen.values, *which.values
    )
    if not found:
        return "", "normal"
    name = found[0]["name"] or ""
    return (f"#{name}" if target == "tag" and name else name), found[0]["level"]


async def followed(viewer: Viewer, target: str, target_id: int) -> Followed:
    """Return how closely the viewer follows a thing, and how many do, in one statement."""
    found = await rows(
        "SELECT (SELECT COUNT(*) FROM watches w WHERE w.target = ? AND w.target_id = ? "
        "AND w.level IN ('watching', 'following')) AS followers, "
        "(SELECT w.level FROM watches w WHERE w.target = ? AND w.target_id = ? AND w.member_id = ?) AS level",
        target, target_id, target, target_id, viewer.id or 0,
    )  # fmt: skip
    return Followed(found[0]["level"] or "normal", found[0]["followers"])

"""A member's bookmarks and reading lists, and the lists that colleagues share."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from base.condition import ALWAYS, Condition, one_of
from base.db import as_datetime, rows
from base.errors import Missing
from base.paging import Page
from forum.queries.keepable import Kept, look_up
from members.viewer import Viewer

SIZE: Final = 20
MOST: Final = 2_000
NO_LIST: Final = "There is no such list, or it is not shared with you."
_COLUMNS: Final = """b.id, b.target, b.target_id, b.note, b.remind_at, b.reminded_at, b.created_at, b.list_id,
  l.name AS list_name"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A bookmark; without `kept` the thing is gone, or no longer open to the viewer."""

    id: int
    target: str
    target_id: int
    note: str
    remind_at: datetime | None
    reminded_at: datetime | None
    at: datetime | None
    list_id: int | None
    list: str
    kept: Kept | None


@dataclass(frozen=True, slots=True)
class Folder:
    """A reading list; `organisation` is the name of the one whose members may read it, `owner` whose it is."""

    id: int
    name: str
    entries: int
    organisation: str
    owner: str = ""


@dataclass(frozen=True, slots=True)
class Bookmarks:
    """A page of bookmarks with the folders, and the lists that colleagues share."""

    page: Page
    entries: tuple[Entry, ...]
    folders: tuple[Folder, ...]
    shared: tuple[Folder, ...]
    total: int
    folder: int | None
    q: str


async def bookmarks(viewer: Viewer, number: int = 1, *, folder: int | None = None, q: str = "") -> Bookmarks:
    """Return a page of the viewer's bookmarks, the newest first, in a fixed number of statements."""
    which = Condition("b.member_id = ?", (viewer.member_id,))
    which = which & (Condition("b.list_id = ?", (folder,)) if folder else ALWAYS)
    folders = await folders_of(viewer)
    if folder and folder not in {one.id for one in folders}:
        raise Missing(NO_LIST)
    q = q.strip()[:100]
    entries, total = await (_searched(viewer, which, q, number) if q else _paged(viewer, which, number))
    if not entries and number > 1:
        raise Missing("There is no such page.")
    counted = await rows("SELECT COUNT(*) AS n FROM bookmarks WHERE member_id = ?", viewer.member_id)
    shared = await shared_lists(viewer)
    return Bookmarks(Page(number, SIZE, total), entries, folders, shared, counted[0]["n"], folder, q)


async def _paged(viewer: Viewer, which: Condition, number: int) -> tuple[tuple[Entry, ...], int]:
    found = await _rows(which, SIZE, (number - 1) * SIZE)
    return await _entries(viewer, found), found[0]["total"] if found else 0


async def _searched(viewer: Viewer, which: Condition, q: str, number: int) -> tuple[tuple[Entry, ...], int]:
    """Look in notes and titles: titles stand on several floors, and there are never more than two thousand."""
    words = q.lower()
    every = await _entries(viewer, await _rows(which, MOST, 0))
    hits = [one for one in every if words in f"{one.note}\n{one.kept.title if one.kept else ''}\n{one.list}".lower()]
    return tuple(hits[(number - 1) * SIZE : number * SIZE]), len(hits)


async def every_bookmark(viewer: Viewer) -> tuple[Entry, ...]:
    """Return all of the viewer's bookmarks, for taking them along."""
    return await _entries(viewer, await _rows(Condition("b.member_id = ?", (viewer.member_id,)), MOST, 0))


async def bookmark_of(viewer: Viewer, target: str, target_id: int) -> Entry | None:
    """Return the viewer's bookmark of a thing."""
    which = Condition("b.member_id = ? AND b.target = ? AND b.target_id = ?", (viewer.member_id, target, target_id))
    found = await _entries(viewer, await _rows(which, 1, 0))
    return found[0] if found else None


async def own_bookmark(viewer: Viewer, bookmark_id: int) -> Entry:
    """Return one of the viewer's bookmarks."""
    which = Condition("b.member_id = ? AND b.id = ?", (viewer.member_id, bookmark_id))
    found = await _entries(viewer, await _rows(which, 1, 0))
    if not found:
        raise Missing("There is no such bookmark.")
    return found[0]


async def is_bookmarked(viewer: Viewer, target: str, target_id: int) -> bool:
    """Say whether the viewer has a bookmark of a thing."""
    sql = "SELECT 1 AS one FROM bookmarks WHERE member_id = ? AND target = ? AND target_id = ?"
    return bool(await rows(sql, viewer.member_id, target, target_id)) if viewer.is_member else False


async def _rows(which: Condition, limit: int, offset: int) -> list[dict[str, Any]]:
    return await rows(
        f"SELECT {_COLUMNS}, COUNT(*) OVER () AS total FROM bookmarks b LEFT JOIN reading_lists l ON l.id = b.list_id "  # noqa: S608
        f"WHERE {which.sql} ORDER BY b.id DESC LIMIT ? OFFSET ?",
        *which.values, limit, offset,
    )  # fmt: skip


async def _entries(viewer: Viewer, found: Sequence[Mapping[str, Any]]) -> tuple[Entry, ...]:
    things = await look_up(viewer, [(row["target"], row["target_id"]) for row in found])
    return tuple(
        Entry(
            **{name: row[name] for name in ("id", "target", "target_id", "note", "list_id")},
            remind_at=as_datetime(row["remind_at"]),
            reminded_at=as_datetime(row["reminded_at"]),
            at=as_datetime(row["created_at"]),
            list=row["list_name"] or "",
            kept=things.get((row["target"], row["target_id"])),
        )
        for row in found
    )


async def folders_of(viewer: Viewer) -> tuple[Folder, ...]:
    """Return the viewer's reading lists by name, with how much lies in each."""
    found = await rows(
        "SELECT l.id, l.name, o.name AS organisation, "
        "(SELECT COUNT(*) FROM bookmarks b WHERE b.list_id = l.id) AS entries FROM reading_lists l "
        "LEFT JOIN organisations o ON o.id = l.organisation_id WHERE l.member_id = ? ORDER BY LOWER(l.name), l.id",
        viewer.member_id,
    )
    return tuple(Folder(row["id"], row["name"], row["entries"], row["organisation"] or "") for row in found)


def _shared_with(viewer: Viewer) -> Condition:
    """Return which lists are shared with the viewer: by somebody who is still a member of the same organisation."""
    mine = sorted(int(one.partition(":")[2]) for one in viewer.audiences if one.startswith("org:"))
    there = (
        "EXISTS (SELECT 1 FROM memberships s WHERE s.member_id = l.member_id AND s.state = 'active' "
        "AND s.organisation_id = l.organisation_id) AND m.state = 'active'"
    )
    return one_of("l.organisation_id", mine) & Condition(there)


async def shared_lists(viewer: Viewer) -> tuple[Folder, ...]:
    """Return the lists that colleagues share with the viewer."""
    shared = _shared_with(viewer)
    found = await rows(
        "SELECT l.id, l.name, o.name AS organisation, m.name AS owner, "  # noqa: S608
        "(SELECT COUNT(*) FROM bookmarks b WHERE b.list_id = l.id) AS entries FROM reading_lists l "
        "JOIN organisations o ON o.id = l.organisation_id JOIN members m ON m.id = l.member_id "
        f"WHERE l.member_id <> ? AND {shared.sql} ORDER BY LOWER(l.name), l.id LIMIT 100",
        viewer.member_id, *shared.values,
    )  # fmt: skip
    return tuple(Folder(**row) for row in found)


@dataclass(frozen=True, slots=True)
class SharedList:
    """A list as those read it with whom it is shared: what each may see, without notes; `closed` counts the rest."""

    folder: Folder
    entries: tuple[Kept, ...]
    closed: int
    is_own: bool


async def shared_list(viewer: Viewer, list_id: int) -> SharedList:
    """Return a reading list of the viewer's own, or one that is shared with them."""
    shared = _shared_with(viewer)
    found = await rows(
        "SELECT l.id, l.name, l.member_id, o.name AS organisation, m.name AS owner FROM reading_lists l "  # noqa: S608
        "JOIN members m ON m.id = l.member_id LEFT JOIN organisations o ON o.id = l.organisation_id "
        f"WHERE l.id = ? AND (l.member_id = ? OR ({shared.sql}))",
        list_id, viewer.member_id, *shared.values,
    )  # fmt: skip
    if not found:
        raise Missing(NO_LIST)
    row = found[0]
    inside = await rows("SELECT target, target_id FROM bookmarks WHERE list_id = ? ORDER BY id", list_id)
    wanted = [(one["target"], one["target_id"]) for one in inside]
    things = await look_up(viewer, wanted)
    folder = Folder(row["id"], row["name"], len(wanted), row["organisation"] or "", row["owner"])
    entries = tuple(things[one] for one in wanted if one in things)
    return SharedList(folder, entries, len(wanted) - len(entries), row["member_id"] == viewer.id)

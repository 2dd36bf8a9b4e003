"""What was done to whole threads: the list of it, and what can still be taken back."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final, cast

from base.clock import now
from base.db import as_datetime, rows
from base.errors import Conflict, Missing, refusal
from base.paging import Page
from forum.facts import ThreadFacts
from forum.rules import UNDO_WINDOW, check_may_undo
from members.viewer import Viewer

PER_PAGE: Final = 20
_DAY: Final = re.compile(r"\d{4}-\d\d-\d\d")
# Places of posts lie one on the other: the last one is taken back first.
_ORDERED: Final = frozenset({"split", "merged", "converted", "moved"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Something that was done to a thread; `told` are the words that explain it, such as the title of another thread.

    `may_undo` when the viewer may take it back now; `undo_until` when that ends.
    """

    id: int
    kind: str
    by: str
    at: datetime
    reason: str
    told: str
    undone_at: datetime | None
    may_undo: bool
    undo_until: datetime

    @property
    def day(self) -> date | None:
        """Return the day that was told."""
        return date.fromisoformat(self.told) if _DAY.fullmatch(self.told) else None


@dataclass(frozen=True, slots=True)
class Changes:
    """A page of the changes of a thread, the newest first."""

    page: Page
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class Done:
    """A change with all that is needed to take it back."""

    id: int
    thread_id: int
    kind: str
    member_id: int
    before: dict[str, Any]
    at: datetime


async def changes(viewer: Viewer, thread: ThreadFacts, page: int = 1) -> Changes:
    """Return what was done to a thread; who may read it is decided before."""
    found = await rows(
        "SELECT (SELECT COUNT(*) FROM thread_changes x WHERE x.thread_id = ?) AS total, c.id, c.kind, c.member_id, "
        "c.reason, c.before, c.at, c.undone_at, CASE WHEN m.state = 'gone' THEN '' ELSE m.name END AS by_name "
        "FROM thread_changes c JOIN members m ON m.id = c.member_id WHERE c.thread_id = ? "
        "ORDER BY c.id DESC LIMIT ? OFFSET ?",
        thread.id, thread.id, PER_PAGE, (page - 1) * PER_PAGE,
    )  # fmt: skip
    if not found and page > 1:
        raise Missing("There is no such page.")
    total = found[0]["total"] if found else 0
    return Changes(Page(page, PER_PAGE, total), tuple(_read(viewer, thread, row) for row in found))


async def undoable(viewer: Viewer, thread: ThreadFacts) -> tuple[Change, ...]:
    """Return what the viewer may still take back of what was done to a thread, the newest first."""
    since = now() - UNDO_WINDOW + timedelta(seconds=1)
    found = await rows(
        "SELECT c.id, c.kind, c.member_id, c.reason, c.before, c.at, c.undone_at, "
        "CASE WHEN m.state = 'gone' THEN '' ELSE m.name END AS by_name "
        "FROM thread_changes c JOIN members m ON m.id = c.member_id "
        "WHERE c.thread_id = ? AND c.undone_at IS NULL AND c.at > ? ORDER BY c.id DESC",
        thread.id, since,
    )  # fmt: skip
    read = (_read(viewer, thread, row) for row in found)
    return tuple(one for one in read if one.may_undo)


async def change_to_undo(viewer: Viewer, thread: ThreadFacts, change_id: int) -> Done:
    """Return a change that the viewer may take back; inside the transaction that holds the thread."""
    found = await rows(
        "SELECT c.id, c.thread_id, c.kind, c.member_id, c.before, c.at, c.undone_at FROM thread_changes c "
        "WHERE c.id = CAST(? AS BIGINT) AND c.thread_id = ?",
        change_id, thread.id,
    )  # fmt: skip
    if not found:
        raise Missing("There is no such change of this thread.")
    row = found[0]
    at = cast(datetime, as_datetime(row["at"]))
    check_may_undo(viewer, thread, row["member_id"], at)
    if row["undone_at"] is not None:
        raise Conflict("It was taken back already.")
    if await _later(row):
        raise Conflict("Something else was done to this thread since. Please take that back first.")
    return Done(row["id"], row["thread_id"], row["kind"], row["member_id"], before_of(row), at)


async def _later(row: Mapping[str, Any]) -> bool:
    """Say whether the thread was changed again in a way that builds on this one."""
    found = await rows(
        "SELECT c.kind FROM thread_changes c WHERE c.thread_id = ? AND c.id > ? AND c.undone_at IS NULL",
        row["thread_id"], row["id"],
    )  # fmt: skip
    kinds = {one["kind"] for one in found}
    return bool(kinds & _ORDERED) if row["kind"] in _ORDERED else row["kind"] in kinds


def before_of(row: Mapping[str, Any]) -> dict[str, Any]:
    """Read what a thread was before: SQLite gives text."""
    read = json.loads(row["before"]) if isinstance(row["before"], str) else row["before"]
    return dict(read or {})


def _read(viewer: Viewer, thread: ThreadFacts, row: Mapping[str, Any]) -> Change:
    at = cast(datetime, as_datetime(row["at"]))
    undone = as_datetime(row["undone_at"])
    return Change(
        id=row["id"],
        kind=row["kind"],
        by=row["by_name"],
        at=at,
        reason=row["reason"],
        told=str(before_of(row).get("told", "")),
        undone_at=undone,
        may_undo=undone is None and not refusal(check_may_undo, viewer, thread, row["member_id"], at),
        undo_until=at + UNDO_WINDOW,
    )


async def kind_of(thread_id: int, change_id: int) -> str:
    """Return of what kind a change is, empty when there is none; who may know of it is decided later."""
    found = await rows(
        "SELECT kind FROM thread_changes WHERE id = CAST(? AS BIGINT) AND thread_id = ?", change_id, thread_id
    )
    return str(found[0]["kind"]) if found else ""


async def written_since(thread_id: int, at: datetime) -> set[int]:
    """Return which posts of a thread were written or edited after a moment."""
    found = await rows(
        "SELECT DISTINCT p.id FROM posts p JOIN post_revisions r ON r.post_id = p.id "
        "WHERE p.thread_id = ? AND r.created_at > ?",
        thread_id, at,
    )  # fmt: skip
    return {row["id"] for row in found}

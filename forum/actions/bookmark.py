"""Keep a thing to find it again, with a note, a folder and perhaps a reminder; and let it go."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, Final, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field

from base.clock import now
from base.db import rows, transaction
from base.errors import Invalid, Missing, Refused
from base.inputs import BlankIsNone, Input, Line, RowId
from base.journal import record
from forum.actions.reading_lists import list_named
from forum.queries.bookmarks import MOST
from forum.queries.keepable import look_up
from forum.rules import check_may_watch
from members.viewer import Viewer

HOUR: Final = 9
"""When somebody is reminded, in their own time."""
_LATEST: Final = timedelta(days=366 * 5)
_KEEP: Final = """
INSERT INTO bookmarks (member_id, target, target_id, list_id, note, remind_at, reminded_at, created_at)
VALUES (?, ?, ?, ?, ?, ?, NULL, ?) ON CONFLICT (member_id, target, target_id) DO NOTHING RETURNING id"""
_CHANGE: Final = """
UPDATE bookmarks SET note = ?, list_id = ?, remind_at = ?, reminded_at = CASE WHEN ? THEN reminded_at ELSE NULL END
WHERE id = ? AND member_id = ?"""

Remind = Literal["", "keep", "tomorrow", "week", "date"]


class Details(Input):
    """What stands with a bookmark; a folder by its number, or a new one by its name."""

    note: Line = Field("", max_length=500, title="Note")
    folder: Annotated[RowId | None, BlankIsNone] = Field(None, title="Folder")
    new_folder: Line = Field("", max_length=80, title="New folder")
    remind: Remind = Field("", title="Remind me")
    on: Annotated[date | None, BlankIsNone] = Field(None, title="Day")


class Keeping(Details):
    """What to keep."""

    target: Literal["thread", "post", "article"] = Field(title="What")
    id: RowId = Field(title="Its id")


async def bookmark(viewer: Viewer, given: Keeping) -> int:
    """Keep something the viewer may see and return the bookmark's id; a thing that is kept already stays as it is."""
    check_may_watch(viewer)
    what = (given.target, given.id)
    if what not in await look_up(viewer, [what]):
        raise Missing
    remind_at = _moment(viewer, given)
    async with transaction():
        counted = await rows("SELECT COUNT(*) AS n FROM bookmarks WHERE member_id = ?", viewer.member_id)
        if counted[0]["n"] >= MOST:
            raise Refused(
                f"You have {MOST:,} bookmarks, and that is the most. Please remove some that you need no more."
            )
        folder = await _folder(viewer, given)
        made = await rows(_KEEP, viewer.member_id, *what, folder, given.note, remind_at, now())
        if made:
            await record("bookmark.kept", actor_id=viewer.id, subject_id=made[0]["id"], data={"target": given.target})
    return made[0]["id"] if made else await _id_of(viewer, given)


async def change_bookmark(viewer: Viewer, bookmark_id: int, given: Details) -> None:
    """Change the note, the folder and the reminder of a bookmark; `keep` leaves the reminder as it is."""
    found = await rows("SELECT remind_at FROM bookmarks WHERE id = ? AND member_id = ?", bookmark_id, viewer.member_id)
    if not found:
        raise Missing("There is no such bookmark.")
    as_before = given.remind == "keep"
    async with transaction():
        folder = await _folder(viewer, given)
        remind_at = found[0]["remind_at"] if as_before else _moment(viewer, given)
        await rows(f"{_CHANGE} RETURNING id", given.note, folder, remind_at, as_before, bookmark_id, viewer.member_id)
        await record("bookmark.changed", actor_id=viewer.id, subject_id=bookmark_id)


async def remove_bookmark(viewer: Viewer, bookmark_id: int) -> None:
    """Let a bookmark go."""
    if not await _remove("id = ?", viewer, bookmark_id):
        raise Missing("There is no such bookmark.")


async def unbookmark(viewer: Viewer, target: str, target_id: int) -> None:
    """Let the bookmark of a thing go."""
    await _remove("target = ? AND target_id = ?", viewer, target, target_id)


async def _remove(which: str, viewer: Viewer, *values: object) -> bool:
    async with transaction():
        gone = await rows(
            f"DELETE FROM bookmarks WHERE member_id = ? AND {which} RETURNING id", viewer.member_id, *values  # noqa: S608
        )  # fmt: skip
        if gone:
            await record("bookmark.removed", actor_id=viewer.id, subject_id=gone[0]["id"])
    return bool(gone)


async def _folder(viewer: Viewer, given: Details) -> int | None:
    if given.new_folder:
        return await list_named(viewer, given.new_folder)
    if given.folder is None:
        return None
    sql = "SELECT id FROM reading_lists WHERE id = ? AND member_id = ?"
    if not await rows(sql, given.folder, viewer.member_id):
        raise Invalid({"folder": "There is no such folder any more."}, given.model_dump())
    return given.folder


async def _id_of(viewer: Viewer, given: Keeping) -> int:
    sql = "SELECT id FROM bookmarks WHERE member_id = ? AND target = ? AND target_id = ?"
    found = await rows(sql, viewer.member_id, given.target, given.id)
    return int(found[0]["id"]) if found else 0


def _moment(viewer: Viewer, given: Details) -> datetime | None:
    """Return when to remind: nine in the morning, where the member is."""
    zone, at = _zone(viewer.timezone), now()
    today = at.astimezone(zone).date()
    if given.remind == "date":
        if given.on is None:
            raise Invalid({"on": "Please say on which day, such as 2026-03-31."}, given.model_dump())
        if not today < given.on <= today + _LATEST:
            raise Invalid({"on": "Please choose a day from tomorrow on, within five years."}, given.model_dump())
        day = given.on
    elif given.remind in ("tomorrow", "week"):
        day = today + timedelta(days=1 if given.remind == "tomorrow" else 7)
    else:
        return None
    return datetime.combine(day, time(HOUR), zone).astimezone(UTC)


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")

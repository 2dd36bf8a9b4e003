"""Folders of bookmarks: make, rename, share with one's organisation, take away."""

from typing import Annotated, Final

from pydantic import Field

from base.clock import now
from base.db import rows, transaction
from base.errors import Invalid, Missing, Refused
from base.inputs import Input, Line
from base.journal import record
from members.viewer import Viewer

MOST: Final = 100


class ListName(Input):
    """What a folder is called."""

    name: Annotated[Line, Field(min_length=1, max_length=80, title="Name")]


async def list_named(viewer: Viewer, name: str) -> int:
    """Return the viewer's folder of this name, made if there is none; inside the caller's transaction."""
    before = await rows("SELECT id FROM reading_lists WHERE member_id = ? AND name = ?", viewer.member_id, name)
    if before:
        return int(before[0]["id"])
    counted = await rows("SELECT COUNT(*) AS n FROM reading_lists WHERE member_id = ?", viewer.member_id)
    if counted[0]["n"] >= MOST:
        raise Invalid({"new_folder": f"You have {MOST} folders, and that is the most. Please use one of them."})
    made = await rows(
        "INSERT INTO reading_lists (member_id, name, created_at) VALUES (?, ?, ?) "
        "ON CONFLICT (member_id, name) DO UPDATE SET name = excluded.name RETURNING id",
        viewer.member_id, name, now(),
    )  # fmt: skip
    return int(made[0]["id"])


async def make_list(viewer: Viewer, given: ListName) -> int:
    """Make a folder and return its id."""
    async with transaction():
        made = await list_named(viewer, given.name)
        await record("reading_list.made", actor_id=viewer.id, subject_id=made)
    return made


async def rename_list(viewer: Viewer, list_id: int, given: ListName) -> None:
    """Give a folder another name."""
    async with transaction():
        sql = "SELECT id FROM reading_lists WHERE member_id = ? AND name = ? AND id <> ?"
        if await rows(sql, viewer.member_id, given.name, list_id):
            raise Invalid({"name": "You have a folder of this name already."}, given.model_dump())
        await _change(viewer, list_id, "name = ?", given.name)
        await record("reading_list.renamed", actor_id=viewer.id, subject_id=list_id)


async def share_list(viewer: Viewer, list_id: int) -> None:
    """Let the members of the viewer's organisation read a folder; notes stay the viewer's own."""
    own = "SELECT 1 AS one FROM reading_lists WHERE id = ? AND member_id = ?"
    if not await rows(own, list_id, viewer.member_id):
        raise Missing("There is no such folder.")
    if viewer.organisation_id is None:
        raise Refused("You belong to no organisation yet, so there is nobody to share it with.")
    async with transaction():
        await _change(viewer, list_id, "organisation_id = ?", viewer.organisation_id)
        data = {"organisation_id": viewer.organisation_id}
        await record("reading_list.shared", actor_id=viewer.id, subject_id=list_id, data=data)


async def unshare_list(viewer: Viewer, list_id: int) -> None:
    """Keep a folder to oneself again."""
    async with transaction():
        await _change(viewer, list_id, "organisation_id = NULL")
        await record("reading_list.unshared", actor_id=viewer.id, subject_id=list_id)


async def drop_list(viewer: Viewer, list_id: int) -> None:
    """Take a folder away; what lay in it stays bookmarked."""
    async with transaction():
        await rows("UPDATE bookmarks SET list_id = NULL WHERE list_id = ? AND member_id = ? RETURNING id",
                   list_id, viewer.member_id)  # fmt: skip
        sql = "DELETE FROM reading_lists WHERE id = ? AND member_id = ? RETURNING id"
        if not await rows(sql, list_id, viewer.member_id):
            raise Missing("There is no such folder.")
        await record("reading_list.dropped", actor_id=viewer.id, subject_id=list_id)


async def _change(viewer: Viewer, list_id: int, what: str, *values: object) -> None:
    sql = f"UPDATE reading_lists SET {what} WHERE id = ? AND member_id = ? RETURNING id"  # noqa: S608
    if not await rows(sql, *values, list_id, viewer.member_id):
        raise Missing("There is no such folder.")

"""Mark notices as read: one, those about one thing, or all."""

from typing import Annotated

from pydantic import Field

from base import journal
from base.clock import now
from base.condition import Condition
from base.db import execute, rows, transaction
from base.errors import Invalid, Missing
from base.inputs import BlankIsNone, Input, RowId
from members.inbox_bell import ring_for
from members.models import Notice
from members.queries.inbox import of_sort
from members.viewer import Viewer


class Reading(Input):
    """What was read: one notice, those of one group, or all; of one sort only when it is named."""

    notice: Annotated[RowId | None, BlankIsNone] = None
    group: str = Field("", max_length=60)
    all: bool = False
    sort: str = Field("", max_length=20)


async def read_notices(viewer: Viewer, given: Reading) -> int:
    """Mark what was read; return how many notices were new."""
    if given.notice is not None:
        if not await Notice.filter(id=given.notice, member_id=viewer.member_id).exists():
            raise Missing("There is no such notice.")
        return await _mark(viewer, Condition("n.id = ?", (given.notice,)))
    if given.group:
        return await _mark(viewer, of_sort(given.sort) & Condition('n."group" = ?', (given.group,)))
    if given.all:
        return await _mark(viewer, of_sort(given.sort))
    raise Invalid({"notice": "Please say which: a notice, a group, or all."})


async def read_group(viewer: Viewer, group: str) -> int:
    """Mark the viewer's notices about one thing as read, as when they open it; return how many were new."""
    return await _mark(viewer, Condition('n."group" = ?', (group,)))


async def open_notice(viewer: Viewer, notice_id: int) -> str:
    """Return where a notice leads, and mark everything about that thing as read."""
    notice = await Notice.get_or_none(id=notice_id, member_id=viewer.member_id)
    if notice is None:
        raise Missing("There is no such notice.")
    await read_group(viewer, notice.group)
    return notice.url


async def _mark(viewer: Viewer, which: Condition) -> int:
    new = Condition("n.member_id = ? AND n.read_at IS NULL", (viewer.member_id,)) & which
    # A read first: opening what is read already writes nothing.
    if not await rows(f"SELECT 1 AS one FROM notices n WHERE {new.sql} LIMIT 1", *new.values):  # noqa: S608
        return 0
    async with transaction():
        marked = await execute(f"UPDATE notices AS n SET read_at = ? WHERE {new.sql}", now(), *new.values)  # noqa: S608
        await journal.record("inbox.read", actor_id=viewer.id, subject_id=viewer.member_id)
        await ring_for([viewer.member_id])
    return marked

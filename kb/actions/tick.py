"""Tick a thing in a collection as done, and untick it: a reader's own record."""

from base.clock import now
from base.db import execute, transaction
from base.errors import Missing
from base.journal import record
from kb.actions.fill import NOT_IN_IT
from kb.models import CollectionItem
from kb.queries.collections import collection, reading_url
from kb.rules import check_may_tick
from members.viewer import Viewer


async def tick(viewer: Viewer, collection_id: int, item_id: int) -> str:
    """Write down that the viewer has done this; return where they go on."""
    onward = await _onward(viewer, collection_id, item_id)
    async with transaction():
        if await CollectionItem.filter(id=item_id).select_for_update().first() is None:
            raise Missing(NOT_IN_IT)
        made = await execute(
            "INSERT INTO collection_progress (item_id, member_id, at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
            item_id, viewer.member_id, now(),
        )  # fmt: skip
        if made:
            data = {"collection_id": collection_id}
            await record("progress.ticked", actor_id=viewer.id, subject_id=item_id, data=data)
    return onward


async def untick(viewer: Viewer, collection_id: int, item_id: int) -> None:
    """Take that back."""
    await _onward(viewer, collection_id, item_id)
    async with transaction():
        sql = "DELETE FROM collection_progress WHERE item_id = ? AND member_id = ?"
        if await execute(sql, item_id, viewer.member_id):
            data = {"collection_id": collection_id}
            await record("progress.unticked", actor_id=viewer.id, subject_id=item_id, data=data)


async def _onward(viewer: Viewer, collection_id: int, item_id: int) -> str:
    """Return what comes after a thing; raises Missing when the viewer does not see it there."""
    check_may_tick(viewer)
    found = await collection(viewer, collection_id)
    here = next((place for place, one in enumerate(found.items) if one.id == item_id), None)
    if here is None:
        raise Missing(NOT_IN_IT)
    return reading_url(found.row, next(iter(found.items[here + 1 :]), None))

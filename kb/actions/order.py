"""Order what is in a collection: up, down, or to a place."""

from typing import Annotated

from pydantic import Field

from base.db import transaction
from base.errors import Missing
from base.inputs import Input
from base.journal import record
from kb.actions.collect import lock_collection
from kb.actions.fill import NOT_IN_IT
from kb.models import CollectionItem
from kb.queries.collections import collection
from kb.rules import check_may_collect
from members.viewer import Viewer


class Placement(Input):
    """The place a thing is to have, from 1 on; more than there are means the last one."""

    place: Annotated[int, Field(ge=1, le=100_000, title="Place")]


async def move(viewer: Viewer, collection_id: int, item_id: int, *, up: bool) -> None:
    """Let a thing change places with the one before or after it; at the end nothing happens."""
    await _place(viewer, collection_id, item_id, by=-1 if up else 1)


async def move_to(viewer: Viewer, collection_id: int, item_id: int, given: Placement) -> None:
    """Give a thing a place among those that the viewer sees; the others close up."""
    await _place(viewer, collection_id, item_id, to=given.place)


async def _place(viewer: Viewer, collection_id: int, item_id: int, *, to: int = 0, by: int = 0) -> None:
    check_may_collect(viewer)
    async with transaction():
        await lock_collection(viewer, collection_id)
        shown = [one.id for one in (await collection(viewer, collection_id)).items]
        if item_id not in shown:
            raise Missing(NOT_IN_IT)
        here = shown.index(item_id)
        there = max(0, min(len(shown) - 1, to - 1 if to else here + by))
        if there == here:
            return
        items = await CollectionItem.filter(collection_id=collection_id).order_by("position", "id")
        was = {int(one.id): one.position for one in items}
        for position, one in enumerate(_ordered(list(was), shown, item_id, there), 1):
            if was[one] != position:
                await CollectionItem.filter(id=one).update(position=position)
        data = {"item_id": item_id, "place": there + 1}
        await record("collection.ordered", actor_id=viewer.id, subject_id=collection_id, data=data)


def _ordered(ids: list[int], shown: list[int], item_id: int, there: int) -> list[int]:
    """Return all in their new order: what the viewer does not see stays behind what it stood behind."""
    ids.remove(item_id)
    others = [one for one in shown if one != item_id]
    ids.insert(ids.index(others[there]) if there < len(others) else ids.index(others[-1]) + 1, item_id)
    return ids

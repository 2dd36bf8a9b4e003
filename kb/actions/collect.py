"""Keep collections: start one, describe it, put things in, order them, take them out."""

from typing import Annotated, Any, Literal

from pydantic import Field

from base.clock import now
from base.db import rows, transaction
from base.errors import Invalid, Missing
from base.inputs import Body, Input, Line
from base.journal import record
from base.paging import whole_number
from base.text.slug import slugify
from forum.queries.facts import thread_facts
from forum.rules import check_may_see
from kb.models import Collection, CollectionItem
from kb.queries.facts import find
from kb.rules import check_may_collect, check_may_write_for
from members.viewer import Viewer


class CollectionForm(Input):
    """What a collection is called, what it is for, who may read it, and whether readers see it."""

    title: Annotated[Line, Field(min_length=5, max_length=160, title="Title")]
    about: Annotated[Body, Field(max_length=2_000, title="What it is for")] = ""
    audience: Literal["public", "network"] = Field("public", title="Who may read it")
    state: Literal["draft", "published"] = Field("draft", title="State")


class Addition(Input):
    """A practice or a thread to put in, by its address, and why it stands there."""

    address: Annotated[Line, Field(min_length=1, max_length=300, title="Address")]
    note: Annotated[Line, Field(max_length=300, title="Why it stands here")] = ""


async def keep_collection(viewer: Viewer, given: CollectionForm, collection_id: int | None = None) -> int:
    """Start a collection, or describe one anew; return its id."""
    check_may_collect(viewer)
    check_may_write_for(viewer, given.audience)
    columns = given.model_dump() | {"slug": slugify(given.title, empty="collection"), "changed_at": now()}
    async with transaction():
        if collection_id is None:
            made = await Collection.create(**columns, owner_id=viewer.member_id, created_at=now())
            collection_id = int(made.id)
        elif not await Collection.filter(id=collection_id).update(**columns):
            raise Missing("There is no such collection.")
        data = {"state": given.state}
        await record("collection.kept", actor_id=viewer.id, subject_id=collection_id, data=data)
    return collection_id


async def put_in(viewer: Viewer, collection_id: int, given: Addition) -> None:
    """Put a practice or a thread at the end; one that is there already gets the new note."""
    check_may_collect(viewer)
    target = await _target(viewer, given)
    async with transaction():
        await _lock(collection_id)
        last = await rows("SELECT MAX(position) AS n FROM collection_items WHERE collection_id = ?", collection_id)
        found = CollectionItem.filter(collection_id=collection_id, **target)
        if not await found.update(note=given.note):
            await CollectionItem.create(
                collection_id=collection_id, position=(last[0]["n"] or 0) + 1, note=given.note, **target
            )
        await record("collection.filled", actor_id=viewer.id, subject_id=collection_id, data=target)


async def move(viewer: Viewer, collection_id: int, item_id: int, *, up: bool) -> None:
    """Let a thing change places with the one before or after it; at the end nothing happens."""
    check_may_collect(viewer)
    async with transaction():
        await _lock(collection_id)
        items = await CollectionItem.filter(collection_id=collection_id).order_by("position", "id")
        ids = [int(one.id) for one in items]
        if item_id not in ids:
            raise Missing("This is not in the collection.")
        here = ids.index(item_id)
        there = here - 1 if up else here + 1
        if 0 <= there < len(ids):
            ids[here], ids[there] = ids[there], ids[here]
            for position, one in enumerate(ids, 1):
                await CollectionItem.filter(id=one).update(position=position)
            data = {"item_id": item_id, "up": up}
            await record("collection.ordered", actor_id=viewer.id, subject_id=collection_id, data=data)


async def take_out(viewer: Viewer, collection_id: int, item_id: int) -> None:
    """Take a thing out of the collection; the thing itself stays."""
    check_may_collect(viewer)
    async with transaction():
        await _lock(collection_id)
        if not await CollectionItem.filter(id=item_id, collection_id=collection_id).delete():
            raise Missing("This is not in the collection.")
        data = {"item_id": item_id}
        await record("collection.emptied", actor_id=viewer.id, subject_id=collection_id, data=data)


async def _lock(collection_id: int) -> None:
    """Let others who fill or order the same collection wait."""
    if await Collection.filter(id=collection_id).select_for_update().first() is None:
        raise Missing("There is no such collection.")


async def _target(viewer: Viewer, given: Addition) -> dict[str, Any]:
    """Read "/kb/12-title" or "/t/17-title", also as whole addresses; both must be open to the viewer."""
    for place, kind in (("/kb/", "article"), ("/t/", "thread")):
        if place not in given.address:
            continue
        number = whole_number(given.address.rpartition(place)[2].partition("-")[0].partition("?")[0].partition("#")[0])
        if number and kind == "article":
            return {"article_id": (await find(viewer, number)).id}
        if number:
            thread = await thread_facts(number)
            check_may_see(viewer, thread)
            return {"thread_id": thread.id}
    raise Invalid({"address": "Please give the address of a practice or a thread here."}, given.model_dump())

"""Put a practice, a thread or a page elsewhere into a collection, and take it out."""

from typing import Annotated, Any, Final
from urllib.parse import urlsplit, urlunsplit

from pydantic import Field

from base import settings
from base.db import rows, transaction
from base.errors import Invalid, Missing
from base.inputs import Input, Line
from base.journal import record
from base.paging import whole_number
from base.text.addresses import is_outside, may_link
from forum.queries.facts import thread_facts
from forum.rules import check_may_see
from kb.actions.collect import lock_collection
from kb.models import CollectionItem
from kb.queries.facts import find
from kb.rules import check_may_collect
from members.viewer import Viewer

NOT_IN_IT: Final = "This is not in the collection."
_MOST: Final = 200
_NO_ADDRESS: Final = (
    "Please give the address of a practice or a thread here, or the whole address of a page elsewhere, "
    "beginning with https://."
)


class Addition(Input):
    """A practice or a thread, or a page elsewhere with its title, by its address; and why it stands there."""

    address: Annotated[Line, Field(min_length=1, max_length=500, title="Address")]
    page_title: Annotated[Line, Field(max_length=160, title="Title of the page")] = ""
    note: Annotated[Line, Field(max_length=300, title="Why it stands here")] = ""


async def put_in(viewer: Viewer, collection_id: int, given: Addition) -> None:
    """Put something at the end; what is there already gets the new note, if there is one."""
    check_may_collect(viewer)
    target = await _target(viewer, given)
    async with transaction():
        await lock_collection(viewer, collection_id)
        found = CollectionItem.filter(collection_id=collection_id, **target)
        if await found.exists():
            if not given.note:
                sentence = "This is in the collection already. Write why it stands here to change that."
                raise Invalid({"address": sentence}, given.model_dump())
            await found.update(note=given.note)
        else:
            last = await rows(
                "SELECT MAX(position) AS n, COUNT(*) AS number FROM collection_items WHERE collection_id = ?",
                collection_id,
            )
            if last[0]["number"] >= _MOST:
                raise Invalid({"address": f"A collection holds at most {_MOST} things."}, given.model_dump())
            title = given.page_title if "url" in target else ""
            await CollectionItem.create(
                collection_id=collection_id, position=(last[0]["n"] or 0) + 1, note=given.note, title=title, **target
            )
        await record("collection.filled", actor_id=viewer.id, subject_id=collection_id, data=target)


async def take_out(viewer: Viewer, collection_id: int, item_id: int) -> None:
    """Take a thing out of the collection; the thing itself stays."""
    check_may_collect(viewer)
    async with transaction():
        await lock_collection(viewer, collection_id)
        if not await CollectionItem.filter(id=item_id, collection_id=collection_id).delete():
            raise Missing(NOT_IN_IT)
        data = {"item_id": item_id}
        await record("collection.emptied", actor_id=viewer.id, subject_id=collection_id, data=data)


async def _target(viewer: Viewer, given: Addition) -> dict[str, Any]:
    try:
        return await _known(viewer, given)
    except Missing as missing:
        raise Invalid({"address": missing.sentence}, given.model_dump()) from None


async def _known(viewer: Viewer, given: Addition) -> dict[str, Any]:
    """Read "/kb/12-title" or "/t/17-title", also as whole addresses of this site; and "https://…" elsewhere."""
    own = settings.get().address
    path = given.address.removeprefix(own) if given.address.startswith((f"{own}/", "/")) else ""
    if given.address == own:
        path = "/"
    for place in ("/kb/", "/t/"):
        last = path.removeprefix(place).partition("?")[0].partition("#")[0].partition("/")[0].partition("-")[0]
        if not path.startswith(place) or not (number := whole_number(last)):
            continue
        if place == "/kb/":
            return {"article_id": (await find(viewer, number)).id}
        thread = await thread_facts(number)
        check_may_see(viewer, thread)
        return {"thread_id": thread.id}
    url = "" if path else _outside(given.address)
    if not url:
        raise Invalid({"address": _NO_ADDRESS}, given.model_dump())
    if not given.page_title:
        sentence = "Please write what the page is called: nothing is fetched from elsewhere."
        raise Invalid({"page_title": sentence}, given.model_dump())
    return {"url": url}


def _outside(address: str) -> str:
    """Return the address of a page elsewhere as it is kept, or nothing: no names and passwords, no other schemes."""
    if not is_outside(address) or not may_link(address):
        return ""
    try:
        parts = urlsplit(address)
        known = parts.hostname and "@" not in parts.netloc and (parts.port is None or parts.port > 0)
    except ValueError:
        return ""
    return urlunsplit(parts._replace(netloc=parts.netloc.lower())) if known else ""

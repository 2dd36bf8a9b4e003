"""Keep collections: start one, describe it, hand it over."""

from typing import Annotated, Literal

from pydantic import Field

from base.clock import now
from base.db import transaction
from base.errors import Invalid, Missing, refusal
from base.inputs import Body, Input, Line
from base.journal import record
from base.text.slug import slugify
from kb.facts import CollectionFacts
from kb.models import Collection
from kb.queries.collections import NONE, collection_facts
from kb.rules import check_may_collect, check_may_hand_over, check_may_look_after, check_may_write_for
from members.models import Member
from members.queries.viewer import viewer_of_member
from members.viewer import Viewer


class CollectionForm(Input):
    """What a collection is called, what it is for, who may read it, whether readers see it, and who looks after it.

    `owner` is a handle; when it is not given, that stays.
    """

    title: Annotated[Line, Field(min_length=5, max_length=160, title="Title")]
    about: Annotated[Body, Field(max_length=2_000, title="What it is for")] = ""
    audience: Annotated[
        str, Field(pattern=r"^(public|network|org:\d{1,18}|region:\d{1,18})$", title="Who may read it")
    ] = "public"
    state: Literal["draft", "published"] = Field("draft", title="State")
    owner: Annotated[Line, Field(max_length=41, title="Who looks after it")] = ""


async def keep_collection(viewer: Viewer, given: CollectionForm, collection_id: int | None = None) -> int:
    """Start a collection, or describe one anew and perhaps hand it over; return its id."""
    check_may_collect(viewer)
    known = await collection_facts(viewer, collection_id) if collection_id is not None else None
    wrong = refusal(check_may_write_for, viewer, given.audience)
    if wrong and (known is None or known.audience != given.audience):
        raise Invalid({"audience": wrong}, given.model_dump())
    owner_id = await _owner(viewer, known, given)
    columns = given.model_dump(exclude={"owner"}) | {"changed_at": now()}
    columns |= {"slug": slugify(given.title, empty="collection"), **({"owner_id": owner_id} if owner_id else {})}
    async with transaction():
        if known is None:
            made = await Collection.create(**{"owner_id": viewer.member_id, **columns}, created_at=now())
            known = CollectionFacts(id=int(made.id), owner_id=viewer.id)
        elif not await Collection.filter(id=known.id).update(**columns):
            raise Missing(NONE)
        await record("collection.kept", actor_id=viewer.id, subject_id=known.id, data={"state": given.state})
        if owner_id:
            data = {"owner_id": owner_id, "before": known.owner_id}
            await record("collection.handed_over", actor_id=viewer.id, subject_id=known.id, data=data)
    return known.id


async def lock_collection(viewer: Viewer, collection_id: int) -> None:
    """Let others who fill or order the same collection wait; raises Missing when the viewer may not see it."""
    await collection_facts(viewer, collection_id)
    if await Collection.filter(id=collection_id).select_for_update().first() is None:
        raise Missing(NONE)


async def _owner(viewer: Viewer, known: CollectionFacts | None, given: CollectionForm) -> int:
    """Return who is to look after it from now on; 0 when that does not change."""
    handle = given.owner.removeprefix("@")
    if not handle:
        return 0
    found = await Member.get_or_none(handle=handle, state="active")
    owner = await viewer_of_member(found.id) if found else None
    if found is None or owner is None:
        raise Invalid({"owner": f"There is no member “{given.owner}” here."}, given.model_dump())
    if owner.id == (known.owner_id if known else viewer.id):
        return 0
    why_not = refusal(check_may_hand_over, viewer, known) if known else ""
    if not why_not and refusal(check_may_look_after, owner, given.audience):
        why_not = f"{owner.name} cannot look after it: that takes an editor who may read it."
    if why_not:
        raise Invalid({"owner": why_not}, given.model_dump())
    return owner.member_id

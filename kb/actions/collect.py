"""Keep collections: start one, describe it, hand it over."""

from datetime import timedelta
from typing import Annotated, Any, Final, Literal

from pydantic import Field

from base.clock import now
from base.db import transaction
from base.errors import Invalid, Missing, refusal
from base.inputs import Body, Input, Line
from base.journal import record
from base.text.slug import slugify
from kb.facts import CollectionFacts
from kb.models import Collection
from kb.queries.audiences import is_audience
from kb.queries.collections import NONE, collection_facts
from kb.rules import check_may_collect, check_may_hand_over, check_may_look_after, check_may_write_for
from members.models import Member
from members.queries.viewer import viewer_of_member
from members.viewer import PUBLIC, Viewer

_TWICE: Final = timedelta(seconds=60)
_MEANWHILE: Final = "Somebody changed this collection while you did. Save again to keep what is in this form."


class CollectionForm(Input):
    """What a collection is called and is for, who may read it, whether readers see it, and who looks after it.

    `owner` is a handle. What is not given stays; a new one is for everybody, and a draft. `seen` is `changed_at` of
    what was changed here, so that nobody writes over what somebody else wrote meanwhile.
    """

    title: Annotated[Line, Field(min_length=5, max_length=160, title="Title")]
    about: Annotated[Body | None, Field(max_length=2_000, title="What it is for")] = None
    audience: Annotated[
        str | None, Field(pattern=r"^(public|network|org:\d{1,18}|region:\d{1,18})$", title="Who may read it")
    ] = None
    state: Literal["draft", "published"] | None = Field(None, title="State")
    owner: Annotated[Line, Field(max_length=41, title="Who looks after it")] = ""
    seen: Annotated[Line, Field(max_length=40, title="Last change")] = ""


async def keep_collection(viewer: Viewer, given: CollectionForm, collection_id: int | None = None) -> int:
    """Start a collection, or describe one anew and perhaps hand it over; return its id."""
    check_may_collect(viewer)
    known = await collection_facts(viewer, collection_id) if collection_id is not None else None
    audience = given.audience or (known.audience if known else PUBLIC)
    await _check_audience(viewer, known, audience, given)
    owner_id = await _owner(viewer, known, given, audience)
    columns = given.model_dump(exclude={"owner", "seen"}, exclude_none=True) | {"changed_at": now()}
    columns |= {"slug": slugify(given.title, empty="collection"), **({"owner_id": owner_id} if owner_id else {})}
    async with transaction():
        if known is None:
            if twice := await _just_started(viewer, given):
                return twice
            made = await Collection.create(**{"owner_id": viewer.member_id, **columns}, created_at=now())
            known = CollectionFacts(id=int(made.id), owner_id=viewer.id)
        else:
            await _change(known, given, columns)
        await record("collection.kept", actor_id=viewer.id, subject_id=known.id)
        if owner_id:
            data = {"owner_id": owner_id, "before": known.owner_id}
            await record("collection.handed_over", actor_id=viewer.id, subject_id=known.id, data=data)
    return known.id


async def _check_audience(viewer: Viewer, known: CollectionFacts | None, audience: str, given: CollectionForm) -> None:
    if known is not None and known.audience == audience:
        return
    wrong = refusal(check_may_write_for, viewer, audience)
    if wrong or not await is_audience(audience):
        raise Invalid({"audience": wrong or "There is no such group."}, given.model_dump())


async def _just_started(viewer: Viewer, given: CollectionForm) -> int:
    """Return the collection of this name that the viewer started a moment ago: a form that was sent twice."""
    await Member.filter(id=viewer.member_id).select_for_update().first()
    since = now() - _TWICE
    found = await Collection.filter(owner_id=viewer.member_id, title=given.title, created_at__gt=since).first()
    return int(found.id) if found else 0


async def _change(known: CollectionFacts, given: CollectionForm, columns: dict[str, Any]) -> None:
    now_there = await Collection.filter(id=known.id).select_for_update().first()
    if now_there is None:
        raise Missing(NONE)
    if given.seen and given.seen != now_there.changed_at.isoformat():
        raise Invalid({"title": _MEANWHILE}, given.model_dump())
    await Collection.filter(id=known.id).update(**columns)


async def lock_collection(viewer: Viewer, collection_id: int) -> None:
    """Let others who fill or order the same collection wait; raises Missing when the viewer may not see it."""
    await collection_facts(viewer, collection_id)
    if await Collection.filter(id=collection_id).select_for_update().first() is None:
        raise Missing(NONE)


async def _owner(viewer: Viewer, known: CollectionFacts | None, given: CollectionForm, audience: str) -> int:
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
    if not why_not and refusal(check_may_look_after, owner, audience):
        why_not = f"{owner.name} cannot look after it: that takes an editor who may read it."
    if why_not:
        raise Invalid({"owner": why_not}, given.model_dump())
    return owner.member_id

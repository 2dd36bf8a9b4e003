"""Say what one's organisation does with an article: its administrators record it, its other members propose it."""

from datetime import date, timedelta
from typing import Annotated, Any, Final

from pydantic import Field

from base.clock import now
from base.db import transaction
from base.errors import Conflict, Invalid, Missing
from base.inputs import BlankIsNone, Input, Line
from base.journal import record
from kb.adoptions import Result, UseState
from kb.models import Adoption, AdoptionChange
from kb.queries.facts import find
from kb.rules import check_may_adopt, check_may_decide_use, may_record_use
from members.viewer import Viewer

# Where the day begins first, it is fourteen hours later than in UTC.
_FIRST_ZONE: Final = timedelta(hours=14)


class Use(Input):
    """What an organisation does with an article, since when, what came of it, and a few words about it."""

    state: UseState = Field(title="What you do with it")
    result: Result = Field("", title="What came of it")
    since: Annotated[date | None, BlankIsNone, Field(title="Since")] = None
    note: Annotated[Line, Field(max_length=400, title="Note")] = ""
    hide_name: bool = Field(False, title="Do not name us")

    def columns(self) -> dict[str, Any]:
        """Return it as columns of an adoption."""
        return self.model_dump(exclude={"hide_name"}) | {"name_visible": not self.hide_name}


async def adopt(viewer: Viewer, article_id: int, given: Use) -> bool:
    """Record what the viewer's organisation does with an article, or propose it; say whether it is recorded."""
    found = await find(viewer, article_id)
    check_may_adopt(viewer, found.article)
    if given.since and given.since > (now() + _FIRST_ZONE).date():
        raise Invalid({"since": "This day has not come yet."})
    recorded = may_record_use(viewer)
    async with transaction():
        change = await _write(viewer, article_id, given.columns(), standing="recorded" if recorded else "proposed")
        if recorded:
            await _stand(change)
        else:
            data = {"change_id": change.id, "organisation_id": viewer.organisation_id}
            await record("article.use_proposed", actor_id=viewer.id, subject_id=article_id, data=data)
    return recorded


async def withdraw_adoption(viewer: Viewer, article_id: int) -> None:
    """Take back what is recorded of the viewer's organisation, or what the viewer proposed; its history stays."""
    found = await find(viewer, article_id)
    check_may_adopt(viewer, found.article)
    here = {"article_id": article_id, "organisation_id": viewer.organisation_id}
    async with transaction():
        own = AdoptionChange.filter(**here, standing="proposed", by_id=viewer.id)
        taken_back = await own.update(standing="withdrawn", decided_at=now())
        if not may_record_use(viewer):
            if not taken_back:
                raise Missing("You have proposed nothing here.")
            await record("article.use_withdrawn", actor_id=viewer.id, subject_id=article_id, data=here)
            return
        if not await Adoption.filter(**here).delete():
            raise Missing("Your organisation has said nothing about this practice.")
        await _write(viewer, article_id, {"state": ""}, standing="recorded")
        data = {"organisation_id": viewer.organisation_id, "state": ""}
        await record("article.adopted", actor_id=viewer.id, subject_id=article_id, data=data)


async def still_using(viewer: Viewer, article_id: int) -> None:
    """Confirm in one click that what is recorded of the viewer's organisation is still so."""
    check_may_adopt(viewer, (await find(viewer, article_id)).article)
    check_may_decide_use(viewer, viewer.organisation_id or 0)
    here = {"article_id": article_id, "organisation_id": viewer.organisation_id}
    async with transaction():
        if not await Adoption.filter(**here).update(confirmed_at=now()):
            raise Missing("Your organisation has said nothing about this practice.")
        await record("article.use_confirmed", actor_id=viewer.id, subject_id=article_id, data=here)


async def accept_use(viewer: Viewer, article_id: int, change_id: int) -> None:
    """Record what a member of the organisation proposed."""
    change = await _proposed(viewer, article_id, change_id)
    async with transaction():
        await _decide(viewer, change, "recorded")
        await _stand(change)


async def decline_use(viewer: Viewer, article_id: int, change_id: int) -> None:
    """Decline what a member of the organisation proposed."""
    change = await _proposed(viewer, article_id, change_id)
    async with transaction():
        await _decide(viewer, change, "declined")
        data = {"change_id": change.id}
        await record("article.use_declined", actor_id=viewer.id, subject_id=article_id, data=data)


async def _write(viewer: Viewer, article_id: int, columns: dict[str, Any], *, standing: str) -> AdoptionChange:
    return await AdoptionChange.create(
        article_id=article_id,
        organisation_id=viewer.organisation_id,
        standing=standing,
        by_id=viewer.member_id,
        at=now(),
        **columns,
    )


async def _stand(change: Any) -> None:
    """Make a change the one state of its organisation."""
    at = now()
    before = await Adoption.get_or_none(article_id=change.article_id, organisation_id=change.organisation_id)
    columns = {name: getattr(change, name) for name in ("state", "result", "since", "note", "name_visible", "by_id")}
    await Adoption.update_or_create(
        defaults=columns | {"at": at, "confirmed_at": at, "asked_at": None},
        article_id=change.article_id,
        organisation_id=change.organisation_id,
    )
    data = {
        "organisation_id": change.organisation_id,
        "state": change.state,
        "before": before.state if before else "",
    }
    await record("article.adopted", actor_id=change.by_id, subject_id=change.article_id, data=data)


async def _proposed(viewer: Viewer, article_id: int, change_id: int) -> Any:
    await find(viewer, article_id)
    change: Any = await AdoptionChange.get_or_none(id=change_id, article_id=article_id)
    if change is None:
        raise Missing("There is no such proposal.")
    check_may_decide_use(viewer, change.organisation_id)
    if change.standing != "proposed":
        raise Conflict("This proposal is decided already.")
    return change


async def _decide(viewer: Viewer, change: Any, standing: str) -> None:
    changed = await AdoptionChange.filter(id=change.id, standing="proposed").update(
        standing=standing, decided_by_id=viewer.member_id, decided_at=now()
    )
    if not changed:
        raise Conflict("This proposal is decided already.")

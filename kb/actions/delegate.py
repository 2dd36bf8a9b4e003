"""Let another editor stand in while one is away; take that back."""

from datetime import date, timedelta
from typing import Annotated, Final

from pydantic import Field

from base.clock import now
from base.db import transaction
from base.errors import Invalid, Missing
from base.inputs import Input, Line
from base.journal import record
from kb.models import Delegation
from kb.rules import check_may_delegate, edits
from members.models import Member
from members.queries.viewer import viewer_of_member
from members.viewer import Viewer

_LONGEST: Final = timedelta(days=366)


class Deputy(Input):
    """Who stands in, by handle, and the last day."""

    deputy: Annotated[Line, Field(min_length=1, max_length=41, title="Deputy")]
    until: date = Field(title="Last day")


async def delegate(viewer: Viewer, given: Deputy) -> None:
    """Let somebody stand in for the viewer: they get the notices, and the tasks stand on their desk."""
    check_may_delegate(viewer)
    errors: dict[str, str] = {}
    member = await Member.get_or_none(handle=given.deputy.removeprefix("@"), state="active")
    deputy = await viewer_of_member(member.id) if member else None
    if deputy is None or not edits(deputy) or deputy.id == viewer.id:
        errors["deputy"] = "Please choose another editor: they may do everything that waits for you."
    today = now().date()
    if not today <= given.until <= today + _LONGEST:
        errors["until"] = "Please choose a day from today on, within a year."
    if errors or deputy is None:
        raise Invalid(errors, given.model_dump())
    async with transaction():
        await Delegation.update_or_create(
            defaults={"deputy_id": deputy.id, "until": given.until, "at": now()}, member_id=viewer.member_id
        )
        data = {"deputy_id": deputy.id, "until": given.until.isoformat()}
        await record("delegation.begun", actor_id=viewer.id, subject_id=viewer.member_id, data=data)


async def end_delegation(viewer: Viewer) -> None:
    """Be back: what waits comes to oneself again."""
    check_may_delegate(viewer)
    async with transaction():
        if not await Delegation.filter(member_id=viewer.member_id).delete():
            raise Missing("Nobody stands in for you.")
        await record("delegation.ended", actor_id=viewer.id, subject_id=viewer.member_id)

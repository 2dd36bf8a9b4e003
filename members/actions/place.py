"""Place a member in an organisation, and take them out."""

from typing import Literal

from pydantic import Field

from base import journal
from base.db import transaction
from base.errors import Missing
from base.inputs import Input, RowId
from members import rules
from members.actions.belong import as_now, check_not_last, enter, held_organisation, place_held, step_out
from members.models import Member, Membership
from members.queries.facts import facts_of_organisation
from members.viewer import Viewer


class Placing(Input):
    """Where somebody belongs, and as what."""

    organisation: RowId = Field(title="Organisation")
    role: Literal["staff", "org_admin"] = Field("staff", title="Role there")


async def place(viewer: Viewer, member_id: int, given: Placing) -> None:
    """Make the member staff, or an administrator, of an organisation; a guest is one no longer."""
    facts = await facts_of_organisation(given.organisation)
    rules.check_may_place(viewer, facts)
    async with transaction():
        facts = await held_organisation(facts.id)
        rules.check_may_place(await as_now(viewer), facts)
        member = await Member.filter(id=member_id, state__not="mask").select_for_update().first()
        if member is None:
            raise Missing("There is no such member.")
        known = await Membership.get_or_none(member_id=member_id, organisation_id=facts.id)
        if known is None:
            rules.check_may_place_anybody(viewer, facts)
        elif given.role == "staff":
            await check_not_last(viewer, known)
        await enter(member_id, facts.id, known, given.role)
        before = f"{known.role}, {known.state}" if known else ""
        data = {"organisation_id": facts.id, "role": given.role}
        await journal.record("member.placed", actor_id=viewer.id, subject_id=member_id, data=data)
        told = {"member_id": member_id, "before": before, "after": f"{given.role}, active"}
        await journal.record("console.placed", actor_id=viewer.id, subject_id=facts.id, data=told)


async def remove(viewer: Viewer, member_id: int, organisation_id: int) -> None:
    """Say that the member has left the organisation, or who asks to belong to it does not."""
    facts = await facts_of_organisation(organisation_id)
    rules.check_may_place(viewer, facts)
    async with transaction():
        await held_organisation(facts.id)
        rules.check_may_place(await as_now(viewer), facts)
        try:
            known = await place_held(member_id, organisation_id, "active", "paused", "pending")
        except Missing:
            raise Missing("This member does not belong to the organisation.") from None
        await check_not_last(viewer, known)
        state = "declined" if known.state == "pending" else "left"
        await step_out(known, state)
        data = {"organisation_id": organisation_id}
        await journal.record("member.removed", actor_id=viewer.id, subject_id=member_id, data=data)
        told = {"member_id": member_id, "before": f"{known.role}, {known.state}", "after": state}
        await journal.record("console.removed", actor_id=viewer.id, subject_id=facts.id, data=told)

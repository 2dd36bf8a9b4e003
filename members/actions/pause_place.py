"""Suspend somebody within an organisation, and let them back: their place there, not their account."""

from pydantic import Field

from base import journal
from base.db import transaction
from base.inputs import Input, Line
from members import rules
from members.actions.belong import as_now, check_not_last, enter, held_organisation, place_held, step_out
from members.queries.facts import facts_of_organisation
from members.viewer import Viewer


class Pause(Input):
    """Why somebody is suspended; kept in the list of what was done."""

    reason: Line = Field(min_length=5, max_length=300, title="Reason")


async def pause_place(viewer: Viewer, organisation_id: int, member_id: int, given: Pause) -> None:
    """Let a member's place in the organisation give nothing until it is resumed."""
    rules.check_may_run_organisation(viewer, await facts_of_organisation(organisation_id))
    rules.check_may_end_place(viewer, member_id)
    async with transaction():
        facts = await held_organisation(organisation_id)
        rules.check_may_run_organisation(await as_now(viewer), facts)
        known = await place_held(member_id, facts.id, "active")
        await check_not_last(viewer, known)
        await step_out(known, "paused")
        data = {"organisation_id": facts.id, "paused": True}
        await journal.record("member.removed", actor_id=viewer.id, subject_id=member_id, data=data)
        told = {
            "member_id": member_id, "before": f"{known.role}, active", "after": f"{known.role}, paused",
            "reason": given.reason,
        }  # fmt: skip
        await journal.record("console.paused", actor_id=viewer.id, subject_id=facts.id, data=told)


async def resume_place(viewer: Viewer, organisation_id: int, member_id: int) -> None:
    """Let the place of a suspended member give again what it gave."""
    rules.check_may_run_organisation(viewer, await facts_of_organisation(organisation_id))
    rules.check_may_end_place(viewer, member_id)
    async with transaction():
        facts = await held_organisation(organisation_id)
        rules.check_may_run_organisation(await as_now(viewer), facts)
        known = await place_held(member_id, facts.id, "paused")
        await enter(member_id, facts.id, known, known.role)
        data = {"organisation_id": facts.id, "role": known.role}
        await journal.record("member.placed", actor_id=viewer.id, subject_id=member_id, data=data)
        told = {"member_id": member_id, "before": f"{known.role}, paused", "after": f"{known.role}, active"}
        await journal.record("console.resumed", actor_id=viewer.id, subject_id=facts.id, data=told)

"""Let somebody in who waits to belong to an organisation, or decline with a few words."""

from pydantic import Field

from base import journal
from base.db import transaction
from base.inputs import Input, Line
from members import rules
from members.actions.belong import as_now, enter, held_organisation, place_held, step_out, void_invitations
from members.viewer import Viewer


class Declining(Input):
    """Why somebody is not let in; they read it."""

    words: Line = Field("", max_length=300, title="A few words to them")


async def let_in(viewer: Viewer, organisation_id: int, member_id: int) -> None:
    """Make somebody staff of the organisation who waits for that."""
    async with transaction():
        facts = await held_organisation(organisation_id)
        seen_now = await as_now(viewer)
        rules.check_may_open_console(seen_now, facts)
        rules.check_may_seat(seen_now, facts, member_id, "staff", "pending")
        known = await place_held(member_id, facts.id, "pending")
        await enter(member_id, facts.id, known, "staff")
        data = {"organisation_id": facts.id, "role": "staff"}
        await journal.record("member.placed", actor_id=viewer.id, subject_id=member_id, data=data)
        told = {"member_id": member_id, "before": "pending", "after": "staff, active"}
        await journal.record("console.let_in", actor_id=viewer.id, subject_id=facts.id, data=told)


async def decline(viewer: Viewer, organisation_id: int, member_id: int, given: Declining) -> None:
    """Say that somebody who waits does not belong to the organisation; their account stays."""
    async with transaction():
        facts = await held_organisation(organisation_id)
        rules.check_may_open_console(await as_now(viewer), facts)
        await void_invitations(member_id, facts.id)
        known = await place_held(member_id, facts.id, "pending")
        await step_out(known, "declined")
        told = {"member_id": member_id, "before": "pending", "after": "declined", "words": given.words}
        await journal.record("console.declined", actor_id=viewer.id, subject_id=facts.id, data=told)

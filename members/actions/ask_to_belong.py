"""Ask to belong to an organisation, and take that back."""

from typing import Final

from pydantic import Field

from base import journal
from base.db import transaction
from base.errors import Conflict, Missing, Refused
from base.inputs import Input, Line
from base.limits import count_against
from members import rules
from members.actions.belong import as_now, held_organisation, step_out
from members.actions.main_place import ask_for_place
from members.models import Member, Membership
from members.queries.facts import facts_of_organisation
from members.viewer import Viewer

ASKS: Final = "10/day"
PAUSED: Final = "Your place in this organisation is paused. Its administrators can tell you more."


class Asking(Input):
    """What somebody says who asks to belong."""

    words: Line = Field("", max_length=300, title="A few words")


async def ask_to_belong(viewer: Viewer, organisation_id: int, given: Asking) -> None:
    """Wait to be let into the organisation; until then nothing changes."""
    rules.check_may_ask_to_belong(viewer, await facts_of_organisation(organisation_id))
    await count_against("ask-to-belong", ASKS, str(viewer.member_id))
    async with transaction():
        facts = await held_organisation(organisation_id)
        rules.check_may_ask_to_belong(await as_now(viewer), facts)
        await Member.filter(id=viewer.member_id).select_for_update().first()
        known = await Membership.get_or_none(member_id=viewer.member_id, organisation_id=facts.id)
        before = known.state if known else ""
        if before == "paused":
            raise Refused(PAUSED)
        if before == "pending":
            raise Conflict("You have asked already. Its administrators have yet to decide.")
        await ask_for_place(viewer.member_id, facts.id, known, given.words)


async def take_back_asking(viewer: Viewer, organisation_id: int) -> None:
    """Wait no longer."""
    async with transaction():
        await held_organisation(organisation_id)
        known = await Membership.get_or_none(
            member_id=viewer.member_id, organisation_id=organisation_id, state="pending"
        )
        if known is None:
            raise Missing("You do not wait to be let into this organisation.")
        if known.was:
            await step_out(known, known.was)
        else:
            await Membership.filter(id=known.id).delete()
        told = {"member_id": viewer.member_id, "before": "pending", "after": ""}
        await journal.record("console.asking_taken_back", actor_id=viewer.id, subject_id=organisation_id, data=told)

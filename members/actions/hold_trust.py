"""Decide by hand how far somebody is trusted, and let it follow what they do again."""

from typing import Annotated

from pydantic import Field

from base import journal
from base.db import transaction
from base.errors import Missing
from base.inputs import Input, Line
from members import rules
from members.actions.reckon_trust import place_trust
from members.models import Member
from members.queries.facts import facts_of_member
from members.viewer import Viewer


class HeldTrust(Input):
    """How far somebody is trusted from now on, and why; the reason is kept in the journal."""

    level: Annotated[int, Field(ge=rules.GUEST, le=rules.BY_HAND, title="Trust")]
    reason: Line = Field(min_length=5, max_length=300, title="Reason")


async def hold_trust(viewer: Viewer, member_id: int, given: HeldTrust) -> None:
    """Hold the member's trust at one level; without an organisation they stay a guest meanwhile."""
    rules.check_may_hold_trust(viewer, await facts_of_member(member_id))
    async with transaction():
        if not await Member.filter(id=member_id, state="active").update(trust_held=given.level):
            raise Missing("There is no such member, or they have not joined.")
        data = {"level": given.level, "reason": given.reason}
        await journal.record("trust.held", actor_id=viewer.id, subject_id=member_id, data=data)
        await place_trust(member_id)


async def release_trust(viewer: Viewer, member_id: int) -> None:
    """Let the member's trust follow what they do again; what they have now they keep, but for what is given by hand."""
    rules.check_may_hold_trust(viewer, await facts_of_member(member_id))
    async with transaction():
        if not await Member.filter(id=member_id, trust_held__not_isnull=True).update(trust_held=None):
            raise Missing("Nobody has decided this by hand.")
        await Member.filter(id=member_id, trust__gt=rules.CONTRIBUTOR).update(trust=rules.CONTRIBUTOR)
        await journal.record("trust.released", actor_id=viewer.id, subject_id=member_id)
        await place_trust(member_id)

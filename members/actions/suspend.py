"""Suspend a member, and let them back."""

from pydantic import Field

from base import journal
from base.db import transaction
from base.errors import Missing
from base.inputs import Input, Line
from members import rules
from members.actions.sign_in import end_sessions
from members.models import Member
from members.queries.facts import facts_of_member
from members.viewer import Viewer


class Suspension(Input):
    """Why somebody is suspended; kept in the journal."""

    reason: Line = Field(min_length=5, max_length=300, title="Reason")


async def suspend(viewer: Viewer, member_id: int, given: Suspension) -> None:
    """Close the account of a member until it is restored; every sign-in ends at once."""
    rules.check_may_suspend(viewer, await facts_of_member(member_id))
    async with transaction():
        if not await Member.filter(id=member_id, state="active").update(state="suspended"):
            raise Missing("This member is suspended already.")
        await end_sessions(member_id)
        data = {"reason": given.reason}
        await journal.record("member.suspended", actor_id=viewer.id, subject_id=member_id, data=data)


async def restore(viewer: Viewer, member_id: int) -> None:
    """Open the account of a suspended member again."""
    rules.check_may_suspend(viewer, await facts_of_member(member_id))
    async with transaction():
        if not await Member.filter(id=member_id, state="suspended").update(state="active"):
            raise Missing("This member is not suspended.")
        await journal.record("member.restored", actor_id=viewer.id, subject_id=member_id)

"""Turn off two steps, and remove passkeys, of somebody who has neither these nor a recovery code any more."""

from pydantic import Field

from base import journal
from base.clock import now
from base.db import transaction
from base.errors import Conflict, Missing
from base.inputs import Input, Line
from members import rules
from members.actions.set_up_two_steps import forget_two_steps
from members.actions.sign_in import end_sessions
from members.models import Member, Passkey
from members.viewer import Viewer


class TwoStepsReset(Input):
    """Why somebody's two steps are turned off; kept in the journal."""

    reason: Line = Field(min_length=5, max_length=300, title="Reason")


async def reset_two_steps(viewer: Viewer, member_id: int, given: TwoStepsReset) -> int:
    """Let a member sign in with the password alone, and end every sign-in of theirs; return how many ended."""
    rules.check_may_reset_two_steps(viewer, member_id)
    rules.check_may_act_now(viewer, now())
    async with transaction():
        member = await Member.filter(id=member_id, state__not="mask").select_for_update().first()
        if member is None:
            raise Missing("There is no such member.")
        # A phone that is lost holds passkeys, too. Kept, they would still be asked for, or let its finder in.
        passkeys = await Passkey.filter(member_id=member_id).delete()
        if not await forget_two_steps(member_id) and not passkeys:
            raise Conflict(f"{member.name} does not sign in with two steps, nor with passkeys.")
        # Who was asked before gets the whole time again to set up another app.
        await Member.filter(id=member_id, two_steps_asked_at__not_isnull=True).update(two_steps_asked_at=now())
        ended = await end_sessions(member_id)
        data = {"reason": given.reason} | ({"passkeys": passkeys} if passkeys else {})
        await journal.record("two_factor.reset", actor_id=viewer.id, subject_id=member_id, data=data)
    return ended

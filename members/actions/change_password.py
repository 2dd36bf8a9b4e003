"""Change one's password."""

from typing import Annotated, Final

from pydantic import Field

from base import journal
from base.clock import now
from base.db import transaction
from base.errors import Invalid
from base.inputs import Input
from members.actions.reset_password import strong
from members.actions.sign_in import at_the_door, count_failure, end_sessions
from members.models import Member, Session
from members.passwords import hash_password, is_password
from members.queries.two_steps import takes_two
from members.rules import check_may_act_now
from members.viewer import Viewer

_WRONG: Final = "This is not your password."


class PasswordChange(Input):
    """The password as it is and as it shall be."""

    current: Annotated[str, Field(min_length=1, title="Your password now")]
    password: Annotated[str, Field(min_length=1, title="The new password")]


async def change_password(viewer: Viewer, given: PasswordChange) -> int:
    """Set a new password and end every other sign-in; return how many ended."""
    if takes_two(viewer):  # else the password, which is asked for here, is all there is to prove
        check_may_act_now(viewer, now())
    member = await Member.get(id=viewer.member_id)
    async with at_the_door(viewer, member.email or ""):
        if not await is_password(member.password_hash, given.current):
            await count_failure(viewer, member.email or "")
            raise Invalid({"current": _WRONG})
    password = await hash_password(await strong(given.password, member))
    async with transaction():
        # Somebody else may have set another one meanwhile, by a letter: that one stays.
        held = await Member.filter(id=member.id).select_for_update().get()
        if held.password_changed_at != member.password_changed_at or not await _is_open(viewer):
            raise Invalid({"current": _WRONG})
        await Member.filter(id=member.id).update(password_hash=password, password_changed_at=now())
        ended = await end_sessions(member.id, id__not=viewer.session_id or 0)
        # What else lets in stays, for the password was known; the letter says what that is.
        data = {"session": viewer.session_id}
        await journal.record("password.changed", actor_id=member.id, subject_id=member.id, data=data)
    return ended


async def _is_open(viewer: Viewer) -> bool:
    return viewer.session_id is None or await Session.filter(id=viewer.session_id, revoked_at=None).exists()

"""Prove again who one is, before an act that could lock one out or let others in."""

from typing import Annotated

from pydantic import Field

from base import journal
from base.clock import now
from base.db import transaction
from base.errors import Invalid, Refused
from members.actions.ask_passkey import of_session
from members.actions.sign_in import at_the_door, count_failure
from members.actions.spend_code import with_code
from members.actions.take_passkey import PasskeyAnswer, with_passkey
from members.models import Member, Session
from members.passwords import LONGEST, is_password
from members.queries.two_steps import takes_two
from members.viewer import Viewer


class Proof(PasskeyAnswer):
    """The password; or a code, of who signs in with two steps; or what a passkey answered."""

    password: Annotated[str, Field(max_length=LONGEST * 5)] = ""
    code: Annotated[str, Field(max_length=200)] = ""


async def confirm_again(viewer: Viewer, given: Proof) -> None:
    """Note on this sign-in that its member has just proved who they are; raises Invalid when it is not right."""
    if viewer.session_id is None:
        raise Refused("Only somebody who is signed in on the site can confirm this.")
    if given.passkey.strip():
        asked = ("confirm", of_session(viewer))
        await with_passkey(viewer, given, asked, lambda member_id: _note(viewer), of=viewer.member_id)
        return
    if takes_two(viewer):
        await with_code(viewer, viewer.member_id, given.code, lambda: _note(viewer))
        return
    member = await Member.get(id=viewer.member_id)
    async with at_the_door(viewer, member.email or ""):
        if not await is_password(member.password_hash, given.password):
            await count_failure(viewer, member.email or "")
            raise Invalid({"password": "This is not your password."})
    async with transaction():
        await _note(viewer)


async def _note(viewer: Viewer) -> None:
    await Session.filter(id=viewer.session_id).update(confirmed_at=now())
    await journal.record("session.confirmed", actor_id=viewer.id, subject_id=viewer.session_id or 0)

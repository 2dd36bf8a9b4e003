"""The second step of signing in: a code, from the browser that gave the right password."""

from typing import Annotated

from pydantic import Field

from base.errors import Invalid
from members.actions.ask_passkey import of_waiting
from members.actions.sign_in import begin_session
from members.actions.spend_code import with_code
from members.actions.take_passkey import PasskeyAnswer, with_passkey
from members.actions.wait_for_code import OVER, check_waiting
from members.devices import UNKNOWN, Device
from members.models import Member, SecondStep
from members.rules import check_may_enter
from members.viewer import Viewer


class Code(PasskeyAnswer):
    """The state that the first step gave, and a code of the app, a recovery code, or what a passkey answered."""

    state: str = Field(min_length=1, max_length=500)
    code: Annotated[str, Field(max_length=200)] = ""
    recovery: Annotated[str, Field(max_length=200)] = ""


async def give_code(viewer: Viewer, given: Code, *, browser: str, device: Device = UNKNOWN) -> str:
    """Begin the sign-in that waited for a code, and return its secret for the cookie."""
    waiting = await check_waiting(given.state, browser)
    member: Member = waiting.member
    check_may_enter(member.state)

    async def enter() -> str:
        # A provider is held before what waits there, as by who turns it off: nobody comes in by what it ended.
        secret = await begin_session(viewer, member.id, device=device, provider_id=waiting.provider_id)  # type: ignore[attr-defined]
        if not await SecondStep.filter(id=waiting.id).delete():
            raise Invalid({"state": OVER})
        return secret

    if given.passkey.strip():
        asked = ("second-step", of_waiting(waiting))
        return await with_passkey(viewer, given, asked, lambda member_id: enter(), of=member.id)
    field = "recovery" if given.recovery.strip() and not given.code.strip() else "code"
    return await with_code(viewer, member.id, given.code.strip() or given.recovery, enter, field=field)

"""Sign in with a passkey alone: it has looked at its owner, so that it is two steps in one."""

from members.actions.ask_passkey import of_browser
from members.actions.sign_in import begin_session
from members.actions.take_passkey import PasskeyAnswer, with_passkey
from members.devices import UNKNOWN, Device
from members.models import Member
from members.queries.facts import facts_of_member
from members.queries.providers import check_door
from members.rules import has_own_door
from members.viewer import Viewer


async def enter_by_passkey(viewer: Viewer, given: PasskeyAnswer, *, browser: str, device: Device = UNKNOWN) -> str:
    """Begin a sign-in of whoever the passkey belongs to, and return its secret for the cookie."""

    async def enter(member_id: int) -> str:
        # Where an organisation asks for its own provider, a passkey made before must not pass it by.
        if not has_own_door(await facts_of_member(member_id)):
            await check_door((await Member.get(id=member_id)).email or "")
        return await begin_session(viewer, member_id, device=device)

    return await with_passkey(viewer, given, ("enter", of_browser(browser)), enter)

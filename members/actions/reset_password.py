"""A forgotten password: ask for a link, and choose a new one with it."""

from typing import Annotated, Final

from pydantic import Field

from base import journal, settings
from base.clock import now
from base.db import transaction
from base.errors import Invalid
from base.inputs import Input
from base.limits import count_against
from members.actions.activate import activate
from members.actions.confirm import OwnAddress
from members.actions.consent import forget_acceptance
from members.actions.make_token import end_tokens
from members.actions.note_device import forget_devices
from members.actions.sign_in import end_sessions
from members.links import USED, member_of_reset, stamp_of
from members.models import Member
from members.passwords import SHORTEST, SHORTEST_OF_ADMINS, check_password, hash_password
from members.queries.facts import facts_of_member
from members.rules import WAITING, check_may_reset
from members.viewer import Viewer

PER_ADDRESS: Final = "20/hour"
PER_MAILBOX: Final = "5/hour"


class NewPassword(Input):
    """The token of the link and the password to have from now on."""

    token: str = Field(min_length=1)
    password: Annotated[str, Field(min_length=1)]


async def forgot_password(viewer: Viewer, given: OwnAddress) -> None:
    """Owe a letter with a link, if the address has an account; the answer is the same for every address."""
    await count_against("forgot", PER_ADDRESS, viewer.address)
    await count_against("forgot-mailbox", PER_MAILBOX, given.email)
    member = await Member.get_or_none(email=given.email)
    async with transaction():
        await journal.record("password.forgotten", actor_id=None, subject_id=member.id if member else 0)


async def reset_password(viewer: Viewer, given: NewPassword) -> None:
    """Set a new password by a link that is good once, and end every sign-in and token; it also proves the mailbox."""
    member, proof = await member_of_reset(given.token)
    check_may_reset(member.state)
    password = await hash_password(await strong(given.password, member))
    async with transaction():
        member = await Member.filter(id=member.id).select_for_update().get()
        check_may_reset(member.state)
        if stamp_of(member) != proof.stamp:
            raise Invalid({"link": USED})
        await Member.filter(id=member.id).update(password_hash=password, password_changed_at=now())
        await end_sessions(member.id)
        # Who needs a letter may have lost the account to somebody: nothing that they left may go on letting them in.
        # Passkeys stay: whoever reads the mailbox must not be able to take them away. The letter names them.
        ended = await end_tokens(member.id)
        await forget_devices(member.id)
        if member.state in WAITING:
            await forget_acceptance(member.id)
            await activate(member)
            await journal.record("member.confirmed", actor_id=member.id, subject_id=member.id)
        data = {"by": "letter", "tokens": ended}
        await journal.record("password.changed", actor_id=member.id, subject_id=member.id, data=data)


async def strong(password: str, member: Member) -> str:
    """Return the password, or raise Invalid; an administrator needs a longer one."""
    is_admin = (await facts_of_member(member.id)).is_admin
    about = (member.name, member.email or "", settings.get().site_name)
    try:
        return check_password(password, about=about, shortest=SHORTEST_OF_ADMINS if is_admin else SHORTEST)
    except ValueError as weak:
        raise Invalid({"password": str(weak)}) from None

"""Confirm the address of an account, and ask for another letter to do so."""

import hmac
from dataclasses import dataclass
from typing import Final

from pydantic import Field

from base import journal
from base.db import transaction
from base.errors import Invalid
from base.inputs import Input
from base.limits import count_against
from base.mail import Address
from members.actions.activate import activate
from members.actions.come_by_invitation import Came
from members.actions.sign_in import at_the_door, begin_session, count_failure
from members.devices import UNKNOWN, Device
from members.links import USED, Proof, member_of_join, stamp_of
from members.models import Member
from members.passwords import is_password
from members.queries.providers import check_door
from members.rules import check_may_confirm
from members.secrets import hash_secret
from members.viewer import Viewer

PER_MAILBOX: Final = "5/hour"
PER_ADDRESS: Final = "20/hour"


class Confirmation(Input):
    """The token of the link, and the password where another browser registered."""

    token: str = Field(min_length=1)
    password: str = ""


class OwnAddress(Input):
    """An address to write to."""

    email: Address = Field(title="E-mail address")


@dataclass(frozen=True, slots=True)
class Confirmed:
    """The secret of the sign-in that begins with the confirmation, and where the member belongs."""

    secret: str
    came: Came


def is_same_browser(proof: Proof, browser: str) -> bool:
    """Say whether this browser is the one that registered, and so typed the password."""
    return bool(browser and proof.attempt) and hmac.compare_digest(hash_secret(browser), proof.attempt)


async def confirm(viewer: Viewer, given: Confirmation, *, browser: str = "", device: Device = UNKNOWN) -> Confirmed:
    """Open the account whose mailbox the token proves, and sign in.

    A link alone proves the mailbox, not who chose the password: somebody could register with another's address and
    wait for its owner to confirm. So another browser than the one that registered must know the password.
    """
    member, proof = await member_of_join(given.token)
    check_may_confirm(member.state)
    await check_door(member.email or "")
    if not is_same_browser(proof, browser):
        await _check_knows_password(viewer, member, given.password)
    async with transaction():
        member = await Member.filter(id=member.id).select_for_update().get()
        check_may_confirm(member.state)
        if stamp_of(member) != proof.stamp:
            raise Invalid({"link": USED})
        came = await activate(member)
        await journal.record("member.confirmed", actor_id=member.id, subject_id=member.id)
        secret = await begin_session(viewer, member.id, device=device)
    return Confirmed(secret, came)


async def _check_knows_password(viewer: Viewer, member: Member, password: str) -> None:
    if not password:
        raise Invalid({"password": "Please type the password that you chose when you registered."})
    async with at_the_door(viewer, member.email or ""):
        if not await is_password(member.password_hash, password):
            await count_failure(viewer, member.email or "")
            raise Invalid({"password": "This is not the password chosen at registration. You can choose a new one."})


async def ask_again(viewer: Viewer, given: OwnAddress) -> None:
    """Owe another confirming letter, if one is due; the answer is the same for every address."""
    await count_against("ask-again", PER_ADDRESS, viewer.address)
    await count_against("ask-again-mailbox", PER_MAILBOX, given.email)
    member = await Member.get_or_none(email=given.email)
    async with transaction():
        await journal.record("confirmation.asked", actor_id=None, subject_id=member.id if member else 0)

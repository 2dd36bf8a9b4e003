"""Register: a new account that waits for its address to be confirmed."""

import hashlib
from dataclasses import dataclass
from typing import Annotated, Final

from pydantic import Field, ValidationInfo, field_validator
from tortoise.exceptions import IntegrityError

from base import journal, settings
from base.clock import now
from base.db import transaction
from base.inputs import Input, Line, Words
from base.limits import count_against
from base.mail import Address
from base.origins.models import Origin
from members.actions.consent import check_accepted, record_acceptance
from members.handles import free_handle
from members.models import InvitationUse, Member
from members.names import PersonName
from members.passwords import check_password, hash_password
from members.queries.legal import in_force, newest_to_accept
from members.queries.providers import check_door
from members.rules import check_may_join
from members.secrets import hash_secret, new_secret
from members.viewer import Viewer

PER_ADDRESS: Final = "20/hour"
PER_MAILBOX: Final = "5/hour"
_ATTEMPTS: Final = 5


class Registration(Input):
    """What somebody gives to join."""

    name: PersonName
    email: Address = Field(title="E-mail address")
    password: Annotated[str, Field(min_length=1)]
    role: Line = Field("", max_length=120, title="Role")
    accept: Words = Field([], max_length=10, title="Documents")

    @field_validator("password")
    @classmethod
    def _strong(cls, password: str, info: ValidationInfo) -> str:
        about = (str(info.data.get("name", "")), str(info.data.get("email", "")), settings.get().site_name)
        return check_password(password, about=about)


@dataclass(frozen=True, slots=True)
class Registered:
    """The secret that the registering browser keeps: with it, the link alone confirms the address."""

    browser: str


async def register(viewer: Viewer, given: Registration, *, invitation_id: int | None = None) -> Registered:
    """Make an account and owe it a letter; for an address with an account, owe a letter that says so.

    Both take the same steps and give the same answer, so that nobody learns who has an account. Who answers an
    invitation (a link for several) comes by it when the address is confirmed.
    """
    if invitation_id is None:
        check_may_join(settings.get().joining)
        # Not for invitations: a whole department may answer one from one network address.
        await count_against("register", PER_ADDRESS, viewer.address)
    await count_against("register-mailbox", PER_MAILBOX, given.email)
    await check_door(given.email)
    upto, documents = await newest_to_accept(), await in_force(viewer)
    check_accepted(documents, given.accept)
    password = await hash_password(given.password)
    browser = new_secret()
    for attempt in range(_ATTEMPTS):
        try:
            async with transaction():
                member = await _keep(given, password, hash_secret(browser), crowded=attempt > 0)
                if member is not None:
                    await record_acceptance(member.id, documents, upto)
                if invitation_id is not None and member is not None:
                    await _answer(invitation_id, member)
            break
        except IntegrityError:  # somebody took the handle or registered the address at the same moment
            if attempt == _ATTEMPTS - 1:
                raise
    return Registered(browser)


async def _keep(given: Registration, password: str, attempt: str, *, crowded: bool) -> Member | None:
    """Return the account that now waits to be confirmed; none when the address has one that does not."""
    at = now()
    member = await account_at(given.email)
    if member is None:
        handle = await free_handle(given.name, crowded=crowded)
        member = await Member.create(
            handle=handle,
            name=given.name,
            email=given.email,
            title=given.role,
            password_hash=password,
            password_changed_at=at,
            created_at=at,
        )
    elif member.state == "unverified":
        await Member.filter(id=member.id).update(
            name=given.name, title=given.role, password_hash=password, password_changed_at=at
        )
    elif member.state == "staged":  # an imported name stays until the address is proven
        await Member.filter(id=member.id).update(password_hash=password, password_changed_at=at)
    else:
        await journal.record("member.registered_again", actor_id=None, subject_id=member.id)
        return None
    await journal.record("member.registered", actor_id=None, subject_id=member.id, data={"attempt": attempt})
    return member


async def _answer(invitation_id: int, member: Member) -> None:
    if await InvitationUse.filter(invitation_id=invitation_id, member_id=member.id).exists():
        return
    await InvitationUse.create(invitation_id=invitation_id, member_id=member.id, at=now())
    data = {"member_id": member.id}
    await journal.record("invitation.answered", actor_id=None, subject_id=invitation_id, data=data)


async def account_at(email: str) -> Member | None:
    """Return the account at an address, or the imported person who had it, for nobody else to change meanwhile."""
    return await Member.filter(email=email).select_for_update().first() or await _imported(email)


async def _imported(email: str) -> Member | None:
    """Return the imported person whose export named the hash of this address; it becomes theirs to confirm."""
    proof = hashlib.md5(email.encode(), usedforsecurity=False).hexdigest()  # what such exports give
    for origin in await Origin.filter(kind="email_md5", external_id=proof):
        member = await Member.filter(id=origin.subject_id, state="staged", email=None).select_for_update().first()
        if member is not None:
            member.email = email
            await member.save(update_fields=["email"])
            return member
    return None

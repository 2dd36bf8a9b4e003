"""Accept an invitation: with a new account, or with the one that is signed in."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from pydantic import Field, field_validator
from tortoise.exceptions import IntegrityError

from base import journal
from base.clock import now
from base.db import transaction
from base.errors import Conflict, Refused
from base.limits import count_against
from members.actions.activate import activate
from members.actions.ask_to_belong import PAUSED
from members.actions.come_by_invitation import Came, come_by, held_open
from members.actions.consent import check_accepted, forget_acceptance, record_acceptance
from members.actions.register import Registration, account_at, register
from members.actions.sign_in import begin_session
from members.devices import UNKNOWN, Device
from members.handles import free_handle
from members.models import Invitation, InvitationUse, Member, Membership
from members.passwords import hash_password
from members.queries.invited import Closed, open_invitation
from members.queries.legal import LegalVersion, in_force, newest_to_accept
from members.queries.providers import check_door
from members.rules import WAITING, check_may_enter
from members.viewer import Viewer

PER_ADDRESS: Final = "100/hour"
MISSES: Final = "60/hour"
_ATTEMPTS: Final = 5


class Acceptance(Registration):
    """What somebody gives to accept with a new account; where the invitation has an address, that one counts."""

    guidelines: bool = Field(False, validate_default=True, title="Guidelines")

    @field_validator("guidelines")
    @classmethod
    def _read(cls, guidelines: bool) -> bool:
        if not guidelines:
            raise ValueError("Please read the guidelines, and tick that you will keep to them.")
        return guidelines


@dataclass(frozen=True, slots=True)
class Accepted:
    """The secret of the sign-in that begins, or, where a letter has to confirm the address first, the browser's."""

    came: Came
    secret: str = ""
    browser: str = ""
    member_id: int = 0


def accepted_by(given: Acceptance, documents: Sequence[LegalVersion]) -> list[str]:
    """Return which documents somebody accepts; the box of the guidelines is the one they always had."""
    return [*given.accept, *(one.key for one in documents if one.document == "guidelines" and given.guidelines)]


async def found_invitation(viewer: Viewer, token: str) -> Invitation:
    """Return the open invitation of a link, and count links that open nothing; one that opens always does."""
    try:
        return await open_invitation(token)
    except Closed:
        await count_against("invitation-miss", MISSES, viewer.address)
        raise


async def accept_as_new(
    viewer: Viewer, invitation: Invitation, given: Acceptance, *, device: Device = UNKNOWN
) -> Accepted:
    """Make the account. The link of a letter proves its mailbox; by a link for several another letter has to."""
    await count_against("invitation-accept", PER_ADDRESS, viewer.address)
    if invitation.email is None:
        accepted = accepted_by(given, await in_force(viewer))
        known = given.model_copy(update={"accept": accepted})
        registered = await register(viewer, known, invitation_id=invitation.id)
        return Accepted(Came(), browser=registered.browser)
    await check_door(invitation.email)
    upto, documents = await newest_to_accept(), await in_force(viewer)
    check_accepted(documents, accepted_by(given, documents))
    password = await hash_password(given.password)
    for attempt in range(_ATTEMPTS):
        try:
            async with transaction():
                begun = await _begin(viewer, invitation.id, given, password, device, crowded=attempt > 0)
                await record_acceptance(begun.member_id, documents, upto)
                return begun
        except IntegrityError:  # somebody took the handle or registered the address at the same moment
            if attempt == _ATTEMPTS - 1:
                raise
    raise AssertionError("unreachable")


async def _begin(
    viewer: Viewer, invitation_id: int, given: Acceptance, password: str, device: Device, *, crowded: bool
) -> Accepted:
    invitation = await held_open(invitation_id)
    member = await _account(invitation.email or "", given, password, crowded=crowded)
    came = await come_by(invitation, member)
    await activate(member)
    await journal.record("member.confirmed", actor_id=member.id, subject_id=member.id)
    secret = await begin_session(viewer, member.id, device=device)
    return Accepted(came, secret=secret, member_id=member.id)


async def _account(email: str, given: Acceptance, password: str, *, crowded: bool) -> Member:
    """Make the account at the address, or take over the one that nobody has confirmed."""
    at, member = now(), await account_at(email)
    if member is None:
        handle = await free_handle(given.name, crowded=crowded)
        return await Member.create(
            handle=handle, name=given.name, email=email, title=given.role, password_hash=password,
            password_changed_at=at, created_at=at,
        )  # fmt: skip
    if member.state not in WAITING:
        check_may_enter(member.state)
        raise Conflict("There is an account with this address already. Please sign in to accept the invitation.")
    # What somebody else answered in their name is not theirs.
    await InvitationUse.filter(member_id=member.id, accepted_at=None).delete()
    await forget_acceptance(member.id)
    named = {"name": given.name, "title": given.role} if member.state == "unverified" else {}
    await Member.filter(id=member.id).update(password_hash=password, password_changed_at=at, **named)
    return member


async def accept_signed_in(viewer: Viewer, invitation: Invitation) -> Came:
    """Let the member who is signed in belong to the organisation, too."""
    async with transaction():
        invitation = await held_open(invitation.id)
        member = await Member.filter(id=viewer.member_id).select_for_update().get()
        if invitation.email not in (None, member.email):
            raise Refused("This invitation is for another address. Please sign out to accept it.")
        await _check_not_there(invitation, member.id)
        if invitation.invited_by_id == member.id:  # type: ignore[attr-defined]
            raise Refused("You wrote this invitation yourself. It is for others.")
        return await come_by(invitation, member)


async def _check_not_there(invitation: Invitation, member_id: int) -> None:
    """Raise Conflict where accepting would only use up a link that is meant for others, too."""
    uses = InvitationUse.filter(invitation_id=invitation.id, member_id=member_id, accepted_at__not_isnull=True)
    if await uses.exists():
        raise Conflict("You have accepted this invitation already.")
    place = invitation.organisation
    if place is None:
        return
    if await Membership.filter(member_id=member_id, organisation_id=place.id, state="paused").exists():
        raise Refused(PAUSED)
    if invitation.email is not None:
        return
    if await Membership.filter(member_id=member_id, organisation_id=place.id, state="active").exists():
        raise Conflict(f"You belong to {place.name} already.")

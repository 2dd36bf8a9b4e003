"""Somebody comes from a provider for the first time: an account is made, or theirs is linked once they prove it.

Why each case is as it is stands in docs/decisions/single-sign-on.md.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

from pydantic import ValidationError
from tortoise.exceptions import IntegrityError

from base import journal, settings
from base.clock import now
from base.db import transaction
from base.errors import Conflict, Invalid, Missing
from base.inputs import Input
from base.signing import sign, unsign
from members.actions.activate import activate, join_place
from members.actions.consent import forget_acceptance
from members.actions.enter_by_link import Entered, Place, go_in
from members.actions.give_roles import hold_place_of, roles_in
from members.actions.reckon_trust import place_trust
from members.actions.register import account_at
from members.actions.sign_in import end_sessions
from members.actions.spend_once import spend_once
from members.actions.wait_for_code import Waiting
from members.handles import free_handle
from members.models import IdentityLink, InvitationUse, Member, Provider
from members.names import PersonName
from members.oidc.exchange import Person
from members.queries.links import own_links
from members.queries.providers import check_door, open_provider
from members.rules import (
    WAITING,
    ProviderFacts,
    check_leaves_a_way_in,
    check_may_act_now,
    check_may_enter,
    check_may_join,
    check_vouches,
)
from members.secrets import new_secret
from members.viewer import Viewer

SECONDS: Final = 1800
"""So long somebody has to prove that the account at their address is theirs."""
_ATTEMPTS: Final = 5
_PURPOSE: Final = "arrived"
OVER: Final = "Too much time has passed, or this began in another browser. Please sign in at the provider once more."


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrived:
    """Who came from a provider with the address of an account that is not linked: signed, and kept by the browser.

    `once` is a secret of its own, used up when the account is linked.
    """

    once: str
    provider_id: int
    member_id: int
    person: Person
    roles: Sequence[str] = ()


class _Named(Input):
    name: PersonName


def packed(arrived: Arrived) -> str:
    """Return it as the browser keeps it: without groups, of which there may be hundreds."""
    person = asdict(arrived.person) | {"groups": []}
    return sign(_PURPOSE, [arrived.once, arrived.provider_id, arrived.member_id, person, list(arrived.roles)])


def unpacked(cookie: str) -> Arrived:
    """Return who came, from what the browser kept; raises Invalid when that is nothing, or too old."""
    try:
        once, provider_id, member_id, person, roles = unsign(_PURPOSE, cookie, seconds=SECONDS)
    except (Invalid, ValueError):  # the latter of one that an older version made
        raise Invalid({"link": OVER}) from None
    return Arrived(
        once=once, provider_id=provider_id, member_id=member_id, person=Person(**person), roles=roles
    )  # fmt: skip


async def arrive(place: Place, provider: Provider, facts: ProviderFacts, person: Person) -> Entered | Waiting | Arrived:
    """Open an account for somebody whom nobody knows yet, or return who has to prove that the one there is theirs."""
    check_vouches(facts, person.email, is_verified=person.is_verified)
    await check_door(person.email, provider.slug)
    wanted = roles_in(facts, provider.roles, person.groups)
    for attempt in range(_ATTEMPTS):
        try:
            async with transaction():
                await hold_place_of(facts)
                member = await account_at(person.email)
                if member is None and facts.organisation_id is None:  # its own provider is an organisation's invitation
                    check_may_join(settings.get().joining)
                if member is None or member.state in WAITING:
                    return await _open(place, facts, person, wanted, member, crowded=attempt > 0)
            check_may_enter(member.state)
            return Arrived(
                once=new_secret(), provider_id=facts.id, member_id=member.id, person=person, roles=wanted
            )  # fmt: skip
        except IntegrityError:  # the handle, the address or this very sign-in was taken at the same moment
            await open_provider(provider.slug)  # or the provider has just been removed
            if attempt == _ATTEMPTS - 1:
                raise
    raise AssertionError("unreachable")


async def _open(
    place: Place, facts: ProviderFacts, person: Person, wanted: Sequence[str], member: Member | None, *, crowded: bool
) -> Entered | Waiting:
    name = _name_of(person)
    if member is None:
        handle = await free_handle(name, crowded=crowded)
        member = await Member.create(handle=handle, name=name, email=person.email, created_at=now())
    else:
        await _take_over(member, name)
    await activate(member)
    await journal.record("member.confirmed", actor_id=member.id, subject_id=member.id)
    link = await _write(member.id, facts, person, is_new=True)
    came = await go_in(place, facts, link, person, wanted)
    return Entered(came.secret, is_new=True) if isinstance(came, Entered) else came


async def _take_over(member: Member, name: str) -> None:
    """Give an account that nobody has confirmed to who proved the address; what others did with it is void.

    Somebody could have registered with another's address and a password, and wait for its owner to sign in.
    """
    await end_sessions(member.id)
    await InvitationUse.filter(member_id=member.id, accepted_at=None).delete()
    await forget_acceptance(member.id)
    named = {"name": name, "title": ""} if member.state == "unverified" else {}
    await Member.filter(id=member.id).update(password_hash="", password_changed_at=now(), **named)


def _name_of(person: Person) -> str:
    for one in (person.name, person.email.partition("@")[0].replace(".", " ").title()):
        try:
            return _Named.model_validate({"name": one}).name
        except ValidationError:
            continue
    return "New member"


async def _write(member_id: int, facts: ProviderFacts, person: Person, *, is_new: bool = False) -> IdentityLink:
    link = await IdentityLink.create(
        provider_id=facts.id, subject=person.subject, member_id=member_id, email=person.email, created_at=now()
    )
    data = {"provider_id": facts.id, "provider": facts.name, "link_id": link.id, "is_new": is_new}
    await journal.record("identity.linked", actor_id=member_id, subject_id=member_id, data=data)
    return link


async def link_to(member_id: int, facts: ProviderFacts, person: Person) -> None:
    """Link a sign-in at a provider to the account of who is signed in; raises Conflict when it is another's."""
    known = await IdentityLink.get_or_none(provider_id=facts.id, subject=person.subject)
    try:
        if known is None:
            async with transaction():
                await _write(member_id, facts, person)
            return
    except IntegrityError:
        known = await IdentityLink.get_or_none(provider_id=facts.id, subject=person.subject)
    if known is None or known.member_id != member_id:  # type: ignore[attr-defined]
        raise Conflict(f"This sign-in at {facts.name} opens another account already.")


async def link_proven(facts: ProviderFacts, arrived: Arrived) -> IdentityLink:
    """Link who came to the account that they have proved to be theirs, inside the caller's transaction: once.

    By an organisation's provider they belong there from now on; who has left does not.
    """
    if not await spend_once("spent_states", arrived.once):
        raise Invalid({"link": OVER})
    held = await Member.filter(id=arrived.member_id).select_for_update().get()
    check_may_enter(held.state)
    if held.email != arrived.person.email:
        raise Conflict("The address of this account has been changed meanwhile.")
    link = await IdentityLink.get_or_none(provider_id=facts.id, subject=arrived.person.subject)
    if link is None:
        link = await _write(held.id, facts, arrived.person)
    elif link.member_id != held.id:  # type: ignore[attr-defined]
        raise Conflict(f"This sign-in at {facts.name} opens another account already.")
    if facts.organisation_id is not None:
        await _belong(held.id, facts.organisation_id)
    return link


async def _belong(member_id: int, organisation_id: int) -> None:
    if not await join_place(member_id, organisation_id):  # they belong there, wait for people, or are paused
        return
    await place_trust(member_id)
    data = {"organisation_id": organisation_id, "role": "staff"}
    await journal.record("member.placed", actor_id=member_id, subject_id=member_id, data=data)


async def unlink(viewer: Viewer, link_id: int) -> None:
    """Take a linked sign-in off the viewer's account, and end every other sign-in; never the last way in."""
    check_may_act_now(viewer, now())
    async with transaction():
        await Member.filter(id=viewer.member_id).select_for_update().first()
        own = await own_links(viewer)
        gone = next((one for one in own.links if one.id == link_id), None)
        if gone is None:
            raise Missing("This sign-in is not linked to your account.")
        check_leaves_a_way_in(
            other_links=sum(one.is_on for one in own.links if one.id != link_id),
            has_password=own.has_password,
            has_mailbox=own.has_mailbox,
            is_compulsory=own.is_compulsory,
        )
        await IdentityLink.filter(id=link_id, member_id=viewer.member_id).delete()
        await end_sessions(viewer.member_id, id__not=viewer.session_id or 0)
        data: dict[str, Any] = {"provider": gone.name, "link_id": link_id}
        await journal.record("identity.unlinked", actor_id=viewer.id, subject_id=viewer.member_id, data=data)

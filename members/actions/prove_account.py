"""Prove that the account at one's address is one's own, so that a sign-in at a provider is linked to it."""

import hmac
from typing import Annotated, Final

from pydantic import Field

from base import journal
from base.clock import now
from base.db import transaction
from base.errors import Invalid, Refused
from base.inputs import Input
from base.limits import count_against
from base.signing import unsign
from members.actions.enter_by_link import Entered, Place, go_in
from members.actions.give_roles import give_roles, hold_place_of
from members.actions.link_identity import OVER, SECONDS, Arrived, link_proven
from members.actions.sign_in import at_the_door, count_failure
from members.actions.wait_for_code import Waiting, must_wait, wait_for_code
from members.links import link_stamp
from members.models import IdentityLink, Member, Provider
from members.passwords import LONGEST, is_password
from members.queries.facts import facts_of_member
from members.queries.providers import check_door, facts_of_provider, name_of_provider
from members.rules import ProviderFacts, check_may_act_now, check_may_enter, check_may_open, check_vouches
from members.viewer import Viewer

PER_MAILBOX: Final = "5/hour"


class OwnPassword(Input):
    """The password of the account that is there."""

    password: Annotated[str, Field(min_length=1, max_length=LONGEST * 5, title="Password")]


async def prove_by_password(place: Place, arrived: Arrived, given: OwnPassword) -> Entered | Waiting:
    """Link and enter, for who knows the password; with two steps a code has to follow before anything is linked."""
    member = await Member.get(id=arrived.member_id)
    async with at_the_door(place.viewer, member.email or ""):
        if not await is_password(member.password_hash, given.password):
            await count_failure(place.viewer, member.email or "")
            raise Invalid({"password": "This is not the password of this account."})
    return await _enter(place, arrived, member)


async def ask_for_letter(viewer: Viewer, arrived: Arrived) -> None:
    """Owe a letter with a link that is good in this browser only: who came from the provider has to hold it."""
    await count_against("identity-letter", PER_MAILBOX, arrived.person.email)
    async with transaction():
        data = {"provider": await name_of_provider(arrived.provider_id), "stamp": stamp_of_arrived(arrived)}
        await journal.record("identity.asked", actor_id=None, subject_id=arrived.member_id, data=data)


async def prove_by_letter(place: Place, arrived: Arrived, token: str) -> Entered | Waiting:
    """Link and enter, for who reads the mailbox in the browser that came from the provider."""
    member = await Member.get(id=arrived.member_id)
    known = unsign("identity-link", token, seconds=SECONDS)
    asked = link_stamp(member, stamp_of_arrived(arrived))
    if not isinstance(known, list) or not hmac.compare_digest(repr(known).encode(), repr(asked).encode()):
        raise Invalid({"link": OVER})
    return await _enter(place, arrived, member)


def stamp_of_arrived(arrived: Arrived) -> str:
    """Return what names this arrival in a letter: the sign-in there, and nothing that anybody could use."""
    text = f"{arrived.provider_id}:{arrived.person.subject}".encode()
    return hmac.new(b"arrived", text, "sha256").hexdigest()


async def prove_signed_in(viewer: Viewer, arrived: Arrived) -> None:
    """Link to the account that is signed in; raises Refused when that is another one."""
    if viewer.session_id is None or viewer.member_id != arrived.member_id:
        raise Refused("You are signed in with another account than the one at this address. Please sign out first.")
    check_may_act_now(viewer, now())
    facts = await _facts(arrived)
    async with transaction():
        await hold_place_of(facts)
        link = await link_proven(facts, arrived)
        given = await give_roles(facts, arrived.member_id, arrived.roles, link.given.split(",") if link.given else [])
        await IdentityLink.filter(id=link.id).update(given=",".join(given))


async def _facts(arrived: Arrived) -> ProviderFacts:
    """Return the facts of the provider, as far as it may open this account now, and speaks for the address still."""
    provider = await Provider.get_or_none(id=arrived.provider_id, is_on=True)
    if provider is None:
        raise Invalid({"link": OVER})
    facts, person = await facts_of_provider(provider), arrived.person
    check_vouches(facts, person.email, is_verified=person.is_verified)
    await check_door(person.email, provider.slug)
    check_may_open(facts, await facts_of_member(arrived.member_id))
    return facts


async def _enter(place: Place, arrived: Arrived, proven: Member) -> Entered | Waiting:
    facts = await _facts(arrived)
    async with transaction():
        await hold_place_of(facts)
        held = await Member.filter(id=proven.id).select_for_update().get()
        check_may_enter(held.state)
        if held.password_changed_at != proven.password_changed_at:  # while this one was being looked at
            raise Invalid({"password": "The password has just been changed. Please try again."})
        if await must_wait(held):  # what opens the account is asked for whole, before another door is made
            return await wait_for_code(held.id)
        link = await link_proven(facts, arrived)
        return await go_in(place, facts, link, arrived.person, arrived.roles)

"""Enter by a sign-in at a provider that is linked to an account."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from base import journal
from base.clock import now
from base.db import transaction
from base.errors import Conflict
from members.actions.give_roles import give_roles, hold_place_of, roles_in
from members.actions.sign_in import begin_session, hold_provider
from members.actions.wait_for_code import Waiting, must_wait, wait_for_code
from members.devices import Device
from members.models import IdentityLink, Member, Membership, Provider
from members.oidc.exchange import Person
from members.queries.facts import facts_of_member
from members.queries.providers import check_door
from members.rules import (
    ProviderFacts,
    check_may_enter,
    check_may_open,
    check_speaks_for,
    counts_as_two_steps,
    has_own_door,
)
from members.viewer import Viewer


@dataclass(frozen=True, slots=True)
class Entered:
    """The secret of the sign-in that began; `is_new` when the account is, too."""

    secret: str
    is_new: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """From where somebody comes."""

    viewer: Viewer
    device: Device


async def enter_by_link(
    place: Place, provider: Provider, facts: ProviderFacts, link: IdentityLink, person: Person
) -> Entered | Waiting:
    """Begin the sign-in of the member to whom it is linked; a code has to follow where their two steps ask for it."""
    member_id: int = link.member_id  # type: ignore[attr-defined]
    member, known = await Member.get(id=member_id), await facts_of_member(member_id)
    check_may_enter(member.state)
    check_may_open(facts, known)
    await check_still_theirs(facts, member)
    if not has_own_door(known):
        await check_door(member.email or "", provider.slug)
    wanted = roles_in(facts, provider.roles, person.groups)
    async with transaction():
        await hold_place_of(facts)
        held = await Member.filter(id=member_id).select_for_update().get()
        check_may_enter(held.state)
        return await go_in(place, facts, link, person, wanted)


async def check_still_theirs(facts: ProviderFacts, member: Member) -> None:
    """Raise NotVouched when an organisation's provider would open the account of somebody who is not its own."""
    place = {"member_id": member.id, "organisation_id": facts.organisation_id, "state": "active"}
    belongs = facts.organisation_id is not None and await Membership.filter(**place).exists()
    check_speaks_for(facts, member.email or "", belongs=belongs)


async def go_in(
    place: Place, facts: ProviderFacts, link: IdentityLink, person: Person, wanted: Sequence[str]
) -> Entered | Waiting:
    """Note the sign-in on the link, give the roles of its groups, and begin, inside the caller's transaction."""
    member_id: int = link.member_id  # type: ignore[attr-defined]
    at = now()
    if not await hold_provider(facts.id, is_on=True, two_steps=facts.two_steps):
        raise Conflict("This sign-in was changed or turned off meanwhile. Please begin again.")
    given = await give_roles(facts, member_id, wanted, [one for one in link.given.split(",") if one])
    changes = {"used_at": at, "email": person.email, "given": ",".join(given)}
    if not await IdentityLink.filter(id=link.id).update(**changes):
        raise Conflict("This sign-in was taken off the account meanwhile.")
    await journal.record(
        "identity.used", actor_id=member_id, subject_id=member_id, data={"provider_id": facts.id, "link_id": link.id}
    )
    did_two_steps = counts_as_two_steps(facts, says_so=person.says_two_steps)
    if not did_two_steps and await must_wait(await Member.get(id=member_id)):
        return await wait_for_code(member_id, provider_id=facts.id)
    # Who was still signed in there has proved nothing now: sensitive acts ask.
    since = datetime.fromtimestamp(person.signed_in_at, UTC) if person.signed_in_at else at - timedelta(days=1)
    secret = await begin_session(
        place.viewer, member_id, device=place.device, provider_id=facts.id, did_two_steps=did_two_steps,
        confirmed_at=min(since, at),
    )  # fmt: skip
    return Entered(secret)

"""Come back from a provider: once, in the browser that went there, with an answer that holds in every respect."""

from dataclasses import dataclass
from typing import Final

from base import journal
from base.clock import now
from base.db import transaction
from base.errors import Conflict
from members.actions.enter_by_link import Entered, Place, check_still_theirs, enter_by_link
from members.actions.link_identity import Arrived, arrive, link_to
from members.actions.spend_once import spend_once
from members.actions.wait_for_code import Waiting
from members.devices import UNKNOWN, Device
from members.models import IdentityLink, Member, Provider, Session
from members.oidc.errors import NoSignIn
from members.oidc.exchange import Answer, Person, person_of
from members.oidc.id_token import LEEWAY
from members.oidc.visit import OVER, Visit, visit_of
from members.queries.facts import facts_of_member
from members.queries.providers import facts_of_provider, open_provider
from members.rules import check_may_open, counts_as_two_steps
from members.viewer import Viewer

_NO_TIME: Final = (
    "{name} does not say when you signed in there, so it cannot confirm that it is you now. Please confirm with a "
    "password; if you have none, the page for a forgotten password lets you choose one."
)


@dataclass(frozen=True, slots=True)
class Back:
    """What came of it, and where to go on; `came` is nothing when one was signed in before."""

    came: Entered | Waiting | Arrived | None
    next: str
    purpose: str


async def come_back(viewer: Viewer, slug: str, answer: Answer, *, cookie: str, device: Device = UNKNOWN) -> Back:
    """Take the answer that a browser brings, and do what it had gone for."""
    visit = visit_of(cookie, answer.state)
    provider = await open_provider(slug)
    if visit.provider_id != provider.id or visit.session_id not in (None, viewer.session_id):
        raise NoSignIn(OVER)
    await _spend(visit)
    person = await person_of(provider, visit, answer)
    if visit.purpose == "confirm":
        await _confirm(viewer, provider, visit, person)
        return Back(None, visit.next, visit.purpose)
    if visit.purpose == "link":
        facts = await facts_of_provider(provider)
        check_may_open(facts, await facts_of_member(viewer.member_id))
        await check_still_theirs(facts, await Member.get(id=viewer.member_id))
        await link_to(viewer.member_id, facts, person)
        return Back(None, visit.next, visit.purpose)
    return Back(await _enter(Place(viewer, device), provider, person), visit.next, visit.purpose)


async def _spend(visit: Visit) -> None:
    """Use the state up: of two who bring it, in whichever process, one finds it taken."""
    if not await spend_once("spent_states", visit.state):
        raise NoSignIn("This answer was used already. Please begin again.")


async def _enter(place: Place, provider: Provider, person: Person) -> Entered | Waiting | Arrived:
    facts = await facts_of_provider(provider)
    link = await IdentityLink.get_or_none(provider_id=provider.id, subject=person.subject)
    if link is None:
        return await arrive(place, provider, facts, person)
    return await enter_by_link(place, provider, facts, link, person)


async def _confirm(viewer: Viewer, provider: Provider, visit: Visit, person: Person) -> None:
    link = await IdentityLink.get_or_none(
        provider_id=provider.id, subject=person.subject, member_id=viewer.member_id
    )  # fmt: skip
    if link is None:
        raise Conflict(f"At {provider.name} somebody else is signed in. Please sign in there as yourself.")
    facts = await facts_of_provider(provider)
    check_may_open(facts, await facts_of_member(viewer.member_id))
    await check_still_theirs(facts, await Member.get(id=viewer.member_id))
    if viewer.has_two_steps and not counts_as_two_steps(facts, says_so=person.says_two_steps):
        raise NoSignIn("You sign in with two steps: please confirm with a code of your app.")
    if person.signed_in_at is None:
        raise NoSignIn(_NO_TIME.format(name=provider.name))
    if person.signed_in_at < visit.began - LEEWAY:
        raise NoSignIn(f"{provider.name} did not ask who you are anew. Please confirm in another way.")
    async with transaction():
        await Session.filter(id=viewer.session_id).update(confirmed_at=now())
        await journal.record("session.confirmed", actor_id=viewer.id, subject_id=viewer.session_id or 0)

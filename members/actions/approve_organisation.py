"""Decide whether an organisation joins: approve it, decline it with words, or ask back first."""

from typing import Literal

from pydantic import Field
from tortoise.exceptions import IntegrityError

from base import journal
from base.clock import now
from base.db import transaction
from base.errors import Conflict, Missing
from base.inputs import Body, Input
from members import rules
from members.actions.ask_to_join import JOINING, remove_pending
from members.actions.claim_domain import write_claim
from members.actions.come_by_invitation import belong
from members.actions.keep_organisation import free_slug
from members.actions.reckon_trust import place_trust
from members.models import Member, Organisation, OrganisationDomain, OrganisationRequest
from members.queries.requests import request_facts, settled_words
from members.viewer import Viewer


class Approval(Input):
    """As what the organisation joins."""

    kind: Literal["member", "network_partner", "industry", "guest"] = Field(title="Part in the network")
    words: Body = Field("", max_length=2000, title="A few words")


class Declining(Input):
    """Why an organisation does not join; the asker reads it."""

    words: Body = Field(min_length=10, max_length=2000, title="Why not")


class AskingBack(Input):
    """What has to be known first; the asker reads it."""

    note: Body = Field(min_length=10, max_length=2000, title="Your question")


async def approve_organisation(viewer: Viewer, request_id: int, given: Approval) -> str:
    """Let the organisation in and make the asker its administrator; return the word in its address.

    The mail domain is only claimed: an address in it makes nobody staff until it is proven.
    """
    try:
        async with transaction():
            request, organisation_id = await _held(viewer, request_id)
            asker = await _asker(request)
            slug = await _let_in(organisation_id, given.kind, request.domain, asker.id)
            await belong(asker.id, organisation_id, "org_admin")
            await place_trust(asker.id)
            await _settle(viewer, request_id, "approved", given.words)
            await _record("approved", viewer, organisation_id, request_id)
            placed = {"organisation_id": organisation_id, "role": "org_admin"}
            await journal.record("member.placed", actor_id=viewer.id, subject_id=asker.id, data=placed)
    except IntegrityError:
        raise Conflict(
            "Somebody added an organisation with this name or mail domain just now. Please look again."
        ) from None
    return slug


async def _asker(request: OrganisationRequest) -> Member:
    asker_id: int | None = request.asked_by_id  # type: ignore[attr-defined]
    found = await Member.filter(id=asker_id or 0, state="active").select_for_update().first()
    if found is None:
        raise Conflict("Who asked has no account here any more, so nobody would look after it. Please decline.")
    return found


async def _let_in(organisation_id: int, kind: str, domain: str, asker_id: int) -> str:
    """Make the organisation an active one, at an address of its own; return the word in it."""
    organisation = await Organisation.filter(id=organisation_id).select_for_update().first()
    if organisation is None:
        raise Missing("There is no such organisation any more.")
    is_new = organisation.slug.startswith(JOINING)
    slug = await free_slug(organisation.name) if is_new else organisation.slug
    await Organisation.filter(id=organisation_id).update(state="active", kind=kind, slug=slug)
    if domain and not await OrganisationDomain.filter(domain=domain).exists():
        await write_claim(organisation_id, domain, asker_id)
    return slug


async def decline_organisation(viewer: Viewer, request_id: int, given: Declining) -> None:
    """Say no, with words: the pending organisation goes, the asker's account stays."""
    async with transaction():
        _, organisation_id = await _held(viewer, request_id)
        await remove_pending(organisation_id)
        await _settle(viewer, request_id, "declined", given.words)
        await _record("declined", viewer, organisation_id, request_id)


async def ask_back(viewer: Viewer, request_id: int, given: AskingBack) -> None:
    """Ask the asker something by letter; the request goes on waiting."""
    async with transaction():
        _, organisation_id = await _held(viewer, request_id)
        await OrganisationRequest.filter(id=request_id).update(note=given.note, noted_at=now())
        await _record("asked_back", viewer, organisation_id, request_id)


async def _held(viewer: Viewer, request_id: int) -> tuple[OrganisationRequest, int]:
    """Return a request that waits, which nobody else can settle meanwhile, and the number of its organisation."""
    request = await OrganisationRequest.filter(id=request_id).select_for_update().first()
    facts, organisation_id = await request_facts(request_id)
    try:
        rules.check_may_decide_request(viewer, facts)
    except Conflict:
        raise Conflict(await settled_words(request_id)) from None
    assert request is not None
    return request, organisation_id


async def _settle(viewer: Viewer, request_id: int, state: str, words: str) -> None:
    await OrganisationRequest.filter(id=request_id).update(
        state=state, words=words, decided_by_id=viewer.id, decided_at=now()
    )


async def _record(what: str, viewer: Viewer, organisation_id: int, request_id: int) -> None:
    data = {"request_id": request_id}
    await journal.record(f"organisation.{what}", actor_id=viewer.id, subject_id=organisation_id, data=data)

"""Ask that an organisation joins the network, answer what is asked back, and withdraw."""

import re
from secrets import token_hex
from typing import Annotated, Any, Final, Literal

from pydantic import AfterValidator, Field

from base import journal
from base.clock import now
from base.db import transaction
from base.errors import Conflict, Invalid
from base.inputs import Body, Input, Line, Words
from base.limits import count_against
from members import rules
from members.actions.keep_organisation import a_country, a_website, mail_domains
from members.models import Member, Membership, Organisation, OrganisationRequest
from members.places import language_codes
from members.queries.requests import Known, known_by, region_of_country, request_facts
from members.viewer import Viewer

A_DAY: Final = "5/day"
ANSWERS_A_DAY: Final = "20/day"
MOST_WAITING: Final = 3
JOINING: Final = "joining-"
"""How the addresses of organisations begin that nobody has let in yet."""
# It stands in notices and letters to people who have not looked at it yet.
_NOT_A_NAME: Final = re.compile(r"://|www\.|[<>@\\{}|]", re.IGNORECASE)


def _domain(word: str) -> str:
    return mail_domains([word])[0] if word else ""


def _needed_country(code: str) -> str:
    if not code:
        raise ValueError("Please choose a country from the list.")
    return a_country(code)


def _name(name: str) -> str:
    if _NOT_A_NAME.search(name) or not any(letter.isalpha() for letter in name):
        raise ValueError("Please give the name as people write it, without addresses or signs.")
    return name


class JoiningOrganisation(Input):
    """An organisation that asks to join; `domain` is the one of its mail addresses, which proves nothing yet."""

    name: Annotated[Line, AfterValidator(_name)] = Field(min_length=2, max_length=120, title="Name")
    kind: Literal["member", "network_partner", "industry", "guest"] = Field("member", title="Part in the network")
    type: Literal[
        "hospital", "health_system", "clinic", "university", "association", "government", "payer", "vendor", "other"
    ] = Field("hospital", title="Type")
    country: Annotated[Line, AfterValidator(_needed_country)] = Field("", title="Country", validate_default=True)
    website: Annotated[Line, Field(max_length=200), AfterValidator(a_website)] = Field("", title="Website")
    domain: Annotated[Line, AfterValidator(_domain)] = Field("", title="Mail domain")
    languages: Annotated[Words, AfterValidator(language_codes)] = Field([], max_length=15, title="Languages")
    why: Body = Field(min_length=20, max_length=2000, title="Why")


class JoiningAnswer(Input):
    """What the asker says to what was asked back."""

    answer: Body = Field(min_length=2, max_length=2000, title="Your answer")


async def ask_to_join(viewer: Viewer, given: JoiningOrganisation, *, sees_nothing: bool = False) -> int:
    """Keep a pending organisation with the asker as its pending administrator; return the number of the request.

    Who asks at the door of a private site (`sees_nothing`) is not told who takes part; who decides sees what is known.
    """
    rules.check_may_ask_to_join(viewer)
    if not sees_nothing:
        _check_is_new(await known_by(given.name, given.domain), given)
    await count_against("organisation-request", A_DAY, str(viewer.member_id))
    at = now()
    async with transaction():
        # Two forms sent at the same moment wait here, or both would be kept.
        await Member.filter(id=viewer.member_id).select_for_update().get()
        await _check_not_asked(viewer, given)
        region_id = await region_of_country(given.country)
        organisation = await Organisation.create(
            # Its name is not taken for its address before it takes part.
            slug=f"{JOINING}{token_hex(8)}",
            state="pending",
            created_at=at,
            region_id=region_id,
            languages=",".join(given.languages),
            **given.model_dump(include={"name", "kind", "type", "country", "website"}),
        )
        place: dict[str, Any] = {"organisation": organisation, "role": "org_admin", "state": "pending", "main": False}
        await Membership.create(member_id=viewer.member_id, since=at, **place)
        made = await OrganisationRequest.create(
            organisation=organisation,
            asked_by_id=viewer.member_id,
            region_id=region_id,
            created_at=at,
            **given.model_dump(include={"name", "domain", "why"}),
        )
        await _record("asked", viewer, organisation.id, made.id)
    return int(made.id)


def _check_is_new(known: Known, given: JoiningOrganisation) -> None:
    """Raise Invalid where the organisation takes part already; of those that only ask, nobody is told."""
    errors = {}
    if known.by_name:
        errors["name"] = (
            f"{known.by_name} is in the network already. Its administrators can invite you, and with an address in its "
            "mail domain you belong to it at once."
        )
    if known.by_domain:
        errors["domain"] = f"This is the mail domain of {known.by_domain}, which is in the network already."
    if errors:
        raise Invalid(errors, given.model_dump())


async def _check_not_asked(viewer: Viewer, given: JoiningOrganisation) -> None:
    waiting = await OrganisationRequest.filter(asked_by_id=viewer.member_id, state="waiting")
    if any(one.name.casefold() == given.name.casefold() for one in waiting):
        raise Invalid(
            {"name": "You have asked for this organisation already; it waits for an answer."}, given.model_dump()
        )
    if len(waiting) >= MOST_WAITING:
        raise Conflict(f"{MOST_WAITING} requests of yours wait for an answer. Please wait until one is settled.")


async def answer_request(viewer: Viewer, request_id: int, given: JoiningAnswer) -> None:
    """Say something to what was asked back; another answer takes the place of the one before."""
    await count_against("organisation-answer", ANSWERS_A_DAY, str(viewer.member_id))
    async with transaction():
        organisation_id = await _own(viewer, request_id)
        found = await OrganisationRequest.get(id=request_id)
        if not found.note:
            raise Conflict("Nothing was asked.")
        await OrganisationRequest.filter(id=request_id).update(answer=given.answer, answered_at=now())
        await _record("answered", viewer, organisation_id, request_id)


async def withdraw_request(viewer: Viewer, request_id: int) -> None:
    """Ask no longer: the pending organisation goes, the request stays with its name."""
    async with transaction():
        organisation_id = await _own(viewer, request_id)
        await remove_pending(organisation_id)
        await OrganisationRequest.filter(id=request_id).update(state="withdrawn", decided_at=now())
        await _record("withdrawn", viewer, organisation_id, request_id)


async def remove_pending(organisation_id: int) -> None:
    """Take away an organisation that nobody let in, inside the caller's transaction."""
    if await Membership.filter(organisation_id=organisation_id, state="active").exists():
        raise Conflict("Somebody belongs to this organisation already, so it cannot go. Administrators can look at it.")
    await Organisation.filter(id=organisation_id, state="pending").delete()


async def _own(viewer: Viewer, request_id: int) -> int:
    await OrganisationRequest.filter(id=request_id).select_for_update().first()
    facts, organisation_id = await request_facts(request_id)
    rules.check_own_request(viewer, facts)
    return organisation_id


async def _record(what: str, viewer: Viewer, organisation_id: int, request_id: int) -> None:
    data = {"request_id": request_id}
    await journal.record(f"organisation.{what}", actor_id=viewer.id, subject_id=organisation_id, data=data)

"""Invite colleagues into an organisation by letter, and take an invitation back."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Any, Final, Literal

from pydantic import AfterValidator, Field

from base import journal, settings
from base.clock import now
from base.db import transaction
from base.errors import Conflict, Invalid, Missing, TooMany
from base.inputs import BlankIsNone, Body, Input, Line
from base.limits import count_against, limit_of
from base.mail import Address
from members import rules
from members.colleagues import Colleague, read_colleagues
from members.models import Invitation, Organisation
from members.names import PersonName
from members.queries.colleagues import CheckedLine, CheckedListPage, check_lines
from members.queries.facts import facts_of_organisation, organisation_at
from members.queries.org_admins import is_run
from members.rules import OrganisationFacts
from members.viewer import Viewer

GOOD_FOR: Final = timedelta(days=90)
LISTS: Final = "20/hour"
CHECKS: Final = "60/hour"
AGAIN: Final = "3/day"
PER_MAILBOX: Final = "3/day"
LETTERS: Final = "200/day"
_DAY: Final = timedelta(days=1)
_TOGETHER: Final = 50
"""So many letters are owed by one entry of the journal: few enough to be written in one go."""


# Mail programs make links of all of these.
_LIKE_AN_ADDRESS: Final = re.compile(r"://|www\.|@|\w[.\u3002\uff0e\uff61][^\W\d_]{2,}", re.IGNORECASE)


def _without_addresses(text: str) -> str:
    if _LIKE_AN_ADDRESS.search(text):
        raise ValueError(
            "Please write without addresses: the letter has one link, that of the invitation. "
            "A dot between two letters is taken for one."
        )
    return text


WelcomeText = Annotated[Body, Field(max_length=600, title="A few words of yours"), AfterValidator(_without_addresses)]
"""What the inviter says to those who are invited."""


class OneColleague(Input):
    """Who is invited, as what; `outside` says that the address is right although its domain is not confirmed."""

    email: Address = Field(title="E-mail address")
    name: Annotated[PersonName | None, BlankIsNone] = Field(None, title="Name")
    title: Line = Field("", max_length=120, title="Role")
    role: Literal["staff", "org_admin"] = Field("staff", title="As")
    welcome: WelcomeText = ""
    outside: bool = False


class ColleagueList(Input):
    """A list as it was typed; `also` are addresses outside of the confirmed domains that are right all the same."""

    lines: str = Field(max_length=500_000, title="List")
    welcome: WelcomeText = ""
    also: list[str] | str = Field(default_factory=list)
    all_outside: bool = False


@dataclass(frozen=True, slots=True)
class Invited:
    """How many letters are on their way, and how many invitations wait until somebody says that they may go."""

    sent: int
    held: int


async def invite_colleague(viewer: Viewer, organisation_id: int, given: OneColleague) -> Invited:
    """Invite one colleague."""
    facts = await facts_of_organisation(organisation_id)
    rules.check_may_invite_as(viewer, facts, given.role, is_run=await is_run(facts.id))
    await count_against("invitation-mailbox", PER_MAILBOX, given.email)
    if rules.may_run_invitations(viewer, facts):
        await count_against("invitation-letters", LETTERS, str(viewer.member_id))
    line = Colleague(1, given.email, given.name or "", given.title)
    async with transaction():
        await _hold(facts.id)
        await _check_pace(viewer, facts)
        (checked,) = (await check_lines(facts.id, [line])).lines
        _check_can_be_sent(viewer, facts, checked, given)
        let_go = [checked] if checked.fate == "send" or _may_send_outside(viewer, facts) else []
        return await _write(viewer, facts.id, [checked], let_go, role=given.role, welcome=given.welcome)


async def check_colleagues(viewer: Viewer, slug: str, text: str) -> CheckedListPage:
    """Return what would happen to the lines of a list; nothing is sent."""
    found = await organisation_at(viewer, slug)
    rules.check_may_invite_list(viewer, found.facts)
    await count_against("invitation-checks", CHECKS, str(viewer.member_id))
    return CheckedListPage(found.name, found.slug, await check_lines(found.facts.id, read_colleagues(text)))


async def invite_list(viewer: Viewer, organisation_id: int, given: ColleagueList) -> Invited:
    """Invite everybody on a list who can be; what is outside of the confirmed domains and not ticked is held."""
    facts = await facts_of_organisation(organisation_id)
    rules.check_may_invite_list(viewer, facts)
    await count_against("invitation-lists", LISTS, str(viewer.member_id))
    lines = read_colleagues(given.lines)
    also = {given.also} if isinstance(given.also, str) else set(given.also)
    async with transaction():
        await _hold(facts.id)
        checked = (await check_lines(facts.id, lines)).lines
        wanted = [line for line in checked if line.fate in ("send", "outside")]
        let_go = [line for line in wanted if line.fate == "send" or given.all_outside or line.email in also]
        return await _write(viewer, facts.id, wanted, let_go, welcome=given.welcome)


async def send_again(viewer: Viewer, invitation_id: int) -> None:
    """Send the letter again, good for as long as the first one; or for the first time, where it was held."""
    invitation, facts = await _to_change(viewer, invitation_id)
    rules.check_may_invite_as(viewer, facts, invitation.role, is_run=await is_run(facts.id))
    if invitation.sent_at is None:
        rules.check_may_invite_list(viewer, facts)
    await count_against("invitation-again", AGAIN, str(invitation_id))
    async with transaction():
        invitation = await Invitation.filter(id=invitation_id).select_for_update().get()
        if invitation.email is None or invitation.revoked_at is not None or invitation.used:
            raise Conflict("This invitation was accepted or taken back meanwhile.")
        at = now()
        changed = {"sent_at": at, "expires_at": at + GOOD_FOR, "letters": invitation.letters + 1}
        await Invitation.filter(id=invitation_id).update(**changed)
        await _record("sent", viewer, facts.id, [invitation_id])


async def revoke_invitation(viewer: Viewer, invitation_id: int) -> None:
    """Close an invitation; whoever came by it stays where they are."""
    _, facts = await _to_change(viewer, invitation_id)
    async with transaction():
        invitation = await Invitation.filter(id=invitation_id).select_for_update().get()
        if invitation.revoked_at is not None or invitation.used >= invitation.most_uses:
            raise Conflict("This invitation was accepted or taken back meanwhile.")
        await Invitation.filter(id=invitation_id).update(revoked_at=now())
        data = {"organisation_id": facts.id}
        await journal.record("invitation.revoked", actor_id=viewer.id, subject_id=invitation_id, data=data)


async def _to_change(viewer: Viewer, invitation_id: int) -> tuple[Invitation, OrganisationFacts]:
    invitation = await Invitation.get_or_none(id=invitation_id)
    organisation_id = invitation.organisation_id if invitation is not None else None  # type: ignore[attr-defined]
    if invitation is None or organisation_id is None:
        raise Missing("There is no such invitation.")
    facts = await facts_of_organisation(organisation_id)
    rules.check_may_change_invitation(viewer, facts, invitation.invited_by_id)  # type: ignore[attr-defined]
    return invitation, facts


async def _hold(organisation_id: int) -> None:
    """Let who invites into the same organisation at the same moment wait, or both would invite the same people."""
    await Organisation.filter(id=organisation_id).select_for_update().get()


def _may_send_outside(viewer: Viewer, facts: OrganisationFacts) -> bool:
    return rules.may_run_invitations(viewer, facts)


def _check_can_be_sent(viewer: Viewer, facts: OrganisationFacts, line: CheckedLine, given: OneColleague) -> None:
    typed = given.model_dump()
    if line.fate == "member":
        raise Invalid({"email": "Somebody with this address belongs to the organisation already."}, typed)
    if line.fate == "invited":
        raise Invalid({"email": "This address has an invitation already."}, typed)
    if line.fate == "outside" and not given.outside and _may_send_outside(viewer, facts):
        sentence = "This address is outside of the organisation's confirmed mail domains. Tick that it is right."
        raise Invalid({"outside": sentence}, typed)


async def _check_pace(viewer: Viewer, facts: OrganisationFacts) -> None:
    if not settings.get().limits or rules.may_run_invitations(viewer, facts):
        return
    most, at = limit_of("invitations_a_day"), now()
    made = Invitation.filter(invited_by_id=viewer.id, created_at__gt=at - _DAY).order_by("created_at")
    times = [one.created_at for one in await made.only("created_at")]
    if len(times) >= most:
        wait = (times[-most] + _DAY - at if most else _DAY).total_seconds()
        raise TooMany(f"You have invited {most} colleagues within a day, which is the most.", round(wait))


async def _write(
    viewer: Viewer, organisation_id: int, wanted: Sequence[CheckedLine], let_go: Sequence[CheckedLine], **more: Any
) -> Invited:
    at, go = now(), {line.email for line in let_go}
    made = [
        _row(line, at, sent=line.email in go, organisation_id=organisation_id, invited_by_id=viewer.id, **more)
        for line in wanted
    ]  # fmt: skip
    await Invitation.bulk_create(made)
    fresh = Invitation.filter(organisation_id=organisation_id, created_at=at, email__not_isnull=True).order_by("id")
    ids = await fresh.values_list("id", "sent_at")
    sent = [id_ for id_, sent_at in ids if sent_at is not None]
    held = [id_ for id_, sent_at in ids if sent_at is None]
    await _record("sent", viewer, organisation_id, sent)
    await _record("held", viewer, organisation_id, held)
    return Invited(len(sent), len(held))


def _row(line: CheckedLine, at: datetime, *, sent: bool, **more: Any) -> Invitation:
    return Invitation(
        email=line.email,
        name=line.name,
        title=line.title,
        created_at=at,
        sent_at=at if sent else None,
        letters=int(sent),
        expires_at=at + GOOD_FOR,
        **more,
    )


async def _record(what: str, viewer: Viewer, organisation_id: int, ids: Sequence[int]) -> None:
    for start in range(0, len(ids), _TOGETHER):
        some = list(ids[start : start + _TOGETHER])
        data = {"organisation_id": organisation_id, "ids": some}
        await journal.record(f"invitation.{what}", actor_id=viewer.id, subject_id=some[0], data=data)

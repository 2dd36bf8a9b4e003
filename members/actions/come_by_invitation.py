"""Let a member whose mailbox is proven come by an invitation, inside the caller's transaction."""

from dataclasses import dataclass

from tortoise.expressions import F

from base import journal
from base.clock import now
from members.actions.main_place import ask_for_place, give_place
from members.actions.reckon_trust import place_trust
from members.models import Invitation, InvitationUse, Member, Membership
from members.queries.invited import Closed, check_opens, proves


@dataclass(frozen=True, slots=True)
class Came:
    """Where somebody belongs now, or has to be let in first (`asked`); both are empty without an organisation."""

    organisation: str = ""
    asked: str = ""


async def held_open(invitation_id: int) -> Invitation:
    """Return an invitation that can be accepted, and that nobody else can change meanwhile; else raise Closed."""
    invitation = await Invitation.filter(id=invitation_id).select_for_update().first()
    if invitation is None:
        raise Closed("This invitation is no longer valid.")
    await invitation.fetch_related("organisation", "invited_by")
    await check_opens(invitation)
    return invitation


async def come_by(invitation: Invitation, member: Member) -> Came:
    """Count the use and make the member belong to the organisation.

    A link for several proves nothing of who follows it: without an address in a confirmed domain they are let in later.
    """
    at, organisation = now(), invitation.organisation
    await Invitation.filter(id=invitation.id).update(used=F("used") + 1, accepted_at=at)
    if not await InvitationUse.filter(invitation_id=invitation.id, member_id=member.id).update(accepted_at=at):
        await InvitationUse.create(invitation_id=invitation.id, member_id=member.id, at=at, accepted_at=at)
    data = {"member_id": member.id, "organisation_id": organisation.id if organisation else None}
    await journal.record("invitation.accepted", actor_id=member.id, subject_id=invitation.id, data=data)
    if organisation is None:
        return Came()
    if await Membership.filter(member_id=member.id, organisation_id=organisation.id, state="paused").exists():
        return Came()  # whom the organisation suspended it lets back itself
    if invitation.email is None and not await _is_theirs(member, organisation.id):
        return await _ask(member.id, organisation.id, organisation.name)
    await belong(member.id, organisation.id, invitation.role if invitation.email else "staff")
    await place_trust(member.id)
    placed = {"organisation_id": organisation.id, "role": invitation.role}
    await journal.record("member.placed", actor_id=member.id, subject_id=member.id, data=placed)
    told = {"member_id": member.id, "before": "", "after": f"{invitation.role}, active"}
    await journal.record("console.came", actor_id=member.id, subject_id=organisation.id, data=told)
    return Came(organisation=organisation.name)


async def come_by_what_was_answered(member: Member) -> Came:
    """Let a member who registered by links for several come by those that are still open."""
    came = Came()
    for use in await InvitationUse.filter(member_id=member.id, accepted_at=None).order_by("id"):
        try:
            invitation = await held_open(use.invitation_id)  # type: ignore[attr-defined]
        except Closed:
            continue  # used up or revoked since: they are in without it
        found = await come_by(invitation, member)
        came = Came(came.organisation or found.organisation, came.asked or found.asked)
    return came


async def _is_theirs(member: Member, organisation_id: int) -> bool:
    """Say whether the address shows that somebody belongs there; who has left is let in again by people.

    Who waits already waits for people, too: they may have left, or been declined, before they asked.
    """
    for_people = await Membership.filter(
        member_id=member.id, organisation_id=organisation_id, state__in=("left", "declined", "pending")
    ).exists()
    return not for_people and await proves(member.email or "", organisation_id)


async def belong(member_id: int, organisation_id: int, role: str) -> None:
    """Make the member belong to the organisation in this role or more, inside the caller's transaction."""
    known = await Membership.get_or_none(member_id=member_id, organisation_id=organisation_id)
    if known is None or known.state != "active":  # who has left comes back: to invite was the organisation's own act
        await give_place(member_id, organisation_id, known, role)
    elif role == "org_admin":  # nobody loses by an invitation what they may do already
        await Membership.filter(id=known.id).update(role=role)


async def _ask(member_id: int, organisation_id: int, name: str) -> Came:
    known = await Membership.get_or_none(member_id=member_id, organisation_id=organisation_id)
    if known is not None and known.state == "active":
        return Came(organisation=name)
    if known is None or known.state in ("left", "declined"):
        await ask_for_place(member_id, organisation_id, known)
    return Came(asked=name)

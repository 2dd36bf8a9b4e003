"""Let a member belong to an organisation, or no longer, inside the caller's transaction that holds the organisation."""

from datetime import datetime
from typing import Any, Final

from base import journal
from base.clock import now
from base.errors import Missing
from members import rules
from members.actions.main_place import give_place, settle_main
from members.actions.reckon_trust import place_trust
from members.models import Invitation, Member, Membership, Organisation
from members.queries.facts import facts_of_row
from members.queries.viewer import viewer_of_member
from members.rules import OrganisationFacts
from members.viewer import Viewer

NOBODY: Final = "Nobody of this name belongs to the organisation."


async def held_organisation(organisation_id: int) -> OrganisationFacts:
    """Return the facts of an organisation whose people nobody else changes until this transaction ends."""
    # Without its key: whoever comes by an invitation holds their own row, and names the organisation in a new one.
    found = await Organisation.filter(id=organisation_id).select_for_update(no_key=True).first()
    if found is None:
        raise Missing("There is no such organisation.")
    return facts_of_row(found)


async def as_now(viewer: Viewer) -> Viewer:
    """Return the viewer with the rights of this moment: another act may have come between asking and holding."""
    found = await viewer_of_member(viewer.id) if viewer.id is not None else viewer
    return found or Viewer(id=viewer.id)


async def place_held(member_id: int, organisation_id: int, *states: str) -> Membership:
    """Return the place of a member whom nobody else changes meanwhile; raise Missing where it is in no such state."""
    # As everywhere: two acts about one member wait here, or both could leave the main organisation to the other.
    await Member.filter(id=member_id).select_for_update().first()
    found = await Membership.get_or_none(member_id=member_id, organisation_id=organisation_id)
    if found is None or found.state not in states:
        raise Missing(NOBODY)
    return found


async def check_not_last(viewer: Viewer, place: Membership) -> None:
    """Raise where the organisation would be left without anybody who runs it."""
    organisation_id: int = place.organisation_id  # type: ignore[attr-defined]
    if place.role == "org_admin" and place.state == "active":
        others = Membership.filter(
            organisation_id=organisation_id, role="org_admin", state="active", member__state="active", id__not=place.id
        )
        rules.check_may_leave_it_without(viewer, await others.count())


async def enter(member_id: int, organisation_id: int, known: Membership | None, role: str) -> None:
    """Make the member belong as staff or as an administrator; a guest is one no longer."""
    await give_place(member_id, organisation_id, known, role)
    await place_trust(member_id)


async def step_out(place: Membership, state: str, until: datetime | None = None) -> None:
    """Put a place into a state that gives nothing; another organisation of theirs stands beside the name then.

    Who had left, asked to come back and is not let in has left since then; who was declined before is so still.
    """
    member_id: int = place.member_id  # type: ignore[attr-defined]
    was = place.was if place.state == "pending" else ""
    changes: dict[str, Any] = {"state": was or state, "main": False, "was": ""}
    if state != "paused":  # who comes back does so as staff
        changes |= {"until": place.until if was == "left" else until or now(), "role": "staff"}
    await Membership.filter(id=place.id).update(**changes)
    await settle_main(member_id)
    await place_trust(member_id)


async def end_place(
    viewer: Viewer, place: Membership, what: str, state: str = "left", until: datetime | None = None, **more: Any
) -> None:
    """Let a place be over, and write down what ended: the same whoever decides it, and whatever they call it."""
    member_id: int = place.member_id  # type: ignore[attr-defined]
    organisation_id: int = place.organisation_id  # type: ignore[attr-defined]
    await check_not_last(viewer, place)
    await step_out(place, state, until)
    data = {"organisation_id": organisation_id}
    await journal.record("member.removed", actor_id=viewer.id, subject_id=member_id, data=data)
    after = f"{state}, {until.date()}" if until else state
    told = {"member_id": member_id, "before": f"{place.role}, {place.state}", "after": after, **more}
    await journal.record(f"console.{what}", actor_id=viewer.id, subject_id=organisation_id, data=told)


async def void_invitations(member_id: int, organisation_id: int) -> None:
    """Let no letter of before bring back who is removed or turned away; whoever wants them writes another.

    Before the member is held: whoever accepts one holds the invitation first.
    """
    member = await Member.get_or_none(id=member_id)
    if member is not None and member.email:
        theirs = Invitation.filter(organisation_id=organisation_id, email=member.email, used=0, revoked_at=None)
        await theirs.update(revoked_at=now())

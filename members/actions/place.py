"""Place a member in an organisation, and take them out."""

from typing import Final, Literal

from pydantic import Field

from base import journal
from base.clock import now
from base.db import transaction
from base.errors import Missing
from base.inputs import Input, RowId
from members import rules
from members.actions.belong import (
    as_now,
    check_not_last,
    end_place,
    enter,
    held_organisation,
    place_held,
    void_invitations,
)
from members.models import Member, Membership
from members.queries.facts import facts_of_organisation
from members.viewer import Viewer

_NOBODY: Final = ("mask", "gone", "leaving")


class Placing(Input):
    """Where somebody belongs, and as what."""

    organisation: RowId = Field(title="Organisation")
    role: Literal["staff", "org_admin"] = Field("staff", title="Role there")


async def place(viewer: Viewer, member_id: int, given: Placing) -> None:
    """Make the member staff, or an administrator, of an organisation; a guest is one no longer."""
    facts = await facts_of_organisation(given.organisation)
    rules.check_may_place(viewer, facts)
    async with transaction():
        facts = await held_organisation(facts.id)
        may_now = await as_now(viewer)
        rules.check_may_place(may_now, facts)
        member = await Member.filter(id=member_id, state__not_in=_NOBODY).select_for_update().first()
        if member is None:
            raise Missing("There is no such member.")
        known = await Membership.get_or_none(member_id=member_id, organisation_id=facts.id)
        rules.check_may_seat(may_now, facts, member_id, given.role, _held(known))
        _prove_again(viewer, given.role, _held(known))
        if known is None:
            rules.check_may_place_anybody(viewer, facts)
        elif given.role == "staff":
            await check_not_last(viewer, known)
        await enter(member_id, facts.id, known, given.role)
        before = f"{known.role}, {known.state}" if known else ""
        data = {"organisation_id": facts.id, "role": given.role}
        await journal.record("member.placed", actor_id=viewer.id, subject_id=member_id, data=data)
        told = {"member_id": member_id, "before": before, "after": f"{given.role}, active"}
        await journal.record("console.placed", actor_id=viewer.id, subject_id=facts.id, data=told)


def _held(known: Membership | None) -> str:
    if known is None:
        return ""
    return known.state if known.state in ("pending", "paused") else known.role


def _prove_again(viewer: Viewer, role: str, held: str) -> None:
    """Ask for the proof where somebody's place or role is taken, or given to run an organisation."""
    # Programs with a token go on: making it asked for the proof.
    if viewer.session_id is not None and (role == "org_admin" or held not in ("", "pending", role)):
        rules.check_may_act_now(viewer, now())


async def remove(viewer: Viewer, member_id: int, organisation_id: int) -> None:
    """Say that the member has left the organisation, or who asks to belong to it does not."""
    facts = await facts_of_organisation(organisation_id)
    rules.check_may_place(viewer, facts)
    async with transaction():
        facts = await held_organisation(facts.id)
        may_now = await as_now(viewer)
        rules.check_may_place(may_now, facts)
        await void_invitations(member_id, facts.id)
        try:
            known = await place_held(member_id, organisation_id, "active", "paused", "pending")
        except Missing:
            raise Missing("This member does not belong to the organisation.") from None
        rules.check_may_seat(may_now, facts, member_id, "", _held(known))
        _prove_again(viewer, "", _held(known))
        await end_place(viewer, known, "removed", "declined" if known.state == "pending" else "left")

"""Leave an organisation by oneself; who leaves the whole site does so in members/actions/leave.py."""

from typing import Final

from base.clock import now
from base.db import transaction
from base.errors import Missing
from members import rules
from members.actions.belong import as_now, end_place, held_organisation, place_held, void_invitations
from members.models import Membership
from members.viewer import Viewer

NOT_HERE: Final = "You do not belong to this organisation."


async def leave_organisation(viewer: Viewer, organisation_id: int) -> None:
    """End the viewer's own place; sign-ins, tokens and what was written stay, for they are the viewer's own."""
    place = Membership.filter(member_id=viewer.member_id, organisation_id=organisation_id, state="active")
    if not await place.exists():
        raise Missing(NOT_HERE)
    if viewer.session_id is not None:  # programs with a token go on: making it asked for the proof
        rules.check_may_act_now(viewer, now())
    async with transaction():
        facts = await held_organisation(organisation_id)
        await void_invitations(viewer.member_id, facts.id)
        known = await place_held(viewer.member_id, facts.id, "active")
        await end_place(await as_now(viewer), known, "left")

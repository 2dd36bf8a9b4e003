"""Place a member in an organisation, and take them out."""

from typing import Literal

from pydantic import Field

from base import journal
from base.clock import now
from base.db import transaction
from base.errors import Missing
from base.inputs import Input, RowId
from members import rules
from members.actions.reckon_trust import place_trust
from members.models import Member, Membership, Organisation
from members.queries.facts import facts_of_organisation
from members.viewer import Viewer


class Placing(Input):
    """Where somebody belongs, and as what."""

    organisation: RowId = Field(title="Organisation")
    role: Literal["staff", "org_admin"] = Field("staff", title="Role there")


async def place(viewer: Viewer, member_id: int, given: Placing) -> None:
    """Make the member staff, or an administrator, of an organisation; a guest is one no longer."""
    facts = await facts_of_organisation(given.organisation)
    rules.check_may_place(viewer, facts)
    at = now()
    async with transaction():
        member = await Member.filter(id=member_id, state__not="mask").select_for_update().first()
        if member is None or not await Organisation.filter(id=facts.id).exists():
            raise Missing("There is no such member.")
        known = await Membership.get_or_none(member_id=member_id, organisation_id=facts.id)
        has_main = await Membership.filter(
            member_id=member_id, state="active", main=True, organisation_id__not=facts.id
        ).exists()
        if known is None:
            await Membership.create(
                member_id=member_id, organisation_id=facts.id, role=given.role, main=not has_main, since=at
            )
        else:
            await Membership.filter(id=known.id).update(
                role=given.role, state="active", main=not has_main, since=at, until=None
            )
        await place_trust(member_id)
        data = {"organisation_id": facts.id, "role": given.role}
        await journal.record("member.placed", actor_id=viewer.id, subject_id=member_id, data=data)


async def remove(viewer: Viewer, member_id: int, organisation_id: int) -> None:
    """Say that the member has left the organisation, or who asks to belong to it does not."""
    rules.check_may_place(viewer, await facts_of_organisation(organisation_id))
    async with transaction():
        # As in `place`: two acts about one member wait here, or both could leave the main organisation to the other.
        await Member.filter(id=member_id).select_for_update().first()
        left = await Membership.filter(
            member_id=member_id, organisation_id=organisation_id, state__in=("active", "pending")
        ).update(state="left", until=now(), main=False)  # fmt: skip
        if not left:
            raise Missing("This member does not belong to the organisation.")
        rest = await Membership.filter(member_id=member_id, state="active").order_by("-main", "id").first()
        if rest is not None:
            await Membership.filter(id=rest.id).update(main=True)
        await place_trust(member_id)
        data = {"organisation_id": organisation_id}
        await journal.record("member.removed", actor_id=viewer.id, subject_id=member_id, data=data)

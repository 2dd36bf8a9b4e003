"""Say what somebody is in an organisation; the title is the organisation's word, not the member's own."""

from pydantic import Field

from base import journal
from base.db import transaction
from base.inputs import Input, Line
from members import rules
from members.actions.belong import as_now, held_organisation, place_held
from members.models import Membership
from members.queries.facts import facts_of_organisation
from members.viewer import Viewer


class PlaceTitle(Input):
    """What somebody is there; empty leaves it to what they say themselves."""

    title: Line = Field("", max_length=120, title="Title here")


async def keep_place_title(viewer: Viewer, organisation_id: int, member_id: int, given: PlaceTitle) -> None:
    """Keep a member's title in the organisation."""
    rules.check_may_run_organisation(viewer, await facts_of_organisation(organisation_id))
    async with transaction():
        facts = await held_organisation(organisation_id)
        rules.check_may_run_organisation(await as_now(viewer), facts)
        known = await place_held(member_id, facts.id, "active", "paused")
        await Membership.filter(id=known.id).update(title=given.title)
        told = {"member_id": member_id, "before": known.title, "after": given.title}
        await journal.record("console.titled", actor_id=viewer.id, subject_id=facts.id, data=told)

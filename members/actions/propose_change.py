"""Propose a change to what one's organisation says about itself, take it back, and decide about one."""

from typing import Annotated, Final, Literal

from pydantic import Field

from base import journal
from base.clock import now
from base.db import transaction
from base.errors import Conflict, Missing
from base.inputs import Body, Input, Line
from base.limits import count_against
from members import rules
from members.actions.belong import as_now, held_organisation
from members.models import OrganisationProposal
from members.queries.facts import facts_of_organisation
from members.viewer import Viewer

MOST_OPEN: Final = 10
PROPOSALS: Final = "20/day"


class Proposal(Input):
    """What should be another way in the profile or the platform ledger, and why."""

    about: Literal["profile", "ledger"] = Field("profile", title="About")
    what: Annotated[Body, Field(min_length=10, max_length=2000, title="What should change")]
    why: Line = Field("", max_length=400, title="Why")


class Verdict(Input):
    """Yes or no, with a few words to who proposed it."""

    verdict: Literal["accepted", "declined"] = Field(title="Decision")
    note: Line = Field("", max_length=300, title="A few words to them")


async def propose_change(viewer: Viewer, organisation_id: int, given: Proposal) -> int:
    """Keep a proposal for the administrators of the organisation; return its number."""
    rules.check_may_propose(viewer, await facts_of_organisation(organisation_id))
    await count_against("organisation-proposals", PROPOSALS, str(viewer.member_id))
    async with transaction():
        facts = await held_organisation(organisation_id)
        rules.check_may_propose(await as_now(viewer), facts)
        mine = OrganisationProposal.filter(organisation_id=facts.id, by_id=viewer.member_id, state="open")
        if await mine.count() >= MOST_OPEN:
            raise Conflict(f"{MOST_OPEN} proposals of yours wait to be decided. Please wait, or take some back.")
        made = await OrganisationProposal.create(
            organisation_id=facts.id, by_id=viewer.member_id, at=now(), **given.model_dump()
        )
        told = {"proposal": made.id, "about": given.about}
        await journal.record("console.proposed", actor_id=viewer.id, subject_id=facts.id, data=told)
    return int(made.id)


async def take_back_proposal(viewer: Viewer, organisation_id: int, proposal_id: int) -> None:
    """Take one's own open proposal back."""
    async with transaction():
        await held_organisation(organisation_id)
        changed = await OrganisationProposal.filter(
            id=proposal_id, organisation_id=organisation_id, by_id=viewer.member_id, state="open"
        ).update(state="withdrawn", decided_at=now())
        if not changed:
            raise Missing("There is no such open proposal of yours.")
        told = {"proposal": proposal_id}
        await journal.record("console.proposal_withdrawn", actor_id=viewer.id, subject_id=organisation_id, data=told)


async def decide_proposal(viewer: Viewer, organisation_id: int, proposal_id: int, given: Verdict) -> str:
    """Accept a proposal, which says that the change is or will be made, or decline it; return what it is about."""
    rules.check_may_run_organisation(viewer, await facts_of_organisation(organisation_id))
    async with transaction():
        facts = await held_organisation(organisation_id)
        rules.check_may_run_organisation(await as_now(viewer), facts)
        found = await OrganisationProposal.get_or_none(id=proposal_id, organisation_id=facts.id)
        if found is None:
            raise Missing("There is no such proposal.")
        if found.state != "open":
            raise Conflict("This proposal was decided or taken back already.")
        await OrganisationProposal.filter(id=found.id).update(
            state=given.verdict, note=given.note, decided_by_id=viewer.id, decided_at=now()
        )
        told = {"proposal": found.id, "before": "open", "after": given.verdict}
        await journal.record(f"console.proposal_{given.verdict}", actor_id=viewer.id, subject_id=facts.id, data=told)
    return found.about

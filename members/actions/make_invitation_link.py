"""Make a link by which several people may come; it is taken back like any other invitation."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from pydantic import Field

from base import journal
from base.clock import now
from base.db import transaction
from base.errors import Invalid
from base.inputs import Input
from base.limits import count_against
from members import rules
from members.actions.invite_colleagues import WelcomeText
from members.links import invitation_link
from members.models import Invitation
from members.queries.facts import facts_of_organisation
from members.viewer import Viewer

PER_MEMBER: Final = "10/day"


class ManyUses(Input):
    """How many people may come by the link, and for how many days."""

    most_uses: int = Field(10, ge=1, le=rules.MOST_USES[True], title="People")
    days: int = Field(30, ge=1, le=90, title="Days")
    welcome: WelcomeText = ""


@dataclass(frozen=True, slots=True)
class MadeLink:
    """The link; whoever has it can use it."""

    id: int
    link: str


async def make_invitation_link(viewer: Viewer, organisation_id: int, given: ManyUses) -> MadeLink:
    """Open a way in for several people, as staff."""
    facts = await facts_of_organisation(organisation_id)
    rules.check_may_invite_colleagues(viewer, facts)
    most = rules.MOST_USES[rules.may_run_invitations(viewer, facts)]
    if given.most_uses > most:
        raise Invalid({"most_uses": f"A link of yours can let in up to {most} people."}, given.model_dump())
    await count_against("invitation-links", PER_MEMBER, str(viewer.member_id))
    at = now()
    async with transaction():
        made = await Invitation.create(
            organisation_id=facts.id,
            most_uses=given.most_uses,
            welcome=given.welcome,
            invited_by_id=viewer.id,
            created_at=at,
            sent_at=at,
            expires_at=at + timedelta(days=given.days),
        )
        data = {"organisation_id": facts.id, "most_uses": given.most_uses}
        await journal.record("invitation.link_made", actor_id=viewer.id, subject_id=made.id, data=data)
    return MadeLink(made.id, invitation_link(made.id, made.created_at))

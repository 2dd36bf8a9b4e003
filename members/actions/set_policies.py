"""Keep what an organisation decides for its people: whom to ask about privacy, sign-off, what letters may hold."""

from typing import Annotated, Literal

from pydantic import Field

from base import journal
from base.clock import now
from base.db import transaction
from base.inputs import BlankIsNone, Input
from base.mail import Address
from members import rules
from members.actions.belong import as_now
from members.actions.gather_mail import gather_again
from members.actions.keep_organisation import difference
from members.models import Organisation
from members.queries.facts import facts_of_organisation, facts_of_row
from members.viewer import Viewer


class Policies(Input):
    """An address for questions of privacy, what happens before a case study is published, and what letters hold."""

    privacy_contact: Annotated[Address | None, BlankIsNone] = Field(None, title="Privacy contact")
    signoff: Literal["none", "notify", "approve"] = Field("none", title="Sign-off of case studies")
    mail_content: Literal["full", "none"] = Field("full", title="Letters to your people")


async def set_policies(viewer: Viewer, organisation_id: int, given: Policies) -> None:
    """Keep the policies; letters follow them at once."""
    rules.check_may_run_organisation(viewer, await facts_of_organisation(organisation_id))
    if viewer.session_id is not None:  # programs with a token go on: making it asked for the proof
        rules.check_may_act_now(viewer, now())
    columns = given.model_dump() | {"privacy_contact": given.privacy_contact or ""}
    async with transaction():
        before = await Organisation.filter(id=organisation_id).select_for_update(no_key=True).get()
        rules.check_may_run_organisation(await as_now(viewer), facts_of_row(before))
        told = difference(before, columns)
        if not told["after"]:
            return
        await Organisation.filter(id=organisation_id).update(**columns)
        if told["after"].get("mail_content") == "none":
            await gather_again(organisation_id)
        await journal.record("console.policies_set", actor_id=viewer.id, subject_id=organisation_id, data=told)

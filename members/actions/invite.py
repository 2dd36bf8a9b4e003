"""Hand somebody known from an import their account."""

from pydantic import Field
from tortoise.exceptions import IntegrityError

from base import journal
from base.db import transaction
from base.errors import Conflict
from base.inputs import Input
from base.mail import Address
from members import rules
from members.models import Member
from members.queries.facts import facts_of_member
from members.viewer import Viewer


class Invitation(Input):
    """Where the person can be reached; an administrator answers for its being theirs."""

    email: Address = Field(title="E-mail address")


async def invite(viewer: Viewer, member_id: int, given: Invitation) -> None:
    """Write the address of a staged person down and owe them a letter with a link to take over the account."""
    rules.check_may_invite(viewer, await facts_of_member(member_id))
    try:
        async with transaction():
            if not await Member.filter(id=member_id, state="staged").update(email=given.email):
                raise Conflict("This person took over the account a moment ago.")
            await journal.record("member.invited", actor_id=viewer.id, subject_id=member_id)
    except IntegrityError:
        raise Conflict("Another account already has this address.") from None

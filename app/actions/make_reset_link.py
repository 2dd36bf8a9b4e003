"""Make the link at which somebody chooses a new password, for who cannot get it by mail."""

from base.db import transaction
from base.errors import Missing, Refused
from base.journal import record
from members.links import reset_link
from members.models import Member
from members.rules import check_may_administer, may_reset
from members.viewer import Viewer


async def make_reset_link(viewer: Viewer, member_id: int) -> str:
    """Return the link, which is good once and for two hours; that it was made stands in the journal."""
    check_may_administer(viewer)
    member = await Member.get_or_none(id=member_id)
    if member is None:
        raise Missing("There is no such member.")
    if not may_reset(member.state) or not member.email:
        raise Refused(f"The account of {member.name} is {member.state}: it cannot be opened with a link.")
    async with transaction():
        await record("password.link_made", actor_id=viewer.id, subject_id=member.id)
    return reset_link(member)

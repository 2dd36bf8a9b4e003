"""Ask for a copy of one's own data, and throw it away."""

from typing import Final

from base import journal
from base.clock import now
from base.db import transaction
from base.errors import Conflict, Missing
from base.limits import count_against
from members import rules
from members.models import DataExport, Member
from members.viewer import Viewer

A_DAY: Final = "3/day"


async def ask_for_copy(viewer: Viewer) -> None:
    """Ask for a copy: one at a time, and the one before goes. The journal's worker makes it."""
    rules.check_may_copy(viewer, viewer.member_id)
    under_way = DataExport.filter(member_id=viewer.member_id, state__in=("asked", "making"))
    if await under_way.exists():
        raise Conflict("A copy is being made already. Please wait for it, or stop it.")
    await count_against("own-data", A_DAY, str(viewer.member_id))
    async with transaction():
        await Member.filter(id=viewer.member_id).select_for_update().first()
        if await under_way.exists():
            raise Conflict("A copy is being made already. Please wait for it, or stop it.")
        await DataExport.filter(member_id=viewer.member_id).delete()
        made = await DataExport.create(member_id=viewer.member_id, asked_at=now())
        await journal.record("data.asked", actor_id=viewer.id, subject_id=made.id)


async def drop_copy(viewer: Viewer) -> str:
    """Stop making the copy, or throw it away; return the name of its file."""
    rules.check_may_copy(viewer, viewer.member_id)
    async with transaction():
        found = await DataExport.filter(member_id=viewer.member_id).select_for_update().first()
        if found is None:
            raise Missing("There is no copy of your data.")
        await DataExport.filter(id=found.id).delete()
        await journal.record("data.dropped", actor_id=viewer.id, subject_id=viewer.member_id)
    return found.file

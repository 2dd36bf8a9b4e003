"""Forget accounts whose address nobody confirmed."""

from datetime import timedelta
from typing import Final

from base import journal
from base.clock import now
from base.db import transaction
from members.models import Member

KEPT: Final = timedelta(days=14)
_BATCH: Final = 200


async def forget_unconfirmed() -> int:
    """Forget accounts that waited for more than 14 days; return how many. A chore."""
    old = await Member.filter(state="unverified", created_at__lt=now() - KEPT).order_by("id").limit(_BATCH)
    for member in old:
        async with transaction():
            if await Member.filter(id=member.id, state="unverified").delete():
                await journal.record("member.forgotten", actor_id=None, subject_id=member.id)
    return len(old)

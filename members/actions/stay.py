"""Stay after all: signing in takes back that one wanted to leave."""

from base import journal
from base.clock import now
from members.models import Departure, Member


async def stay(member_id: int) -> bool:
    """Stay after all, inside the caller's transaction; say whether somebody was leaving. Signing in does this."""
    if not await Departure.filter(member_id=member_id, state="waiting", by_id=None).update(
        state="cancelled", done_at=now()
    ):
        return False
    await Member.filter(id=member_id, state="leaving").update(state="active")
    await journal.record("member.stayed", actor_id=member_id, subject_id=member_id)
    return True

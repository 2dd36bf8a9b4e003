"""Make staff of the guests whose proven address is in a domain that has just become an organisation's."""

from collections.abc import Iterable

from base import journal
from members.actions.belong import enter
from members.models import Member


async def welcome_domain(organisation_id: int, domains: Iterable[str]) -> int:
    """Let them belong, inside the caller's transaction; return how many. Who belongs anywhere else stays there."""
    welcomed = 0
    for domain in domains:
        guests = await Member.filter(
            state="active", email__endswith=f"@{domain}", email_confirmed_at__not_isnull=True, memberships__id=None
        ).only("id")
        for guest in guests:
            await enter(guest.id, organisation_id, None, "staff")
            data = {"organisation_id": organisation_id, "role": "staff"}
            await journal.record("member.placed", actor_id=None, subject_id=guest.id, data=data)
            told = {"member_id": guest.id, "before": "", "after": "staff, active"}
            await journal.record("console.came", actor_id=None, subject_id=organisation_id, data=told)
            welcomed += 1
    return welcomed

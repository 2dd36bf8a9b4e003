"""Open an account whose mailbox is proven, inside the caller's transaction."""

from base import journal
from base.clock import now
from members.actions.come_by_invitation import Came, come_by_what_was_answered
from members.actions.main_place import ask_for_place, give_place
from members.actions.reckon_trust import place_trust
from members.models import Member, Membership, OrganisationDomain
from members.rules import OPEN_STATES


async def activate(member: Member) -> Came:
    """Make the member active and, where the mail domain is an organisation's, its staff; return where they belong.

    Who registered by an invitation belongs to its organisation, or asks to.
    """
    at = now()
    proven = await OrganisationDomain.filter(
        domain=(member.email or "").rpartition("@")[2],
        verified_at__not_isnull=True,
        organisation__state__in=OPEN_STATES,
    ).select_related("organisation").first()  # fmt: skip
    changes: dict[str, object] = {"state": "active", "email_confirmed_at": at}
    standing = ""
    if proven is not None:
        await join_place(member.id, proven.organisation.id)
        place = await Membership.get(member_id=member.id, organisation_id=proven.organisation.id)
        standing = place.state
    await Member.filter(id=member.id).update(**changes)
    await place_trust(member.id)
    came = await come_by_what_was_answered(member)
    name = proven.organisation.name if proven is not None else ""
    if standing == "active":
        return Came(name, came.asked)
    return Came(came.organisation, came.asked or name) if standing == "pending" else came


async def join_place(member_id: int, organisation_id: int) -> bool:
    """Make somebody whose address proves it staff of an organisation, inside the caller's transaction.

    Say whether they came in. Who has left, or was declined, comes back only by the organisation's own act, and waits
    for it now; so does who was waiting for that already.
    """
    known = await Membership.get_or_none(member_id=member_id, organisation_id=organisation_id)
    if known is not None and known.state in ("left", "declined"):
        await ask_for_place(member_id, organisation_id, known)
        return False
    if known is not None and (known.state != "pending" or known.was):
        return False
    await give_place(member_id, organisation_id, known, known.role if known else "staff")
    told = {"member_id": member_id, "before": known.state if known else "", "after": "staff, active"}
    await journal.record("console.came", actor_id=member_id, subject_id=organisation_id, data=told)
    return True

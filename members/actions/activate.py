"""Open an account whose mailbox is proven, inside the caller's transaction."""

from base.clock import now
from members.models import Member, Membership, OrganisationDomain
from members.rules import OPEN_STATES


async def activate(member: Member) -> str:
    """Make the member active and, where the mail domain is an organisation's, its staff; return its name."""
    at = now()
    proven = await OrganisationDomain.filter(
        domain=(member.email or "").rpartition("@")[2],
        verified_at__not_isnull=True,
        organisation__state__in=OPEN_STATES,
    ).select_related("organisation").first()  # fmt: skip
    changes: dict[str, object] = {"state": "active", "email_confirmed_at": at}
    if proven is not None:
        changes["trust"] = max(member.trust, 1)
        await _join(member.id, proven.organisation.id)
    await Member.filter(id=member.id).update(**changes)
    return proven.organisation.name if proven is not None else ""


async def _join(member_id: int, organisation_id: int) -> None:
    known = await Membership.get_or_none(member_id=member_id, organisation_id=organisation_id)
    if known is None:
        has_main = await Membership.filter(member_id=member_id, state="active", main=True).exists()
        await Membership.create(
            member_id=member_id, organisation_id=organisation_id, state="active", main=not has_main, since=now()
        )
    elif known.state == "pending":  # who has left comes back only by the organisation's own act
        await Membership.filter(id=known.id).update(state="active", since=now())

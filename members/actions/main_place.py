"""Give somebody a place in an organisation, and settle which of theirs stands beside their name."""

from base.clock import now
from members.models import Membership


async def give_place(member_id: int, organisation_id: int, known: Membership | None, role: str) -> None:
    """Make somebody's place there an active one from now on, `known` if they had one, in the caller's transaction."""
    if known is None:
        await Membership.create(
            member_id=member_id, organisation_id=organisation_id, role=role, main=False, since=now()
        )
    else:
        is_main = known.main and known.state == "active"
        await Membership.filter(id=known.id).update(role=role, state="active", main=is_main, since=now(), until=None)
    await settle_main(member_id)


async def settle_main(member_id: int) -> None:
    """Let one active place be the main one, inside the caller's transaction.

    A vendor's comes first, or a second organisation, and a moment of being paused, would take the label off. Then the
    one that is it already, then the oldest.
    """
    places = await Membership.filter(member_id=member_id, state="active").select_related("organisation").order_by("id")
    if not places:
        return
    first = min(places, key=lambda one: (one.organisation.kind != "industry", not one.main, one.id))
    if not first.main or sum(one.main for one in places) > 1:
        await Membership.filter(member_id=member_id, main=True, id__not=first.id).update(main=False)
        await Membership.filter(id=first.id).update(main=True)

"""Which of their organisations stands beside a member's name, and decides whether they belong to the industry."""

from members.models import Membership


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

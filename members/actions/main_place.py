"""Give somebody a place in an organisation, or let them wait for one, and settle which stands beside their name."""

from typing import Any

from base import journal
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
        await Membership.filter(id=known.id).update(
            role=role, state="active", main=is_main, since=now(), until=None, was=""
        )
    await settle_main(member_id)


async def ask_for_place(member_id: int, organisation_id: int, known: Membership | None, words: str = "") -> None:
    """Let somebody wait until people of the organisation let them in, inside the caller's transaction.

    That they have left, or were declined, stays with the place: they still have when they take it back, and nothing but
    people lets them in.
    """
    before = known.state if known else ""
    waits: dict[str, Any] = {
        "role": "staff", "state": "pending", "main": False, "since": now(), "words": words, "was": before,
    }  # fmt: skip
    if known is None:
        await Membership.create(member_id=member_id, organisation_id=organisation_id, **waits)
    else:
        await Membership.filter(id=known.id).update(**waits)
    told = {"member_id": member_id, "before": before, "after": "pending"}
    await journal.record("console.asked", actor_id=member_id, subject_id=organisation_id, data=told)


async def settle_main(member_id: int) -> None:
    """Let one active place be the main one, inside the caller's transaction.

    A vendor's comes first, as its people speak for it wherever else they belong. Then the one that is it already, then
    the oldest.
    """
    places = await Membership.filter(member_id=member_id, state="active").select_related("organisation").order_by("id")
    if not places:
        return
    first = min(places, key=lambda one: (one.organisation.kind != "industry", not one.main, one.id))
    if not first.main or sum(one.main for one in places) > 1:
        await Membership.filter(member_id=member_id, main=True, id__not=first.id).update(main=False)
        await Membership.filter(id=first.id).update(main=True)

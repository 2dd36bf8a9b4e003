"""Learn who is behind a mask: one of the staff asks with a reason, another decides, the masked is told."""

from typing import Annotated, Literal

from pydantic import Field

from base.clock import now
from base.db import transaction
from base.errors import Conflict, Missing, Refused
from base.inputs import Input, Line
from base.journal import record
from base.sealing import Unreadable
from members import rules
from members.actions.notify import notify
from members.masks import unseal
from members.models import Mask, Member, Unmasking
from members.queries.staff import holders
from members.viewer import Viewer


class UnmaskRequest(Input):
    """Why somebody has to know."""

    reason: Annotated[Line, Field(min_length=20, max_length=500, title="Why you have to know")]


class UnmaskDecision(Input):
    """Yes or no, and for a no the reason."""

    decision: Annotated[Literal["approved", "refused"], Field(title="Decision")]
    note: Annotated[Line, Field(max_length=500, title="Note")] = ""


async def ask_to_unmask(viewer: Viewer, face_id: int, url: str, given: UnmaskRequest) -> int:
    """Ask who is behind a mask, by its row of members; `url` is where they wrote. Return the number of the request."""
    rules.check_may_ask_to_unmask(viewer)
    mask = await Mask.get_or_none(member_id=face_id)
    if mask is None:
        raise Missing("This was written under a name already.")
    at = now()
    async with transaction():
        await Mask.filter(id=mask.id).select_for_update().first()
        if await Unmasking.filter(mask_id=mask.id, state="asked").exists():
            raise Conflict("Somebody has asked this already; an administrator has to decide.")
        made = await Unmasking.create(
            mask_id=mask.id, url=url, reason=given.reason, asked_by_id=viewer.member_id, asked_at=at
        )
        await record("mask.unmask_asked", actor_id=viewer.id, subject_id=mask.id, data={"unmasking": made.id})
        await _tell_administrators(viewer, made)
    return int(made.id)


async def decide_unmasking(viewer: Viewer, unmasking_id: int, given: UnmaskDecision) -> None:
    """Decide on a request of somebody else; who is behind the mask is told when it was approved."""
    async with transaction():
        asked = await Unmasking.filter(id=unmasking_id).select_for_update().first()
        if asked is None:
            rules.check_may_ask_to_unmask(viewer)
            raise Missing("There is no such request.")
        owner_id = await _owner(asked)
        asked_by: int = asked.asked_by_id  # type: ignore[attr-defined]
        rules.check_may_decide_unmasking(viewer, asked_by=asked_by, is_own=viewer.id == owner_id)
        if asked.state != "asked":
            raise Conflict("This was decided already.")
        await Unmasking.filter(id=asked.id).update(
            state=given.decision, decided_by_id=viewer.member_id, decided_at=now(), note=given.note
        )
        mask_id: int = asked.mask_id  # type: ignore[attr-defined]
        await record(
            f"mask.unmask_{given.decision}",
            actor_id=viewer.id,
            subject_id=mask_id,
            data={"unmasking": asked.id, "asked_by": asked_by},
        )
        if given.decision == "approved":
            await _tell_owner(owner_id, asked, viewer)


async def look_behind(viewer: Viewer, unmasking_id: int) -> Member:
    """Return who is behind a mask, for one of the two who agreed on it, within a day; each look is in the journal."""
    rules.check_may_ask_to_unmask(viewer)
    asked = await Unmasking.get_or_none(id=unmasking_id)
    if asked is None or asked.state != "approved" or asked.decided_at is None:
        raise Missing("There is no such approved request.")
    if viewer.id not in (asked.asked_by_id, asked.decided_by_id):  # type: ignore[attr-defined]
        raise Refused("Only the two people who agreed on it can see this.")
    if now() - asked.decided_at > rules.LOOK_FOR:
        raise Refused("It could be seen for a day after the decision. Please ask again if you still have to know.")
    owner_id = await _owner(asked)
    async with transaction():
        mask_id: int = asked.mask_id  # type: ignore[attr-defined]
        await record("mask.looked_behind", actor_id=viewer.id, subject_id=mask_id, data={"unmasking": asked.id})
    person = await Member.get_or_none(id=owner_id)
    if person is None:
        raise Missing("Whoever it was is no longer here.")
    return person


async def _owner(asked: Unmasking) -> int:
    mask = await Mask.get(id=asked.mask_id)  # type: ignore[attr-defined]
    try:
        return unseal(mask.sealed)
    except Unreadable:
        raise Conflict("Nobody can open this any more: the secret of this site is another one than then.") from None


async def _tell_administrators(viewer: Viewer, made: Unmasking) -> None:
    await notify(
        await holders("admin"),
        key=f"unmasking:{made.id}",
        kind="decide",
        group=f"unmasking:{made.id}",
        subject="A request to learn who wrote something",
        text=made.reason,
        url="/moderate/masks",
        reason="You are an administrator: it takes two people.",
        because="deciding",
        actor_id=viewer.id,
    )


async def _tell_owner(owner_id: int, asked: Unmasking, viewer: Viewer) -> None:
    # A letter does not say what it was, for others may read it.
    await notify(
        [owner_id],
        key=f"unmasked:{asked.id}",
        kind="unmasked",
        group=f"unmasked:{asked.id}",
        subject="About your account",
        text="Two people of the staff have looked up something about you, for a reason they gave. It stands here.",
        url="/settings/masks",
        reason="It concerns your account.",
        because="account",
        actor_id=None,
    )

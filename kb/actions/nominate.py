"""Say that a thread should become an article; take that back; decline it as an editor, and reopen it."""

from typing import Annotated

from pydantic import Field

from base.clock import now
from base.db import transaction
from base.errors import Conflict, Missing
from base.inputs import Input, Line
from base.journal import record
from forum.queries.facts import thread_facts
from forum.rules import check_may_see
from kb.actions.assign import end_assignments
from kb.models import Nomination
from kb.rules import check_may_draw_on, check_may_edit, check_may_nominate
from members.viewer import Viewer


class Why(Input):
    """Why a thread should become an article."""

    why: Annotated[Line, Field(min_length=10, max_length=400, title="Why")]


async def nominate(viewer: Viewer, thread_id: int, given: Why) -> int:
    """Nominate a thread, or say it in other words; return the nomination's id."""
    check_may_nominate(viewer)
    check_may_draw_on(viewer, await thread_facts(thread_id))
    async with transaction():
        made, _ = await Nomination.update_or_create(
            defaults={"why": given.why, "state": "open", "at": now()},
            thread_id=thread_id,
            member_id=viewer.member_id,
        )
        await record("nomination.made", actor_id=viewer.id, subject_id=made.id, data={"thread_id": thread_id})
        return int(made.id)


async def withdraw(viewer: Viewer, thread_id: int) -> None:
    """Take one's own nomination back, while nobody has acted on it."""
    found = await Nomination.get_or_none(thread_id=thread_id, member_id=viewer.member_id, state="open")
    if found is None:
        raise Missing("You have not suggested this thread.")
    async with transaction():
        if not await Nomination.filter(id=found.id, state="open").delete():
            raise Conflict("The editors took it up or declined it a moment ago.")
        if not await Nomination.filter(thread_id=thread_id, state="open").exists():
            await end_assignments("thread", [thread_id], actor_id=viewer.id)
        await record("nomination.withdrawn", actor_id=viewer.id, subject_id=found.id, data={"thread_id": thread_id})


async def decline(viewer: Viewer, thread_id: int) -> None:
    """Take a thread off the list of nominated ones without promoting it."""
    await _move(viewer, thread_id, "open", "declined")


async def reopen(viewer: Viewer, thread_id: int) -> None:
    """Put a declined thread back on the list."""
    await _move(viewer, thread_id, "declined", "open")


async def _move(viewer: Viewer, thread_id: int, before: str, after: str) -> None:
    check_may_edit(viewer)
    check_may_see(viewer, await thread_facts(thread_id))
    async with transaction():
        # Locked, so that what somebody else has just moved is neither moved nor recorded again.
        found = await Nomination.filter(thread_id=thread_id, state=before).select_for_update().order_by("id")
        if not found:
            raise Missing(f"This thread has no {before} nomination.")
        await Nomination.filter(id__in=[one.id for one in found]).update(state=after)
        if after == "declined":
            await end_assignments("thread", [thread_id], actor_id=viewer.id)
        verb = "declined" if after == "declined" else "reopened"
        for one in found:
            await record(f"nomination.{verb}", actor_id=viewer.id, subject_id=one.id, data={"thread_id": thread_id})

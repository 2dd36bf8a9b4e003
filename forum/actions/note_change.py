"""Write down what was done to a thread, so that it can be told and taken back; inside the caller's transaction."""

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import Field

from base.clock import now
from base.db import execute
from base.errors import Conflict
from base.inputs import Input, Line
from base.journal import record
from forum.models import ThreadChange
from members.viewer import Viewer


class WithReason(Input):
    """Why something is done to a thread."""

    reason: Annotated[Line, Field(max_length=200, title="Why")] = ""


async def note_change(
    viewer: Viewer,
    thread_id: int,
    kind: str,
    *,
    entry: str,
    before: Mapping[str, Any],
    reason: str = "",
    data: Mapping[str, Any] | None = None,
) -> int:
    """Write a change and its journal entry `entry`; return the change's id.

    It is signed by who looks after the thread, not by a mask of theirs: that they write here behind one is nobody's
    business, and what they do as a moderator says nothing of it.
    """
    made = await ThreadChange.create(
        thread_id=thread_id, kind=kind, member_id=viewer.member_id, reason=reason, before=dict(before), at=now()
    )
    told = {"change": made.id, "why": reason, **(data or {})}
    await record(entry, actor_id=viewer.member_id, subject_id=thread_id, data=told)
    return int(made.id)


async def note_undone(viewer: Viewer, thread_id: int, change_id: int, data: Mapping[str, Any]) -> None:
    """Write that a change was taken back, once."""
    changed = await execute(
        "UPDATE thread_changes SET undone_at = ? WHERE id = ? AND undone_at IS NULL", now(), change_id
    )
    if not changed:
        raise Conflict("It was taken back already.")
    await record("thread.undone", actor_id=viewer.member_id, subject_id=thread_id, data={"change": change_id, **data})

"""Decide whether a picture may be shown of which its owner was not sure."""

from typing import Annotated

from pydantic import Field

from base.clock import now
from base.db import rows, transaction
from base.errors import Conflict, Invalid, Missing
from base.inputs import Input, Line
from base.journal import record
from forum.rules.uploads import check_may_review_uploads
from members.viewer import Viewer

_SHORTEST = 10


class Decision(Input):
    """Why a picture is decided upon as it is; needed when it is refused."""

    reason: Annotated[Line, Field(max_length=300, title="Reason")] = ""


async def approve_upload(viewer: Viewer, number: int, given: Decision) -> None:
    """Let a picture be shown to all who may read where it stands."""
    check_may_review_uploads(viewer)
    await _decide(viewer, number, "ready", "upload.approved", given.reason)


async def refuse_upload(viewer: Viewer, number: int, given: Decision) -> None:
    """Take a picture away from everybody but moderators; also one that was shown already."""
    check_may_review_uploads(viewer)
    if len(given.reason) < _SHORTEST:
        raise Invalid({"reason": "Please say why, in a sentence: its owner reads it."}, given.model_dump())
    await _decide(viewer, number, "refused", "upload.refused", given.reason)


async def _decide(viewer: Viewer, number: int, state: str, entry: str, reason: str) -> None:
    async with transaction():
        changed = await rows(
            "UPDATE uploads SET state = ?, reviewed_by_id = ?, reviewed_at = ? WHERE id = ? AND state <> ? "
            "AND (state = 'review' OR ? = 'refused') AND kind = 'image' RETURNING id",
            state, viewer.member_id, now(), number, state, state,
        )  # fmt: skip
        if not changed:
            if await rows("SELECT id FROM uploads WHERE id = ?", number):
                raise Conflict("Somebody decided on this picture already.")
            raise Missing("There is no such file.")
        await record(entry, actor_id=viewer.id, subject_id=number, data={"reason": reason})

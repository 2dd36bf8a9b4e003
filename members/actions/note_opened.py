"""Write down that somebody opened an invitation; opening uses nothing up, for mail scanners open every link."""

from base import journal
from base.clock import now
from base.db import transaction
from members.models import Invitation
from members.viewer import Viewer


async def note_opened(viewer: Viewer, invitation: Invitation) -> None:
    """Say when an invitation was opened first, unless its inviter looks."""
    inviter: int | None = invitation.invited_by_id  # type: ignore[attr-defined]
    if invitation.opened_at is not None or viewer.is_me(inviter):
        return
    async with transaction():
        if await Invitation.filter(id=invitation.id, opened_at=None).update(opened_at=now()):
            await journal.record("invitation.opened", actor_id=viewer.id, subject_id=invitation.id)

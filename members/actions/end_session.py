"""End sign-ins from the list of devices."""

from base.db import transaction
from base.errors import Missing
from members.actions.note_device import forget_devices
from members.actions.sign_in import end_sessions
from members.viewer import Viewer


async def end_session(viewer: Viewer, session_id: int) -> None:
    """End one of the viewer's own sign-ins."""
    async with transaction():
        if not await end_sessions(viewer.member_id, id=session_id):
            raise Missing("There is no such sign-in, or it has ended.")
        await forget_devices(viewer.member_id, session_id=session_id)  # when it comes again, it is news


async def end_other_sessions(viewer: Viewer) -> int:
    """End every sign-in of the viewer but this one; return how many."""
    async with transaction():
        await forget_devices(viewer.member_id, session_id__not=viewer.session_id or 0)
        return await end_sessions(viewer.member_id, id__not=viewer.session_id or 0)


async def end_all_sessions(viewer: Viewer) -> int:
    """End every sign-in of the viewer, this one, too; return how many."""
    async with transaction():
        await forget_devices(viewer.member_id, session_id__not=viewer.session_id or 0)
        return await end_sessions(viewer.member_id)

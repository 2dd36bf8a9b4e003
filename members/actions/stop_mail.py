"""Stop mail about notices, and start it again."""

from base import journal
from base.db import transaction
from base.errors import Missing
from members.models import Member, Notice
from members.viewer import Viewer


async def stop_mail(member_id: int) -> None:
    """Send this member no more mail about notices, from now on: not even what is already gathered."""
    async with transaction():
        if not await Member.filter(id=member_id).update(mail_notices=False):
            raise Missing("There is no such member.")
        await Notice.filter(member_id=member_id, mail_state="waiting").update(mail_state="none")
        await journal.record("mail.stopped", actor_id=member_id, subject_id=member_id)


async def start_mail(viewer: Viewer) -> None:
    """Send the viewer mail about notices that come from now on."""
    async with transaction():
        await Member.filter(id=viewer.member_id).update(mail_notices=True)
        await journal.record("mail.started", actor_id=viewer.id, subject_id=viewer.member_id)

"""Give letters that could not be sent another try."""

from typing import Annotated

from base.clock import now
from base.db import transaction
from base.inputs import BlankIsNone, Input, RowId
from base.journal import record
from base.mail.models import OutgoingMail
from members.rules import check_may_administer
from members.viewer import Viewer


class RetryMail(Input):
    """One letter that was given up, or all of them."""

    id: Annotated[RowId | None, BlankIsNone] = None


async def retry_mail(viewer: Viewer, given: RetryMail) -> int:
    """Let letters that were given up be tried again; return how many."""
    check_may_administer(viewer)
    failed = OutgoingMail.filter(state="failed")
    failed = failed if given.id is None else failed.filter(id=given.id)
    async with transaction():
        number = await failed.update(state="waiting", tries=0, due=now(), error="")
        if number:
            await record("mail.retried", actor_id=viewer.id, subject_id=given.id or 0, data={"number": number})
    return number

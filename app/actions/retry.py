"""Give what could not be delivered another try."""

from typing import Annotated

from base.db import transaction
from base.inputs import BlankIsNone, Input, RowId
from base.journal import record
from base.journal.deliver import revive
from members.rules import check_may_administer
from members.viewer import Viewer


class Retry(Input):
    """One delivery that was given up, or all of them."""

    id: Annotated[RowId | None, BlankIsNone] = None


async def retry(viewer: Viewer, given: Retry) -> int:
    """Let deliveries that were given up be tried again; return how many."""
    check_may_administer(viewer)
    async with transaction():
        number = await revive(None if given.id is None else [given.id])
        if number:
            await record("delivery.retried", actor_id=viewer.id, subject_id=given.id or 0, data={"number": number})
    return number

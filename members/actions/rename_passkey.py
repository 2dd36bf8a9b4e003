"""Call a passkey something else."""

from typing import Annotated

from pydantic import Field

from base import journal
from base.db import transaction
from base.errors import Missing
from base.inputs import Input, Line
from members.models import Passkey
from members.viewer import Viewer


class PasskeyName(Input):
    """What a passkey is called, so that its owner knows which one it is."""

    name: Annotated[Line, Field(min_length=1, max_length=80, title="Name")]


async def rename_passkey(viewer: Viewer, passkey_id: int, given: PasskeyName) -> None:
    """Give one of the viewer's own passkeys another name."""
    async with transaction():
        if not await Passkey.filter(id=passkey_id, member_id=viewer.member_id).update(name=given.name):
            raise Missing("There is no such passkey, or it was removed.")
        data = {"passkey": passkey_id, "name": given.name}
        await journal.record("passkey.renamed", actor_id=viewer.id, subject_id=viewer.member_id, data=data)

"""Count that somebody who was about to ask found the answer already there."""

from typing import Annotated

from pydantic import Field

from base.clock import now
from base.inputs import Input, Line
from forum.models import Deflection
from forum.rules import check_may_ask
from members.viewer import Viewer


class Found(Input):
    """What answered: `answered` is such as thread:17, or article:3."""

    title: Line = ""
    answered: Annotated[Line, Field(pattern=r"^(thread|article):\d{1,18}$", title="The answer")]


async def deflect(viewer: Viewer, given: Found) -> tuple[str, int]:
    """Count it, without keeping who it was; return the kind and id of what answered."""
    check_may_ask(viewer)
    kind, _, number = given.answered.partition(":")
    await Deflection.create(title=given.title[:255], kind=kind, target_id=int(number), at=now())
    return kind, int(number)

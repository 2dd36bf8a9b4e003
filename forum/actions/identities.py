"""As whom somebody writes: under their name, or behind a mask that shows only what enough members share."""

from typing import Annotated, Literal

from pydantic import Field

from base.errors import Invalid, Refused
from forum.rules import check_may_mask
from members.actions.wear_mask import Identity
from members.queries.mask_levels import levels_of
from members.viewer import Viewer

WrittenAs = Annotated[Literal["me", "mask"], Field(title="Who is shown as its author")]
"""Under one's name, or as a member without one."""


async def identity_of(viewer: Viewer, written_as: str, audience: str) -> Identity | None:
    """Return what is shown of the viewer to these readers, counted at this moment; None for who gives their name."""
    if written_as != "mask":
        return None
    shared = await levels_of(viewer.member_id, audience=audience)
    try:
        check_may_mask(viewer, industry=shared.industry, enough=shared.enough)
    except Refused as refused:
        raise Invalid({"written_as": refused.sentence}, {"written_as": written_as}) from None
    return Identity(viewer.member_id, shared)

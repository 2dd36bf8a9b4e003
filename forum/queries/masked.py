"""As whom somebody would be seen who writes without their name."""

from dataclasses import dataclass

from base.errors import refusal
from forum.rules import check_may_mask
from members.queries.mask_levels import levels_of
from members.viewer import Viewer


@dataclass(frozen=True, slots=True)
class MaskOffer:
    """What would be shown: `words` in all and `setting` of where one works, which `shared_by` members have in common.

    `why_not` says why one may not.
    """

    words: str = ""
    setting: str = ""
    shared_by: int = 0
    why_not: str = ""


async def mask_offer(viewer: Viewer) -> MaskOffer:
    """Return what a mask of the viewer would show, as counted a minute ago at most."""
    shared = await levels_of(viewer.member_id, fresh=False)
    if why_not := refusal(lambda: check_may_mask(viewer, industry=shared.industry)):
        return MaskOffer(why_not=why_not)
    return MaskOffer(shared.levels.words, shared.levels.setting, shared.by)

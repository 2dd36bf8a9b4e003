"""What a member has just switched off, so that the next page can say so and take it back."""

from dataclasses import dataclass

from members.models import Notice, NoticeSwitch
from members.queries.following import NAME
from members.reasons import FOLLOWED, can_be_switched
from members.viewer import Viewer


@dataclass(frozen=True, slots=True)
class Stopped:
    """A reason that is off now; `name` is that of what was followed, `was` how closely."""

    notice: int
    because: str
    name: str
    was: str
    now: str = ""


async def stopped(viewer: Viewer, notice_id: int | None, was: str) -> Stopped | None:
    """Return what the reason of a notice is called, if it is switched off indeed; no statement when none is asked."""
    if not notice_id:
        return None
    notice = await Notice.get_or_none(id=notice_id, member_id=viewer.member_id)
    if notice is None or not can_be_switched(notice.because):
        return None
    if notice.because not in FOLLOWED:
        off = await NoticeSwitch.filter(member_id=viewer.member_id, because=notice.because).exists()
        return Stopped(notice_id, notice.because, "", "") if off else None
    if not NAME or notice.because_id is None:
        return None
    name, level = await NAME[0](viewer, notice.because, notice.because_id)
    if level not in ("normal", "muted"):
        return None
    before = was if was in ("watching", "following") else "following"
    return Stopped(notice_id, notice.because, name or notice.subject, before, level)

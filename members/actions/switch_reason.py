"""Switch off what a notice came for, there and then, and on again."""

from typing import Literal

from pydantic import Field

from base import journal
from base.clock import now
from base.db import transaction
from base.errors import Invalid, Missing, Refused
from base.inputs import Input, RowId
from members.models import Notice, NoticeSwitch
from members.queries.following import FOLLOW
from members.reasons import FOLLOWED, SETTINGS, SWITCHES, can_be_switched
from members.viewer import Viewer

Level = Literal["", "watching", "following", "normal", "muted"]


class SwitchOff(Input):
    """Which notice told of the reason; `level` is how closely to follow from now on what is followed."""

    notice: RowId = Field(title="Notice")
    level: Literal["normal", "muted"] = Field("normal", title="How closely")


class SwitchOn(Input):
    """Which notice told of the reason; `level` is how closely it was followed before."""

    notice: RowId = Field(title="Notice")
    level: Level = Field("", title="How closely")


class Switches(Input):
    """What to be told for; what is not named is switched off."""

    on: list[str] | str = Field(default_factory=list, title="Tell me")

    @property
    def wanted(self) -> frozenset[str]:
        """Return the reasons that stay on."""
        return frozenset([self.on] if isinstance(self.on, str) else self.on)


async def switch_off(viewer: Viewer, given: SwitchOff) -> str:
    """Tell the viewer no more for the reason of a notice; return how closely the thing was followed, or nothing."""
    notice = await own_notice(viewer, given.notice)
    if not can_be_switched(notice.because):
        raise Refused("This cannot be switched off: it is about your account, or about work that is yours.")
    if notice.because in FOLLOWED:
        return await _follow(viewer, notice, given.level)
    await _switch(viewer, {notice.because}, set())
    return ""


async def switch_on(viewer: Viewer, given: SwitchOn) -> None:
    """Take that back: tell for the reason again, or follow as closely as before."""
    notice = await own_notice(viewer, given.notice)
    if notice.because in FOLLOWED:
        await _follow(viewer, notice, given.level or "following")
    else:
        await _switch(viewer, set(), {notice.because})


async def set_switches(viewer: Viewer, given: Switches) -> None:
    """Keep what the viewer wants to be told for, and nothing else of what can be switched."""
    known = {*SWITCHES, *SETTINGS}
    if unknown := given.wanted - known:
        raise Invalid({"on": f"There is no such reason: {', '.join(sorted(unknown))[:80]}."})
    await _switch(viewer, known - given.wanted, set(given.wanted))


async def own_notice(viewer: Viewer, notice_id: int) -> Notice:
    """Return a notice of the viewer."""
    notice = await Notice.get_or_none(id=notice_id, member_id=viewer.member_id)
    if notice is None:
        raise Missing("There is no such notice.")
    return notice


async def _follow(viewer: Viewer, notice: Notice, level: str) -> str:
    if not FOLLOW or notice.because_id is None:
        raise Missing("What this was about is gone.")
    return await FOLLOW[0](viewer, notice.because, notice.because_id, level)


async def _switch(viewer: Viewer, off: set[str], on: set[str]) -> None:
    at = now()
    async with transaction():
        await NoticeSwitch.bulk_create(
            [NoticeSwitch(member_id=viewer.member_id, because=one, at=at) for one in sorted(off)],
            ignore_conflicts=True,
        )
        if on:
            await NoticeSwitch.filter(member_id=viewer.member_id, because__in=sorted(on)).delete()
        data = {"off": sorted(off), "on": sorted(on)}
        await journal.record("notices.switched", actor_id=viewer.id, subject_id=viewer.member_id, data=data)

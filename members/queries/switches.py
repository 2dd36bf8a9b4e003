"""What members want no notices for."""

from collections.abc import Iterable

from base.db import marks, rows
from members.models import NoticeSwitch
from members.reasons import SWITCHES
from members.viewer import Viewer


async def switched_off(viewer: Viewer) -> frozenset[str]:
    """Return what the viewer has switched off."""
    found = await NoticeSwitch.filter(member_id=viewer.member_id).values_list("because", flat=True)
    return frozenset(str(one) for one in found)


async def who_switched_off(member_ids: Iterable[int], because: str) -> set[int]:
    """Return those of the members who want no notices for a reason."""
    wanted = sorted(member_ids)
    if not wanted or because not in SWITCHES:
        return set()
    sql = f"SELECT member_id FROM notice_switches WHERE because = ? AND member_id IN ({marks(wanted)})"  # noqa: S608
    return {row["member_id"] for row in await rows(sql, because, *wanted)}

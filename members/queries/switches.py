"""What members want no notices for."""

from collections.abc import Iterable
from typing import Final

from base.db import marks, rows
from members.models import NoticeSwitch
from members.viewer import Viewer

_BATCH: Final = 500


async def switched_off(viewer: Viewer) -> frozenset[str]:
    """Return what the viewer has switched off."""
    found = await NoticeSwitch.filter(member_id=viewer.member_id).values_list("because", flat=True)
    return frozenset(str(one) for one in found)


async def switched_off_by(member_ids: Iterable[int]) -> dict[int, frozenset[str]]:
    """Return what these members have switched off: those of them who switched anything off."""
    wanted = sorted(member_ids)
    off: dict[int, set[str]] = {}
    for start in range(0, len(wanted), _BATCH):
        some = wanted[start : start + _BATCH]
        sql = f"SELECT member_id, because FROM notice_switches WHERE member_id IN ({marks(some)})"  # noqa: S608
        for row in await rows(sql, *some):
            off.setdefault(row["member_id"], set()).add(row["because"])
    return {member_id: frozenset(reasons) for member_id, reasons in off.items()}

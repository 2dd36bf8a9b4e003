"""Who is behind masks: for telling them something, never for showing it."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from structlog import get_logger

from base.condition import Condition
from base.db import marks, rows
from base.sealing import Unreadable
from members.masks import owner_key, unseal

_log = get_logger(__name__)
_BATCH: Final = 5_000


async def people_behind(member_ids: Iterable[int]) -> Mapping[int, int]:
    """Return who is behind those of the members that are masks: the person by the mask."""
    wanted = sorted(set(member_ids))
    found: list[dict[str, Any]] = []
    for start in range(0, len(wanted), _BATCH):
        some = wanted[start : start + _BATCH]
        sql = f"SELECT member_id, sealed FROM masks WHERE member_id IN ({marks(some)}) AND sealed <> ''"  # noqa: S608
        found += await rows(sql, *some)
    people: dict[int, int] = {}
    for row in found:
        try:
            people[row["member_id"]] = unseal(row["sealed"])
        except Unreadable:
            # The site came back with another secret: nobody knows any more whose it is, so nobody is told.
            _log.warning("mask that cannot be opened", mask=row["member_id"])
    return people


def mine(member_id: int, column: str) -> Condition:
    """Return which rows belong to a member or to a mask of theirs, also to one that was put on a moment ago."""
    return Condition(
        f"{column} = ? OR {column} IN (SELECT k.member_id FROM masks k WHERE k.owner = ?)",  # noqa: S608
        (member_id, owner_key(member_id)),
    )

"""Keep notices true when what they tell of has moved: where it is, and who may still know."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

from base.db import execute, marks, rows
from members.inbox_bell import ring_for

_AT_ONCE: Final = 400


@dataclass(frozen=True, slots=True)
class Told:
    """Where something is now: its address, the group of notices about it, and what that is called."""

    url: str
    group: str
    subject: str


async def retell(places: Mapping[str, Told], *, followed: tuple[int, int] = (0, 0)) -> int:
    """Let the notices with these keys lead to where things are now; return how many there were.

    Who followed the first thread that is `followed` follows the second one now: its switch is that one's.
    """
    keys, count = list(places), 0
    for start in range(0, len(keys), _AT_ONCE):
        some = keys[start : start + _AT_ONCE]
        # No index begins with the key: all are found in one look, and changed by their numbers.
        found = await rows(f"SELECT id, key FROM notices WHERE key IN ({marks(some)})", *some)  # noqa: S608
        by_key: dict[str, list[int]] = {}
        for row in found:
            by_key.setdefault(row["key"], []).append(row["id"])
        for key, ids in by_key.items():
            told = places[key]
            for first in range(0, len(ids), _AT_ONCE):
                part = ids[first : first + _AT_ONCE]
                count += await execute(
                    'UPDATE notices SET url = ?, "group" = ?, subject = ?, because_id = '  # noqa: S608
                    "CASE WHEN because = 'thread' AND because_id = ? THEN CAST(? AS BIGINT) ELSE because_id END "
                    f"WHERE id IN ({marks(part)})",
                    told.url[:300], told.group[:60], told.subject[:300], *followed, *part,
                )  # fmt: skip
    return count


async def told_in(group: str) -> set[int]:
    """Return who has notices of a group."""
    found = await rows('SELECT DISTINCT member_id FROM notices WHERE "group" = ?', group)
    return {row["member_id"] for row in found}


async def withdraw_from(group: str, member_ids: Collection[int]) -> int:
    """Take notices of a group back from those who may not know of it any more."""
    count, wanted = 0, sorted(member_ids)
    for start in range(0, len(wanted), _AT_ONCE):
        some = wanted[start : start + _AT_ONCE]
        count += await execute(
            f'DELETE FROM notices WHERE "group" = ? AND member_id IN ({marks(some)})',  # noqa: S608
            group, *some,
        )  # fmt: skip
    await ring_for(wanted)
    return count

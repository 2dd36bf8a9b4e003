"""Move everything that carries or follows one topic to another one, and back; inside the caller's transaction.

What is moved is told as lists of numbers, which the journal keeps, so that it can be put back as it was.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from base.clock import now
from base.db import as_datetime, execute, marks, rows
from forum.queries.carriers import CARRIERS, Carrier

Moved = dict[str, Any]

_AT_ONCE: Final = 500
# From the weakest to the strongest.
_LEVELS: Final = ("muted", "normal", "following", "watching")


async def carry_over(old: int, new: int) -> Moved:
    """Let everything carry the new topic, once."""
    return {one.name: await _move(one, old, new) for one in CARRIERS} | {"watches": await _move_watches(old, new)}


async def carry_back(moved: Mapping[str, Any], old: int, new: int) -> None:
    """Give the old topic back to what carried it and still carries the new one."""
    for one in CARRIERS:
        await _move_back(one, moved.get(one.name, {}), old, new)
    await _watches_back(moved["watches"], old, new)


async def _move(one: Carrier, old: int, new: int) -> Moved:
    both = await rows(
        f"DELETE FROM {one.table} WHERE tag_id = ? AND {one.column} IN "  # noqa: S608
        f"(SELECT x.{one.column} FROM {one.table} x WHERE x.tag_id = ?) RETURNING {one.column} AS id",
        old, new,
    )  # fmt: skip
    moved = await rows(
        f"UPDATE {one.table} SET tag_id = ? WHERE tag_id = ? RETURNING {one.column} AS id",  # noqa: S608
        new, old,
    )  # fmt: skip
    return {"moved": sorted(row["id"] for row in moved), "both": sorted(row["id"] for row in both)}


async def _move_back(one: Carrier, moved: Mapping[str, Any], old: int, new: int) -> None:
    for ids in _parts(moved.get("moved", ())):
        await execute(
            f"UPDATE {one.table} SET tag_id = ? WHERE tag_id = ? AND {one.column} IN ({marks(ids)})",  # noqa: S608
            old, new, *ids,
        )  # fmt: skip
    for ids in _parts(moved.get("both", ())):
        await execute(
            f"INSERT INTO {one.table} ({one.column}, tag_id) SELECT x.{one.column}, ? FROM {one.table} x "  # noqa: S608
            f"WHERE x.tag_id = ? AND x.{one.column} IN ({marks(ids)}) ON CONFLICT ({one.column}, tag_id) DO NOTHING",
            old, new, *ids,
        )  # fmt: skip


async def _move_watches(old: int, new: int) -> Moved:
    """Let who followed either follow the new one, as closely as the closer of both."""
    rank = "CASE {} " + " ".join(f"WHEN '{level}' THEN {place}" for place, level in enumerate(_LEVELS)) + " ELSE 0 END"
    both = await rows(
        "SELECT a.member_id, a.level, a.at, b.id, b.level AS kept FROM watches a JOIN watches b "
        "ON b.member_id = a.member_id AND b.target = 'tag' AND b.target_id = ? WHERE a.target = 'tag' "
        "AND a.target_id = ? ORDER BY a.id",
        new, old,
    )  # fmt: skip
    await execute(
        "UPDATE watches SET level = a.level FROM watches a WHERE watches.target = 'tag' AND watches.target_id = ? "  # noqa: S608
        "AND a.target = 'tag' AND a.target_id = ? AND a.member_id = watches.member_id "
        f"AND {rank.format('a.level')} > {rank.format('watches.level')}",
        new, old,
    )  # fmt: skip
    await execute(
        "DELETE FROM watches WHERE target = 'tag' AND target_id = ? AND member_id IN "
        "(SELECT b.member_id FROM watches b WHERE b.target = 'tag' AND b.target_id = ?)",
        old, new,
    )  # fmt: skip
    moved = await rows("UPDATE watches SET target_id = ? WHERE target = 'tag' AND target_id = ? RETURNING id", new, old)
    told = [[row["member_id"], row["level"], str(as_datetime(row["at"])), row["id"], row["kept"]] for row in both]
    return {"moved": sorted(row["id"] for row in moved), "both": told}


async def _watches_back(moved: Mapping[str, Any], old: int, new: int) -> None:
    for ids in _parts(moved["moved"]):
        await execute(
            f"UPDATE watches SET target_id = ? WHERE target = 'tag' AND target_id = ? AND id IN ({marks(ids)})",  # noqa: S608
            old, new, *ids,
        )  # fmt: skip
    for member, level, at, id_, kept in moved["both"]:
        await execute(
            "INSERT INTO watches (member_id, target, target_id, level, at) "
            "SELECT m.id, 'tag', ?, ?, ? FROM members m WHERE m.id = ? "
            "ON CONFLICT (member_id, target, target_id) DO NOTHING",
            old, level, as_datetime(at) or now(), member,
        )  # fmt: skip
        # Who has chosen again since keeps what they chose.
        stronger = max(level, kept, key=_LEVELS.index)
        await execute("UPDATE watches SET level = ? WHERE id = ? AND level = ?", kept, id_, stronger)


def _parts(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(ids), _AT_ONCE):
        yield ids[start : start + _AT_ONCE]

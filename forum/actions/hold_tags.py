"""Make acts on topics wait for each other, inside the caller's transaction; on SQLite they do so by themselves.

Who puts topics on something asks `tags_to_carry` first, before anything else is locked: then a merge waits for them,
or they see what it did, and nobody waits in a circle.
"""

from collections.abc import Iterable
from typing import Final

from base.db import dialect, marks, rows
from forum.actions.make_tags import make_tags

# Any number that no other lock of the database has.
_TREE: Final = 7_206_214


async def hold_tree() -> None:
    """Wait until nobody else changes what lies below what, merges or describes topics."""
    if dialect() == "postgres":
        await rows("SELECT pg_advisory_xact_lock(?)", _TREE)


async def hold_tags(*ids: int) -> None:
    """Wait for all who are putting these topics on something, and let later ones wait."""
    if dialect() == "postgres":
        await rows(f"SELECT id FROM tags WHERE id IN ({marks(ids)}) ORDER BY id FOR UPDATE", *ids)  # noqa: S608


async def tags_to_carry(ids: Iterable[int], new: tuple[tuple[str, str], ...] = ()) -> tuple[int, ...]:
    """Return topics to put on something, new ones made: what was merged meanwhile is what it means now."""
    wanted = tuple(dict.fromkeys((*ids, *await make_tags(new))))
    hold = " FOR KEY SHARE" if dialect() == "postgres" else ""
    sql = f"SELECT id, meant_id FROM tags WHERE id IN ({marks(wanted)}) ORDER BY id{hold}"  # noqa: S608
    meant = {row["id"]: row["meant_id"] or row["id"] for row in await rows(sql, *wanted)} if wanted else {}
    return tuple(dict.fromkeys(meant[one] for one in wanted if one in meant))

"""Remove what the forum keeps for somebody alone: what they began, kept, followed and read, and files nobody shows."""

from functools import partial
from pathlib import PurePath
from typing import Any, Final

import anyio.to_thread

from base.db import execute, marks, rows, transaction
from base.journal import record
from base.media import store
from base.text.slug import slugify
from members.leaving import Leaver

_OWN: Final = ("drafts", "read_marks", "watches", "bookmarks", "reading_lists")
_BATCH: Final = 100
_SHORT: Final = 2
_UNSHOWN: Final = "NOT EXISTS (SELECT 1 FROM upload_uses x WHERE x.upload_id = u.id AND x.target <> 'dropped')"
# An article that shows a file goes on showing it: it is the network's, and says where it comes from. A logo is that of
# the organisation, whoever brought it.
_NOT_OF_OTHERS: Final = (
    "NOT EXISTS (SELECT 1 FROM upload_uses x WHERE x.upload_id = u.id AND x.target IN ('article', 'logo'))"
)


async def forget_author(leaver: Leaver) -> None:
    """Remove it; may be broken off and done again."""
    some = marks(leaver.ids)
    async with transaction():
        for table in _OWN:
            await execute(f"DELETE FROM {table} WHERE member_id IN ({some})", *leaver.ids)  # noqa: S608
        await execute(f"DELETE FROM watches WHERE target = 'member' AND target_id IN ({some})", *leaver.ids)  # noqa: S608
        await execute(f"DELETE FROM question_asks WHERE member_id IN ({some})", *leaver.ids)  # noqa: S608
        await execute(f"UPDATE question_asks SET asked_by_id = NULL WHERE asked_by_id IN ({some})", *leaver.ids)  # noqa: S608
        await execute(f"UPDATE doubts SET note = '' WHERE member_id IN ({some})", *leaver.ids)  # noqa: S608
        await execute(f"UPDATE posts SET once = NULL WHERE author_id IN ({some})", *leaver.ids)  # noqa: S608
        await execute(f"UPDATE threads SET once = NULL WHERE author_id IN ({some})", *leaver.ids)  # noqa: S608
        await record("post.author_forgotten", actor_id=None, subject_id=0, data={"member_id": leaver.member_id})
    await _throw_away_files(leaver)
    await _rename_files(leaver)


async def _throw_away_files(leaver: Leaver) -> None:
    """Delete files that nothing shows, with their smaller versions; of who withdraws all that are theirs."""
    which = _NOT_OF_OTHERS if leaver.withdraws else _UNSHOWN
    sql = f"SELECT u.id, u.sha256 FROM uploads u WHERE u.owner_id IN ({marks(leaver.ids)}) AND {which} LIMIT {_BATCH}"  # noqa: S608
    while found := await rows(sql, *leaver.ids):
        ids = [row["id"] for row in found]
        async with transaction():
            await execute(f"DELETE FROM upload_uses WHERE upload_id IN ({marks(ids)})", *ids)  # noqa: S608
            await execute(f"DELETE FROM uploads WHERE id IN ({marks(ids)})", *ids)  # noqa: S608
            await record("upload.purged", actor_id=None, subject_id=ids[0], data={"uploads": ids})
        await _delete_bytes([row["sha256"] for row in found])


async def _delete_bytes(hashes: list[str]) -> None:
    """Delete from the disk what no row names; while a backup is made, the purge of files does it an hour later."""
    known = await rows(f"SELECT DISTINCT sha256 FROM uploads WHERE sha256 IN ({marks(hashes)})", *hashes)  # noqa: S608
    for sha256 in set(hashes) - {row["sha256"] for row in known}:
        await anyio.to_thread.run_sync(partial(store.throw_away, sha256, unless_newer_than=-1.0))


async def _rename_files(leaver: Leaver) -> None:
    """Give files another name whose own name says who sent them."""
    found: list[dict[str, Any]] = await rows(
        f"SELECT id, name, title, alt FROM uploads WHERE owner_id IN ({marks(leaver.ids)}) ORDER BY id",  # noqa: S608
        *leaver.ids,
    )
    for row in found:
        if names_somebody(f"{row['name']} {row['title']} {row['alt']}", leaver):
            name = plain_name(row["id"], row["name"])
            await execute("UPDATE uploads SET name = ?, title = '', alt = '' WHERE id = ?", name, row["id"])


def names_somebody(text: str, leaver: Leaver) -> bool:
    """Say whether the name of a file holds a part of somebody's name."""
    words = (*leaver.name.split(), *slugify(leaver.name).split("-"), leaver.handle, *leaver.addresses)
    folded = text.casefold()
    return any(word.casefold() in folded for word in words if len(word) > _SHORT)


def plain_name(number: int, name: str) -> str:
    """Return a name for a file that says nothing of anybody."""
    return f"file-{number}{PurePath(name).suffix[:12]}"

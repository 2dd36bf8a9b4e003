"""Throw away what nobody needs any longer: files that nothing shows, and bytes that no row knows."""

import json
import re
from datetime import timedelta
from functools import partial
from typing import Any, Final

import anyio.to_thread

from base.clock import now
from base.db import execute, marks, rows, transaction
from base.journal import record
from base.media import store

UNUSED: Final = timedelta(hours=48)
DELETED: Final = timedelta(days=30)
LEFTOVER_SECONDS: Final = 3600.0
_AT_ONCE: Final = 200
_NAMED: Final = re.compile(r"/files/(\d{1,18})/")

# A file still counts as shown for a while after its post was deleted, or after it was taken out of it.
_STILL_SHOWN: Final = """EXISTS (SELECT 1 FROM upload_uses x LEFT JOIN posts p ON p.id = x.target_id
  LEFT JOIN threads t ON t.id = p.thread_id LEFT JOIN posts o ON o.thread_id = t.id AND o.number = 1
  WHERE x.upload_id = u.id AND (x.target IN ('article', 'logo')
    OR (x.target = 'post' AND (p.state <> 'deleted' OR p.deleted_at > ?)
      AND (t.state <> 'deleted' OR o.deleted_at > ?))
    OR (x.target = 'dropped' AND COALESCE(p.edited_at, p.created_at) > ?)))"""
_OLD: Final = f"""(u.created_at < ? AND NOT {_STILL_SHOWN}) OR (u.state = 'refused' AND u.reviewed_at < ?)"""


async def purge_uploads() -> int:
    """Throw away what is not needed; return how many files and leftovers. A chore."""
    gone, upto = 0, 0
    while found := await _unneeded(upto):
        upto = found[-1]["id"]
        drafted = await _in_drafts({row["owner_id"] for row in found})
        gone += await _delete([row["id"] for row in found if row["id"] not in drafted])
    return gone + await _purge_leftovers()


async def _unneeded(after: int) -> list[dict[str, Any]]:
    at = now()
    return await rows(
        f"SELECT u.id, u.owner_id FROM uploads u WHERE u.id > ? AND ({_OLD}) ORDER BY u.id LIMIT {_AT_ONCE}",  # noqa: S608
        after, at - UNUSED, at - DELETED, at - DELETED, at - DELETED, at - DELETED,
    )  # fmt: skip


async def _in_drafts(owners: set[int]) -> set[int]:
    """Return the files that somebody's draft names: they live as long as it does."""
    if not owners:
        return set()
    drafts = await rows(
        f"SELECT given FROM drafts WHERE member_id IN ({marks(list(owners))})",  # noqa: S608
        *owners,
    )
    texts = (one["given"] if isinstance(one["given"], str) else json.dumps(one["given"]) for one in drafts)
    return {int(number) for text in texts for number in _NAMED.findall(text)}


async def _delete(ids: list[int]) -> int:
    if not ids:
        return 0
    at, named = now(), marks(ids)
    async with transaction():
        # First held, then looked at again: who lets a post show one of them holds it too.
        await execute(f"UPDATE uploads SET downloads = downloads WHERE id IN ({named})", *ids)  # noqa: S608
        gone = await rows(
            f"DELETE FROM uploads WHERE id IN (SELECT u.id FROM uploads u WHERE u.id IN ({named}) AND ({_OLD})) "  # noqa: S608
            "RETURNING id",
            *ids, at - UNUSED, at - DELETED, at - DELETED, at - DELETED, at - DELETED,
        )  # fmt: skip
        if gone:
            purged = sorted(row["id"] for row in gone)
            await record("upload.purged", actor_id=None, subject_id=purged[0], data={"uploads": purged})
    return len(gone)


async def _purge_leftovers() -> int:
    found = await anyio.to_thread.run_sync(lambda: list(store.kept_longer_than(LEFTOVER_SECONDS)))
    gone = 0
    for start in range(0, len(found), _AT_ONCE):
        some = found[start : start + _AT_ONCE]
        known = await rows(f"SELECT DISTINCT sha256 FROM uploads WHERE sha256 IN ({marks(some)})", *some)  # noqa: S608
        for sha256 in set(some) - {row["sha256"] for row in known}:
            throw_away = partial(store.throw_away, sha256, unless_newer_than=LEFTOVER_SECONDS)
            gone += await anyio.to_thread.run_sync(throw_away)
    return gone

"""Whether a thread looks different to one member than to others with the same rights: one short statement each."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from base.db import lookup, marks
from forum.addresses import BESIDE
from forum.queries.thread_rows import UNREAD
from members.viewer import Viewer

_MOST_COUNTED: Final = 301
"""So many posts since are counted, in the event loop; pages say "more than 300"."""
_UNREAD: Final = f"""CASE WHEN k.number < t.last_number THEN (SELECT COUNT(*) FROM (SELECT 1 FROM posts x
  WHERE x.thread_id = t.id AND x.number > k.number AND x.state = 'published' AND x.author_id <> ?
  LIMIT {_MOST_COUNTED}) new_ones) ELSE 0 END"""  # noqa: S608


def positions_of(page: int, size: int) -> list[int]:
    """Return the positions whose posts stand on a page of a thread, beside accepted answers."""
    return [BESIDE, 0, *range((page - 1) * size + 1, page * size + 1)]


@dataclass(frozen=True, slots=True)
class Concern:
    """Whether a page is `another` one for a member, up to which post they have read (none: never opened it).

    `unread` is how many posts of others came since, on other pages.
    """

    another: bool
    read_to: int | None
    unread: int = 0


async def concerned(
    viewer: Viewer, thread_id: int, positions: Sequence[int], posts: Sequence[int] = (), *, last: int = 0
) -> Concern:
    """Say whether a page of a thread is another one for this member than for anybody with the same rights.

    `last` is the highest number of a post on it. It is while something on it is new to them since they opened it, when
    they follow it or have a draft for it, wrote something that stands at these positions, or voted for one of these
    posts, doubted it or bookmarked it; when it names a thread of theirs that others may not see; and always once it is
    closed, as it then names places of which they may see more. Who has a mask somewhere is not asked about.
    """
    me, shown = viewer.member_id, marks(posts)
    found = await lookup(
        "SELECT k.number, (t.author_id = ? OR t.resolution IN ('closed', 'duplicate') "  # noqa: S608
        "OR k.number < ? "
        "OR EXISTS (SELECT 1 FROM watches w WHERE w.member_id = ? AND w.target = 'thread' AND w.target_id = t.id) "
        "OR EXISTS (SELECT 1 FROM drafts d WHERE d.member_id = ? AND d.place = ?) "
        f"OR EXISTS (SELECT 1 FROM posts p WHERE p.thread_id = t.id AND p.position IN ({marks(positions)}) "
        "  AND +p.author_id = ?) "  # not by its index: some have written twenty thousand
        "OR EXISTS (SELECT 1 FROM post_places l JOIN posts p ON p.id = l.post_id JOIN threads z ON z.id = p.thread_id "
        "  WHERE l.thread_id = t.id AND z.author_id = ?) "
        "OR EXISTS (SELECT 1 FROM bookmarks b WHERE b.member_id = ? AND b.target = 'thread' AND b.target_id = t.id) "
        "OR EXISTS (SELECT 1 FROM bookmarks b WHERE b.member_id = ? AND b.target = 'post' "
        f"  AND b.target_id IN ({shown})) "
        f"OR EXISTS (SELECT 1 FROM votes v WHERE v.member_id = ? AND v.post_id IN ({shown})) "
        f"OR EXISTS (SELECT 1 FROM doubts d WHERE d.member_id = ? AND d.post_id IN ({shown}))) AS another, "
        f"{_UNREAD if posts else '0'} AS unread "
        "FROM threads t LEFT JOIN read_marks k ON k.member_id = ? AND k.thread_id = t.id WHERE t.id = ?",
        me, last, me, me, f"reply.{thread_id}", *positions, me, me, me, me, *posts, me, *posts, me, *posts,
        *((me,) if posts else ()), me, thread_id,
    )  # fmt: skip
    # Of a thread that is not there, its page has to tell.
    if not found:
        return Concern(True, None)
    return Concern(bool(found[0]["another"]), found[0]["number"], found[0]["unread"])


async def unread_in(viewer: Viewer, thread_ids: Sequence[int]) -> dict[int, int]:
    """Return how many posts of others came into each of these threads since the member was there last, up to 100.

    Threads without news, and those that were never opened, are left out.
    """
    found = await lookup(
        f"SELECT t.id, {UNREAD.format(mine=marks(viewer.ids))} FROM read_marks m "  # noqa: S608
        f"JOIN threads t ON t.id = m.thread_id AND m.number < t.last_number "
        f"WHERE m.member_id = ? AND m.thread_id IN ({marks(thread_ids)})",
        viewer.member_id, *viewer.ids, viewer.member_id, *thread_ids,
    )  # fmt: skip
    return {row["id"]: row["unread"] for row in found if row["unread"]}


async def wrote_one(viewer: Viewer, thread_ids: Sequence[int]) -> bool:
    """Say whether the member began one of these threads."""
    found = await lookup(
        f"SELECT 1 AS yes FROM threads t WHERE t.author_id = ? AND t.id IN ({marks(thread_ids)}) LIMIT 1",  # noqa: S608
        viewer.member_id, *thread_ids,
    )  # fmt: skip
    return bool(found)

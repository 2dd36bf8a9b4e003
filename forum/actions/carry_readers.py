"""Let those who read, follow and keep a thread do so where its posts went; inside the caller's transaction.

What is changed is returned as lists of numbers, which the record of the change keeps, so that it can be put back.
"""

from typing import Any, Final

from base.db import execute, marks, rows
from forum.queries.standing import parts

# Who had read the thread that posts come to up to its end has read of them what they had read before.
_READ: Final = """INSERT INTO read_marks (member_id, thread_id, number, seconds, at)
SELECT k.member_id, ?, MAX(p.number), 0, k.at FROM read_marks k
  JOIN post_places l ON l.thread_id = k.thread_id AND l.number <= k.number JOIN posts p ON p.id = l.post_id
  LEFT JOIN read_marks h ON h.member_id = k.member_id AND h.thread_id = ?
WHERE k.thread_id = ? AND p.thread_id = ? AND p.number > ? AND (? = 0 OR h.number >= ?)
GROUP BY k.member_id, k.at
ON CONFLICT (member_id, thread_id) DO UPDATE SET number = excluded.number
  WHERE excluded.number > read_marks.number"""
_FOLLOW: Final = """INSERT INTO watches (member_id, target, target_id, level, at)
SELECT w.member_id, 'thread', ?, w.level, w.at FROM watches w
WHERE w.target = 'thread' AND w.target_id = ? AND w.level IN ('watching', 'following') {and_}
ON CONFLICT (member_id, target, target_id) DO NOTHING RETURNING id"""
_WROTE: Final = """AND w.member_id IN (SELECT p.author_id FROM posts p
  WHERE p.thread_id = ? AND p.number > ? AND p.state = 'published')"""

Carried = dict[str, list[Any]]


async def carry_reading(from_id: int, to_id: int, before: int) -> None:
    """Count as read what members had read of posts that now stand behind post `before` of another thread."""
    await execute(_READ, to_id, to_id, from_id, to_id, before, before, before)


async def carry_authors(from_id: int, to_id: int, before: int) -> list[int]:
    """Let who follows the old thread and wrote one of the posts follow the new one; return the new watches."""
    found = await rows(_FOLLOW.format(and_=_WROTE), to_id, from_id, to_id, before)
    return [row["id"] for row in found]


async def carry_followers(from_id: int, to_id: int) -> Carried:
    """Let followers follow what a thread was merged into; whoever kept it, or writes in it, does so there."""
    followed = await rows(_FOLLOW.format(and_=""), to_id, from_id)
    marked = await rows(
        "UPDATE bookmarks SET target_id = ? WHERE target = 'thread' AND target_id = ? AND member_id NOT IN "
        "(SELECT x.member_id FROM bookmarks x WHERE x.target = 'thread' AND x.target_id = ?) RETURNING id",
        to_id, from_id, to_id,
    )  # fmt: skip
    repeated = await rows(
        "UPDATE threads SET duplicate_of_id = ?, version = version + 1 WHERE duplicate_of_id = ? AND id <> ? "
        "RETURNING id",
        to_id, from_id, to_id,
    )  # fmt: skip
    drafts = await rows("SELECT id, place FROM drafts WHERE place LIKE ?", f"reply.{from_id}%")
    mine = [[row["id"], row["place"]] for row in drafts if (f"{row['place']}.").startswith(f"reply.{from_id}.")]
    for some in parts([one[0] for one in mine]):
        await execute(f"UPDATE drafts SET place = ? WHERE id IN ({marks(some)})", f"reply.{to_id}", *some)  # noqa: S608
    return {
        "watches": [row["id"] for row in followed],
        "bookmarks": [row["id"] for row in marked],
        "duplicates": [row["id"] for row in repeated],
        "drafts": mine,
    }


async def readers_back(carried: Carried, from_id: int, to_id: int) -> None:
    """Undo what was carried to `to_id`, as far as nobody has changed it since."""
    for some in parts(carried.get("watches", [])):
        await execute(
            f"DELETE FROM watches WHERE target = 'thread' AND target_id = ? AND id IN ({marks(some)})",  # noqa: S608
            to_id, *some,
        )  # fmt: skip
    for some in parts(carried.get("bookmarks", [])):
        await execute(
            "UPDATE bookmarks SET target_id = ? WHERE target = 'thread' AND target_id = ? "  # noqa: S608
            f"AND id IN ({marks(some)}) AND member_id NOT IN "
            "(SELECT x.member_id FROM bookmarks x WHERE x.target = 'thread' AND x.target_id = ?)",
            from_id, to_id, *some, from_id,
        )  # fmt: skip
    for some in parts(carried.get("duplicates", [])):
        await execute(
            "UPDATE threads SET duplicate_of_id = ?, version = version + 1 WHERE duplicate_of_id = ? "  # noqa: S608
            f"AND id IN ({marks(some)})",
            from_id, to_id, *some,
        )  # fmt: skip
    for draft, place in carried.get("drafts", []):
        await execute("UPDATE drafts SET place = ? WHERE id = ? AND place = ?", place, draft, f"reply.{to_id}")

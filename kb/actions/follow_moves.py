"""Let sources, nominations, tasks and collections follow posts and threads of the forum that were moved or merged."""

from collections.abc import Sequence
from typing import Any, Final

from base.db import execute, marks, rows, transaction
from base.journal import record
from base.journal.models import Entry

KINDS: Final = ("thread.split", "thread.merged", "thread.undone")

_AT_ONCE: Final = 400
# Table, the column that names the thread, and what nobody may have twice.
_WHOLE: Final[dict[str, tuple[str, str, str]]] = {
    "links": (
        "source_links", "thread_id",
        "x.post_number = 0 AND NOT EXISTS (SELECT 1 FROM source_links y WHERE y.article_id = x.article_id "
        "AND y.revision = x.revision AND y.section = x.section AND y.post_number = 0 AND y.thread_id = ?)",
    ),
    "nominations": (
        "nominations", "thread_id",
        "NOT EXISTS (SELECT 1 FROM nominations y WHERE y.member_id = x.member_id AND y.thread_id = ?)",
    ),
    "items": (
        "collection_items", "thread_id",
        "NOT EXISTS (SELECT 1 FROM collection_items y WHERE y.collection_id = x.collection_id AND y.thread_id = ?)",
    ),
    "tasks": (
        "assignments", "subject_id",
        "x.subject = 'thread' AND NOT EXISTS (SELECT 1 FROM assignments y WHERE y.subject = 'thread' "
        "AND y.subject_id = ?)",
    ),
}  # fmt: skip


async def follow_moves(entries: Sequence[Entry]) -> None:
    """Name the right thread and number wherever a practice names a post or thread; doing it again changes nothing."""
    for entry in entries:
        await _passages(entry.data.get("posts", []))
        if entry.kind == "thread.merged" and await _is_merged(entry):
            await _follow(entry)
        elif entry.data.get("undid") == "merged":
            await _go_back(entry)


async def _passages(posts: Sequence[int]) -> None:
    """Name posts by where they are now."""
    for start in range(0, len(posts), _AT_ONCE):
        some = posts[start : start + _AT_ONCE]
        await execute(
            "UPDATE source_links SET thread_id = p.thread_id, post_number = p.number FROM posts p "  # noqa: S608
            f"WHERE p.id = source_links.post_id AND source_links.post_number > 0 AND p.id IN ({marks(some)})",
            *some,
        )


async def _is_merged(entry: Entry) -> bool:
    """Say whether the thread is still merged: it may be one again by now."""
    data = entry.data
    found = await rows("SELECT 1 AS one FROM threads WHERE id = ? AND merged_into_id = ?", data["from"], data["to"])
    return bool(found)


async def _follow(entry: Entry) -> None:
    """Let what names the whole thread name the one that stayed, and write down what did."""
    old, new = entry.data["from"], entry.data["to"]
    async with transaction():
        moved: dict[str, Any] = {}
        for name, (table, column, which) in _WHOLE.items():
            found = await rows(
                f"UPDATE {table} SET {column} = ? WHERE id IN (SELECT x.id FROM {table} x WHERE x.{column} = ? "  # noqa: S608
                f"AND {which}) RETURNING id",
                new, old, new,
            )  # fmt: skip
            moved[name] = [row["id"] for row in found]
        if any(moved.values()):
            data = {"change": entry.data["change"], "from": old, "to": new, "moved": moved}
            await record("thread.sources_followed", actor_id=entry.actor_id, subject_id=new, data=data)


async def _go_back(entry: Entry) -> None:
    """Give the thread that is one again back what named it."""
    new, old = entry.data["from"], entry.data["to"]
    followed = await Entry.filter(kind="thread.sources_followed", subject_id=new).order_by("-id")
    told = next((one.data for one in followed if one.data["change"] == entry.data["change"]), None)
    if told is None:
        return
    async with transaction():
        for name, (table, column, _) in _WHOLE.items():
            ids = told["moved"].get(name, [])
            for start in range(0, len(ids), _AT_ONCE):
                some = ids[start : start + _AT_ONCE]
                await execute(
                    f"UPDATE {table} SET {column} = ? WHERE {column} = ? AND id IN ({marks(some)})",  # noqa: S608
                    old, new, *some,
                )  # fmt: skip
        await record("thread.sources_returned", actor_id=entry.actor_id, subject_id=old, data={"from": new})

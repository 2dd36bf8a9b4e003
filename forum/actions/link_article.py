"""Let threads say which article they were distilled in."""

from collections.abc import Sequence

from base.db import execute, marks
from base.journal import record


async def link_article(thread_ids: Sequence[int], article_id: int, title: str, *, actor_id: int | None = None) -> None:
    """Name the article on its source threads; inside the caller's transaction."""
    await _name(thread_ids, article_id, title[:255], actor_id, "thread.distilled")


async def unlink_article(thread_ids: Sequence[int], *, actor_id: int | None = None) -> None:
    """Let threads no longer name an article; inside the caller's transaction."""
    await _name(thread_ids, None, "", actor_id, "thread.undistilled")


async def _name(ids: Sequence[int], article_id: int | None, title: str, actor_id: int | None, kind: str) -> None:
    wanted = sorted(set(ids))  # in one order, so that two editors linking the same threads do not wait in a circle
    await execute(
        f"UPDATE threads SET article_id = ?, article_title = ?, version = version + 1 WHERE id IN ({marks(wanted)})",  # noqa: S608
        article_id, title, *wanted,
    )  # fmt: skip
    for thread_id in wanted:
        await record(kind, actor_id=actor_id, subject_id=thread_id, data={"article_id": article_id})

"""Let threads say which article they were distilled in."""

from collections.abc import Sequence
from dataclasses import dataclass

from base.db import execute, marks
from base.journal import record
from forum.actions.settle import cases_beside


@dataclass(frozen=True, slots=True)
class Distilled:
    """The article as threads name it, to those who may read it."""

    id: int
    title: str
    audience: str = "public"


async def link_article(thread_ids: Sequence[int], article: Distilled, *, actor_id: int | None = None) -> None:
    """Name the article on its source threads; inside the caller's transaction."""
    await _name(thread_ids, article, actor_id, "thread.distilled")


async def narrow_link(article_id: int, audience: str) -> None:
    """Name the article on its threads to this audience from now on; inside the caller's transaction."""
    await execute(
        "UPDATE threads SET article_audience = ?, version = version + 1 WHERE article_id = ?", audience, article_id
    )


async def unlink_article(thread_ids: Sequence[int], *, actor_id: int | None = None) -> None:
    """Let threads no longer name an article; inside the caller's transaction."""
    await _name(thread_ids, None, actor_id, "thread.undistilled")


async def _name(ids: Sequence[int], article: Distilled | None, actor_id: int | None, kind: str) -> None:
    wanted = sorted(set(ids))  # in one order, so that two editors linking the same threads do not wait in a circle
    columns = (article.id, article.title[:255], article.audience) if article else (None, "", "public")
    beside = {thread_id: await cases_beside(thread_id) for thread_id in wanted}
    await execute(
        "UPDATE threads SET article_id = ?, article_title = ?, article_audience = ?, version = version + 1 "  # noqa: S608
        f"WHERE id IN ({marks(wanted)})",
        *columns, *wanted,
    )  # fmt: skip
    for thread_id in wanted:
        beside[thread_id] += await cases_beside(thread_id)
        # A case more or less on a practice is a replication more or less for the other ones.
        data = {"article_id": columns[0], "touches": {"thread": sorted({thread_id, *beside[thread_id]})}}
        await record(kind, actor_id=actor_id, subject_id=thread_id, data=data)

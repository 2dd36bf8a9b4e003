"""What may already answer a question that is being typed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from base.db import marks, rows
from forum.rules import visible_threads
from members.viewer import Viewer
from search_index.engine import Unavailable, current
from search_index.found import Hit
from search_index.queries.guards import only_visible

SHORTEST: Final = 10


@dataclass(frozen=True, slots=True)
class Similar:
    """One thing that may answer: `key` is such as thread:17; `answers` is None for an article.

    `at` is when it last changed.
    """

    key: str
    kind: str
    title: str
    url: str
    snippet: str
    state: str = ""
    answers: int | None = None
    at: datetime | None = None


async def similar_to(viewer: Viewer, title: str, limit: int = 5) -> tuple[Similar, ...]:
    """Return threads and articles that are about the same, articles first; nothing when search is away."""
    if len(title.strip()) < SHORTEST:
        return ()
    try:
        hits = await current().similar(title[:300], viewer.audiences, limit=limit, kinds=("thread", "article"))
    except Unavailable:
        return ()
    return await still_there(viewer, hits)


async def still_there(viewer: Viewer, hits: Sequence[Hit]) -> tuple[Similar, ...]:
    """Return hits as they stand now, articles first, without what the viewer may not see: the index may be behind."""
    threads = await _threads(viewer, [hit.id for hit in hits if hit.kind == "thread"])
    # This floor knows no articles; the floor that does has left word with search who may see them.
    found = [_article(hit) for hit in await only_visible(viewer, [hit for hit in hits if hit.kind == "article"])]
    return tuple(found + [_thread(hit, threads[hit.id]) for hit in hits if hit.kind == "thread" and hit.id in threads])


async def _threads(viewer: Viewer, ids: list[int]) -> dict[int, dict[str, Any]]:
    """Look again whether the viewer may see them, and how they stand now."""
    if not ids:
        return {}
    seen = visible_threads(viewer)
    found = await rows(
        "SELECT t.id, t.kind, t.title, t.resolution, t.answers, t.replies, t.excerpt FROM threads t "  # noqa: S608
        f"WHERE t.id IN ({marks(ids)}) AND ({seen.sql})",
        *ids, *seen.values,
    )  # fmt: skip
    return {row["id"]: row for row in found}


def _article(hit: Hit) -> Similar:
    state = "verified" if "verified" in hit.state else ""
    return Similar(hit.key, "article", hit.title, hit.url, hit.plain_snippet, state, at=hit.active)


def _thread(hit: Hit, row: dict[str, Any]) -> Similar:
    answers = row["answers"] if row["kind"] == "question" else row["replies"]
    snippet = hit.plain_snippet or row["excerpt"]
    return Similar(hit.key, row["kind"], row["title"], hit.url, snippet, row["resolution"], answers, hit.active)

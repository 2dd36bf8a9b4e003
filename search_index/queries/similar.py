"""What is about the same: for the ask page and beside a thread."""

from collections.abc import Iterable, Sequence
from typing import Final

from members.viewer import Viewer
from search_index.engine import Unavailable, current
from search_index.found import Hit
from search_index.queries.guards import only_visible

KINDS: Final = ("thread", "post", "article")


async def similar(
    viewer: Viewer, text: str, limit: int = 5, *, exclude: Iterable[str] = (), kinds: Sequence[str] = KINDS
) -> list[Hit]:
    """Return articles, then threads, about the same as `text`; nothing when search is away.

    `exclude` names keys such as "thread:17" that are left out with everything in them.
    """
    try:
        hits = await current().similar(text, viewer.audiences, limit=limit, exclude=exclude, kinds=kinds)
    except Unavailable:
        return []
    seen = await only_visible(viewer, hits)
    return sorted(seen, key=lambda hit: hit.kind != "article")

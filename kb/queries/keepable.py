"""Articles as bookmarks show them."""

from collections.abc import Mapping, Sequence

from base.db import marks, rows
from forum.queries.keepable import Kept
from kb.addresses import article_url
from kb.rules import visible_articles
from members.viewer import Viewer


async def kept_articles(viewer: Viewer, ids: Sequence[int]) -> Mapping[int, Kept]:
    """Return those of some articles that the viewer may see."""
    seen = visible_articles(viewer)
    found = await rows(
        f"SELECT a.id, a.title, a.slug, a.state FROM articles a WHERE a.id IN ({marks(ids)}) AND ({seen.sql})",  # noqa: S608
        *ids, *seen.values,
    )  # fmt: skip
    return {
        row["id"]: Kept(
            "article", row["title"], article_url(row["id"], row["slug"]), 0,
            row["state"] if row["state"] in ("obsolete", "retired") else "",
        )
        for row in found
    }  # fmt: skip

"""What somebody has just confirmed, with when it has to be checked next."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from base.condition import Condition, one_of
from base.db import as_datetime, rows
from base.paging import whole_number
from kb.addresses import article_url
from kb.rules import visible_articles
from members.viewer import Viewer

_MOST: Final = 200


@dataclass(frozen=True, slots=True)
class Confirmed:
    """An article that was confirmed, and when it has to be checked next."""

    title: str
    url: str
    due: datetime | None


async def confirmed(viewer: Viewer, numbers: Iterable[str]) -> tuple[Confirmed, ...]:
    """Return those of these articles that the viewer was the last to confirm, the next due first."""
    ids = [number for text in numbers if (number := whole_number(text))][:_MOST]
    if not ids:
        return ()
    wanted = visible_articles(viewer) & one_of("a.id", ids) & Condition("a.verified_by_id = ?", (viewer.id,))
    found = await rows(
        f"SELECT a.id, a.slug, a.title, a.due_at FROM articles a WHERE {wanted.sql} ORDER BY a.due_at, a.id",  # noqa: S608
        *wanted.values,
    )
    return tuple(
        Confirmed(row["title"], article_url(row["id"], row["slug"]), as_datetime(row["due_at"])) for row in found
    )

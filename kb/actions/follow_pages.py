"""Follow which pages elsewhere the published articles link to."""

from collections.abc import Sequence
from typing import Any, Final

from base import settings
from base.db import execute, marks, rows
from base.journal.models import Entry
from base.text.outside import outside_links
from kb.content import Content

KINDS: Final = ("article.published",)
_LONGEST: Final = 500
_MOST: Final = 100
_PUBLISHED: Final = (
    "SELECT a.id AS article_id, r.* FROM articles a "
    "JOIN article_revisions r ON r.article_id = a.id AND r.number = a.published_revision"
)


async def follow_pages(entries: Sequence[Entry]) -> None:
    """Write down the pages that the articles of these entries link to; doing it again changes nothing."""
    for entry in entries:
        for row in await rows(f"{_PUBLISHED} WHERE a.id = ?", entry.subject_id):
            await _write(row)


async def follow_all_pages() -> None:
    """Write down the pages of every published article; for those that were published before anybody followed."""
    for found in await rows("SELECT id FROM articles WHERE published_revision > 0 ORDER BY id"):
        for row in await rows(f"{_PUBLISHED} WHERE a.id = ?", found["id"]):
            await _write(row)


async def _write(row: dict[str, Any]) -> None:
    """Make the rows those of the published version: what is linked no more is forgotten, what stays keeps its state."""
    article_id, content, own = row["article_id"], Content.of(row), settings.get().address
    texts = (content.summary, *content.sections.values())
    linked = dict.fromkeys(url for text in texts for url in outside_links(text))
    pages = [url for url in linked if len(url) <= _LONGEST and not f"{url}/".startswith(f"{own}/")][:_MOST]
    gone = f"url NOT IN ({marks(pages)})" if pages else "1 = 1"
    await execute(f"DELETE FROM linked_pages WHERE article_id = ? AND {gone}", article_id, *pages)  # noqa: S608
    for url in pages:
        await execute(
            "INSERT INTO linked_pages (article_id, url, status) VALUES (?, ?, 0) "
            "ON CONFLICT (article_id, url) DO NOTHING",
            article_id, url,
        )  # fmt: skip

"""Follow which pages elsewhere the published articles link to."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from base import settings
from base.db import execute, marks, rows, transaction
from base.journal.models import Entry
from base.text.outside import outside_links
from kb.models import Article
from kb.queries.published import published_texts

KINDS: Final = ("article.published",)
LONGEST: Final = 500
"""Longer addresses are not followed."""
MOST: Final = 100
"""So many pages of an article are followed."""


@dataclass(frozen=True, slots=True)
class _Links:
    """The pages that a version links to, and how many more it has than are followed."""

    revision: int
    pages: tuple[str, ...]
    left_out: int


async def follow_pages(entries: Sequence[Entry]) -> None:
    """Write down the pages that the articles of these entries link to; doing it again changes nothing."""
    for entry in entries:
        await _follow(entry.subject_id)


async def follow_all_pages() -> int:
    """Write down the pages of every published article, and return how many links are left out.

    For those that were published before anybody followed.
    """
    found = await rows("SELECT id FROM articles WHERE published_revision > 0 ORDER BY id")
    return sum([await _follow(row["id"]) for row in found])


async def _follow(article_id: int) -> int:
    """Write down the pages of an article, of the version that is published when it is done."""
    while (links := await _links(article_id)) is not None:
        if await _write(article_id, links):
            return links.left_out
    return 0


async def _links(article_id: int) -> _Links | None:
    found, own = await published_texts(article_id), settings.get().address
    if found is None:
        return None
    linked = dict.fromkeys(
        url for text in found.texts for url in outside_links(text) if not f"{url}/".startswith(f"{own}/")
    )
    pages = tuple(url for url in linked if len(url) <= LONGEST)[:MOST]
    return _Links(found.number, pages, len(linked) - len(pages))


async def _write(article_id: int, links: _Links) -> bool:
    """Make the rows those of a version, unless another one was published meanwhile.

    What is linked no more is forgotten, what stays keeps its state.
    """
    pages = links.pages
    gone = f"url NOT IN ({marks(pages)})" if pages else "1 = 1"
    async with transaction():
        # Who publishes waits here, and who waited for that sees the new version.
        still = Article.filter(id=article_id, published_revision=links.revision).select_for_update()
        if await still.first() is None:
            return False
        await execute(f"DELETE FROM linked_pages WHERE article_id = ? AND {gone}", article_id, *pages)  # noqa: S608
        for url in pages:
            await execute(
                "INSERT INTO linked_pages (article_id, url, status) VALUES (?, ?, 0) "
                "ON CONFLICT (article_id, url) DO NOTHING",
                article_id, url,
            )  # fmt: skip
    return True

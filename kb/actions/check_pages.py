"""Write down what pages elsewhere answered; one that is gone, on two checks a day apart, is told."""

from datetime import datetime

from base.clock import now
from base.db import rows, transaction
from base.journal import record
from base.outward import take_answer
from kb.models import LinkedPage


async def pages_to_check(before: datetime) -> list[str]:
    """Return the pages that published articles link to and nobody asked since then, the longest unasked first."""
    found = await rows(
        "SELECT l.url FROM linked_pages l JOIN articles a ON a.id = l.article_id AND a.state = 'published' "
        "WHERE l.checked_at IS NULL OR l.checked_at < ? GROUP BY l.url "
        "ORDER BY MAX(CASE WHEN l.checked_at IS NULL THEN 1 ELSE 0 END) DESC, MIN(l.checked_at), l.url",
        before,
    )
    return [row["url"] for row in found]


async def note_answer(url: str, status: int) -> int:
    """Write down what a page answered, for every article that links to it; return for how many it is newly gone."""
    at, newly = now(), 0
    async with transaction():
        for page in await LinkedPage.filter(url=url).select_for_update().order_by("id"):
            is_news = take_answer(page, status, at)
            await page.save(update_fields=["status", "checked_at", "failing_since"])
            if is_news:
                article_id: int = page.article_id  # type: ignore[attr-defined]
                await record("article.page_gone", actor_id=None, subject_id=article_id, data={"url": url})
                newly += 1
    return newly

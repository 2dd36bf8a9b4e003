"""Who is told when the ground under an article moves: who looks after it."""

from collections.abc import Mapping, Sequence
from typing import Final

from base.db import rows
from base.journal.models import Entry
from kb.addresses import work_url
from kb.notices.telling import Teller, ids_of, keepers, tell_those
from kb.queries.facts import Found, find_for_nobody
from kb.triggers import MANY_REPLIES, is_gone, new_replies


async def _source_changed(entry: Entry, article: Found) -> None:
    if "source_changed" in article.standing.moved:
        await tell_those(
            entry, article, await keepers(article), "You look after this practice.", kind="article", because="keeper",
            text="A source changed: something it cites was edited, taken back, or is no longer true. See what differs.",
            url=work_url(article.id, "recheck"),
        )  # fmt: skip


async def _contradicted(entry: Entry, article: Found) -> None:
    if "disputed" in article.standing.moved:
        await tell_those(
            entry, article, await keepers(article), "You look after this practice.", kind="article", because="keeper",
            text=f"A case came out differently: {entry.data.get('why', '')}", url=work_url(article.id, "recheck"),
        )  # fmt: skip


async def _disputed(entry: Entry, article: Found) -> None:
    if "disputed" in article.standing.moved:
        await tell_those(
            entry, article, await keepers(article), "You look after this practice.", kind="article", because="keeper",
            text="It helped fewer than half of its readers. See what they say.", url=work_url(article.id, "recheck"),
        )  # fmt: skip


async def _many_replies(entry: Entry, article: Found) -> None:
    found = await rows(f"SELECT {new_replies()} AS n FROM articles a WHERE a.id = ?", article.id)  # noqa: S608
    if found[0]["n"] >= MANY_REPLIES:  # it may have been checked meanwhile
        await tell_those(
            entry, article, await keepers(article), "You look after this practice.", kind="article", because="keeper",
            text=f"{found[0]['n']} new replies stand in the threads it rests on. Does it still hold?",
            url=work_url(article.id, "recheck"),
        )  # fmt: skip


async def _page_gone(entry: Entry, article: Found) -> None:
    url = entry.data.get("url", "")
    if await ids_of(
        f"SELECT l.id FROM linked_pages l WHERE l.article_id = ? AND l.url = ? AND {is_gone('l')}",  # noqa: S608
        article.id, url,
    ):  # fmt: skip
        await tell_those(
            entry, article, await keepers(article), "You look after this practice.", kind="article", because="keeper",
            text=f"A page it links to is gone: {url}", url=work_url(article.id, "recheck"),
        )  # fmt: skip


async def tell_of_platforms(entries: Sequence[Entry]) -> None:
    """Tell who looks after the articles about a platform that it changed."""
    for entry in entries:
        found = await ids_of(
            "SELECT x.article_id AS id FROM article_platforms x JOIN articles a ON a.id = x.article_id "
            "JOIN platform_changes c ON c.platform_id = x.platform_id "
            "WHERE c.id = ? AND c.weight = 'major' AND a.state = 'published' AND c.recorded_at > a.verified_at",
            entry.data.get("change_id", 0),
        )
        for article_id in sorted(found):
            article = await find_for_nobody(article_id, published=True)
            title = await rows("SELECT title FROM platform_changes WHERE id = ?", entry.data["change_id"])
            if article is not None and title:
                await tell_those(
                    entry, article, await keepers(article), "You look after this practice.", kind="article",
                    because="keeper",
                    text=f"A platform it is about has changed: {title[0]['title']}",
                    url=work_url(article_id, "recheck"),
                )  # fmt: skip


TELLERS: Final[Mapping[str, Teller]] = {
    "article.source_changed": _source_changed,
    "article.contradicted": _contradicted,
    "article.disputed": _disputed,
    "article.many_replies": _many_replies,
    "article.page_gone": _page_gone,
}

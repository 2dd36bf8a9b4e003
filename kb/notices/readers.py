"""Who is told what readers suggest, and what organisations do with an article."""

from collections.abc import Mapping
from typing import Final

from base.journal.models import Entry
from kb.addresses import work_url
from kb.notices.telling import Teller, deciders, ids_of, keepers, tell_those
from kb.queries.facts import Found


async def _suggested(entry: Entry, article: Found) -> None:
    await tell_those(
        entry, article, await keepers(article), "You look after this practice.", kind="article",
        text="Somebody suggested a change.", url=work_url(article.id, "suggestions"),
    )  # fmt: skip


async def _suggestion_decided(entry: Entry, article: Found) -> None:
    author = await ids_of("SELECT author_id AS id FROM suggestions WHERE id = ?", entry.data.get("suggestion_id", 0))
    taken = entry.kind == "article.suggestion_accepted"
    text = "It was taken over into the next version." if taken else f"It was declined: {entry.data.get('note', '')}"
    await tell_those(
        entry, article, author, "You suggested a change.", kind="article", text=text,
        url=work_url(article.id, "suggestions"),
    )  # fmt: skip


async def _use_proposed(entry: Entry, article: Found) -> None:
    await tell_those(
        entry, article, await deciders(entry), "You decide for your organisation.", kind="article",
        text="A member says what your organisation does with it. Is that so?", url=work_url(article.id, "adoptions"),
    )  # fmt: skip


async def _use_asked(entry: Entry, article: Found) -> None:
    await tell_those(
        entry, article, await deciders(entry), "Your organisation uses this practice.", kind="article",
        text="Are you still using it? One click says yes.", url=work_url(article.id, "adoptions"),
    )  # fmt: skip


TELLERS: Final[Mapping[str, Teller]] = {
    "article.suggested": _suggested,
    "article.suggestion_accepted": _suggestion_decided,
    "article.suggestion_declined": _suggestion_decided,
    "article.use_proposed": _use_proposed,
    "article.use_asked": _use_asked,
}

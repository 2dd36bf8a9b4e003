"""Who is told what readers suggest, and what organisations do with an article."""

from collections.abc import Mapping
from typing import Final

from base.db import rows
from base.journal.models import Entry
from kb.addresses import work_url
from kb.notices.telling import Teller, administrators, ids_of, keepers, tell_those
from kb.queries.facts import Found
from members.queries.staff import holders


async def _suggested(entry: Entry, article: Found) -> None:
    await tell_those(
        entry, article, await keepers(article), "You look after this practice.", kind="article", because="keeper",
        text="Somebody suggested a change.", url=work_url(article.id, "suggestions"),
    )  # fmt: skip


async def _suggestion_decided(entry: Entry, article: Found) -> None:
    author = await ids_of("SELECT author_id AS id FROM suggestions WHERE id = ?", entry.data.get("suggestion_id", 0))
    taken = entry.kind == "article.suggestion_accepted"
    text = "It was taken over into the next version." if taken else f"It was declined: {entry.data.get('note', '')}"
    await tell_those(
        entry, article, author, "You suggested a change.", kind="article", because="suggested", text=text,
        url=work_url(article.id, "suggestions"),
    )  # fmt: skip


async def _use_proposed(entry: Entry, article: Found) -> None:
    people = await administrators(entry) or await holders("moderator")
    name, _ = await _organisation(entry)
    await tell_those(
        entry, article, people, f"You decide what is recorded of {name}.", kind="article", because="deciding",
        text=f"A member of {name} says what it does with this practice. Is that so?",
        url=work_url(article.id, "adoptions"),
    )  # fmt: skip


async def _use_asked(entry: Entry, article: Found) -> None:
    """Ask its administrators; where there are none, tell the moderators, as far as they may know which it is."""
    admins, (name, hidden) = await administrators(entry), await _organisation(entry)
    reason, text = f"{name} uses this practice.", f"Is {name} still using it? One click says yes."
    if not admins:
        whose = "An organisation that does not want to be named" if hidden else name
        reason = "You are a moderator."
        text = f"{whose} uses this practice, and has no administrator here who could say whether that is still so."
    await tell_those(
        entry, article, admins or await holders("moderator"), reason, kind="article", because="deciding", text=text,
        url=work_url(article.id, "adoptions"),
    )  # fmt: skip


async def _organisation(entry: Entry) -> tuple[str, bool]:
    """Return the name of the organisation an entry is about, and whether it is hidden beside this practice."""
    found = await rows(
        "SELECT o.name, d.name_visible FROM organisations o "
        "LEFT JOIN adoptions d ON d.organisation_id = o.id AND d.article_id = ? WHERE o.id = ?",
        entry.subject_id, entry.data.get("organisation_id", 0),
    )  # fmt: skip
    return (found[0]["name"], not found[0]["name_visible"]) if found else ("An organisation", True)


TELLERS: Final[Mapping[str, Teller]] = {
    "article.suggested": _suggested,
    "article.suggestion_accepted": _suggestion_decided,
    "article.suggestion_declined": _suggestion_decided,
    "article.use_proposed": _use_proposed,
    "article.use_asked": _use_asked,
}

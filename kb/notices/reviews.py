"""Who is told on the way of an article: reviewers, writers, contributors, owners."""

from collections.abc import Mapping
from datetime import date
from typing import Final

from base.clock import now
from base.journal.models import Entry
from kb.addresses import work_url
from kb.notices.telling import Teller, ids_of, tell_those
from kb.notices.users import tell_users
from kb.queries.deputies import standing_in
from kb.queries.facts import Found
from kb.verification import state_of


async def _sent(entry: Entry, article: Found) -> None:
    reviewer = entry.data.get("reviewer_id")
    if reviewer is not None and await _still_asked(entry, reviewer):
        due = date.fromisoformat(entry.data["due"]) if entry.data.get("due") else None
        await tell_those(
            entry, article, await _asked(entry, reviewer), "You were asked to review this.", kind="review",
            because="review",
            text=f"Please read it until {due.day} {due:%b %Y}." if due else "", url=work_url(article.id, "review"),
        )  # fmt: skip


async def _asked(entry: Entry, reviewer_id: int) -> set[int]:
    """Return who stands in for the reviewer; when it was they who asked, the reviewer all the same."""
    return (await standing_in({reviewer_id}) - {entry.actor_id}) or {reviewer_id}


async def _still_asked(entry: Entry, reviewer_id: int) -> bool:
    """Say whether the request is still open: a request that was dealt with meanwhile asks nothing of anybody."""
    return bool(
        await ids_of(
            "SELECT q.id FROM reviews q JOIN article_revisions r ON r.id = q.revision_id "
            "WHERE r.article_id = ? AND r.number = ? AND q.reviewer_id = ? AND q.decision = ''",
            entry.subject_id, entry.data.get("revision"), reviewer_id,
        )
    )  # fmt: skip


async def _decided(entry: Entry, article: Found) -> None:
    words = {"article.changes_requested": "Changes were asked for.", "article.rejected": "It was rejected."}
    people = await _writers(entry)
    note = str(entry.data.get("note", ""))
    await tell_those(
        entry, article, people, "You wrote this version.", kind="decision", because="written",
        text=f"{words[entry.kind]} {note}".strip(), url=work_url(article.id, "review"),
    )  # fmt: skip


async def _approved(entry: Entry, article: Found) -> None:
    if entry.data.get("missing"):
        await tell_those(
            entry, article, await _writers(entry), "You wrote this version.", kind="decision", because="written",
            text="One person has approved it; a second one has to.", url=work_url(article.id, "review"),
        )  # fmt: skip


async def _taken_back(entry: Entry, article: Found) -> None:
    reviewers = await ids_of(
        "SELECT q.reviewer_id AS id FROM reviews q JOIN article_revisions r ON r.id = q.revision_id "
        "WHERE r.article_id = ? AND r.number = ? AND q.decision = 'withdrawn'",
        article.id, entry.data.get("revision"),
    )  # fmt: skip
    await tell_those(
        entry, article, reviewers, "You were asked to review this.", kind="decision", because="review",
        text="The authors took it back to go on writing. You need not do anything now.",
    )  # fmt: skip


async def _writers(entry: Entry) -> set[int]:
    number = entry.data.get("revision")
    sql = "SELECT {column} AS id FROM article_revisions WHERE article_id = ? AND number = ?"
    authors = await ids_of(sql.format(column="author_id"), entry.subject_id, number)
    return authors | await ids_of(sql.format(column="last_editor_id"), entry.subject_id, number)


async def _published(entry: Entry, article: Found) -> None:
    """Tell everybody once, by what concerns them most: who wrote it, whose words it rests on, who wished for it."""
    told = {entry.actor_id}
    first = not entry.data.get("before")
    writers = await _writers(entry) | ({article.article.owner_id} if article.article.owner_id else set())
    await tell_those(
        entry, article, writers - told, "You wrote this version, or look after it.", kind="decision", because="written",
        text="It was approved and is published.",
    )  # fmt: skip
    told |= writers
    told |= await _tell_contributors(entry, article, told)
    if first:
        await tell_those(
            entry,
            article,
            await _nominators(entry) - told,
            "You suggested it.",
            kind="distilled",
            because="suggested",
            text=article.content.summary,
        )
        told |= await _nominators(entry)
    elif entry.data.get("significance") == "advice":
        await tell_users(entry, article, "Its advice has changed.", told)


async def _tell_contributors(entry: Entry, article: Found, told: set[int | None]) -> set[int]:
    """Tell who is new among them that it rests on their words, the others when the advice changes; return them all."""
    contributors = await ids_of(
        "SELECT member_id AS id FROM contributors WHERE article_id = ? AND role NOT IN ('edited', 'reviewed')",
        article.id,
    )
    new = contributors & set(entry.data.get("credited", ())) if entry.data.get("before") else contributors
    await tell_those(
        entry, article, new - told, "It rests on what you wrote. You can choose how you are named.",
        kind="distilled", because="contributed", text=article.content.summary, url=work_url(article.id, "credit"),
    )  # fmt: skip
    if entry.data.get("significance") != "advice":
        return new
    await tell_those(
        entry, article, contributors - new - told, "You contributed to this practice.", kind="article",
        because="contributed",
        text="It has a new version, which changes its advice.",
    )  # fmt: skip
    return contributors


async def _nominators(entry: Entry) -> set[int]:
    return await ids_of(
        "SELECT n.member_id AS id FROM nominations n JOIN source_links l ON l.thread_id = n.thread_id "
        "WHERE l.article_id = ? AND l.revision = ? AND n.state <> 'declined'",
        entry.subject_id, entry.data.get("revision"),
    )  # fmt: skip


async def _aged(entry: Entry, article: Found) -> None:
    words = {
        "due_soon": "It is due to be checked within 30 days.",
        "overdue": "Its check is overdue: readers see that now.",
        "stale": "Nobody has checked it for long: search shows it lower now.",
    }
    if entry.data.get("last_week"):
        words["due_soon"] = "It is due to be checked within seven days."
    state = state_of(article.standing, now())
    text = words.get(state) if state == entry.data.get("state") else None  # it may have been checked meanwhile
    if text and article.article.owner_id:
        await tell_those(
            entry, article, await standing_in({article.article.owner_id}), "You look after this practice.",
            kind="article", because="keeper", text=text, url=work_url(article.id, "verify"),
        )  # fmt: skip


async def _ended(entry: Entry, article: Found) -> None:
    word = "obsolete" if entry.kind == "article.obsolete" else "retired"
    if article.article.state != word:
        return  # brought back meanwhile
    text = f"It is {word}: {entry.data.get('reason', '')}"
    owner = {article.article.owner_id} if article.article.owner_id else set()
    await tell_those(
        entry, article, owner, "You look after this practice.", kind="article", because="keeper", text=text
    )
    await tell_users(entry, article, text, owner)


TELLERS: Final[Mapping[str, Teller]] = {
    "article.sent": _sent,
    "article.taken_back": _taken_back,
    "article.changes_requested": _decided,
    "article.rejected": _decided,
    "article.approved": _approved,
    "article.published": _published,
    "article.aged": _aged,
    "article.obsolete": _ended,
    "article.retired": _ended,
}

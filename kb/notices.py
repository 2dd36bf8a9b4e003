"""Who is told when something happens in kb/."""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Final

from base.clock import now
from base.db import rows
from base.journal import Handler
from base.journal.models import Entry
from base.text.excerpt import excerpt
from kb.addresses import article_url, work_url
from kb.queries.facts import Found, find_for_nobody
from kb.rules import may_see
from kb.verification import state_of
from members.actions.notify import notify
from members.queries.viewer import viewers_of_members


async def _tell(
    entry: Entry, article: Found, people: Iterable[int], reason: str, *, kind: str, text: str = "", url: str = ""
) -> None:
    """Tell those of these people who may see the article."""
    viewers = await viewers_of_members(sorted(set(people) - {entry.actor_id}))
    await notify(
        [viewer.member_id for viewer in viewers if may_see(viewer, article.article)],
        key=f"{entry.id}:{kind}:{article.id}",
        kind=kind,
        group=f"article:{article.id}",
        subject=article.content.title,
        text=excerpt(text),
        url=url or article_url(article.id, article.slug),
        reason=reason,
        actor_id=entry.actor_id,
    )


async def _ids(sql: str, *values: object) -> set[int]:
    return {row["id"] for row in await rows(sql, *values) if row["id"] is not None}


async def _sent(entry: Entry, article: Found) -> None:
    reviewer = entry.data.get("reviewer_id")
    if reviewer is not None and await _still_asked(entry, reviewer):
        due = date.fromisoformat(entry.data["due"]) if entry.data.get("due") else None
        await _tell(
            entry, article, [reviewer], "You were asked to review this.", kind="review",
            text=f"Please read it until {due.day} {due:%b %Y}." if due else "", url=work_url(article.id, "review"),
        )  # fmt: skip


async def _still_asked(entry: Entry, reviewer_id: int) -> bool:
    """Say whether the request is still open: a request that was dealt with meanwhile asks nothing of anybody."""
    return bool(
        await _ids(
            "SELECT q.id FROM reviews q JOIN article_revisions r ON r.id = q.revision_id "
            "WHERE r.article_id = ? AND r.number = ? AND q.reviewer_id = ? AND q.decision = ''",
            entry.subject_id, entry.data.get("revision"), reviewer_id,
        )
    )  # fmt: skip


async def _decided(entry: Entry, article: Found) -> None:
    words = {"article.changes_requested": "Changes were asked for.", "article.rejected": "It was rejected."}
    people = await _writers(entry)
    note = str(entry.data.get("note", ""))
    await _tell(
        entry, article, people, "You wrote this version.", kind="decision",
        text=f"{words[entry.kind]} {note}".strip(), url=work_url(article.id, "review"),
    )  # fmt: skip


async def _taken_back(entry: Entry, article: Found) -> None:
    reviewers = await _ids(
        "SELECT q.reviewer_id AS id FROM reviews q JOIN article_revisions r ON r.id = q.revision_id "
        "WHERE r.article_id = ? AND r.number = ? AND q.decision = 'withdrawn'",
        article.id, entry.data.get("revision"),
    )  # fmt: skip
    await _tell(
        entry, article, reviewers, "You were asked to review this.", kind="decision",
        text="The authors took it back to go on writing. You need not do anything now.",
    )  # fmt: skip


async def _writers(entry: Entry) -> set[int]:
    number = entry.data.get("revision")
    sql = "SELECT {column} AS id FROM article_revisions WHERE article_id = ? AND number = ?"
    authors = await _ids(sql.format(column="author_id"), entry.subject_id, number)
    return authors | await _ids(sql.format(column="last_editor_id"), entry.subject_id, number)


async def _published(entry: Entry, article: Found) -> None:
    """Tell everybody once, by what concerns them most: who wrote it, whose words it rests on, who wished for it."""
    told = {entry.actor_id}
    first = not entry.data.get("before")
    writers = await _writers(entry) | ({article.article.owner_id} if article.article.owner_id else set())
    await _tell(
        entry, article, writers - told, "You wrote this version, or look after it.", kind="decision",
        text="It was approved and is published.",
    )  # fmt: skip
    told |= writers
    if first or entry.data.get("significance") == "advice":
        contributors = await _ids(
            "SELECT member_id AS id FROM contributors WHERE article_id = ? AND role NOT IN ('edited', 'reviewed')",
            article.id,
        )
        await _tell(
            entry, article, contributors - told, "It rests on what you wrote. You can choose how you are named.",
            kind="distilled", text=article.content.summary, url=work_url(article.id, "credit"),
        )  # fmt: skip
        told |= contributors
    if first:
        await _tell(
            entry,
            article,
            await _nominators(entry) - told,
            "You suggested it.",
            kind="distilled",
            text=article.content.summary,
        )
        told |= await _nominators(entry)
    elif entry.data.get("significance") == "advice":
        await _tell(
            entry, article, await _users(article) - told, "Your organisation uses this practice.", kind="article",
            text="Its advice has changed.",
        )  # fmt: skip


async def _nominators(entry: Entry) -> set[int]:
    return await _ids(
        "SELECT n.member_id AS id FROM nominations n JOIN source_links l ON l.thread_id = n.thread_id "
        "WHERE l.article_id = ? AND l.revision = ? AND n.state <> 'declined'",
        entry.subject_id, entry.data.get("revision"),
    )  # fmt: skip


async def _users(article: Found) -> set[int]:
    return await _ids(
        "SELECT by_id AS id FROM adoptions WHERE article_id = ? AND state NOT IN ('stopped', 'not_for_us')", article.id
    )


async def _aged(entry: Entry, article: Found) -> None:
    words = {
        "due_soon": "It is due to be checked within 30 days.",
        "overdue": "Its check is overdue: readers see that now.",
        "stale": "Nobody has checked it for long: search shows it lower now.",
    }
    state = state_of(article.standing, now())
    text = words.get(state) if state == entry.data.get("state") else None  # it may have been checked meanwhile
    if text and article.article.owner_id:
        await _tell(
            entry, article, [article.article.owner_id], "You look after this practice.", kind="article", text=text,
            url=work_url(article.id, "verify"),
        )  # fmt: skip


async def _ended(entry: Entry, article: Found) -> None:
    word = "obsolete" if entry.kind == "article.obsolete" else "retired"
    if article.article.state != word:
        return  # brought back meanwhile
    people = await _users(article) | ({article.article.owner_id} if article.article.owner_id else set())
    await _tell(
        entry, article, people, "You or your organisation use this practice.", kind="article",
        text=f"It is {word}: {entry.data.get('reason', '')}",
    )  # fmt: skip


async def _keepers(article: Found) -> set[int]:
    """Return who looks after an article: its owner, or every editor when the owner is gone."""
    owner = await _ids("SELECT id FROM members WHERE id = ? AND state = 'active'", article.article.owner_id or 0)
    at = now()
    return owner or await _ids(
        "SELECT g.member_id AS id FROM role_grants g JOIN members m ON m.id = g.member_id WHERE g.role = 'editor' "
        "AND g.scope = 'site' AND g.since <= ? AND (g.until IS NULL OR g.until > ?) AND m.state = 'active'",
        at, at,
    )  # fmt: skip


async def _source_changed(entry: Entry, article: Found) -> None:
    if "source_changed" in article.standing.moved:
        await _tell(
            entry, article, await _keepers(article), "You look after this practice.", kind="article",
            text="A source changed: something it cites was edited or taken back. See what differs.",
            url=work_url(article.id, "recheck"),
        )  # fmt: skip


async def _contradicted(entry: Entry, article: Found) -> None:
    if "disputed" in article.standing.moved:
        await _tell(
            entry, article, await _keepers(article), "You look after this practice.", kind="article",
            text=f"A case came out differently: {entry.data.get('why', '')}", url=work_url(article.id, "recheck"),
        )  # fmt: skip


async def _disputed(entry: Entry, article: Found) -> None:
    if "disputed" in article.standing.moved:
        await _tell(
            entry, article, await _keepers(article), "You look after this practice.", kind="article",
            text="It helped fewer than half of its readers. See what they say.", url=work_url(article.id, "recheck"),
        )  # fmt: skip


async def _suggested(entry: Entry, article: Found) -> None:
    await _tell(
        entry, article, await _keepers(article), "You look after this practice.", kind="article",
        text="Somebody suggested a change.", url=work_url(article.id, "suggestions"),
    )  # fmt: skip


async def _suggestion_decided(entry: Entry, article: Found) -> None:
    author = await _ids("SELECT author_id AS id FROM suggestions WHERE id = ?", entry.data.get("suggestion_id", 0))
    taken = entry.kind == "article.suggestion_accepted"
    text = "It was taken over into the next version." if taken else f"It was declined: {entry.data.get('note', '')}"
    await _tell(
        entry, article, author, "You suggested a change.", kind="article", text=text,
        url=work_url(article.id, "suggestions"),
    )  # fmt: skip


async def tell_of_platforms(entries: Sequence[Entry]) -> None:
    """Tell who looks after the articles about a platform that it changed."""
    for entry in entries:
        found = await _ids(
            "SELECT x.article_id AS id FROM article_platforms x JOIN articles a ON a.id = x.article_id "
            "JOIN platform_changes c ON c.platform_id = x.platform_id "
            "WHERE c.id = ? AND c.weight = 'major' AND a.state = 'published' AND c.recorded_at > a.verified_at",
            entry.data.get("change_id", 0),
        )
        for article_id in sorted(found):
            article = await find_for_nobody(article_id, published=True)
            title = await rows("SELECT title FROM platform_changes WHERE id = ?", entry.data["change_id"])
            if article is not None and title:
                await _tell(
                    entry, article, await _keepers(article), "You look after this practice.", kind="article",
                    text=f"A platform it is about has changed: {title[0]['title']}",
                    url=work_url(article_id, "recheck"),
                )  # fmt: skip


_TELLERS: Final[Mapping[str, Callable[[Entry, Found], Awaitable[None]]]] = {
    "article.sent": _sent,
    "article.taken_back": _taken_back,
    "article.changes_requested": _decided,
    "article.rejected": _decided,
    "article.published": _published,
    "article.aged": _aged,
    "article.source_changed": _source_changed,
    "article.contradicted": _contradicted,
    "article.disputed": _disputed,
    "article.suggested": _suggested,
    "article.suggestion_accepted": _suggestion_decided,
    "article.suggestion_declined": _suggestion_decided,
    "article.obsolete": _ended,
    "article.retired": _ended,
}


# These reach people who do not know of a draft, so they name the version that readers have.
_FOR_READERS: Final = frozenset(
    {
        "article.published", "article.aged", "article.obsolete", "article.retired", "article.source_changed",
        "article.contradicted", "article.disputed", "article.suggested", "article.suggestion_accepted",
        "article.suggestion_declined",
    }
)  # fmt: skip


async def tell(entries: Sequence[Entry]) -> None:
    """Tell whom each entry concerns; telling again changes nothing."""
    for entry in entries:
        teller = _TELLERS.get(entry.kind)
        article = await find_for_nobody(entry.subject_id, published=entry.kind in _FOR_READERS) if teller else None
        if teller is not None and article is not None:
            await teller(entry, article)


SUBSCRIPTIONS: dict[str, tuple[tuple[str, ...], Handler]] = {
    "practice_notices": (tuple(_TELLERS), tell),
    "practice_platforms": (("platform.changed",), tell_of_platforms),
}

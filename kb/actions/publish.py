"""Publish a revision: inside the transaction of whoever decided it."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from tortoise.expressions import F

from base.clock import now
from base.db import rows
from base.journal import record
from base.text.slug import slugify
from forum.actions.link_article import Distilled, link_article, unlink_article
from forum.actions.use_uploads import Files, use_uploads
from kb.actions.assign import end_assignments
from kb.actions.draft import words_of
from kb.content import Content
from kb.models import Article, ArticleRevision, Contributor, Nomination, Verification
from kb.queries.contributors import contributions
from kb.queries.facts import Found
from kb.queries.sources import source_threads


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """Who publishes what, and whether that also confirms that it is true; `files` are shown in it from then on."""

    found: Found
    by_id: int
    method: str
    verifies: bool
    at: datetime = field(default_factory=now)
    files: Files = field(default_factory=dict)


async def publish(decided: Decided, revision: ArticleRevision) -> None:
    """Put a revision before its readers, with its contributors, its log and the threads it came from."""
    found, content = decided.found, words_of(revision)
    await ArticleRevision.filter(article_id=found.id, state="published").update(state="superseded")
    await ArticleRevision.filter(id=revision.id).update(
        state="published", published_at=decided.at, changed_at=decided.at, sha256=content.fingerprint()
    )
    columns = _columns(decided, revision, content) | await _verified(decided, revision)
    await Article.filter(id=found.id).update(**columns, version=F("version") + 1)
    credited = await _credit(found.id, revision.number)
    await _link(decided, revision, content.title)
    await end_assignments("article", [found.id], actor_id=decided.by_id)
    await use_uploads("article", found.id, decided.files, author_id=None)
    data = {
        "revision": revision.number,
        "significance": revision.significance,
        "before": found.article.published_revision,
        "credited": sorted(credited),
    }
    await record("article.published", actor_id=decided.by_id, subject_id=found.id, data=data)


def _columns(decided: Decided, revision: ArticleRevision, content: Content) -> dict[str, Any]:
    columns = content.columns()
    del columns["sections"]
    first = {} if decided.found.article.published_revision else {"published_at": decided.at}
    return columns | first | {
        "state": "published",
        "state_reason": "",
        "replaced_by_id": None,
        "slug": slugify(content.title, empty="practice"),
        "published_revision": revision.number,
        "changed_at": decided.at,
    }  # fmt: skip


async def _verified(decided: Decided, revision: ArticleRevision) -> dict[str, Any]:
    """Bind the verification to the new revision and write it into the log; a correction keeps the day it is due."""
    found = decided.found
    standing = found.standing
    if decided.verifies:
        due = decided.at + timedelta(days=found.interval_days)
        columns = {"verified_by_id": decided.by_id, "verified_at": decided.at, "due_at": due}
    elif standing.verified_revision == standing.published_revision and standing.verified_revision:
        due, columns = standing.due_at or decided.at + timedelta(days=found.interval_days), {}
    else:
        return {}
    await Verification.create(
        article_id=found.id,
        revision=revision.number,
        by_id=decided.by_id,
        method=decided.method,
        note=revision.note,
        at=decided.at,
        next_due=due,
    )
    return columns | {"verified_revision": revision.number}


async def _credit(article_id: int, revision: int) -> set[int]:
    """Write down who contributed, and return whose words are new; those already there keep the credit they chose."""
    known = {row["id"] for row in await rows(
        "SELECT DISTINCT member_id AS id FROM contributors WHERE article_id = ? "
        "AND role NOT IN ('edited', 'reviewed')", article_id)}  # fmt: skip
    listed = await contributions(article_id, revision)
    for one in listed:
        for role in one.roles:
            await Contributor.get_or_create(article_id=article_id, member_id=one.author.id, role=role)
    return {one.author.id for one in listed if {*one.roles} - {"edited", "reviewed"}} - known


async def _link(decided: Decided, revision: ArticleRevision, title: str) -> None:
    """Let the source threads name the article, and those that are no longer sources forget it."""
    article_id = decided.found.id
    threads = await source_threads(article_id, revision.number)
    linked = {row["id"] for row in await rows("SELECT id FROM threads WHERE article_id = ?", article_id)}
    # Read here and not before the transaction: who may read it can have been narrowed meanwhile.
    named = Distilled(article_id, title, (await Article.get(id=article_id)).audience)
    await link_article(threads, named, actor_id=decided.by_id)
    if gone := linked - set(threads):
        await unlink_article(sorted(gone), actor_id=decided.by_id)
    await Nomination.filter(thread_id__in=threads, state="open").update(state="taken")
    await end_assignments("thread", threads, actor_id=decided.by_id)

"""Promote a thread: start an article that rests on it, or start one from nothing."""

from collections.abc import Iterable
from typing import Annotated

from pydantic import Field

from base.clock import now
from base.db import execute, rows, transaction
from base.inputs import Input, Line
from base.journal import record
from base.text.slug import slugify
from forum.actions.hold_tags import tags_to_carry
from forum.facts import ThreadFacts
from forum.queries.facts import thread_facts
from kb.actions.assign import end_assignments
from kb.actions.attach import draw_on
from kb.models import Article, ArticleRevision, ArticleTag, Nomination
from kb.rules import check_may_draw_on, check_may_edit, check_may_write_for
from kb.sections import PROMOTED, Kind, interval_for
from members.viewer import Viewer


class NewArticle(Input):
    """An article that is to be started."""

    title: Annotated[Line, Field(min_length=3, max_length=255, title="Title")]
    kind: Kind = Field("how_to", title="Kind")
    audience: Annotated[
        str, Field(pattern=r"^(public|network|org:\d{1,18}|region:\d{1,18})$", title="Who may read it")
    ] = "public"


async def promote(viewer: Viewer, thread_id: int, given: NewArticle) -> int:
    """Start a draft with a thread as its first source, with its platforms and tags; return the article's id."""
    check_may_edit(viewer)
    thread = await thread_facts(thread_id)
    check_may_draw_on(viewer, thread)
    check_may_write_for(viewer, given.audience)
    if begun := await _begun_before(viewer, given, thread):
        return begun
    platforms = [row["platform_id"] for row in await rows(
        "SELECT platform_id FROM thread_platforms WHERE thread_id = ?", thread_id)]  # fmt: skip
    async with transaction():
        tags = await _topics(thread_id)
        article = await _write(viewer, given, platforms)
        await draw_on(viewer, int(article.id), 1, thread_id, PROMOTED)
        await ArticleTag.bulk_create([ArticleTag(article_id=article.id, tag_id=tag) for tag in tags])
        await execute(
            "INSERT INTO article_platforms (article_id, platform_id) "
            "SELECT ?, platform_id FROM thread_platforms WHERE thread_id = ?",
            article.id, thread_id,
        )  # fmt: skip
        await Nomination.filter(thread_id=thread_id, state="open").update(state="taken")
        await end_assignments("thread", [thread_id], actor_id=viewer.id)
        await record("article.started", actor_id=viewer.id, subject_id=article.id, data={"thread_id": thread_id})
    return int(article.id)


async def _topics(thread_id: int) -> tuple[int, ...]:
    """Return the topics of a thread for something new: those that are not deprecated."""
    found = await rows(
        "SELECT x.tag_id FROM thread_tags x JOIN tags g ON g.id = x.tag_id "
        "WHERE x.thread_id = ? AND g.deprecated_at IS NULL ORDER BY x.tag_id",
        thread_id,
    )
    return await tags_to_carry([row["tag_id"] for row in found])


async def start(viewer: Viewer, given: NewArticle) -> int:
    """Start a draft without any source yet; return the article's id."""
    check_may_edit(viewer)
    check_may_write_for(viewer, given.audience)
    async with transaction():
        article = await _write(viewer, given, ())
        await record("article.started", actor_id=viewer.id, subject_id=article.id)
    return int(article.id)


async def _begun_before(viewer: Viewer, given: NewArticle, thread: ThreadFacts) -> int:
    """Return the draft that the same form, sent twice, has already started."""
    found = await rows(
        "SELECT a.id FROM articles a JOIN source_links l ON l.article_id = a.id AND l.revision = 1 "
        "WHERE a.owner_id = ? AND a.state = 'draft' AND a.title = ? AND l.thread_id = ? LIMIT 1",
        viewer.id, given.title, thread.id,
    )  # fmt: skip
    return int(found[0]["id"]) if found else 0


async def _write(viewer: Viewer, given: NewArticle, platforms: Iterable[int]) -> Article:
    at = now()
    article = await Article.create(
        kind=given.kind,
        title=given.title,
        slug=slugify(given.title, empty="practice"),
        audience=given.audience,
        owner_id=viewer.member_id,
        latest_revision=1,
        interval_days=interval_for(given.kind, platform_specific=any(True for _ in platforms)),
        created_at=at,
        changed_at=at,
    )
    await ArticleRevision.create(
        article_id=article.id,
        number=1,
        title=given.title,
        author_id=viewer.member_id,
        last_editor_id=viewer.member_id,
        created_at=at,
        changed_at=at,
    )
    return article

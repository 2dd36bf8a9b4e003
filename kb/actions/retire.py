"""Mark an article obsolete, retire it, and bring it back."""

from typing import Annotated

from pydantic import Field
from tortoise.expressions import F

from base.clock import now
from base.db import rows, transaction
from base.errors import Conflict, Invalid, Missing, Refused
from base.inputs import BlankIsNone, Input, Line
from base.journal import record
from base.paging import whole_number
from forum.actions.link_article import Distilled, link_article, unlink_article
from kb.actions.assign import end_assignments
from kb.models import Article
from kb.queries.facts import find
from kb.queries.sources import source_threads
from kb.rules import check_may_edit
from members.viewer import Viewer

# The length belongs to the words alone: beside "or nothing" it would be asked of nothing too, which fails.
Address = Annotated[str, Field(max_length=300)]


class Reason(Input):
    """Why an article no longer stands, and which one to read instead: its number, or its address."""

    reason: Annotated[Line, Field(min_length=10, max_length=300, title="Reason")]
    replaced_by: Annotated[Address | None, BlankIsNone, Field(title="Replaced by")] = None


async def mark_obsolete(viewer: Viewer, article_id: int, given: Reason) -> None:
    """Keep an article readable, with a notice that it no longer holds."""
    await _end(viewer, article_id, given, "obsolete", ("published", "obsolete"))


async def retire(viewer: Viewer, article_id: int, given: Reason) -> None:
    """Take an article away from readers; its address tells why, or leads to the one that replaces it."""
    await _end(viewer, article_id, given, "retired", ("published", "obsolete", "retired"))


async def bring_back(viewer: Viewer, article_id: int) -> None:
    """Let an obsolete or retired article stand again; its verification is what it was."""
    found = await find(viewer, article_id)
    check_may_edit(viewer, found.article)
    async with transaction():
        changed = await Article.filter(id=article_id, state__in=("obsolete", "retired")).update(
            state="published", state_reason="", replaced_by_id=None, changed_at=now(), version=F("version") + 1
        )
        if not changed:
            raise Refused("This practice is neither obsolete nor retired.")
        if found.article.state == "retired":
            published = await find(viewer, article_id, found.article.published_revision)
            named = Distilled(article_id, published.content.title, published.article.audience)
            sources = await source_threads(article_id, published.revision.number)
            await link_article(sources, named, actor_id=viewer.id)
        await record("article.brought_back", actor_id=viewer.id, subject_id=article_id)


async def _end(viewer: Viewer, article_id: int, given: Reason, state: str, before: tuple[str, ...]) -> None:
    found = await find(viewer, article_id)
    check_may_edit(viewer, found.article)
    if found.article.state not in before:
        raise Refused("Only a published practice can be taken out of use.")
    instead = await _instead(viewer, article_id, given)
    async with transaction():
        changed = await Article.filter(id=article_id, state=found.article.state).update(
            state=state,
            state_reason=given.reason,
            replaced_by_id=instead,
            changed_at=now(),
            version=F("version") + 1,
        )
        if not changed:
            raise Conflict("Somebody else changed this practice a moment ago.")
        if state == "retired":
            linked = await rows("SELECT id FROM threads WHERE article_id = ?", article_id)
            await unlink_article([row["id"] for row in linked], actor_id=viewer.id)
        await end_assignments("article", [article_id], actor_id=viewer.id)
        data = {"reason": given.reason, "replaced_by": instead}
        await record(f"article.{state}", actor_id=viewer.id, subject_id=article_id, data=data)


async def _instead(viewer: Viewer, article_id: int, given: Reason) -> int | None:
    """Read "12", "/kb/12-title" or the whole address; the other article must be one that readers can open."""
    if given.replaced_by is None:
        return None
    last = given.replaced_by.partition("?")[0].rstrip("/").rpartition("/")[2].partition("-")[0]
    number = whole_number(last)
    if not number or number == article_id:
        raise Invalid({"replaced_by": "Please give the number or the address of another practice."}, given.model_dump())
    if not await _stands(viewer, number):
        raise Invalid({"replaced_by": "There is no such published practice."}, given.model_dump())
    return number


async def _stands(viewer: Viewer, article_id: int) -> bool:
    """Say whether an article is published, as far as the viewer may know."""
    try:
        return (await find(viewer, article_id)).article.state == "published"
    except Missing:
        return False

"""Say that a case study contradicts a published article; as its editor, answer that or set it aside."""

from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from base.db import rows, transaction
from base.errors import Invalid, Missing
from base.inputs import Input, Line, RowId
from base.journal import record
from base.paging import whole_number
from forum.evidence import against
from forum.queries.facts import thread_facts
from kb.actions.assign import end_when_clear
from kb.actions.attach import draw_on
from kb.models import SourceLink
from kb.queries.facts import Found, find
from kb.rules import check_may_answer, check_may_contradict, check_may_draw_on, check_may_edit
from members.viewer import Viewer

AGAINST = "against"


def _number(given: Any) -> Any:
    """Read "17", "#17", "/t/17-title" or a whole address."""
    if not isinstance(given, str):
        return given
    last = given.strip().rpartition("/t/")[2] if "/t/" in given else given.strip().removeprefix("#")
    return whole_number(last.partition("-")[0].partition("/")[0].partition("#")[0]) or given


class Contradiction(Input):
    """A case study that came out the other way: its number or its address, and what differs there."""

    thread: Annotated[RowId, BeforeValidator(_number), Field(title="Case study")]
    why: Annotated[Line, Field(min_length=10, max_length=300, title="What came out differently")]


class Answer(Input):
    """How the article deals with a case that contradicts it; its readers see the sentence."""

    addressed: Annotated[Line, Field(min_length=10, max_length=300, title="How the practice deals with it")]


async def contradict(viewer: Viewer, article_id: int, given: Contradiction) -> None:
    """Put a contradicting case beside the published version, so that readers and owner know of it."""
    found = await find(viewer, article_id)
    check_may_contradict(viewer, found.article)
    try:
        thread = await thread_facts(given.thread)
        check_may_draw_on(viewer, thread)
    except Missing as missing:
        raise Invalid({"thread": missing.sentence}, given.model_dump()) from None
    number = found.article.published_revision
    await _check_direction(found, given)
    async with transaction():
        for revision in {number, found.revision.number}:
            if await SourceLink.filter(article_id=article_id, revision=revision, thread_id=thread.id).exists():
                continue
            await draw_on(viewer, article_id, revision, thread.id, AGAINST)
        data = {"thread_id": thread.id, "why": given.why}
        await record("article.contradicted", actor_id=viewer.id, subject_id=article_id, data=data)


async def set_aside(viewer: Viewer, article_id: int, thread_id: int) -> None:
    """Take a case away again that somebody put beside the article, for it does not contradict it."""
    found = await find(viewer, article_id)
    check_may_edit(viewer, found.article)
    async with transaction():
        links = SourceLink.filter(article_id=article_id, thread_id=thread_id, section=AGAINST)
        if not await links.filter(revision__gte=found.article.published_revision).delete():
            raise Missing("Nobody put this case beside the practice.")
        data = {"thread_id": thread_id}
        await end_when_clear(article_id, actor_id=viewer.id)
        await record("article.set_aside", actor_id=viewer.id, subject_id=article_id, data=data)


async def answer(viewer: Viewer, article_id: int, thread_id: int, given: Answer) -> None:
    """Say how the published version deals with a contradicting case; that no longer lowers its evidence."""
    found = await find(viewer, article_id)
    check_may_answer(viewer, found.article)
    direction, contrary = await _directions(found.id, thread_id)
    if direction != contrary:
        raise Missing("This case does not contradict the practice.")
    async with transaction():
        links = SourceLink.filter(article_id=article_id, thread_id=thread_id)
        if not await links.filter(revision__gte=found.article.published_revision).update(addressed=given.addressed):
            raise Missing("This thread is not among the sources.")
        data = {"thread_id": thread_id, "addressed": given.addressed}
        await end_when_clear(article_id, actor_id=viewer.id)
        await record("article.answered", actor_id=viewer.id, subject_id=article_id, data=data)


async def _directions(article_id: int, thread_id: int) -> tuple[str | None, str]:
    """Return how a case came out, None when the thread is none, and how one comes out that contradicts the article."""
    known = await rows(
        "SELECT cs.direction, a.recommendation FROM articles a LEFT JOIN case_studies cs ON cs.thread_id = ? "
        "WHERE a.id = ?",
        thread_id, article_id,
    )  # fmt: skip
    return known[0]["direction"], against(known[0]["recommendation"])


async def _check_direction(found: Found, given: Contradiction) -> None:
    direction, contrary = await _directions(found.id, given.thread)
    if direction is None:
        raise Invalid({"thread": "Only a case study can contradict a practice."}, given.model_dump())
    if direction != contrary:
        raise Invalid({"thread": "That case did not come out the other way."}, given.model_dump())

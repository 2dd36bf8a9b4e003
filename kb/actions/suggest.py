"""Suggest other words for a section of a published article; as an editor, accept or decline that."""

from typing import Annotated

from pydantic import Field

from base.clock import now
from base.db import transaction
from base.errors import Conflict, Invalid, Missing
from base.inputs import Body, Input, Line
from base.journal import record
from base.limits import count_against
from base.text.merge import three_way
from kb.actions.assign import end_when_clear
from kb.actions.draft import draft_of, lock, touch, words_of
from kb.actions.revise import NewVersion, revise
from kb.models import Suggestion
from kb.queries.facts import find
from kb.rules import check_may_contradict, check_may_edit
from kb.sections import BY_NAME
from members.viewer import Viewer


class Proposal(Input):
    """New words for one section, or for the summary, and why."""

    section: Annotated[Line, Field(max_length=20, title="Section")]
    text: Annotated[Body, Field(max_length=20_000, title="Your words")]
    why: Annotated[Line, Field(min_length=10, max_length=300, title="Why")]


class Declined(Input):
    """Why a suggestion is declined."""

    note: Annotated[Line, Field(min_length=5, max_length=300, title="Why")]


async def suggest(viewer: Viewer, article_id: int, given: Proposal) -> int:
    """Write down other words for a section as a difference for the editors; return the suggestion's id."""
    latest = await find(viewer, article_id)
    check_may_contradict(viewer, latest.article)
    found = await find(viewer, article_id, latest.article.published_revision)
    if given.section != "summary" and given.section not in BY_NAME:
        raise Invalid({"section": "There is no such section."}, given.model_dump())
    before = found.content.texts()[given.section]
    if given.text.strip() == before.strip():
        raise Invalid({"text": "This is what stands there already."}, given.model_dump())
    await count_against("suggestions", "30/day", str(viewer.id))
    async with transaction():
        made = await Suggestion.create(
            article_id=article_id,
            revision=found.revision.number,
            section=given.section,
            before=before,
            text=given.text,
            why=given.why,
            author_id=viewer.member_id,
            at=now(),
        )
        data = {"suggestion_id": made.id, "section": given.section}
        await record("article.suggested", actor_id=viewer.id, subject_id=article_id, data=data)
    return int(made.id)


async def accept(viewer: Viewer, article_id: int, suggestion_id: int) -> None:
    """Carry a suggestion into the draft, beginning one if there is none; publishing credits its author."""
    found = await find(viewer, article_id)
    check_may_edit(viewer, found.article)
    made = await _open_one(article_id, suggestion_id)
    await revise(viewer, article_id, NewVersion(significance="content", note=f"Suggested: {made.why}"[:300]))
    draft = await draft_of(viewer, article_id)
    async with transaction():
        revision = await lock(draft)
        words = words_of(revision)
        merged = three_way(made.before, made.text, words.texts()[made.section])
        if merged.conflicts:
            raise Conflict("The draft says something else there by now. Please carry the suggestion over by hand.")
        await _decide(viewer, made, state="accepted", accepted_into=revision.number)
        await touch(revision, viewer, words.changed({made.section: merged.text}))
        data = {"suggestion_id": made.id, "revision": revision.number}
        await record("article.suggestion_accepted", actor_id=viewer.id, subject_id=article_id, data=data)


async def decline(viewer: Viewer, article_id: int, suggestion_id: int, given: Declined) -> None:
    """Decline a suggestion, and say why."""
    found = await find(viewer, article_id)
    check_may_edit(viewer, found.article)
    made = await _open_one(article_id, suggestion_id)
    async with transaction():
        await _decide(viewer, made, state="declined", note=given.note)
        data = {"suggestion_id": made.id, "note": given.note}
        await end_when_clear(article_id, actor_id=viewer.id)
        await record("article.suggestion_declined", actor_id=viewer.id, subject_id=article_id, data=data)


async def _open_one(article_id: int, suggestion_id: int) -> Suggestion:
    made = await Suggestion.get_or_none(id=suggestion_id, article_id=article_id)
    if made is None:
        raise Missing("There is no such suggestion.")
    if made.state != "open":
        raise Conflict("Somebody has decided on this suggestion already.")
    return made


async def _decide(viewer: Viewer, made: Suggestion, **columns: object) -> None:
    changed = await Suggestion.filter(id=made.id, state="open").update(
        **columns, decided_by_id=viewer.member_id, decided_at=now()
    )
    if not changed:
        raise Conflict("Somebody has decided on this suggestion already.")

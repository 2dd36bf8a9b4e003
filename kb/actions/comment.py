"""Remark on a paragraph of a draft; resolve the remark, and open it again."""

from typing import Annotated

from pydantic import Field

from base.clock import now
from base.db import transaction
from base.errors import Conflict, Invalid, Missing
from base.inputs import Body, Input, Line
from base.journal import record
from kb.models import ReviewComment
from kb.paragraphs import paragraphs_of
from kb.queries.facts import find
from kb.rules import check_may_comment
from members.viewer import Viewer


class Remark(Input):
    """A remark on one paragraph of a section, counted from 0."""

    section: Annotated[Line, Field(max_length=20)]
    paragraph: int = Field(ge=0, le=5_000)
    text: Annotated[Body, Field(min_length=2, max_length=2_000, title="Comment")]


async def comment(viewer: Viewer, article_id: int, given: Remark) -> int:
    """Pin a remark to a paragraph as it stands now; return its id."""
    found = await find(viewer, article_id)
    check_may_comment(viewer, found.article, found.revision)
    text = found.content.summary if given.section == "summary" else found.content.sections.get(given.section, "")
    pieces = paragraphs_of(text)
    if given.paragraph >= len(pieces):
        raise Invalid({"text": "The text changed meanwhile. Please choose the paragraph again."}, given.model_dump())
    async with transaction():
        made = await ReviewComment.create(
            revision_id=found.revision_id,
            section=given.section,
            paragraph=given.paragraph,
            quote=pieces[given.paragraph],
            text=given.text,
            author_id=viewer.member_id,
            created_at=now(),
        )
        data = {"comment_id": made.id, "revision": found.revision.number}
        await record("article.commented", actor_id=viewer.id, subject_id=article_id, data=data)
        return int(made.id)


async def resolve(viewer: Viewer, article_id: int, comment_id: int) -> None:
    """Mark a remark as dealt with."""
    await _settle(viewer, article_id, comment_id, done=True)


async def unresolve(viewer: Viewer, article_id: int, comment_id: int) -> None:
    """Open a remark again."""
    await _settle(viewer, article_id, comment_id, done=False)


async def _settle(viewer: Viewer, article_id: int, comment_id: int, *, done: bool) -> None:
    found = await find(viewer, article_id)
    check_may_comment(viewer, found.article, found.revision)
    comments = ReviewComment.filter(id=comment_id, revision_id=found.revision_id)
    if not await comments.exists():
        raise Missing("There is no such comment.")
    async with transaction():
        if not await comments.filter(resolved_at__isnull=done).update(resolved_at=now() if done else None):
            raise Conflict("Somebody did that a moment ago.")
        data = {"comment_id": comment_id, "resolved": done}
        await record("article.comment_settled", actor_id=viewer.id, subject_id=article_id, data=data)

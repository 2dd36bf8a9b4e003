"""Say that an article is still true: one, or several at once."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Annotated

from pydantic import Field, model_validator

from base.clock import now
from base.db import transaction
from base.errors import Conflict, Failure
from base.inputs import BlankIsNone, Input, Line, SmallNumber, Words
from base.journal import record
from base.paging import whole_number
from kb.actions.assign import end_assignments
from kb.models import Article, Verification
from kb.queries.facts import find
from kb.rules import check_may_verify
from members.viewer import Viewer


class StillTrue(Input):
    """A confirmation says what was checked: in a note, or by the tick "I checked the sources".

    `revision` is the version that was read; a newer one has to be read first.
    """

    note: Annotated[Line, Field(max_length=300, title="What you checked")] = ""
    checked: bool = False
    revision: Annotated[SmallNumber | None, BlankIsNone] = None

    @model_validator(mode="after")
    def _says_what(self) -> "StillTrue":
        if not self.note and not self.checked:
            raise ValueError("Please say what you checked, or tick that you checked the sources.")
        return self


class SeveralTrue(StillTrue):
    """The same for several articles."""

    articles: Annotated[Words, Field(min_length=1, max_length=200, title="At least one practice")]


async def verify(viewer: Viewer, article_id: int, given: StillTrue) -> datetime:
    """Confirm the published version; return when it has to be checked next."""
    found = await find(viewer, article_id)
    check_may_verify(viewer, found.article)
    if given.revision is not None and given.revision != found.article.published_revision:
        raise Conflict("A newer version was published while you were reading. Please look at it first.")
    at = now()
    due = at + timedelta(days=found.interval_days)
    async with transaction():
        confirmed = await Article.filter(
            id=article_id, state="published", published_revision=found.article.published_revision
        ).update(
            verified_revision=found.article.published_revision,
            verified_by_id=viewer.member_id,
            verified_at=at,
            due_at=due,
        )
        if not confirmed:
            raise Conflict("This practice was changed a moment ago. Please look at it first.")
        await Verification.create(
            article_id=article_id,
            revision=found.article.published_revision,
            by_id=viewer.member_id,
            method="still_true",
            note=given.note or "Checked the sources",
            at=at,
            next_due=due,
        )
        await end_assignments("article", [article_id], actor_id=viewer.id)
        data = {"revision": found.article.published_revision, "next_due": due.isoformat()}
        await record("article.verified", actor_id=viewer.id, subject_id=article_id, data=data)
    return due


async def verify_several(viewer: Viewer, given: SeveralTrue) -> tuple[dict[int, datetime], dict[int, str]]:
    """Confirm several articles; return when each has to be checked next, and why the others could not be."""
    done: dict[int, datetime] = {}
    refused: dict[int, str] = {}
    one = StillTrue(note=given.note, checked=given.checked)
    for article_id in _ids(given.articles):
        try:
            done[article_id] = await verify(viewer, article_id, one)
        except Failure as failure:
            refused[article_id] = failure.sentence
    return done, refused


def _ids(given: Sequence[str]) -> tuple[int, ...]:
    numbers = (whole_number(text) for text in given)
    return tuple(dict.fromkeys(number for number in numbers if number))

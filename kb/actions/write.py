"""Write a draft: with an optimistic lock, so that nobody writes over what somebody else wrote meanwhile."""

import json
from contextlib import suppress
from typing import Annotated, Any, Final

from pydantic import Field

from base.db import transaction
from base.errors import Conflict, Invalid
from base.inputs import BlankIsNone, Body, Input, Line, SmallNumber
from base.journal import record
from forum.evidence import WORDS, Grade
from kb.actions.draft import draft_of, lock, touch, words_of
from kb.content import Content
from kb.queries.ceiling import ceiling_of
from kb.queries.facts import Found
from kb.sections import NAMES, Recommendation, Strength
from members.viewer import Viewer

Text = Annotated[Body | None, Field(max_length=20_000)]

_WORDS: Final = ("title", "summary", *NAMES, "recommendation", "strength", "evidence", "evidence_why")


class Changes(Input):
    """New words of a draft; what is not given stays. `edits` is the draft's number when it was opened."""

    edits: Annotated[SmallNumber | None, BlankIsNone] = None
    base: str = Field("", max_length=400_000, description="The words as they were opened, as JSON, for a merge.")
    title: Annotated[Line | None, Field(min_length=3, max_length=255, title="Title")] = None
    summary: Annotated[Body | None, Field(max_length=1_000, title="Summary")] = None
    recommendation: Recommendation | None = None
    strength: Strength | None = None
    statement: Text = None
    applies: Text = None
    applies_not: Text = None
    steps: Text = None
    privacy: Text = None
    findings: Text = None
    examples: Text = None
    metrics: Text = None
    tools: Text = None
    evidence: Grade | None = None
    evidence_why: Annotated[Line | None, Field(max_length=400, title="Why this grade")] = None
    significance: Annotated[str | None, Field(pattern="^(typo|content|advice)$")] = None
    note: Annotated[Line | None, Field(max_length=300, title="Note")] = None

    def words(self) -> dict[str, Any]:
        """Return the given words by name."""
        return {name: getattr(self, name) for name in _WORDS}

    def others(self) -> dict[str, Any]:
        """Return what is said about the change itself."""
        found = {"significance": self.significance, "note": self.note}
        return {name: value for name, value in found.items() if value is not None}

    def opened(self, otherwise: Content) -> Content:
        """Return the words as they stood when this was opened."""
        with suppress(ValueError, TypeError, KeyError, AttributeError):
            found = Content.of(json.loads(self.base))
            if all(isinstance(text, str) for text in (*found.texts().values(), found.strength)):
                return found
        return otherwise


class StaleDraft(Conflict):
    """Somebody saved the draft meanwhile; `theirs` is what it says now and `edits` its number."""

    def __init__(self, theirs: Content, edits: int, editor_id: int) -> None:
        super().__init__("Somebody else saved this draft while you were writing. Nothing was overwritten.")
        self.theirs = theirs
        self.edits = edits
        self.editor_id = editor_id


async def save(viewer: Viewer, article_id: int, given: Changes) -> int:
    """Save the words of a draft and return its new edit number; raises StaleDraft when it was changed meanwhile."""
    found = await draft_of(viewer, article_id)
    await _check_evidence(viewer, found, given)
    async with transaction():
        revision = await lock(found)
        now_there = words_of(revision)
        if given.edits is not None and given.edits != revision.edits:
            raise StaleDraft(now_there, revision.edits, revision.last_editor_id)  # type: ignore[attr-defined]
        words = now_there.changed(given.words())
        others = {name: value for name, value in given.others().items() if getattr(revision, name) != value}
        if words == now_there and not others:
            return int(revision.edits)
        edits = await touch(revision, viewer, words, **others)
        data = {"revision": revision.number, "edits": edits}
        await record("article.edited", actor_id=viewer.id, subject_id=article_id, data=data)
    return edits


async def _check_evidence(viewer: Viewer, found: Found, given: Changes) -> None:
    grade = given.evidence
    if grade is None or grade >= found.content.evidence:
        return
    recommendation = given.recommendation or found.content.recommendation
    best = await ceiling_of(viewer, found.id, found.revision.number, recommendation)
    if not best.allows(grade):
        raise Invalid({"evidence": f"The sources allow {WORDS[best.grade]} at most. {best.reason}"})

"""Grade the evidence of a case study, never above what its numbers allow, or leave it to what is computed again."""

from datetime import datetime
from typing import Annotated, Final, Literal

from pydantic import Field

from base.clock import now
from base.db import transaction
from base.errors import Conflict, Invalid
from base.inputs import BlankIsNone, Input, Line
from base.journal import record
from forum.actions.settle import lock_thread
from forum.evidence import WORDS
from forum.models import CaseStudy
from forum.queries.case_evidence import Evidence
from forum.queries.case_view import case_view
from forum.queries.facts import thread_facts
from forum.rules import check_may_grade
from members.viewer import Viewer

_MEANWHILE: Final = "Somebody else graded it while you were writing. Look at what they say, then send yours again."


class Grading(Input):
    """A grade and why; no grade means: what is computed. `seen` is when it was graded last, as the form showed it."""

    grade: Annotated[Literal["", "E1", "E2", "E3", "E4"], Field(title="Grade")] = ""
    why: Annotated[Line, Field(max_length=300, title="Why")] = ""
    seen: Annotated[datetime | None, BlankIsNone] = None


async def grade_case(viewer: Viewer, thread_id: int, given: Grading, *, check_seen: bool = False) -> Evidence:
    """Store the grade and return the evidence as it stands now; raises Conflict if somebody graded it since `seen`."""
    check_may_grade(viewer, await thread_facts(thread_id))
    async with transaction():
        await lock_thread(thread_id)
        stands = (await case_view(thread_id)).evidence
        if check_seen and stands.at != given.seen:
            raise Conflict(_MEANWHILE)
        _check(given, stands)
        await CaseStudy.filter(thread_id=thread_id).update(
            evidence=given.grade,
            evidence_why=given.why if given.grade else "",
            evidence_by_id=viewer.member_id if given.grade else None,
            evidence_at=now() if given.grade else None,
        )
        await record(
            "thread.graded",
            actor_id=viewer.member_id,
            subject_id=thread_id,
            data={
                "grade": given.grade,
                "why": given.why,
                "before": {"grade": stands.given, "why": stands.why, "by": stands.by},
            },
        )
    return (await case_view(thread_id)).evidence


def _check(given: Grading, stands: Evidence) -> None:
    errors = {}
    if given.grade and not stands.open_to.allows(given.grade):
        best = stands.open_to
        errors["grade"] = (
            f"{WORDS[given.grade]} is above what the numbers allow: {WORDS[best.grade]} at most. {best.reason}"
        )
    if given.grade and len(given.why) < 10:
        errors["why"] = "Please say in a sentence why."
    if errors:
        raise Invalid(errors, given.model_dump())

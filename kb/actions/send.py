"""Send a draft to review; take it back."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Annotated, Final

from pydantic import Field

from base.clock import now
from base.db import transaction
from base.errors import Conflict, Invalid, refusal
from base.inputs import BlankIsNone, Input, Line
from base.journal import record
from kb.actions.draft import draft_of, lock
from kb.models import ArticleRevision, Review
from kb.queries.ceiling import ceiling_of
from kb.queries.facts import Found, find
from kb.queries.review import approvers_of, seal_of
from kb.readiness import missing_for_review
from kb.rules import approvals_for, check_may_send, check_may_take_back
from members.models import Member
from members.queries.viewer import viewer_of_member
from members.viewer import Viewer

DAYS: Final = 5


class Asked(Input):
    """Who is asked to review, by handle, and until when."""

    reviewer: Annotated[Line, Field(max_length=41, title="Reviewer")] = ""
    second: Annotated[Line, Field(max_length=41, title="Second reviewer")] = ""
    due: Annotated[date | None, BlankIsNone, Field(title="Due")] = None


async def send(viewer: Viewer, article_id: int, given: Asked) -> None:
    """Ask somebody else to review the draft; raises Invalid with what is still missing."""
    found = await draft_of(viewer, article_id)
    best = await ceiling_of(viewer, found.id, found.revision.number, found.content.recommendation)
    missing = missing_for_review(found.kind, found.content, best)
    reviewer, second = await _reviewer(given.reviewer), await _reviewer(given.second) if given.second else None
    if given.second and (second is None or (reviewer and second.id == reviewer.id)):
        missing["second"] = f"“{given.second}” cannot be the second reviewer: please name another member."
    if not given.second and await _approvals_missing(found) > 1:
        missing["second"] = "Two people have to approve a policy: please name a second reviewer."
    if reviewer is None:
        unknown = f"There is no member “{given.reviewer}” here."
        missing["reviewer"] = unknown if given.reviewer else "Please choose who reviews it."
    today = now().date()
    due = given.due or today + timedelta(days=DAYS)
    if due < today:
        missing["due"] = "The day until which it is due has passed."
    asked = {"reviewer": reviewer, "second": second}
    missing |= _refused(viewer, found, asked)
    if missing:
        raise Invalid(missing)
    async with transaction():
        revision = await lock(found)
        if revision.edits != found.edits:
            raise Conflict("Somebody changed this draft a moment ago. Please look at it again before you send it.")
        await Review.filter(revision_id=revision.id, decision="").update(decision="withdrawn", signed_at=now())
        words = found.content.columns() | {"seal": await seal_of(found)}
        for one in filter(None, asked.values()):
            await Review.create(
                revision_id=revision.id, reviewer_id=one.id, asked_by_id=viewer.id, due_on=due, words=words,
                created_at=now(),
            )  # fmt: skip
            data = {"revision": revision.number, "reviewer_id": one.id, "due": due.isoformat()}
            await record("article.sent", actor_id=viewer.id, subject_id=article_id, data=data)
        await _move(found, "in_review")


async def _approvals_missing(found: Found) -> int:
    """Return how many approvals the draft still needs; those that were given count while it is as it was."""
    needed = approvals_for(found.article)
    return needed - len(await approvers_of(found, await seal_of(found))) if needed > 1 else needed


def _refused(viewer: Viewer, found: Found, asked: Mapping[str, Viewer | None]) -> dict[str, str]:
    """Return by field why somebody cannot be asked."""
    people = {name: one for name, one in asked.items() if one is not None}
    reasons = {
        name: refusal(check_may_send, viewer, found.article, found.revision, one) for name, one in people.items()
    }
    return {name: reason for name, reason in reasons.items() if reason}


async def take_back(viewer: Viewer, article_id: int) -> None:
    """Take a draft back from its review, to go on writing."""
    found = await find(viewer, article_id)
    check_may_take_back(viewer, found.article, found.revision)
    async with transaction():
        moved = await ArticleRevision.filter(id=found.revision_id, state="in_review").update(
            state="draft", changed_at=now()
        )
        if not moved:
            raise Conflict("The review was decided a moment ago.")
        await Review.filter(revision_id=found.revision_id, decision="").update(decision="withdrawn", signed_at=now())
        data = {"revision": found.revision.number}
        await record("article.taken_back", actor_id=viewer.id, subject_id=article_id, data=data)


async def _reviewer(handle: str) -> Viewer | None:
    member = await Member.get_or_none(handle=handle.removeprefix("@"), state="active")
    return await viewer_of_member(member.id) if member else None


async def _move(found: Found, state: str) -> None:
    await ArticleRevision.filter(id=found.revision_id).update(state=state, changed_at=now())

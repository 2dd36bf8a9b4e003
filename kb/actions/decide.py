"""Decide on a revision in review: approve and publish it, ask for changes, or reject it."""

from dataclasses import replace
from typing import Annotated, Any, Literal

from pydantic import Field

from base.clock import now
from base.db import transaction
from base.errors import Conflict, Invalid
from base.inputs import Body, Input, Line
from base.journal import record
from forum.queries.uploads import files_in
from kb.actions.assign import end_assignments
from kb.actions.publish import Decided, publish
from kb.models import Article, ArticleRevision, Review
from kb.queries.facts import Found, find
from kb.queries.review import approvers_of, seal_of
from kb.rules import approvals_for, check_may_decide
from members.viewer import Viewer


class Decision(Input):
    """A reviewer's decision; anything but approval says why. `seal` is that of the draft they read, if they say so."""

    decision: Literal["approved", "changes_requested", "rejected"]
    note: Annotated[Body, Field(max_length=4_000, title="Note")] = ""
    seal: Annotated[Line, Field(max_length=64, title="Seal")] = ""


async def decide(viewer: Viewer, article_id: int, given: Decision) -> int:
    """Sign a decision on the revision in review; the last approval that its kind asks for publishes and verifies it.

    Returns how many approvals are missing after this one.
    """
    found = await find(viewer, article_id)
    check_may_decide(viewer, found.article, found.revision)
    if given.decision != "approved" and not given.note:
        raise Invalid({"note": "Please say why, so that the authors know what to do."}, given.model_dump())
    files = await files_in(viewer, found.content.summary, *found.content.sections.values())
    async with transaction():
        revision = await ArticleRevision.select_for_update().get(id=found.revision_id)
        seal = await _seal(revision, found, given)
        missing = await _missing(viewer, found, seal) if given.decision == "approved" else 0
        await _sign(found, viewer.member_id, given, seal, last=not missing)
        if given.decision == "approved" and not missing:
            decided = Decided(found=found, by_id=viewer.member_id, method="approved", verifies=True, files=files)
            await publish(decided, revision)
        elif given.decision != "approved":
            await ArticleRevision.filter(id=revision.id).update(state=given.decision, changed_at=now())
        if given.decision == "rejected":
            await end_assignments("article", [article_id], actor_id=viewer.id)
        data = {"revision": revision.number, "note": given.note[:1000], "missing": missing}
        await record(f"article.{given.decision}", actor_id=viewer.id, subject_id=article_id, data=data)
    return missing


async def _seal(revision: ArticleRevision, found: Found, given: Decision) -> str:
    """Return the seal of what is decided on; raises Conflict when it is not what was read, or no longer in review."""
    touched = revision.edits != found.edits or revision.last_editor_id != found.revision.last_editor_id  # type: ignore[attr-defined]
    if revision.state != "in_review" or touched:
        raise Conflict("This version was decided or taken back a moment ago.")
    seal = await seal_of(found)
    if given.seal not in ("", seal):
        raise Conflict("This draft has changed since you opened it. Please read it again before you decide.")
    return seal


async def _missing(viewer: Viewer, found: Found, seal: str) -> int:
    """Return how many approvals are missing after this one."""
    # The kind can have been changed since the page was opened; from here on nobody changes it.
    article = await Article.select_for_update().get(id=found.id)
    needed = approvals_for(replace(found.article, kind=article.kind))
    before = await approvers_of(found, seal)
    if viewer.id in before:
        raise Conflict("You have approved this already. A second person has to approve it too.")
    return max(0, needed - len(before) - 1)


async def _sign(found: Found, reviewer_id: int, given: Decision, seal: str, *, last: bool) -> None:
    """Sign the open request of this reviewer; an editor who was not asked signs a review of their own."""
    signed: dict[str, Any] = {"decision": given.decision, "note": given.note, "signed_at": now()}
    asked = Review.filter(revision_id=found.revision_id, decision="")
    if not await asked.filter(reviewer_id=reviewer_id).update(**signed):
        await Review.create(
            revision_id=found.revision_id,
            reviewer_id=reviewer_id,
            asked_by_id=reviewer_id,
            words=found.content.columns() | {"seal": seal},
            created_at=now(),
            **signed,
        )
    if last:
        await asked.update(decision="withdrawn", signed_at=now())

"""Tell new numbers of a case study, long after it was shared: a version of its own, in which no word changed."""

from base.clock import now
from base.db import execute, rows, transaction
from base.errors import Conflict
from base.journal import record
from forum.actions.case_input import NewNumbers
from forum.actions.pace import check_day
from forum.actions.settle import cases_beside, lock_thread
from forum.actions.share_case import write_metrics
from forum.models import CaseStudy, Metric
from forum.queries.case_form import case_form
from forum.queries.facts import post_facts
from forum.rules import actor_on, check_may_update
from members.viewer import Viewer


class NumbersChanged(Conflict):
    """Somebody changed the case study since the form was opened."""


async def new_numbers(viewer: Viewer, thread_id: int, given: NewNumbers) -> int:
    """Store the measurements and how it came out, and return the revision; the journal keeps what they were."""
    opening = await post_facts(thread_id, 1)
    check_may_update(viewer, opening)
    async with transaction():
        await check_day(viewer, "edit")
        await lock_thread(thread_id)
        stands = await case_form(thread_id)
        if stands.revision != given.revision:
            raise NumbersChanged("Somebody changed this case study while you were writing. Nothing of yours is lost.")
        case = await CaseStudy.get(thread_id=thread_id)
        told = {"direction": given.direction, "ongoing": given.ongoing, "ended_on": given.ended_on}
        await CaseStudy.filter(id=case.id).update(**told, updated_at=now())
        await Metric.filter(case_id=case.id).delete()
        await write_metrics(case.id, given)
        revision = await _version(thread_id, actor_on(viewer, opening), given.reason)
        before = {name: stands.given.get(name, "") for name in ("metrics", "direction")}
        await record(
            "thread.updated",
            actor_id=actor_on(viewer, opening),
            subject_id=thread_id,
            data={
                "before": before,
                "reason": given.reason,
                "touches": {"thread": [thread_id, *await cases_beside(thread_id)]},
            },
        )
    return revision


async def _version(thread_id: int, editor_id: int, reason: str) -> int:
    """Count a version of the opening post, so that nobody who edits it meanwhile writes the old numbers back."""
    found = await rows(
        "UPDATE posts SET revision = revision + 1 WHERE thread_id = ? AND number = 1 RETURNING id, revision", thread_id
    )
    post, revision = found[0]["id"], int(found[0]["revision"])
    await execute(
        "INSERT INTO post_revisions (post_id, number, title, body, editor_id, reason, created_at) "
        "SELECT p.id, CAST(? AS INTEGER), t.title, p.body, CAST(? AS BIGINT), ?, ? "
        "FROM posts p JOIN threads t ON t.id = p.thread_id WHERE p.id = ?",
        revision, editor_id, reason, now(), post,
    )  # fmt: skip
    return revision

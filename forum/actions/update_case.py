"""Bring the data of a case study up to date: measurements, result, disclosures. Its text is edited as a post."""

from base.clock import now
from base.db import transaction
from base.errors import Missing
from base.journal import record
from forum.actions.case_input import CaseData
from forum.actions.settle import lock_thread
from forum.actions.share_case import data_columns, write_metrics
from forum.models import CaseStudy, Metric
from forum.queries.case_form import case_form
from forum.queries.facts import post_facts
from forum.rules import check_may_edit
from members.viewer import Viewer


async def update_case(viewer: Viewer, thread_id: int, given: CaseData) -> None:
    """Store the data as it is now; the journal keeps what it was."""
    check_may_edit(viewer, await post_facts(thread_id, 1))
    before = await case_form(thread_id)
    async with transaction():
        await lock_thread(thread_id)
        case = await CaseStudy.filter(thread_id=thread_id).first().values("id")
        if case is None:
            raise Missing("This thread is not a case study.")
        await CaseStudy.filter(id=case["id"]).update(**data_columns(given), updated_at=now())
        await Metric.filter(case_id=case["id"]).delete()
        await write_metrics(case["id"], given)
        await record(
            "thread.updated", actor_id=viewer.member_id, subject_id=thread_id, data={"before": dict(before.given)}
        )

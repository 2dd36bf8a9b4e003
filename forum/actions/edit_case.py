"""Edit a case study: its texts and its data, which have one version, that of the opening post."""

from typing import Any

from base.clock import now
from base.journal import record
from forum.actions.case_input import EditedCase
from forum.actions.edit import EditedPost, edit
from forum.actions.settle import cases_beside
from forum.actions.share_case import case_columns, write_metrics
from forum.models import CaseStudy, Metric
from forum.queries.case_form import TEXTS, CaseForm, case_form
from forum.queries.case_view import case_view, different_data
from forum.queries.facts import post_facts
from forum.rules import actor_on, check_may_edit
from members.models import Mask
from members.viewer import Viewer


async def edit_case(viewer: Viewer, thread_id: int, given: EditedCase) -> int:
    """Store the case study as it is now and return its revision; the journal keeps what its data were, and why.

    Raises Stale when somebody changed its texts or its data meanwhile.
    """
    form = await case_form(thread_id)
    opening = await post_facts(thread_id, 1)
    check_may_edit(viewer, opening)
    if await _is_stored(form, given):
        return form.revision
    text = EditedPost(
        body=given.text_in(form.language), title=given.title, revision=given.revision, reason=given.reason
    )

    masked = await Mask.filter(member_id=opening.author_id).exists()

    async def write_data() -> None:
        # Read again now that the thread is locked: somebody may have written since.
        written = (await case_form(thread_id)).given
        case = await CaseStudy.get(thread_id=thread_id)
        await CaseStudy.filter(id=case.id).update(**case_columns(given, masked=masked), updated_at=now())
        await Metric.filter(case_id=case.id).delete()
        await write_metrics(case.id, given)
        kept = {"metrics": written["metrics"], "direction": written["direction"]}
        why: dict[str, Any] = {"reason": given.reason} if given.reason else {}
        data = {"before": kept, "touches": {"thread": [thread_id, *await cases_beside(thread_id)]}} | why
        await record("thread.updated", actor_id=actor_on(viewer, opening), subject_id=thread_id, data=data)

    return await edit(viewer, thread_id, 1, text, also=write_data)


async def _is_stored(form: CaseForm, given: EditedCase) -> bool:
    """Say whether nothing at all would change, so that no empty version is made."""
    if (given.revision, given.title) != (form.revision, form.title):
        return False
    if any(form.given[name] != getattr(given, name) for name in TEXTS):
        return False
    return not different_data(given, await case_view(form.thread_id))

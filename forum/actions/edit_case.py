"""Edit a case study: its texts, which become a new version of the opening post, and its data."""

from base.clock import now
from base.journal import record
from forum.actions.case_input import EditedCase
from forum.actions.edit import EditedPost, edit
from forum.actions.share_case import case_columns, write_metrics
from forum.models import CaseStudy, Metric
from forum.queries.case_form import case_form
from members.viewer import Viewer


async def edit_case(viewer: Viewer, thread_id: int, given: EditedCase) -> int:
    """Store the case study as it is now and return the revision of its text; the journal keeps what its data were."""
    language = (await case_form(thread_id)).language
    text = EditedPost(body=given.text_in(language), title=given.title, revision=given.revision, reason=given.reason)

    async def data() -> None:
        # Read again now that the thread is locked: somebody may have written since.
        written = (await case_form(thread_id)).given
        case = await CaseStudy.get(thread_id=thread_id)
        await CaseStudy.filter(id=case.id).update(**case_columns(given), updated_at=now())
        await Metric.filter(case_id=case.id).delete()
        await write_metrics(case.id, given)
        kept = {"metrics": written["metrics"], "direction": written["direction"]}
        await record("thread.updated", actor_id=viewer.member_id, subject_id=thread_id, data={"before": kept})

    return await edit(viewer, thread_id, 1, text, also=data)

"""Share a case study."""

from typing import Any, Final

from base.db import rows
from forum.actions.case_input import Case, CaseData, CaseText
from forum.actions.opening import labels_of, new_thread
from forum.actions.start_thread import Started, start_thread
from forum.models import CaseStudy, Metric, Thread
from forum.rules import check_may_ask
from members.viewer import Viewer

_SAME: Final = (
    "summary", "problem", "audience_served", "what_we_did", "planning", "tools", "results", "unintended", "lessons",
    "getting_started", "sustaining", "patient_involvement", "references", "staff_hours", "cost_band", "started_on",
    "ended_on", "ongoing", "direction", "again", "sponsored", "sponsorship", "vendor_tie", "vendor_ties", "contact",
    "licence",
)  # fmt: skip


async def share_case(viewer: Viewer, given: Case) -> Started:
    """Share a case study: its fields and measurements as data, and the whole of it as the text of the opening post."""
    check_may_ask(viewer, given.audience)
    labels = await labels_of(viewer, given)
    setting = await setting_now(viewer.organisation_id)

    async def structure(thread: Thread) -> None:
        case = await CaseStudy.create(thread_id=thread.id, setting=setting, **case_columns(given))
        await write_metrics(case.id, given)

    return await start_thread(new_thread(viewer, given, labels, kind="case_study", body=given.text), structure)


def case_columns(given: CaseText) -> dict[str, Any]:
    """Return the columns of a case study, the measurements not among them."""
    return {name: getattr(given, name) for name in _SAME} | {"approvals": ",".join(given.approvals)}


async def write_metrics(case_id: int, given: CaseData) -> None:
    """Write the measurements in their order; inside the caller's transaction."""
    if given.metrics:
        await Metric.bulk_create(
            [
                Metric(case_id=case_id, position=place, sample=one.n, **one.model_dump(exclude={"n"}))
                for place, one in enumerate(given.metrics, 1)
            ]
        )


async def setting_now(organisation_id: int | None) -> dict[str, str]:
    """Return the organisation as it is today, to be kept with the case as it was."""
    if organisation_id is None:
        return {}
    found = await rows(
        "SELECT name, type, beds_band, country, languages FROM organisations WHERE id = ?", organisation_id
    )
    return dict(found[0]) if found else {}

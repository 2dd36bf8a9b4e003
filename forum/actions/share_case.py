"""Share a case study."""

from collections.abc import Mapping
from typing import Any, Final

from base.db import rows
from forum.actions.case_input import Case, CaseText, Measured
from forum.actions.check_mentions import check_mentions
from forum.actions.identities import identity_of
from forum.actions.opening import labels_of, new_thread
from forum.actions.start_thread import Started, start_thread
from forum.models import CaseStudy, Metric, Thread
from forum.rules import check_may_ask
from members.queries.mask_levels import Levels
from members.viewer import Viewer

_SAME: Final = (
    "summary", "problem", "audience_served", "what_we_did", "planning", "tools", "results", "unintended", "lessons",
    "getting_started", "sustaining", "patient_involvement", "references", "staff_hours", "cost_band", "started_on",
    "ended_on", "ongoing", "direction", "again", "sponsored", "sponsorship", "vendor_tie", "vendor_ties", "contact",
    "licence",
)  # fmt: skip
SETTING: Final = ("name", "kind", "type", "beds_band", "country", "languages")


async def share_case(viewer: Viewer, given: Case) -> Started:
    """Share a case study: its fields and measurements as data, and the whole of it as the text of the opening post."""
    check_may_ask(viewer, given.audience, "case_study")
    labels = await labels_of(viewer, given)
    await check_mentions(viewer, given.text)
    identity = await identity_of(viewer, given.written_as, given.audience)
    setting = setting_shown(identity.shared.levels) if identity else await setting_now(viewer.organisation_id)

    async def structure(thread: Thread) -> None:
        case = await CaseStudy.create(
            thread_id=thread.id, setting=setting, **case_columns(given, masked=bool(identity))
        )
        await write_metrics(case.id, given)

    new = new_thread(viewer, given, labels, kind="case_study", body=given.text, identity=identity)
    return await start_thread(new, structure)


def case_columns(given: CaseText, *, masked: bool = False) -> dict[str, Any]:
    """Return the columns of a case study, the measurements not among them; nobody can write to a mask."""
    same = {name: getattr(given, name) for name in _SAME} | {"approvals": ",".join(given.approvals)}
    return same | {"contact": "none"} if masked else same


async def write_metrics(case_id: int, given: Measured) -> None:
    """Write the measurements in their order; inside the caller's transaction."""
    if given.metrics:
        await Metric.bulk_create(
            [
                Metric(case_id=case_id, position=place, sample=one.n, **one.model_dump(exclude={"n"}))
                for place, one in enumerate(given.metrics, 1)
            ]
        )


def setting_shown(levels: Levels) -> dict[str, str]:
    """Return of an organisation that is not named what the mask of its member shows."""
    return setting_of({"type": levels.type, "beds_band": levels.size, "country": levels.country})


async def setting_now(organisation_id: int | None) -> dict[str, str]:
    """Return the organisation as it is today, to be kept with the case as it was."""
    if organisation_id is None:
        return {}
    found = await rows(
        "SELECT name, kind, type, beds_band, country, languages FROM organisations WHERE id = ?", organisation_id
    )
    return setting_of(found[0]) if found else {}


def setting_of(known: Mapping[str, str]) -> dict[str, str]:
    """Return what a case keeps of an organisation: of what is known, or may be told, nothing more.

    `kind` stays in every case: what the industry measures raises no grade, whoever wrote it.
    """
    return {name: known[name] for name in SETTING if known.get(name)}

"""Keeping a thread up to date beside its text: its labels, and the data of a case study."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from base.errors import Invalid
from base.web.inputs import read_input
from base.web.redirect import redirect
from base.web.render import page
from forum.actions.case_input import CaseData
from forum.actions.opening import Labelled
from forum.actions.tag import tag
from forum.actions.update_case import update_case
from forum.case_sections import metric_rows, rows_sent
from forum.pages.ask import divide_platforms
from forum.queries.ask_form import Choices, choices
from forum.queries.case_form import CaseForm, case_form
from forum.queries.facts import post_facts, thread_facts
from forum.queries.labelled import LabelForm, label_form
from forum.rules import check_may_edit, check_may_label
from members.current import need_member
from members.viewer import Viewer


@dataclass(frozen=True, slots=True)
class LabelsPage:
    """What templates/forum/labels.html shows."""

    form: LabelForm
    choices: Choices
    ticked: list[str]
    other_platforms: str


@dataclass(frozen=True, slots=True)
class CaseDataPage:
    """What templates/forum/case_data.html shows."""

    form: CaseForm
    rows: list[dict[str, Any]]
    empty_rows: int


async def open_labels(request: Request) -> Response:
    """Show the labels of a thread to be changed."""
    viewer, thread_id = need_member(request), int(request.path_params["id"])
    check_may_label(viewer, await thread_facts(thread_id))
    form = await label_form(thread_id)
    return await _labels(request, viewer, form, form.given)


async def send_labels(request: Request) -> Response:
    """Change the labels of a thread."""
    viewer, thread_id = need_member(request), int(request.path_params["id"])
    given = await read_input(request)
    try:
        await tag(viewer, thread_id, Labelled.read(given))
    except Invalid as wrong:
        return await _labels(request, viewer, await label_form(thread_id), given, wrong)
    return redirect(f"/t/{thread_id}", "The labels are changed.")


async def _labels(
    request: Request, viewer: Viewer, form: LabelForm, given: Mapping[str, object], wrong: Invalid | None = None
) -> Response:
    offered = await choices(viewer)
    data = LabelsPage(form, offered, *divide_platforms(given, offered))
    errors = wrong.errors if wrong else {}
    return page(request, "forum/labels.html", data, status=422 if wrong else 200, errors=errors, given=given)


async def open_case(request: Request) -> Response:
    """Show the data of a case study to be brought up to date."""
    viewer, thread_id = need_member(request), int(request.path_params["id"])
    check_may_edit(viewer, await post_facts(thread_id, 1))
    form = await case_form(thread_id, viewer.locale)
    return _case(request, form, form.given)


async def send_case(request: Request) -> Response:
    """Store the data of a case study."""
    viewer, thread_id = need_member(request), int(request.path_params["id"])
    given = await read_input(request)
    check_may_edit(viewer, await post_facts(thread_id, 1))
    form = await case_form(thread_id, viewer.locale)
    if "add_row" in given:
        return _case(request, form, given, more=True)
    try:
        await update_case(viewer, thread_id, CaseData.read({**given, "locale": viewer.locale}))
    except Invalid as wrong:
        return _case(request, form, given, wrong)
    return redirect(f"/t/{thread_id}", "The data of the case study is up to date.")


def _case(
    request: Request, form: CaseForm, given: Mapping[str, object], wrong: Invalid | None = None, *, more: bool = False
) -> Response:
    data = CaseDataPage(form, metric_rows(given), rows_sent(given) + 1 if more else 2)
    errors = wrong.errors if wrong else {}
    return page(request, "forum/case_data.html", data, status=422 if wrong else 200, errors=errors, given=given)

"""Keeping the labels of a thread up to date."""

from collections.abc import Mapping
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from base.errors import Invalid
from base.web.inputs import read_input
from base.web.redirect import redirect
from base.web.render import page
from forum.actions.opening import Labelled
from forum.actions.tag import tag
from forum.pages.ask import divide_platforms
from forum.queries.ask_form import Choices, choices
from forum.queries.facts import thread_facts
from forum.queries.labelled import LabelForm, label_form
from forum.rules import check_may_label
from members.current import need_member
from members.viewer import Viewer


@dataclass(frozen=True, slots=True)
class LabelsPage:
    """What templates/forum/labels.html shows."""

    form: LabelForm
    choices: Choices
    ticked: list[str]
    other_platforms: str


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

"""Keeping a thread up to date: its labels, and a case study with its data."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response

from base.errors import Failure, Invalid
from base.text.difference import Change, word_difference
from base.web.inputs import read_input
from base.web.redirect import redirect
from base.web.render import page
from forum.actions.case_input import EditedCase
from forum.actions.edit import Stale
from forum.actions.edit_case import edit_case
from forum.actions.opening import Labelled
from forum.actions.tag import tag
from forum.case_sections import Progress, metric_rows, progress, rows_sent
from forum.pages.ask import divide_platforms
from forum.pages.file_fields import FileBox, Taken, file_box, take_files, unsaid, with_errors
from forum.queries.ask_form import Choices, choices
from forum.queries.case_form import CaseForm, case_form
from forum.queries.case_view import CaseView, case_view, different_data
from forum.queries.facts import post_facts, thread_facts
from forum.queries.labelled import LabelForm, label_form
from forum.queries.rendered import rendered_opening
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
class Theirs:
    """What differs in a version that somebody else made meanwhile: words, and by name what is data."""

    changes: tuple[Change, ...]
    names: tuple[str, ...]
    mine: EditedCase
    case: CaseView


@dataclass(frozen=True, slots=True)
class CasePage:
    """What templates/forum/case_edit.html shows; `theirs` when somebody else was faster."""

    form: CaseForm
    rows: list[dict[str, Any]]
    empty_rows: int
    progress: Progress
    revision: object
    theirs: Theirs | None
    preview: Markup | None
    files: FileBox


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
    """Show a case study to be edited."""
    viewer, thread_id = need_member(request), int(request.path_params["id"])
    check_may_edit(viewer, await post_facts(thread_id, 1))
    form = await case_form(thread_id, viewer.locale)
    return await _case(request, form, form.given)


async def send_case(request: Request) -> Response:
    """Store a case study, show how it will look, or show what somebody else changed meanwhile."""
    viewer, thread_id = need_member(request), int(request.path_params["id"])
    check_may_edit(viewer, await post_facts(thread_id, 1))
    taken = await take_files(request, viewer, into="tools")
    form = await case_form(thread_id, viewer.locale)
    if taken.again:
        return await _case(request, form, taken.given, wrong=with_errors(None, taken.errors))
    if "add_row" in taken.given:
        return await _case(request, form, taken.given, empty_rows=rows_sent(taken.given) + 1)
    return await _save_case(request, viewer, form, taken)


async def _save_case(request: Request, viewer: Viewer, form: CaseForm, taken: Taken) -> Response:
    given, thread_id = taken.given, form.thread_id
    is_preview = given.get("step") == "preview"
    try:
        edited = EditedCase.read({**given, "locale": viewer.locale})
        if is_preview:
            shown = await rendered_opening(edited.text_in(form.language), viewer)
            return await _case(request, form, given, preview=shown)
        if taken.errors:
            raise Invalid({})
        await edit_case(viewer, thread_id, edited)
    except Invalid as wrong:
        more = {} if is_preview else taken.errors | await unsaid(viewer, given)
        return await _case(request, form, given, wrong=with_errors(wrong, more))
    except Stale as stale:
        form = await case_form(thread_id, viewer.locale)
        return await _case(request, form, given, wrong=stale, theirs=await _theirs(form, edited, stale))
    return redirect(f"/t/{thread_id}", "Saved.")


async def _theirs(form: CaseForm, mine: EditedCase, stale: Stale) -> Theirs:
    text, case = mine.text_in(form.language), await case_view(form.thread_id)
    changes = tuple(word_difference(text, stale.current.body)) if text != stale.current.body else ()
    return Theirs(changes, different_data(mine, case), mine, case)


async def _case(
    request: Request,
    form: CaseForm,
    given: Mapping[str, object],
    *,
    wrong: Failure | None = None,
    theirs: Theirs | None = None,
    preview: Markup | None = None,
    empty_rows: int = 1,
) -> Response:
    # Once the other version was shown, sending again means that one wants one's own.
    revision = form.revision if theirs else given.get("revision", form.revision)
    files = await file_box(need_member(request), given, case=True)
    data = CasePage(form, metric_rows(given), empty_rows, progress(given), revision, theirs, preview, files)
    errors = wrong.errors if isinstance(wrong, Invalid) else {}
    return page(
        request, "forum/case_edit.html", data, status=wrong.status if wrong else 200, errors=errors, given=given
    )

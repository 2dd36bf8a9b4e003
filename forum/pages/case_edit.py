"""Editing a case study; when somebody else was faster, both changes stand in one form."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from base.errors import Failure, Invalid, TooMany
from base.text.numbers import read_number
from base.web.redirect import redirect
from base.web.render import page
from forum.actions.case_input import EditedCase
from forum.actions.edit import Stale
from forum.actions.edit_case import edit_case
from forum.case_merge import MergedCase, merge_case
from forum.case_sections import Progress, metric_rows, progress, rows_sent, without_row
from forum.pages.file_fields import FileBox, Taken, file_box, take_files, unsaid, with_errors
from forum.queries.case_form import CaseForm, case_form, form_of
from forum.queries.case_preview import CasePreview, case_preview
from forum.queries.facts import post_facts
from forum.rules import check_may_edit
from members.current import need_member
from members.viewer import Viewer


@dataclass(frozen=True, slots=True, kw_only=True)
class CasePage:
    """What templates/forum/case_edit.html shows; `merged` when somebody else was faster.

    `base` is the form as it was opened: with it, what two people changed can be told apart.
    """

    form: CaseForm
    rows: list[dict[str, Any]]
    empty_rows: int
    progress: Progress
    revision: object
    base: str
    merged: MergedCase | None
    preview: CasePreview | None
    sample: Decimal | None
    files: FileBox


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
    if "remove_row" in taken.given:
        return await _case(request, form, without_row(taken.given, taken.given["remove_row"]))
    return await _save(request, viewer, form, taken)


async def _save(request: Request, viewer: Viewer, form: CaseForm, taken: Taken) -> Response:
    given, is_preview = taken.given, taken.given.get("step") == "preview"
    try:
        edited = EditedCase.read({**given, "locale": viewer.locale})
        if is_preview:
            shown = await case_preview(viewer, edited.text_in(form.language), edited.metrics)
            return await _case(request, form, given, preview=shown)
        if taken.errors:
            raise Invalid({})
        await edit_case(viewer, form.thread_id, edited)
    except (Invalid, TooMany) as wrong:
        more = {} if is_preview else taken.errors | await unsaid(viewer, given)
        return await _case(request, form, given, wrong=with_errors(wrong, more))
    except Stale as stale:
        return await _both(request, edited, given, stale)
    return redirect(f"/t/{form.thread_id}", "Saved.")


async def _both(request: Request, mine: EditedCase, given: Mapping[str, object], stale: Stale) -> Response:
    """Show the form with both changes in it; sending it again is a change of what stands there now."""
    viewer = need_member(request)
    form = await case_form(int(request.path_params["id"]), viewer.locale)
    merged = merge_case(opened(given.get("base")), form_of(mine, viewer.locale), form.given)
    shown = {**merged.given, "reason": given.get("reason", ""), "revision": form.revision, "base": kept(form)}
    return await _case(request, form, shown, wrong=stale, merged=replace(merged, given=shown))


def opened(text: object) -> Mapping[str, Any]:
    """Read the form as it was opened; without it, everything that differs counts as changed by both."""
    try:
        found = json.loads(str(text or "{}"))
    except ValueError:
        return {}
    if not isinstance(found, dict):
        return {}
    rows = found.get("metrics")
    return {**found, "metrics": [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []}


def kept(form: CaseForm) -> str:
    """Write down the form as it is opened."""
    return json.dumps(dict(form.given), ensure_ascii=False)


async def _case(
    request: Request,
    form: CaseForm,
    given: Mapping[str, object],
    *,
    wrong: Failure | None = None,
    merged: MergedCase | None = None,
    preview: CasePreview | None = None,
    empty_rows: int = 1,
) -> Response:
    data = CasePage(
        form=form,
        rows=metric_rows(given),
        empty_rows=empty_rows,
        progress=progress(given),
        revision=given.get("revision", form.revision),
        base=str(given.get("base") or kept(form)),
        merged=merged,
        preview=preview,
        sample=read_number("14,210", need_member(request).locale),
        files=await file_box(need_member(request), given, case=True),
    )
    late = wrong if isinstance(wrong, TooMany) else None
    errors = wrong.errors if isinstance(wrong, Invalid) else {"": late.sentence} if late else {}
    headers = {"Retry-After": str(late.retry_after)} if late else {}
    status = wrong.status if wrong else 200
    return page(request, "forum/case_edit.html", data, status=status, errors=errors, given=given, headers=headers)

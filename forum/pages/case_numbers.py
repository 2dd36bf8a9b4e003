"""New numbers of a case study, and how its numbers changed since it was shared."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from base.errors import Failure, Invalid, TooMany, refusal
from base.text.numbers import read_number
from base.web.inputs import read_input
from base.web.redirect import redirect
from base.web.render import page
from forum.actions.case_input import NewNumbers
from forum.actions.new_numbers import NumbersChanged, new_numbers
from forum.case_merge import MergedCase, merge_case
from forum.case_sections import metric_rows, rows_sent, without_row
from forum.pages.case_edit import kept, opened
from forum.queries.case_changes import Update, case_changes
from forum.queries.case_form import CaseForm, case_form, measured_form
from forum.queries.facts import post_facts
from forum.rules import check_may_see_post, check_may_update
from members.current import need_member, viewer_of


@dataclass(frozen=True, slots=True, kw_only=True)
class NumbersPage:
    """What templates/forum/numbers.html shows; the form only to who may update, `merged` when another was faster."""

    form: CaseForm
    updates: tuple[Update, ...]
    may_update: bool
    rows: list[dict[str, Any]]
    empty_rows: int
    revision: object
    base: str
    merged: MergedCase | None
    sample: Decimal | None


async def show_numbers(request: Request) -> Response:
    """Show how the numbers changed, and to the author a form for new ones."""
    viewer, thread_id = viewer_of(request), int(request.path_params["id"])
    check_may_see_post(viewer, await post_facts(thread_id, 1))
    form = await case_form(thread_id, viewer.locale)
    return await _show(request, form, {**form.given, "reason": ""})


async def send_numbers(request: Request) -> Response:
    """Store new numbers, or show what is wrong, or what somebody else changed meanwhile."""
    viewer, thread_id = need_member(request), int(request.path_params["id"])
    check_may_update(viewer, await post_facts(thread_id, 1))
    given = await read_input(request)
    form = await case_form(thread_id, viewer.locale)
    if "add_row" in given:
        return await _show(request, form, given, empty_rows=rows_sent(given) + 1)
    if "remove_row" in given:
        return await _show(request, form, without_row(given, given["remove_row"]))
    try:
        numbers = NewNumbers.read({**given, "locale": viewer.locale})
        await new_numbers(viewer, thread_id, numbers)
    except (Invalid, TooMany) as wrong:
        return await _show(request, form, given, wrong=wrong)
    except NumbersChanged as stale:
        return await _both(request, numbers, given, stale)
    return redirect(
        f"/t/{thread_id}", "The new numbers are shown; the old ones are kept under How the numbers changed."
    )


async def _both(request: Request, mine: NewNumbers, given: Mapping[str, object], stale: Failure) -> Response:
    viewer = need_member(request)
    form = await case_form(int(request.path_params["id"]), viewer.locale)
    base = opened(given.get("base")) or form.given
    merged = merge_case(base, {**base, **measured_form(mine, viewer.locale)}, form.given)
    shown = {**merged.given, "reason": given.get("reason", ""), "revision": form.revision, "base": kept(form)}
    return await _show(request, form, shown, wrong=stale, merged=merged)


async def _show(
    request: Request,
    form: CaseForm,
    given: Mapping[str, object],
    *,
    wrong: Failure | None = None,
    merged: MergedCase | None = None,
    empty_rows: int = 1,
) -> Response:
    viewer = viewer_of(request)
    data = NumbersPage(
        form=form,
        updates=await case_changes(form.thread_id),
        may_update=not refusal(check_may_update, viewer, await post_facts(form.thread_id, 1)),
        rows=metric_rows(given),
        empty_rows=empty_rows,
        revision=given.get("revision", form.revision),
        base=str(given.get("base") or kept(form)),
        merged=merged,
        sample=read_number("14,210", viewer.locale),
    )
    late = wrong if isinstance(wrong, TooMany) else None
    errors = wrong.errors if isinstance(wrong, Invalid) else {"": late.sentence} if late else {}
    headers = {"Retry-After": str(late.retry_after)} if late else {}
    status = wrong.status if wrong else 200
    return page(request, "forum/numbers.html", data, status=status, errors=errors, given=given, headers=headers)

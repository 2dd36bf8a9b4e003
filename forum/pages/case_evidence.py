"""How strong the evidence of a case study is: why, and the form in which editors grade it."""

from collections.abc import Mapping
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from base.errors import Conflict, Failure, Invalid
from base.web.inputs import read_input
from base.web.redirect import redirect
from base.web.render import page
from forum.actions.grade_case import Grading, grade_case
from forum.queries.case_form import CaseForm, case_form
from forum.queries.case_view import CaseView, case_view
from forum.queries.facts import thread_facts
from forum.rules import check_may_grade
from members.current import need_member


@dataclass(frozen=True, slots=True)
class EvidencePage:
    """What templates/forum/case_evidence.html shows."""

    form: CaseForm
    case: CaseView


async def open_grading(request: Request) -> Response:
    """Show how strong the evidence is and the form to grade it."""
    thread_id = int(request.path_params["id"])
    check_may_grade(need_member(request), await thread_facts(thread_id))
    return await _show(request, thread_id, {})


async def send_grading(request: Request) -> Response:
    """Grade the evidence, or say what is wrong with the grade."""
    viewer, thread_id = need_member(request), int(request.path_params["id"])
    given = await read_input(request)
    try:
        await grade_case(viewer, thread_id, Grading.read(given), check_seen=True)
    except (Invalid, Conflict) as wrong:
        return await _show(request, thread_id, given, wrong)
    return redirect(
        f"/t/{thread_id}", "The evidence is graded." if given.get("grade") else "The computed grade counts."
    )


async def _show(
    request: Request, thread_id: int, given: Mapping[str, object], wrong: Failure | None = None
) -> Response:
    data = EvidencePage(await case_form(thread_id), await case_view(thread_id))
    errors = wrong.errors if isinstance(wrong, Invalid) else {"": wrong.sentence} if wrong else {}
    status = wrong.status if wrong else 200
    return page(request, "forum/case_evidence.html", data, status=status, errors=errors, given=given)

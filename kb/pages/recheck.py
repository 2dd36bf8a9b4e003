"""Why an article has to be checked again, and the cases that contradict it."""

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from base.errors import Invalid, Missing
from base.paging import whole_number
from base.web.inputs import read_input
from base.web.redirect import redirect
from base.web.render import page
from kb.actions.contradict import Answer, Contradiction, answer, contradict, set_aside
from kb.addresses import article_url, work_url
from kb.content import labels_of
from kb.queries.article import Link
from kb.queries.facts import find
from kb.queries.recheck import Recheck, recheck
from kb.rules import check_may_contradict
from members.current import need_member


@dataclass(frozen=True, slots=True)
class RecheckPage:
    """What templates/kb/recheck.html shows."""

    recheck: Recheck
    labels: dict[str, str]


@dataclass(frozen=True, slots=True)
class ContradictPage:
    """What templates/kb/contradict.html shows."""

    id: int
    article: Link


async def recheck_page(request: Request) -> Response:
    """Show what moved since the last check, with the differences."""
    return await _show(request, None)


async def _show(request: Request, error: Invalid | None) -> Response:
    found = await recheck(need_member(request), request.path_params["id"])
    data = RecheckPage(found, labels_of(found.found.kind))
    errors, given = (error.errors, error.given) if error else ({}, {})
    return page(request, "kb/recheck.html", data, status=422 if error else 200, errors=errors, given=given)


async def answer_page(request: Request) -> Response:
    """Say how the article deals with a case, or that the case does not contradict it."""
    viewer, article_id, given = need_member(request), request.path_params["id"], await read_input(request)
    thread = whole_number(given.get("thread"))
    if not thread:
        raise Missing("There is no such case study.")
    if given.get("do") == "aside":
        await set_aside(viewer, article_id, thread)
        return redirect(work_url(article_id, "recheck"), "Set aside.")
    try:
        await answer(viewer, article_id, thread, Answer.read(given))
    except Invalid as error:
        return await _show(request, Invalid(error.errors, given))
    return redirect(work_url(article_id, "recheck"), "Answered. Readers see the sentence beside the source.")


async def contradict_page(request: Request) -> Response:
    """Name a case study that came out the other way."""
    viewer, article_id = need_member(request), request.path_params["id"]
    found = await find(viewer, article_id)
    check_may_contradict(viewer, found.article)
    url = article_url(article_id, found.slug)
    given = await read_input(request) if request.method == "POST" else {}
    errors: dict[str, str] = {}
    if request.method == "POST":
        try:
            await contradict(viewer, article_id, Contradiction.read(given))
            return redirect(url, "Thank you. Who looks after the practice is told, and its readers see it.")
        except Invalid as error:
            errors = error.errors
    data = ContradictPage(article_id, Link(found.content.title, url))
    return page(request, "kb/contradict.html", data, status=422 if errors else 200, errors=errors, given=given)


ROUTES: list[BaseRoute] = [
    Route("/kb/{id:int}/recheck", recheck_page, methods=["GET"]),
    Route("/kb/{id:int}/recheck/answer", answer_page, methods=["POST"]),
    Route("/kb/{id:int}/contradict", contradict_page, methods=["GET", "POST"]),
]

"""What readers say of an article: whether it helped, and what they would change."""

from collections.abc import Mapping
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from base.errors import Invalid
from base.web.inputs import read_input
from base.web.redirect import redirect
from base.web.render import page
from kb.actions.rate import Rating, rate, settle
from kb.actions.suggest import Declined, Proposal, accept, decline, suggest
from kb.addresses import article_url, work_url
from kb.content import LABELS
from kb.queries.article import Link
from kb.queries.facts import find
from kb.queries.readers import Suggestions, suggestions_for
from kb.rules import check_may_rate
from kb.sections import NAMES, TEMPLATES
from members.current import need_member, viewer_of

_SUGGESTED = ("summary", *NAMES)


@dataclass(frozen=True, slots=True)
class HelpfulPage:
    """What templates/kb/helpful.html shows."""

    id: int
    article: Link
    sections: tuple[tuple[str, str], ...]


async def helpful(request: Request) -> Response:
    """Ask why an article did not help."""
    return await _helpful(request, None)


async def _helpful(request: Request, error: Invalid | None) -> Response:
    viewer, article_id = viewer_of(request), request.path_params["id"]
    found = await find(viewer, article_id)
    check_may_rate(viewer, found.article)
    label = TEMPLATES[found.kind].label_of
    data = HelpfulPage(
        article_id,
        Link(found.content.title, article_url(article_id, found.slug)),
        tuple((name, label(name)) for name in found.content.sections),
    )
    errors, given = (error.errors, error.given) if error else ({}, {})
    return page(request, "kb/helpful.html", data, status=422 if error else 200, errors=errors, given=given)


async def send_helpful(request: Request) -> Response:
    """Count what a reader says; who was not helped is asked why."""
    viewer, article_id, given = viewer_of(request), request.path_params["id"], await read_input(request)
    try:
        said = Rating.read(given)
    except Invalid as error:
        return await _helpful(request, Invalid(error.errors, given))
    await rate(viewer, article_id, said)
    if not said.helpful and not (said.reason or said.comment):
        return redirect(work_url(article_id, "helpful"), "Counted. Would you say why?")
    found = await find(viewer, article_id)
    return redirect(article_url(article_id, found.slug), "Thank you. Who looks after the practice sees it.")


async def settle_page(request: Request) -> Response:
    """Mark what a reader said as dealt with."""
    article_id = request.path_params["id"]
    await settle(need_member(request), article_id, request.path_params["vote"])
    return redirect(work_url(article_id, "recheck") + "#readers", "Dealt with.")


@dataclass(frozen=True, slots=True)
class SuggestPage:
    """What templates/kb/suggest.html shows."""

    id: int
    article: Link
    section: str
    text: str
    sections: tuple[tuple[str, str], ...]


async def suggest_page(request: Request) -> Response:
    """Suggest other words for a section."""
    viewer, article_id = need_member(request), request.path_params["id"]
    known = await suggestions_for(viewer, article_id)
    given = await read_input(request) if request.method == "POST" else {}
    errors: dict[str, str] = {}
    picked = str(given.get("section") or request.query_params.get("section", ""))
    if given.get("do") == "open":
        errors = _unsent(known, given, picked)
        picked = picked if errors else str(given.get("other", ""))
        given = given if errors else {"why": given.get("why", "")}
    elif request.method == "POST":
        try:
            await suggest(viewer, article_id, Proposal.read(given))
            return redirect(work_url(article_id, "suggestions"), "Thank you. The editors decide, and you are told.")
        except Invalid as error:
            errors = error.errors
    data = _suggest_page(known, picked if picked in _SUGGESTED else "steps")
    return page(request, "kb/suggest.html", data, status=422 if errors else 200, errors=errors, given=given)


def _unsent(known: Suggestions, given: Mapping[str, object], section: str) -> dict[str, str]:
    """Say that another section is opened after the words for this one were sent: nothing that was typed is lost."""
    before = known.found.content.texts().get(section, "")
    if str(given.get("text", "")).split() == before.split():
        return {}
    return {"other": "What you wrote for this section is not sent yet. Send it first, or put the words back."}


def _suggest_page(known: Suggestions, section: str) -> SuggestPage:
    label, texts = TEMPLATES[known.found.kind].label_of, known.found.content.texts()
    names = tuple((name, LABELS[name] if name == "summary" else label(name)) for name in _SUGGESTED)
    return SuggestPage(known.id, known.article, section, texts[section], names)


async def suggestions_page(request: Request) -> Response:
    """Show what was suggested, as differences."""
    known = await suggestions_for(need_member(request), request.path_params["id"])
    return page(request, "kb/suggestions.html", known)


async def decide_page(request: Request) -> Response:
    """Accept or decline a suggestion."""
    viewer, given = need_member(request), await read_input(request)
    article_id, number = request.path_params["id"], request.path_params["suggestion"]
    if given.get("do") == "accept":
        await accept(viewer, article_id, number)
        return redirect(work_url(article_id), "It stands in the draft now. Its author is credited when you publish it.")
    try:
        await decline(viewer, article_id, number, Declined.read(given))
    except Invalid as error:
        return redirect(work_url(article_id, "suggestions"), error.sentence, level="error")
    return redirect(work_url(article_id, "suggestions"), "Declined. Its author is told why.")


ROUTES: list[BaseRoute] = [
    Route("/kb/{id:int}/helpful", helpful, methods=["GET"]),
    Route("/kb/{id:int}/helpful", send_helpful, methods=["POST"]),
    Route("/kb/{id:int}/helpful/{vote:int}/settle", settle_page, methods=["POST"]),
    Route("/kb/{id:int}/suggest", suggest_page, methods=["GET", "POST"]),
    Route("/kb/{id:int}/suggestions", suggestions_page, methods=["GET"]),
    Route("/kb/{id:int}/suggestions/{suggestion:int}", decide_page, methods=["POST"]),
]

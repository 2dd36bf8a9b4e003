"""Reviewing a draft: read it, remark on paragraphs, decide; take it back."""

from dataclasses import dataclass
from datetime import date

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from base.clock import now
from base.errors import Conflict, Invalid, refusal
from base.text.files import Files
from base.text.markdown import to_html
from base.web.inputs import read_input
from base.web.redirect import redirect
from base.web.render import page
from forum.evidence import Ceiling
from forum.queries.uploads import files_in, shapes
from kb.actions.comment import Remark, comment, resolve, unresolve
from kb.actions.decide import Decision, decide
from kb.actions.send import take_back
from kb.addresses import article_url, work_url
from kb.queries.ceiling import ceiling_of
from kb.queries.facts import Found, find
from kb.queries.review import Reviewed, ReviewedSection, reviewed
from kb.rules import OPEN_STATES, approvals_for, check_may_decide, check_may_take_back, edits
from kb.sections import RECOMMENDATIONS, STRENGTHS
from members.current import need_member
from members.viewer import Viewer


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewPage:
    """What templates/kb/review.html shows; `why_not` says why the viewer may not decide."""

    id: int
    url: str
    found: Found
    review: Reviewed
    ceiling: Ceiling
    html: dict[str, tuple[Markup, ...]]
    advice: str
    may_decide: bool
    why_not: str
    may_take_back: bool
    needed: int
    may_edit: bool
    today: date


async def review_page(request: Request) -> Response:
    """Show a draft to its reviewer."""
    viewer, article_id = need_member(request), request.path_params["id"]
    found = await find(viewer, article_id)
    if found.revision.state not in OPEN_STATES and found.article.published_revision:
        return redirect(article_url(article_id, found.slug))
    return await _show(request, viewer)


async def _show(request: Request, viewer: Viewer, error: Invalid | None = None) -> Response:
    review = await reviewed(viewer, request.path_params["id"])
    found = review.found
    content = found.content
    why_not = refusal(check_may_decide, viewer, found.article, found.revision)
    files = shapes(await files_in(viewer, *(piece.text for one in review.sections for piece in one.pieces)))
    data = ReviewPage(
        id=found.id,
        url=article_url(found.id, found.slug, found.revision.number),
        found=found,
        review=review,
        ceiling=await ceiling_of(viewer, found.id, found.revision.number, content.recommendation),
        html={section.name: _html(section, place, files) for place, section in enumerate(review.sections, 1)},
        advice=f"{RECOMMENDATIONS[content.recommendation]} · {STRENGTHS[content.strength].lower()} recommendation",
        may_decide=not why_not,
        why_not=why_not,
        may_take_back=not refusal(check_may_take_back, viewer, found.article, found.revision),
        needed=approvals_for(found.article),
        may_edit=edits(viewer),
        today=now().date(),
    )
    errors, given = (error.errors, error.given) if error else ({}, {})
    return page(request, "kb/review.html", data, status=422 if error else 200, errors=errors, given=given)


def _html(section: ReviewedSection, place: int, files: Files) -> tuple[Markup, ...]:
    return tuple(
        to_html(piece.text, prefix=f"s{place * 1000 + piece.number}-", files=files) for piece in section.pieces
    )


async def comment_page(request: Request) -> Response:
    """Write a remark on a paragraph."""
    viewer, article_id = need_member(request), request.path_params["id"]
    given = await read_input(request)
    try:
        remark = Remark.read(given)
        await comment(viewer, article_id, remark)
    except Invalid as error:
        return await _show(request, viewer, Invalid(error.errors, given))
    return redirect(work_url(article_id, "review") + f"#{remark.section}-{remark.paragraph}")


async def resolve_page(request: Request) -> Response:
    """Mark a remark as dealt with, or open it again."""
    viewer, article_id = need_member(request), request.path_params["id"]
    act = unresolve if request.url.path.endswith("/reopen") else resolve
    await act(viewer, article_id, request.path_params["comment"])
    given = await read_input(request)
    return redirect(work_url(article_id, "edit" if given.get("back") == "edit" else "review"))


async def decide_page(request: Request) -> Response:
    """Sign a decision."""
    viewer, article_id = need_member(request), request.path_params["id"]
    given = await read_input(request)
    try:
        decision = Decision.read(given)
        missing = await decide(viewer, article_id, decision)
    except Invalid as error:
        return await _show(request, viewer, Invalid(error.errors, given))
    except Conflict as error:  # what was typed stays, below what stands there now
        return await _show(request, viewer, Invalid({"note": str(error)}, given))
    if decision.decision != "approved":
        return redirect("/desk" if edits(viewer) else "/review", "The authors are told what you decided.")
    if missing:
        return redirect(work_url(article_id, "review"), "You approved it. A second person has to.")
    found = await find(viewer, article_id)
    return redirect(article_url(article_id, found.slug), "Approved and published. Everybody who contributed is told.")


async def take_back_page(request: Request) -> Response:
    """Take a draft back from its review."""
    article_id = request.path_params["id"]
    await take_back(need_member(request), article_id)
    return redirect(work_url(article_id), "You can go on writing; the reviewer is told.")


ROUTES: list[BaseRoute] = [
    Route("/kb/{id:int}/review", review_page, methods=["GET"]),
    Route("/kb/{id:int}/comment", comment_page, methods=["POST"]),
    Route("/kb/{id:int}/comments/{comment:int}/resolve", resolve_page, methods=["POST"]),
    Route("/kb/{id:int}/comments/{comment:int}/reopen", resolve_page, methods=["POST"]),
    Route("/kb/{id:int}/decide", decide_page, methods=["POST"]),
    Route("/kb/{id:int}/take-back", take_back_page, methods=["POST"]),
]

"""The editors' desk, and what waits for a reviewer who is no editor."""

from dataclasses import dataclass
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from base.errors import Invalid, Missing
from base.paging import page_number
from base.web.inputs import read_input
from base.web.redirect import redirect
from base.web.render import page
from kb.actions.verify import SeveralTrue, verify_several
from kb.queries.desk import LANES, Lane, desk, reviews_for
from kb.queries.health import health
from kb.rules import check_may_edit, edits
from members.current import need_member

LABELS: Final = {
    "nominated": "Nominated",
    "drafts": "In draft",
    "review": "In review",
    "mine": "Waiting for me",
    "due": "Due in 30 days",
    "overdue": "Overdue or not verified",
    "changed": "The ground moved",
    "unowned": "Nobody looks after it",
    "unhelpful": "It did not help",
    "suggested": "Suggested changes",
    "gaps": "Looked for in vain",
    "owned": "Your practices",
}


@dataclass(frozen=True, slots=True)
class DeskPage:
    """What templates/kb/desk.html shows; `lane` is the one shown in full."""

    lanes: tuple[Lane, ...]
    lane: Lane | None
    labels: dict[str, str]


async def desk_page(request: Request) -> Response:
    """Show everything that waits for an editor, or one lane in full."""
    viewer = need_member(request)
    if not edits(viewer):
        return redirect("/review")
    name = request.query_params.get("lane", "")
    if name and name not in LANES:
        raise Missing("There is no such part of the desk.")
    return await _show(request, name, None)


async def _show(request: Request, name: str, error: Invalid | None) -> Response:
    viewer = need_member(request)
    lanes = await desk(viewer, name, page_number(request.query_params))
    data = DeskPage(lanes, next((lane for lane in lanes if lane.name == name), None), dict(LABELS))
    errors, given = (error.errors, error.given) if error else ({}, {})
    template = "kb/desk_lane.html" if name else "kb/desk.html"
    return page(request, template, data, status=422 if error else 200, errors=errors, given=given)


async def verify_page(request: Request) -> Response:
    """Confirm several practices at once."""
    viewer = need_member(request)
    check_may_edit(viewer)
    given = await read_input(request)
    lane = "overdue" if given.get("lane") == "overdue" else "due"
    try:
        done, refused = await verify_several(viewer, SeveralTrue.read(given))
    except Invalid as error:
        return await _show(request, lane, Invalid(error.errors, given))
    words = [f"{len(done)} confirmed."]
    if done:
        first, last = min(done.values()), max(done.values())
        until = f"{first.day} {first:%b %Y}"
        words.append(
            f"Next check on {until}." if first == last or first.date() == last.date()
            else f"Next checks from {until} to {last.day} {last:%b %Y}."
        )  # fmt: skip
    words += [f"{len(refused)} could not be: {'; '.join(sorted(set(refused.values())))}"] if refused else []
    return redirect(f"/desk?lane={lane}", " ".join(words), level="warning" if refused else "ok")


async def health_page(request: Request) -> Response:
    """Show how the knowledge base is, in figures."""
    return page(request, "kb/health.html", await health(need_member(request)))


@dataclass(frozen=True, slots=True)
class ReviewsPage:
    """What templates/kb/reviews.html shows."""

    lanes: tuple[Lane, ...]
    labels: dict[str, str]


async def reviews_page(request: Request) -> Response:
    """Show what waits for the viewer: reviews they were asked for, practices they own."""
    lanes = await reviews_for(need_member(request))
    return page(request, "kb/reviews.html", ReviewsPage(lanes, dict(LABELS)))


ROUTES: list[BaseRoute] = [
    Route("/desk", desk_page, methods=["GET"]),
    Route("/desk/verify", verify_page, methods=["POST"]),
    Route("/desk/health", health_page, methods=["GET"]),
    Route("/review", reviews_page, methods=["GET"]),
]

"""The editors' desk, and what waits for a reviewer who is no editor."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
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
from kb.queries.assignable import Assignable, assignable
from kb.queries.confirmed import Confirmed, confirmed
from kb.queries.desk import LANES, URGENT, Lane, desk, reviews_for
from kb.queries.desk_rows import Held, read_held
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


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskPage:
    """What templates/kb/desk.html shows; `lane` is the one shown in full, `done` what was confirmed just now."""

    lanes: tuple[Lane, ...]
    lane: Lane | None
    labels: dict[str, str]
    held: Held
    urgent: bool
    assignable: Assignable | None
    done: tuple[Confirmed, ...]


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
    viewer, asked = need_member(request), request.query_params
    held = read_held(str(error.given.get("who", "")) if error else asked.get("who", ""))
    lanes = await desk(viewer, name, page_number(asked), held)
    lane = next((lane for lane in lanes if lane.name == name), None)
    articles = [row.id for row in lane.rows if row.subject == "article"] if lane else []
    data = DeskPage(
        lanes=lanes,
        lane=lane,
        labels=dict(LABELS),
        held=held,
        urgent=name in URGENT,
        assignable=await assignable(articles) if lane and lane.rows and name != "gaps" else None,
        done=await confirmed(viewer, asked.get("done", "").split(",")),
    )
    errors, given = (error.errors, error.given) if error else ({}, {})
    template = "kb/desk_lane.html" if name else "kb/desk.html"
    return page(request, template, data, status=422 if error else 200, errors=errors, given=given)


async def verify_page(request: Request) -> Response:
    """Confirm several practices at once; the lane then shows when each has to be checked next."""
    viewer = need_member(request)
    check_may_edit(viewer)
    given = await read_input(request)
    lane = "overdue" if given.get("lane") == "overdue" else "due"
    try:
        done, refused = await verify_several(viewer, SeveralTrue.read(given))
    except Invalid as error:
        return await _show(request, lane, Invalid(error.errors, given))
    who = read_held(str(given.get("who", "")))
    url = f"/desk?lane={lane}" + (f"&who={who}" if who else "")
    if done:
        url += "&done=" + ",".join(str(number) for number in done)
    return redirect(url, _outcome(done, refused), level="warning" if refused else "ok")


def _outcome(done: Mapping[int, datetime], refused: Mapping[int, str]) -> str:
    words = [f"{len(done)} verified"]
    if done:
        first, last = (f"{at.day} {at:%b %Y}" for at in (min(done.values()), max(done.values())))
        words = [f"{len(done)} verified, next due {first if first == last else f'from {first} to {last}'}"]
    if refused:
        words.append(f"{len(refused)} could not be: {'; '.join(sorted(set(refused.values())))}")
    return ". ".join(word.rstrip(".") for word in words) + "."


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

"""Ask to belong to an organisation, and propose what it says about itself."""

from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from base.errors import Conflict, Invalid
from base.web.inputs import read_input
from base.web.redirect import redirect
from base.web.render import page
from members.actions.ask_to_belong import Asking, ask_to_belong, take_back_asking
from members.actions.propose_change import Proposal, propose_change, take_back_proposal
from members.current import need_member
from members.queries.facts import organisation_at
from members.queries.proposing import proposing_page

_PLACE: Final = "/organisations/{slug}"


def _back(request: Request, part: str = "") -> str:
    return _PLACE.format(slug=request.path_params["slug"]) + part


async def ask(request: Request) -> Response:
    """Ask to belong."""
    viewer, given = need_member(request), await read_input(request)
    found = await organisation_at(viewer, request.path_params["slug"])
    try:
        await ask_to_belong(viewer, found.facts.id, Asking.read(given))
    except Conflict as error:
        return redirect(_back(request), error.sentence, level="warning")
    return redirect(_back(request), "You have asked. Its administrators are told, and decide.")


async def take_back(request: Request) -> Response:
    """Take the question back."""
    viewer = need_member(request)
    found = await organisation_at(viewer, request.path_params["slug"])
    await take_back_asking(viewer, found.facts.id)
    return redirect(_back(request), "Taken back.")


async def proposals(request: Request) -> Response:
    """Show the form to propose a change, and one's own proposals."""
    found = await proposing_page(need_member(request), request.path_params["slug"])
    return page(request, "members/organisation_propose.html", found)


async def propose(request: Request) -> Response:
    """Propose a change."""
    viewer, given = need_member(request), await read_input(request)
    found = await proposing_page(viewer, request.path_params["slug"])
    try:
        await propose_change(viewer, found.id, Proposal.read(given))
    except Invalid as error:
        return page(request, "members/organisation_propose.html", found, status=422, errors=error.errors, given=given)
    except Conflict as error:
        return redirect(_back(request, "/propose"), error.sentence, level="warning")
    return redirect(_back(request, "/propose"), "Thank you. The administrators of the organisation are told.")


async def withdraw(request: Request) -> Response:
    """Take an own proposal back."""
    viewer = need_member(request)
    found = await organisation_at(viewer, request.path_params["slug"])
    await take_back_proposal(viewer, found.facts.id, request.path_params["id"])
    return redirect(_back(request, "/propose"), "Taken back.")


ROUTES: list[BaseRoute] = [
    Route(f"{_PLACE}/ask", ask, methods=["POST"]),
    Route(f"{_PLACE}/ask/back", take_back, methods=["POST"]),
    Route(f"{_PLACE}/propose", proposals, methods=["GET"]),
    Route(f"{_PLACE}/propose", propose, methods=["POST"]),
    Route(f"{_PLACE}/propose/{{id:int}}/back", withdraw, methods=["POST"]),
]

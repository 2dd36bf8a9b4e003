"""One's own masks, and the staff's requests to look behind one."""

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from base.errors import Conflict, Invalid
from base.paging import page_number
from base.web.inputs import read_input
from base.web.redirect import redirect
from base.web.render import page
from members.actions.unmask import UnmaskDecision, decide_unmasking, look_behind
from members.current import need_member
from members.queries.unmaskings import OwnMask, own_masks, unmaskings_page

_LIST = "/moderate/masks"


@dataclass(frozen=True, slots=True)
class OwnMasks:
    """What templates/members/settings_masks.html shows."""

    masks: tuple[OwnMask, ...]


@dataclass(frozen=True, slots=True)
class Behind:
    """What templates/members/unmasked.html shows."""

    name: str
    handle: str
    title: str


async def mine(request: Request) -> Response:
    """Show where the viewer writes without their name."""
    return page(request, "members/settings_masks.html", OwnMasks(await own_masks(need_member(request))))


async def unmaskings(request: Request) -> Response:
    """List the requests to look behind a mask."""
    found = await unmaskings_page(need_member(request), page_number(request.query_params))
    return page(request, "members/unmaskings.html", found)


async def decide(request: Request) -> Response:
    """Approve or refuse a request."""
    viewer, given = need_member(request), await read_input(request)
    try:
        await decide_unmasking(viewer, request.path_params["id"], UnmaskDecision.read(given))
    except (Conflict, Invalid) as wrong:
        return redirect(_LIST, wrong.sentence, level="warning")
    return redirect(_LIST, "Decided. Everything about it is in the journal.")


async def look(request: Request) -> Response:
    """Show who it is; the look is in the journal."""
    person = await look_behind(need_member(request), request.path_params["id"])
    response = page(request, "members/unmasked.html", Behind(person.name, person.handle, person.title))
    response.headers["cache-control"] = "no-store"
    return response


ROUTES: list[BaseRoute] = [
    Route("/settings/masks", mine, methods=["GET"]),
    Route(_LIST, unmaskings, methods=["GET"]),
    Route(_LIST + "/{id:int}/decide", decide, methods=["POST"]),
    Route(_LIST + "/{id:int}/look", look, methods=["POST"]),
]

"""The desk of a region, and the way to one's own."""

from dataclasses import dataclass
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from base.paging import page_number
from base.web.redirect import redirect
from base.web.render import page
from forum.queries.region_desk import region_desk
from members.current import need_member
from members.queries.desks import DeskLink, desks


@dataclass(frozen=True, slots=True)
class DesksPage:
    """What templates/forum/region_desks.html shows."""

    desks: tuple[DeskLink, ...]
    elsewhere: int


async def own_desk(request: Request) -> Response:
    """Lead to the desk of the only region that the viewer looks after, or show which there are."""
    found = await desks(need_member(request))
    if len(found.desks) == 1 and not found.elsewhere:
        return redirect(f"/regions/{found.desks[0].slug}/desk")
    return page(request, "forum/region_desks.html", DesksPage(found.desks, found.elsewhere))


async def desk(request: Request) -> Response:
    """Show the desk of a region, or one part of it in full."""
    given = request.query_params
    found = await region_desk(
        need_member(request), request.path_params["slug"], given.get("lane", ""), page_number(given)
    )
    return page(request, "forum/region_desk.html", found)


REGION_DESKS: Final[list[BaseRoute]] = [
    Route("/regions/{slug}/desk", desk, methods=["GET"]),
    Route("/region-desks", own_desk, methods=["GET"]),
]

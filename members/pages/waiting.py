"""Where members of a private site wait whom no organisation has confirmed."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from base.web.redirect import redirect
from base.web.render import page
from members.current import need_member
from members.private import WHERE, is_shut_out
from members.queries.waiting import waiting_page


async def waiting(request: Request) -> Response:
    """Say what somebody waits for; who need not wait goes in."""
    viewer = need_member(request)
    if not await is_shut_out(request.scope, viewer):
        return redirect("/")
    return page(request, "members/waiting.html", await waiting_page(viewer))


ROUTES: list[BaseRoute] = [Route(WHERE, waiting, methods=["GET"])]

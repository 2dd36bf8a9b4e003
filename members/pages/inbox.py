"""The inbox."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from base.paging import page_number
from base.web.inputs import read_input
from base.web.redirect import redirect, safe_path
from base.web.render import page
from members.actions.read_notices import Reading, open_notice, read_notices
from members.current import need_member
from members.queries.inbox import inbox_page


async def inbox(request: Request) -> Response:
    """Show the inbox, what is unread first."""
    viewer, given = need_member(request), request.query_params
    found = await inbox_page(viewer, page_number(given), unread_only=given.get("show") == "unread")
    return page(request, "members/inbox.html", found)


async def open_one(request: Request) -> Response:
    """Go to what a notice is about; with that it is read."""
    url = await open_notice(need_member(request), request.path_params["id"])
    return redirect(safe_path(url, "/inbox"))


async def read(request: Request) -> Response:
    """Mark one notice, those about one thing, or all as read."""
    viewer, given = need_member(request), await read_input(request)
    await read_notices(viewer, Reading.read(given))
    return redirect(safe_path(str(given.get("next", "")), "/inbox"))


ROUTES: list[BaseRoute] = [
    Route("/inbox", inbox, methods=["GET"]),
    Route("/inbox/read", read, methods=["POST"]),
    Route("/inbox/{id:int}", open_one, methods=["GET", "POST"]),
]

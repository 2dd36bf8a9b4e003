"""The versions of a post."""

from starlette.requests import Request
from starlette.responses import Response

from base.paging import page_number
from base.web.render import page
from forum.queries.revisions import revisions
from members.current import viewer_of


async def show(request: Request) -> Response:
    """Show what was changed in a post, when and by whom."""
    thread_id, number = int(request.path_params["id"]), int(request.path_params["number"])
    found = await revisions(viewer_of(request), thread_id, number, page_number(request.query_params))
    return page(request, "forum/post_history.html", found)

"""The form in which moderators ask who wrote a post without their name."""

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from base.errors import Conflict, Invalid
from base.web.inputs import read_input
from base.web.redirect import redirect
from base.web.render import page
from forum.actions.ask_who import ask_who
from forum.queries.post_page import PostSource, post_source
from members.actions.unmask import UnmaskRequest
from members.current import need_member
from members.rules import check_may_ask_to_unmask
from members.viewer import Viewer


@dataclass(frozen=True, slots=True)
class UnmaskPage:
    """What templates/forum/post_unmask.html shows."""

    thread_id: int
    post: PostSource


async def open_form(request: Request) -> Response:
    """Ask for the reason."""
    viewer = need_member(request)
    check_may_ask_to_unmask(viewer)
    data = UnmaskPage(request.path_params["id"], await _source(viewer, request))
    return page(request, "forum/post_unmask.html", data)


async def send(request: Request) -> Response:
    """Hand the request to the administrators."""
    viewer, given = need_member(request), await read_input(request)
    check_may_ask_to_unmask(viewer)
    data = UnmaskPage(request.path_params["id"], await _source(viewer, request))
    try:
        await ask_who(viewer, data.thread_id, data.post.number, UnmaskRequest.read(given))
    except Invalid as wrong:
        return page(request, "forum/post_unmask.html", data, status=422, errors=wrong.errors, given=given)
    except Conflict as wrong:
        return redirect("/moderate/masks", wrong.sentence, level="note")
    return redirect("/moderate/masks", "Another administrator has to decide; you are told then.")


async def _source(viewer: Viewer, request: Request) -> PostSource:
    return await post_source(viewer, request.path_params["id"], request.path_params["number"])

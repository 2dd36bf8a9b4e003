"""The form in which the author of a post says that it is no longer true."""

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from base.errors import Invalid
from base.web.inputs import read_input
from base.web.redirect import redirect
from base.web.render import page
from forum.actions.outdate import Outdated, outdate
from forum.queries.facts import post_facts
from forum.queries.post_page import PostSource, post_source
from forum.queries.where import post_place
from forum.rules import check_may_outdate
from members.current import need_member


@dataclass(frozen=True, slots=True)
class OutdatePage:
    """What templates/forum/post_outdate.html shows."""

    thread_id: int
    post: PostSource


async def open_form(request: Request) -> Response:
    """Ask what has changed."""
    viewer = need_member(request)
    thread_id, number = request.path_params["id"], request.path_params["number"]
    check_may_outdate(viewer, await post_facts(thread_id, number))
    data = OutdatePage(thread_id, await post_source(viewer, thread_id, number))
    return page(request, "forum/post_outdate.html", data, given={"why": data.post.outdated_why})


async def send(request: Request) -> Response:
    """Store it."""
    viewer = need_member(request)
    thread_id, number = request.path_params["id"], request.path_params["number"]
    check_may_outdate(viewer, await post_facts(thread_id, number))
    given = await read_input(request)
    try:
        await outdate(viewer, thread_id, number, Outdated.read(given))
    except Invalid as wrong:
        data = OutdatePage(thread_id, await post_source(viewer, thread_id, number))
        return page(request, "forum/post_outdate.html", data, status=422, errors=wrong.errors, given=given)
    return redirect(await post_place(viewer, thread_id, number), "Readers are told that this is no longer true.")

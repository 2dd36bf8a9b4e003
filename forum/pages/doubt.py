"""The form in which a reader says, to its author and editors alone, why a post was not useful."""

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from base.errors import Invalid, TooMany
from base.web.inputs import read_input
from base.web.redirect import redirect
from base.web.render import page
from forum.actions.doubt import Doubted, doubt
from forum.queries.facts import post_facts
from forum.queries.post_page import PostSource, post_source
from forum.queries.where import post_place
from forum.rules import check_may_vote
from members.current import need_member


@dataclass(frozen=True, slots=True)
class DoubtPage:
    """What templates/forum/doubt.html shows."""

    thread_id: int
    post: PostSource


async def open_form(request: Request) -> Response:
    """Ask what is wrong with it."""
    viewer = need_member(request)
    thread_id, number = request.path_params["id"], request.path_params["number"]
    check_may_vote(viewer, await post_facts(thread_id, number))
    return page(request, "forum/doubt.html", DoubtPage(thread_id, await post_source(viewer, thread_id, number)))


async def send(request: Request) -> Response:
    """Keep it."""
    viewer = need_member(request)
    thread_id, number = request.path_params["id"], request.path_params["number"]
    given = await read_input(request)
    try:
        await doubt(viewer, thread_id, number, Doubted.read(given))
    except (Invalid, TooMany) as wrong:
        check_may_vote(viewer, await post_facts(thread_id, number))
        data = DoubtPage(thread_id, await post_source(viewer, thread_id, number))
        errors = wrong.errors if isinstance(wrong, Invalid) else {"": wrong.sentence}
        return page(request, "forum/doubt.html", data, status=wrong.status, errors=errors, given=given)
    return redirect(await post_place(viewer, thread_id, number), "Thank you. Only its author and editors read this.")

"""Single posts: their page and their acts."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response

from base.errors import Missing
from base.paging import page_number
from base.web.redirect import redirect
from base.web.render import page
from forum.actions.accept import accept, unaccept
from forum.actions.delete import delete, restore
from forum.actions.doubt import undoubt
from forum.actions.mark_read import mark_comments_read
from forum.actions.outdate import stand_by
from forum.actions.vote import unvote, vote
from forum.queries.facts import thread_facts
from forum.queries.post_page import post_page
from forum.queries.where import post_place
from forum.rules import may_see_thread
from members.current import need_member, viewer_of
from members.viewer import Viewer

_ACTS: Final[Mapping[str, tuple[Callable[[Viewer, int, int], Awaitable[Any]], str]]] = {
    "vote": (vote, "Thank you for saying so."),
    "unvote": (unvote, "Your vote is taken back."),
    "undoubt": (undoubt, "Your note to the author is taken back."),
    "accept": (accept, "Accepted as a solution."),
    "unaccept": (unaccept, "No longer accepted."),
    "delete": (delete, "The post is deleted."),
    "restore": (restore, "The post is back."),
    "stand-by": (stand_by, "The post holds again."),
}


async def show(request: Request) -> Response:
    """Show one post with all its comments."""
    viewer, (thread_id, number) = viewer_of(request), _which(request)
    asked = page_number(request.query_params) if "page" in request.query_params else None
    found = await post_page(viewer, thread_id, number, asked)
    last = max((one.number for one in found.comments), default=0)
    if viewer.is_member and request.method == "GET" and 0 < found.head.read_number < last:
        await mark_comments_read(viewer, thread_id, found.post.position, last)
    return page(request, "forum/post.html", found)


async def act(request: Request) -> Response:
    """Vote, accept, delete, or take one of them back."""
    viewer = need_member(request)
    thread_id, number = _which(request)
    found = _ACTS.get(request.path_params["act"])
    if found is None:
        raise Missing
    await found[0](viewer, thread_id, number)
    if number == 1 and not may_see_thread(viewer, await thread_facts(thread_id)):
        return redirect("/", "The thread is deleted.")
    return redirect(await post_place(viewer, thread_id, number), found[1])


def _which(request: Request) -> tuple[int, int]:
    return int(request.path_params["id"]), int(request.path_params["number"])

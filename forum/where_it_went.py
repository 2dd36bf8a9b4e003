"""Old addresses of posts and threads that were moved lead to where they are, for whoever may see them there."""

import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from functools import wraps
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from base.errors import Conflict, Missing
from base.web.endpoints import Endpoint
from base.web.redirect import moved, redirect
from forum.addresses import page_of
from forum.queries.led_on import There, led_on
from members.current import viewer_of

Page = Callable[[Request], Awaitable[Response]]

_PATH: Final = re.compile(r"(?P<door>/t/|/api/v1/threads/)\d+(?:-[^/.]*)?(?P<rest>.*)", re.DOTALL)
_POST: Final = re.compile(r"/posts/\d+(?P<act>.*)", re.DOTALL)


def leading_on(routes: Sequence[BaseRoute]) -> list[BaseRoute]:
    """Let every page of a thread or a post lead on when there is nothing left in its place."""
    return [_leading_on(one) if isinstance(one, Route) and "/t/{id:int}" in one.path else one for one in routes]


def _leading_on(route: Route) -> Route:
    work: Page = route.endpoint
    methods = [one for one in route.methods or () if one != "HEAD"]

    @wraps(work)
    async def answer(request: Request) -> Response:
        try:
            return await work(request)
        except Missing as missing:
            return await _elsewhere(request, missing)

    return Route(route.path, answer, methods=methods, name=route.name)


def door_leading_on(endpoint: Endpoint[Any]) -> Endpoint[Any]:
    """Let a door lead on in the same way."""
    if "/threads/{id:int}" not in endpoint.path:
        return endpoint
    work = endpoint.work

    @wraps(work)
    async def answer(request: Request, given: Any) -> Any:
        try:
            return await work(request, given)
        except Missing as missing:
            return await _elsewhere(request, missing)

    return replace(endpoint, work=answer)


async def _elsewhere(request: Request, missing: Missing) -> Response:
    """Lead to the same page, or to the same act on the same post, or say what was to be said without one."""
    reads, number = request.method in ("GET", "HEAD"), request.path_params.get("number")
    try:
        there = await led_on(viewer_of(request), request.path_params["id"], number, or_beginning=reads)
    except Missing:
        raise missing from None
    url = _url(request.url.path, there)
    if reads:
        return moved(url)
    if number is not None:
        return RedirectResponse(url, status_code=307)  # with what was sent: nothing typed is lost
    if url.startswith("/api/"):
        raise Conflict(f"This thread was merged into thread {there.thread_id}; nothing was done.")
    return redirect(there.url, "The thread was merged into this one meanwhile; nothing else was done.", level="note")


def _url(path: str, there: There) -> str:
    found = _PATH.fullmatch(path)
    assert found is not None
    door, rest = found["door"], found["rest"]
    if post := _POST.fullmatch(rest):
        return f"{door}{there.thread_id}/posts/{there.number}{post['act']}"
    page = page_of(there.position)
    asked = f"?page={page}" if page > 1 else ""
    if door != "/t/":
        return f"{door}{there.thread_id}{rest}{asked if not rest else ''}"
    if rest in (".json", ".md"):
        return f"/t/{there.thread_id}-{there.slug}{rest}{asked}"
    return there.url if rest == "" or rest[1:].isdigit() else f"/t/{there.thread_id}{rest}"

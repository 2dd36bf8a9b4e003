"""Ask that an organisation joins, and decide on those that ask."""

from collections.abc import Awaitable, Callable
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from base.errors import Conflict, Invalid, TooMany
from base.inputs import Input
from base.paging import page_number
from base.web.inputs import read_input
from base.web.redirect import redirect
from base.web.render import page
from members.actions.approve_organisation import (
    Approval,
    AskingBack,
    Declining,
    approve_organisation,
    ask_back,
    decline_organisation,
)
from members.actions.ask_to_join import (
    JoiningAnswer,
    JoiningOrganisation,
    answer_request,
    ask_to_join,
    withdraw_request,
)
from members.current import need_member, viewer_of
from members.private import sees_nothing
from members.queries.requests import JoiningPage, joining_page, request_page, requests_page
from members.viewer import Viewer

_ONE: Final = "/organisation-requests/{id:int}"


async def joining(request: Request) -> Response:
    """Show the form to members; visitors see what it is about, and how to begin."""
    return page(request, "members/join_organisation.html", await _joining(request))


async def _joining(request: Request) -> JoiningPage:
    return await joining_page(viewer_of(request), sees_nothing=sees_nothing(request))


async def ask(request: Request) -> Response:
    """Keep the request."""
    viewer, given = need_member(request), await read_input(request)
    try:
        made = await ask_to_join(viewer, JoiningOrganisation.read(given), sees_nothing=sees_nothing(request))
    except (Invalid, Conflict, TooMany) as wrong:
        errors = wrong.errors if isinstance(wrong, Invalid) else {"": wrong.sentence}
        shown = await _joining(request)
        return page(request, "members/join_organisation.html", shown, status=wrong.status, errors=errors, given=given)
    words = "Thank you. The people who look after your region, or the site, read it now; you get a letter."
    return redirect(f"/organisation-requests/{made}", words)


async def requests(request: Request) -> Response:
    """Show the requests that wait for the viewer."""
    found = await requests_page(need_member(request), page_number(request.query_params))
    return page(request, "members/organisation_requests.html", found)


async def one(request: Request) -> Response:
    """Show one request."""
    return await _show(request)


async def _show(request: Request, wrong: Invalid | None = None, given: dict[str, object] | None = None) -> Response:
    viewer, request_id = need_member(request), request.path_params["id"]
    found = await request_page(viewer, request_id, sees_nothing=sees_nothing(request))
    errors, status = (wrong.errors, wrong.status) if wrong else ({}, 200)
    return page(request, "members/organisation_request.html", found, status=status, errors=errors, given=given or {})


def act(
    work: Callable[..., Awaitable[object]], input_: type[Input] | None, done: str
) -> Callable[[Request], Awaitable[Response]]:
    """Make a page that does one thing to a request and shows it again."""

    async def answer(request: Request) -> Response:
        viewer, request_id, given = need_member(request), request.path_params["id"], await read_input(request)
        path = f"/organisation-requests/{request_id}"
        try:
            await _do(work, input_, viewer, request_id, given)
        except Invalid as wrong:
            return await _show(request, wrong, given)
        except Conflict as late:
            return redirect(path, late.sentence, level="warning")
        return redirect(path, done)

    return answer


async def _do(
    work: Callable[..., Awaitable[object]],
    input_: type[Input] | None,
    viewer: Viewer,
    request_id: int,
    given: dict[str, object],
) -> None:
    read: tuple[Any, ...] = (input_.read(given),) if input_ else ()
    await work(viewer, request_id, *read)


_ACTS: Final[dict[str, tuple[Callable[..., Awaitable[object]], type[Input] | None, str]]] = {
    "approve": (
        approve_organisation,
        Approval,
        "The organisation is in. Who asked is its administrator and gets a letter.",
    ),
    "decline": (decline_organisation, Declining, "Declined. Who asked gets a letter with your words."),
    "ask-back": (ask_back, AskingBack, "A letter with your question is on its way."),
    "answer": (answer_request, JoiningAnswer, "Thank you, your answer is kept."),
    "withdraw": (withdraw_request, None, "The request is withdrawn."),
}

ROUTES: list[BaseRoute] = [
    Route("/join/organisation", joining, methods=["GET"]),
    Route("/join/organisation", ask, methods=["POST"]),
    Route("/organisation-requests", requests, methods=["GET"]),
    Route(_ONE, one, methods=["GET"]),
    *(Route(f"{_ONE}/{name}", act(*how), methods=["POST"]) for name, how in _ACTS.items()),
]

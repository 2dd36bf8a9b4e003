"""An invitation as who holds its link sees it: look, and accept."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import wraps
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from base.errors import Conflict, Invalid
from base.web.inputs import read_input
from base.web.readers import by_a_person
from base.web.redirect import redirect
from base.web.render import page
from members.actions.accept_invitation import Acceptance, accept_as_new, accept_signed_in, found_invitation
from members.actions.come_by_invitation import Came
from members.actions.note_opened import note_opened
from members.current import set_session, viewer_of
from members.device_cookie import device_of
from members.models import Invitation
from members.pages.join import to_confirm, welcome_of
from members.queries.invited import Closed, invited_page
from members.rules import ByProvider

_KEPT_TO_ONESELF: Final = {"Cache-Control": "private, no-store"}


@dataclass(frozen=True, slots=True)
class ClosedPage:
    """What templates/members/invited_closed.html shows."""

    sentence: str
    ask: str


Page = Callable[[Request], Awaitable[Response]]


def _while_open(work: Page) -> Page:
    """Show one calm page wherever an invitation opens no longer."""

    @wraps(work)
    async def answer(request: Request) -> Response:
        try:
            return await work(request)
        except Closed as closed:
            data = ClosedPage(closed.sentence, closed.ask)
            return page(request, "members/invited_closed.html", data, status=closed.status, headers=_KEPT_TO_ONESELF)

    return answer


@_while_open
async def invited(request: Request) -> Response:
    """Show an invitation; nothing is used up by looking."""
    viewer = viewer_of(request)
    invitation = await found_invitation(viewer, request.path_params["token"])
    if by_a_person(request.scope):
        await note_opened(viewer, invitation)
    return await _page(request, invitation)


async def _page(
    request: Request, invitation: Invitation, errors: dict[str, str] | None = None,
    given: dict[str, object] | None = None, status: int = 200,
) -> Response:  # fmt: skip
    found, kept = await invited_page(viewer_of(request), request.path_params["token"], invitation), _KEPT_TO_ONESELF
    return page(request, "members/invited.html", found, status=status, errors=errors, given=given, headers=kept)


@_while_open
async def accept(request: Request) -> Response:
    """Accept, with a new account or the one that is signed in."""
    viewer, given = viewer_of(request), await read_input(request)
    invitation = await found_invitation(viewer, request.path_params["token"])
    try:
        if viewer.is_member:
            came = await accept_signed_in(viewer, invitation)
            place = invitation.organisation
            return redirect(f"/organisations/{place.slug}" if place and came.organisation else "/", _told(came))
        fixed = {**given, "email": invitation.email or given.get("email", "")}
        accepted = await accept_as_new(viewer, invitation, Acceptance.read(fixed), device=device_of(request))
    except Invalid as error:
        return await _page(request, invitation, error.errors, given, status=error.status)
    except ByProvider as error:
        return await _page(request, invitation, {"email": error.sentence}, given, status=error.status)
    except Conflict as error:
        return redirect(request.url.path, error.sentence, level="warning")
    return _signed_in(request, accepted.came, accepted.secret) if accepted.secret else to_confirm(accepted.browser)


def _told(came: Came) -> str:
    if came.organisation:
        return f"Welcome to {came.organisation}."
    return f"{came.asked} knows that you would like to belong to it." if came.asked else "Welcome."


def _signed_in(request: Request, came: Came, secret: str) -> Response:
    response = redirect("/settings/profile?welcome=1", welcome_of(came))
    set_session(request, response, secret)
    return response


ROUTES: list[BaseRoute] = [
    Route("/invitation/{token}", invited, methods=["GET"]),
    Route("/invitation/{token}", accept, methods=["POST"]),
]

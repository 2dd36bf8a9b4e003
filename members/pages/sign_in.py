"""Sign in and out."""

from dataclasses import dataclass, field
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from base.errors import Invalid
from base.web.inputs import read_input
from base.web.redirect import redirect, safe_path
from base.web.render import page
from members.actions.sign_in import SignIn, sign_in, sign_out
from members.actions.wait_for_code import Waiting
from members.current import drop_session, set_session, viewer_of
from members.device_cookie import device_of
from members.passkeys import usable_at
from members.rules import Unconfirmed
from members.waiting_cookie import remember_browser


@dataclass(frozen=True, slots=True)
class SignInPage:
    """What templates/members/sign_in.html shows; `origin` is where passkeys can be used, if anywhere."""

    next: str
    is_unconfirmed: bool = False
    origin: str = field(default_factory=usable_at)


async def sign_in_form(request: Request) -> Response:
    """Show the form; who is signed in already goes on."""
    after = safe_path(request.query_params.get("next"))
    if viewer_of(request).is_member:
        return redirect(after)
    return page(request, "members/sign_in.html", SignInPage(after))


async def enter(request: Request) -> Response:
    """Sign in and go on to where the reader was headed."""
    given = await read_input(request)
    after = safe_path(str(given.get("next") or "/"))
    try:
        begun = await sign_in(viewer_of(request), SignIn.read(given), device=device_of(request))
    except Unconfirmed as error:
        data = SignInPage(after, is_unconfirmed=True)
        errors = {"email": error.sentence}
        return page(request, "members/sign_in.html", data, status=403, errors=errors, given=given)
    except Invalid as error:
        return page(request, "members/sign_in.html", SignInPage(after), status=422, errors=error.errors, given=given)
    if isinstance(begun, Waiting):
        response = redirect(f"/sign-in/code?{urlencode({'state': begun.state, 'next': after})}")
        remember_browser(response, begun.browser)
        return response
    response = redirect(after)
    set_session(request, response, begun)
    return response


async def leave(request: Request) -> Response:
    """Sign out."""
    await sign_out(viewer_of(request))
    response = redirect("/", "You are signed out.")
    drop_session(response)
    return response


ROUTES: list[BaseRoute] = [
    Route("/sign-in", sign_in_form, methods=["GET"]),
    Route("/sign-in", enter, methods=["POST"]),
    Route("/sign-out", leave, methods=["POST"]),
]

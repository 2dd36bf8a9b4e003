"""Sign in and out."""

from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from base.errors import Failure, Invalid
from base.web.inputs import read_input
from base.web.redirect import redirect, safe_path
from base.web.render import page
from members.actions.confirm import OwnAddress as Mailbox
from members.actions.go_to_provider import go_and_sign_in
from members.actions.sign_in import SignIn, sign_in, sign_out
from members.actions.wait_for_code import Waiting
from members.current import drop_session, set_session, viewer_of
from members.device_cookie import device_of
from members.oidc.errors import NoSignIn
from members.pages.away import lead_away
from members.passkeys import usable_at
from members.queries.providers import Way, Ways, way_of, ways_in
from members.rules import ByProvider, Unconfirmed
from members.waiting_cookie import remember_browser

NO_PROVIDER: Final = (
    "No organisation here has a sign-in of its own for addresses at {domain}. Please use your password."
)


@dataclass(frozen=True, slots=True)
class SignInPage:
    """What templates/members/sign_in.html shows.

    `led` is the provider of the organisation whose address was typed, `origin` where passkeys can be used, if anywhere.
    """

    next: str
    ways: Ways
    door: str = ""
    is_unconfirmed: bool = False
    led: Way | None = None
    origin: str = field(default_factory=usable_at)


async def sign_in_form(request: Request) -> Response:
    """Show the form; who is signed in already goes on."""
    after = safe_path(request.query_params.get("next"))
    if viewer_of(request).is_member:
        return redirect(after)
    door = "staff" if request.query_params.get("door") == "staff" else ""
    return page(request, "members/sign_in.html", SignInPage(after, await ways_in(), door))


async def enter(request: Request) -> Response:
    """Sign in and go on to where the reader was headed."""
    given = await read_input(request)
    after = safe_path(str(given.get("next") or "/"))
    try:
        if given.get("way") == "organisation":
            return await _lead(request, after, str(given.get("email") or ""))
        begun = await sign_in(viewer_of(request), SignIn.read(given), device=device_of(request))
    except (Invalid, Unconfirmed, ByProvider, NoSignIn) as error:
        return await sign_in_again(request, after, error, given)
    if isinstance(begun, Waiting):
        response = redirect(f"/sign-in/code?{urlencode({'state': begun.state, 'next': after})}")
        remember_browser(response, begun.browser)
        return response
    response = redirect(after)
    set_session(request, response, begun)
    return response


async def _lead(request: Request, after: str, typed: str) -> Response:
    """Lead to the provider of the organisation whose domain an address is in, whether or not it has an account."""
    email = Mailbox.read({"email": typed}).email
    way = await way_of(email)
    if way is None:
        raise Invalid({"email": NO_PROVIDER.format(domain=email.rpartition("@")[2])})
    return lead_away(request, await go_and_sign_in(viewer_of(request), way.slug, after, hint=email), way.slug, way.name)


async def sign_in_again(request: Request, after: str, error: Failure, given: dict[str, object]) -> Response:
    """Show the form again, and why; what was typed is kept."""
    errors = error.errors if isinstance(error, Invalid) else {"email": error.sentence}
    led = Way(error.slug, "") if isinstance(error, ByProvider) else None
    door = "staff" if given.get("door") == "staff" else ""
    data = SignInPage(after, await ways_in(), door, isinstance(error, Unconfirmed), led)
    return page(request, "members/sign_in.html", data, status=error.status, errors=errors, given=given)


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

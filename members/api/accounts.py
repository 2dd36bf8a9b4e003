"""JSON doors to joining, signing in and forgotten passwords."""

from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from base.web.endpoints import Endpoint, endpoint
from members.actions.confirm import Confirmation, OwnAddress, ask_again, confirm
from members.actions.register import Registration, register
from members.actions.reset_password import NewPassword, forgot_password, reset_password
from members.actions.second_step import Code, give_code
from members.actions.sign_in import SignIn, sign_in, sign_out
from members.actions.wait_for_code import Waiting
from members.current import drop_session, set_session, viewer_of
from members.device_cookie import device_of
from members.waiting_cookie import browser_of, forget_browser, remember_browser


@dataclass(frozen=True, slots=True)
class OnItsWay:
    """The same answer for every address."""

    told: str


@endpoint(
    "POST", "/api/v1/register", input=Registration, output=OnItsWay, status=202, summary="Register", tag="accounts"
)
async def register_account(request: Request, given: Registration) -> OnItsWay:
    """Register; a letter with a link is on its way."""
    await register(viewer_of(request), given)
    return OnItsWay("A letter is on its way to this address.")


@endpoint(
    "POST",
    "/api/v1/register/again",
    input=OwnAddress,
    output=OnItsWay,
    status=202,
    summary="Ask for another confirming letter",
    tag="accounts",
)
async def register_again(request: Request, given: OwnAddress) -> OnItsWay:
    """Send another confirming letter, if one is due."""
    await ask_again(viewer_of(request), given)
    return OnItsWay("If this address waits to be confirmed, another letter is on its way.")


def signed_in(request: Request, secret: str) -> Response:
    """Answer with the cookie of a sign-in that has just begun."""
    response = JSONResponse({"signed_in": True}, headers={"Cache-Control": "private, no-store"})
    set_session(request, response, secret)
    return response


@endpoint(
    "POST",
    "/api/v1/register/confirm",
    input=Confirmation,
    output=dict[str, bool],
    summary="Confirm an address with the token of the letter and the password, and sign in",
    tag="accounts",
)
async def confirm_account(request: Request, given: Confirmation) -> Response:
    """Confirm an address, and sign in by cookie."""
    return signed_in(request, (await confirm(viewer_of(request), given, device=device_of(request))).secret)


@dataclass(frozen=True, slots=True)
class Entered:
    """Whether one is signed in; else a code has to follow, with this state and the cookie of this answer."""

    signed_in: bool
    state: str = ""


@endpoint("POST", "/api/v1/session", input=SignIn, output=Entered, summary="Sign in", tag="accounts")
async def start_session(request: Request, given: SignIn) -> Response:
    """Sign in by cookie; who signs in with two steps is answered 202, and gives a code next."""
    begun = await sign_in(viewer_of(request), given, device=device_of(request))
    if not isinstance(begun, Waiting):
        return signed_in(request, begun)
    headers = {"Cache-Control": "private, no-store"}
    response = JSONResponse({"signed_in": False, "state": begun.state}, status_code=202, headers=headers)
    remember_browser(response, begun.browser)
    return response


@endpoint(
    "POST",
    "/api/v1/session/code",
    input=Code,
    output=Entered,
    summary="Give the code that signing in with two steps waits for",
    tag="accounts",
)
async def give_session_code(request: Request, given: Code) -> Response:
    """Sign in by cookie with a code of the app, or a recovery code."""
    secret = await give_code(viewer_of(request), given, browser=browser_of(request), device=device_of(request))
    response = signed_in(request, secret)
    forget_browser(response)
    return response


@endpoint("DELETE", "/api/v1/session", output=None, summary="Sign out", tag="accounts")
async def leave_session(request: Request, given: None) -> Response:
    """Sign out."""
    await sign_out(viewer_of(request))
    response = Response(status_code=204)
    drop_session(response)
    return response


@endpoint(
    "POST",
    "/api/v1/password/forgot",
    input=OwnAddress,
    output=OnItsWay,
    status=202,
    summary="Ask for a link to choose a new password",
    tag="accounts",
)
async def forgot(request: Request, given: OwnAddress) -> OnItsWay:
    """Send a link, if there is an account."""
    await forgot_password(viewer_of(request), given)
    return OnItsWay("If this address has an account, a letter with a link is on its way.")


@endpoint(
    "POST",
    "/api/v1/password/reset",
    input=NewPassword,
    output=None,
    summary="Choose a new password with the token of the letter",
    tag="accounts",
)
async def choose_password(request: Request, given: NewPassword) -> None:
    """Set a new password; every sign-in ends."""
    await reset_password(viewer_of(request), given)


ENDPOINTS: list[Endpoint[Any]] = [
    register_account,
    register_again,
    confirm_account,
    start_session,
    give_session_code,
    leave_session,
    forgot,
    choose_password,
]

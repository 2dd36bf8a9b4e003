"""JSON doors to joining, signing in and forgotten passwords."""

from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from base.web.endpoints import Endpoint, endpoint
from members.actions.confirm import Confirmation, OwnAddress, ask_again, confirm
from members.actions.register import Registration, register
from members.actions.reset_password import NewPassword, forgot_password, reset_password
from members.actions.sign_in import SignIn, sign_in, sign_out
from members.current import drop_session, set_session, viewer_of
from members.devices import device_words


@dataclass(frozen=True, slots=True)
class OnItsWay:
    """The same answer for every address."""

    told: str


def _device(request: Request) -> str:
    return device_words(request.headers.get("user-agent", ""))


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


def _signed_in(secret: str) -> Response:
    response = JSONResponse({"signed_in": True}, headers={"Cache-Control": "private, no-store"})
    set_session(response, secret)
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
    return _signed_in((await confirm(viewer_of(request), given, device=_device(request))).secret)


@endpoint("POST", "/api/v1/session", input=SignIn, output=dict[str, bool], summary="Sign in", tag="accounts")
async def start_session(request: Request, given: SignIn) -> Response:
    """Sign in by cookie."""
    return _signed_in(await sign_in(viewer_of(request), given, device=_device(request)))


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
    leave_session,
    forgot,
    choose_password,
]

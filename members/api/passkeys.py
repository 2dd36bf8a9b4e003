"""JSON doors to passkeys: what a browser is asked, signing in, and one's own; only a browser can make one."""

from typing import Any

from pydantic import Field
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from base.inputs import Input
from base.web.endpoints import Endpoint, endpoint
from members.actions.add_passkey import NewPasskeyForm, add_passkey, ask_to_make, remove_passkey
from members.actions.ask_passkey import Asked, ask_second_step, ask_to_confirm, ask_to_enter
from members.actions.enter_by_passkey import enter_by_passkey
from members.actions.rename_passkey import PasskeyName, rename_passkey
from members.actions.take_passkey import PasskeyAnswer
from members.api.accounts import Entered, signed_in
from members.current import need_member, viewer_of
from members.device_cookie import device_of
from members.queries.passkeys import PasskeyRow, own_passkeys
from members.secrets import new_secret
from members.waiting_cookie import browser_of, forget_browser, remember_browser

_HERE = "/api/v1/me/passkeys"


class WaitingState(Input):
    """The state that the first step gave."""

    state: str = Field(min_length=1, max_length=500)


@endpoint(
    "POST",
    "/api/v1/session/passkey/options",
    output=Asked,
    summary="What a browser is asked to sign in with a passkey",
    tag="accounts",
)
async def ask_for_passkey(request: Request, given: None) -> Response:
    """Ask for any passkey of this site; the challenge is good for five minutes, with the cookie of this answer."""
    browser = browser_of(request) or new_secret()  # one that is there may belong to another page that waits
    asked = await ask_to_enter(browser)
    body = {"options": asked.options, "challenge": asked.challenge}
    response = JSONResponse(body, headers={"Cache-Control": "private, no-store"})
    remember_browser(response, browser)
    return response


@endpoint(
    "POST",
    "/api/v1/session/passkey",
    input=PasskeyAnswer,
    output=Entered,
    summary="Sign in with what a passkey answered",
    tag="accounts",
)
async def enter_with_passkey(request: Request, given: PasskeyAnswer) -> Response:
    """Sign in by cookie; no code is asked for, because the passkey has looked at its owner."""
    browser = browser_of(request)
    secret = await enter_by_passkey(viewer_of(request), given, browser=browser, device=device_of(request))
    response = signed_in(request, secret)
    forget_browser(response)
    return response


@endpoint(
    "POST",
    "/api/v1/session/code/options",
    input=WaitingState,
    output=Asked,
    summary="What a browser is asked to take the second step with a passkey",
    tag="accounts",
)
async def ask_for_second_step(request: Request, given: WaitingState) -> Asked:
    """Ask for a passkey of who gave the right password in this browser."""
    return await ask_second_step(given.state, browser_of(request))


@endpoint(
    "POST",
    "/api/v1/me/confirmation/options",
    output=Asked,
    summary="What a browser is asked to prove with a passkey that it is me",
    tag="me",
)
async def ask_to_confirm_me(request: Request, given: None) -> Asked:
    """Ask for a passkey of who is signed in."""
    return await ask_to_confirm(need_member(request))


@endpoint("GET", _HERE, output=list[PasskeyRow], summary="My passkeys", tag="me")
async def my_passkeys(request: Request, given: None) -> list[PasskeyRow]:
    """List passkeys."""
    return await own_passkeys(need_member(request))


@endpoint("POST", f"{_HERE}/options", output=Asked, summary="What a browser is asked to make a passkey", tag="me")
async def ask_for_new_passkey(request: Request, given: None) -> Asked:
    """Ask for a new passkey."""
    return await ask_to_make(need_member(request))


@endpoint("POST", _HERE, input=NewPasskeyForm, output=PasskeyRow, status=201, summary="Add a passkey", tag="me")
async def add_my_passkey(request: Request, given: NewPasskeyForm) -> PasskeyRow:
    """Keep a passkey that a browser has just made."""
    viewer = need_member(request)
    added = await add_passkey(viewer, given)
    return next(one for one in await own_passkeys(viewer) if one.id == added)


@endpoint("PATCH", f"{_HERE}/{{id:int}}", input=PasskeyName, output=None, summary="Rename a passkey", tag="me")
async def rename_my_passkey(request: Request, given: PasskeyName) -> None:
    """Call it something else."""
    await rename_passkey(need_member(request), request.path_params["id"], given)


@endpoint("DELETE", f"{_HERE}/{{id:int}}", output=None, summary="Remove a passkey", tag="me")
async def remove_my_passkey(request: Request, given: None) -> None:
    """Take it out of use."""
    await remove_passkey(need_member(request), request.path_params["id"])


ENDPOINTS: list[Endpoint[Any]] = [
    ask_for_passkey,
    enter_with_passkey,
    ask_for_second_step,
    ask_to_confirm_me,
    my_passkeys,
    ask_for_new_passkey,
    add_my_passkey,
    rename_my_passkey,
    remove_my_passkey,
]

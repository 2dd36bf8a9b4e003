"""A forgotten password."""

from dataclasses import dataclass
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from base.errors import Invalid
from base.web.inputs import read_input
from base.web.redirect import redirect
from base.web.render import page
from members.actions.confirm import OwnAddress
from members.actions.reset_password import NewPassword, forgot_password, reset_password
from members.current import drop_session, viewer_of
from members.links import member_of_reset
from members.rules import check_may_reset

_KEPT_TO_ONESELF: Final = {"Cache-Control": "private, no-store"}


@dataclass(frozen=True, slots=True)
class ResetPage:
    """What templates/members/reset.html shows; `is_good` says whether the link can still be used."""

    token: str
    is_good: bool
    email: str = ""


@dataclass(frozen=True, slots=True)
class ForgotPage:
    """What templates/members/forgot.html shows."""

    is_sent: bool


async def forgot_form(request: Request) -> Response:
    """Ask for the address."""
    return page(request, "members/forgot.html", ForgotPage("sent" in request.query_params))


async def forgot(request: Request) -> Response:
    """Send a link, if there is an account; the answer is the same for every address."""
    given = await read_input(request)
    try:
        await forgot_password(viewer_of(request), OwnAddress.read(given))
    except Invalid as error:
        return page(request, "members/forgot.html", ForgotPage(False), status=422, errors=error.errors, given=given)
    return redirect("/forgot?sent=1")


async def reset_form(request: Request) -> Response:
    """Ask for the new password."""
    return await _reset_page(request, request.query_params.get("token", ""))


async def _reset_page(request: Request, token: str, errors: dict[str, str] | None = None) -> Response:
    data = ResetPage(token, is_good=False)
    try:
        member, _ = await member_of_reset(token)
        check_may_reset(member.state)
        data = ResetPage(token, True, member.email or "")
    except Invalid as error:
        errors = error.errors
    status = 422 if errors else 200
    return page(request, "members/reset.html", data, status=status, errors=errors, headers=_KEPT_TO_ONESELF)


async def reset(request: Request) -> Response:
    """Set the new password; every sign-in has ended, this browser's too."""
    given = await read_input(request)
    token = str(given.get("token") or request.query_params.get("token", ""))
    try:
        await reset_password(viewer_of(request), NewPassword.read({**given, "token": token}))
    except Invalid as error:
        return await _reset_page(request, token, error.errors)
    response = redirect("/sign-in", "Your new password is set. Please sign in with it.")
    drop_session(response)
    return response


ROUTES: list[BaseRoute] = [
    Route("/forgot", forgot_form, methods=["GET"]),
    Route("/forgot", forgot, methods=["POST"]),
    Route("/reset", reset_form, methods=["GET"]),
    Route("/reset", reset, methods=["POST"]),
]

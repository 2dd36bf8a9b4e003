"""Register, and confirm one's address."""

from dataclasses import dataclass
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from base import settings
from base.errors import Invalid
from base.web.inputs import read_input
from base.web.redirect import redirect
from base.web.render import page
from members.actions.come_by_invitation import Came
from members.actions.confirm import Confirmation, OwnAddress, ask_again, confirm, is_same_browser
from members.actions.register import Registration, register
from members.current import set_session, viewer_of
from members.device_cookie import device_of
from members.links import JOIN_SECONDS, member_of_join
from members.queries.legal import LegalVersion, in_force
from members.rules import ByProvider

BROWSER_COOKIE: Final = "commonplace_join"
_KEPT_TO_ONESELF: Final = {"Cache-Control": "private, no-store"}


@dataclass(frozen=True, slots=True)
class JoinPage:
    """What templates/members/join.html shows: the documents to accept."""

    documents: tuple[LegalVersion, ...]


@dataclass(frozen=True, slots=True)
class ConfirmPage:
    """What templates/members/confirm.html shows; `is_good` says whether the link can still be used."""

    token: str
    is_good: bool
    is_same_browser: bool = False
    name: str = ""
    email: str = ""


async def join_form(request: Request) -> Response:
    """Show the form; members are here already."""
    viewer = viewer_of(request)
    if viewer.is_member:
        return redirect("/")
    return page(request, "members/join.html", JoinPage(await in_force(viewer)))


async def join(request: Request) -> Response:
    """Register; the answer is the same whether or not the address has an account."""
    given = await read_input(request)
    try:
        registered = await register(viewer_of(request), Registration.read(given))
    except Invalid as error:
        data = JoinPage(await in_force(viewer_of(request)))
        return page(request, "members/join.html", data, status=422, errors=error.errors, given=given)
    except ByProvider as error:
        data = JoinPage(await in_force(viewer_of(request)))
        return page(request, "members/join.html", data, status=403, errors={"email": error.sentence}, given=given)
    return to_confirm(registered.browser)


def to_confirm(browser: str) -> Response:
    """Say that a letter is on its way; this browser keeps the secret with which its link alone confirms."""
    response = redirect("/join/sent")
    response.set_cookie(
        BROWSER_COOKIE,
        browser,
        max_age=JOIN_SECONDS,
        httponly=True,
        samesite="lax",
        secure=settings.get().secure,
        path="/join",
    )
    return response


async def sent(request: Request) -> Response:
    """Say that a letter is on its way, and offer another."""
    return page(request, "members/join_sent.html")


async def again(request: Request) -> Response:
    """Send another confirming letter, if one is due."""
    given = await read_input(request)
    try:
        await ask_again(viewer_of(request), OwnAddress.read(given))
    except Invalid as error:
        return page(request, "members/join_sent.html", status=422, errors=error.errors, given=given)
    return redirect("/join/sent", "If this address waits to be confirmed, another letter is on its way.")


async def confirm_form(request: Request) -> Response:
    """Show a button: programs that only follow links, such as mail scanners, confirm nothing."""
    token = request.query_params.get("token", "")
    return await _confirm_page(request, token)


async def _confirm_page(request: Request, token: str, errors: dict[str, str] | None = None) -> Response:
    status, data = 422 if errors else 200, ConfirmPage(token, is_good=False)
    try:
        member, proof = await member_of_join(token)
        same = is_same_browser(proof, request.cookies.get(BROWSER_COOKIE, ""))
        data = ConfirmPage(token, member.state != "active", same, member.name, member.email or "")
        if member.state == "active":
            status, errors = 422, {"link": "This address is confirmed already. Please sign in."}
    except Invalid as error:
        status, errors = 422, error.errors
    return page(request, "members/confirm.html", data, status=status, errors=errors, headers=_KEPT_TO_ONESELF)


async def confirm_address(request: Request) -> Response:
    """Confirm the address, and sign in."""
    given = await read_input(request)
    token = str(given.get("token") or request.query_params.get("token", ""))
    try:
        confirmed = await confirm(
            viewer_of(request),
            Confirmation.read({**given, "token": token}),
            browser=request.cookies.get(BROWSER_COOKIE, ""),
            device=device_of(request),
        )
    except Invalid as error:
        return await _confirm_page(request, token, error.errors)
    response = redirect("/settings/profile?welcome=1", welcome_of(confirmed.came))
    response.delete_cookie(BROWSER_COOKIE, path="/join")
    set_session(request, response, confirmed.secret)
    return response


def welcome_of(came: Came) -> str:
    """Return what somebody is told whose address has just been confirmed."""
    welcome = "Welcome! Your address is confirmed."
    if came.organisation:
        welcome += f" You are here as staff of {came.organisation}."
    elif came.asked:
        welcome += (
            f" The administrators of {came.asked} see that you came by their invitation, and will let you in. Until"
            f" then you are a guest: {_of_guests()}."
        )
    else:
        welcome += (
            f" It belongs to no organisation of the network yet, so you are a guest: {_of_guests()}."
            " Administrators can place you in your organisation; if it is not in the network yet,"
            " it can ask to join: see Organisations."
        )
    return welcome


def _of_guests() -> str:
    if settings.get().private:
        return "what people write here opens to you as soon as you are confirmed"
    return "you can ask, answer and read what is open to everybody"


ROUTES: list[BaseRoute] = [
    Route("/join", join_form, methods=["GET"]),
    Route("/join", join, methods=["POST"]),
    Route("/join/sent", sent, methods=["GET"]),
    Route("/join/again", again, methods=["POST"]),
    Route("/join/confirm", confirm_form, methods=["GET"]),
    Route("/join/confirm", confirm_address, methods=["POST"]),
]

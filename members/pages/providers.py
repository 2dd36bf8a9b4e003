"""Signing in at a provider: there, and back again."""

from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from base import settings
from base.errors import Conflict, Failure, Missing, Refused
from base.log import logger
from base.web.redirect import redirect, safe_path
from base.web.render import page
from members.actions.come_back import Back, come_back
from members.actions.enter_by_link import Entered
from members.actions.go_to_provider import go_and_sign_in
from members.actions.link_identity import SECONDS, Arrived, packed
from members.actions.wait_for_code import Waiting
from members.away_cookie import forget_way, way_in
from members.current import set_session, viewer_of
from members.device_cookie import device_of
from members.oidc.errors import NoSignIn
from members.oidc.exchange import Answer
from members.pages.away import KEPT_TO_ONESELF, lead_away
from members.waiting_cookie import remember_browser

ARRIVED_COOKIE: Final = "commonplace_arrived"
_TOLD: Final = {"link": "Linked. From now on this sign-in opens your account, too.", "confirm": ""}


@dataclass(frozen=True, slots=True)
class NoSignInPage:
    """What templates/members/no_sign_in.html shows: why it came to nothing, and the other ways in."""

    title: str
    sentence: str
    next: str


async def go(request: Request) -> Response:
    """Lead to a provider."""
    slug, after = request.path_params["slug"], safe_path(request.query_params.get("next"))
    try:
        return lead_away(request, await go_and_sign_in(viewer_of(request), slug, after), slug)
    except (NoSignIn, Missing) as error:
        return no_sign_in(request, error, after)


async def back(request: Request) -> Response:
    """Take what a provider says about who comes back, and go on to where they were headed."""
    slug, given = request.path_params["slug"], request.query_params
    answer = Answer(given.get("state", ""), given.get("code", ""), given.get("iss", ""), given.get("error", ""))
    viewer = viewer_of(request)
    try:
        done = await come_back(viewer, slug, answer, cookie=way_in(request), device=device_of(request))
        response = _on(request, done)
    except (NoSignIn, Refused, Missing, Conflict) as error:
        response = no_sign_in(request, error)
    forget_way(response, request, slug)
    return response


def _on(request: Request, done: Back) -> Response:
    after, came = safe_path(done.next), done.came
    if done.purpose == "confirm":
        return page(request, "members/confirmed.html", ConfirmedPage(after), headers=KEPT_TO_ONESELF)
    if isinstance(came, Arrived):
        response = redirect(f"/sign-in/link?{urlencode({'next': after})}")
        response.set_cookie(
            ARRIVED_COOKIE, packed(came), max_age=SECONDS, httponly=True, samesite="lax",
            secure=settings.get().secure, path="/sign-in",
        )  # fmt: skip
        return response
    return go_on(request, came, after) if came is not None else redirect(after, _TOLD[done.purpose])


def go_on(request: Request, came: Entered | Waiting, after: str) -> Response:
    """Begin the sign-in in this browser, or ask for the code that has to follow."""
    if isinstance(came, Waiting):
        response = redirect(f"/sign-in/code?{urlencode({'state': came.state, 'next': after})}")
        remember_browser(response, came.browser)
        return response
    response = redirect("/settings/profile?welcome=1" if came.is_new else after, _welcome(came))
    set_session(request, response, came.secret)
    return response


def _welcome(came: Entered) -> str | None:
    return "Welcome! This is your account; please look whether your name is right." if came.is_new else None


@dataclass(frozen=True, slots=True)
class ConfirmedPage:
    """What templates/members/confirmed.html shows, in a window of its own."""

    next: str


def no_sign_in(request: Request, error: Failure, after: str = "/") -> Response:
    """Say why it came to nothing; what only administrators can mend goes into the log."""
    if isinstance(error, NoSignIn):
        of = request.path_params.get("slug", "")
        logger("sign-in").warning("signing in at a provider failed", of=of, detail=error.detail)
    data = NoSignInPage(error.title, error.sentence, after)
    return page(request, "members/no_sign_in.html", data, status=error.status, headers=KEPT_TO_ONESELF)


ROUTES: list[BaseRoute] = [
    Route("/sign-in/with/{slug}", go, methods=["GET"]),
    Route("/sign-in/with/{slug}/return", back, methods=["GET"]),
]

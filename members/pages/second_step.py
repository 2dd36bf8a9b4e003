"""The second page of signing in, of who signs in with two steps."""

from dataclasses import dataclass, field
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from base.errors import Invalid
from base.web.inputs import read_input
from base.web.redirect import redirect, safe_path
from base.web.render import page
from members.actions.second_step import Code, give_code
from members.actions.wait_for_code import OVER, check_waiting
from members.current import set_session, viewer_of
from members.device_cookie import device_of
from members.passkeys import usable_at
from members.queries.passkeys import Ways, ways_of
from members.waiting_cookie import browser_of, forget_browser

_KEPT_TO_ONESELF: Final = {"Cache-Control": "private, no-store"}


@dataclass(frozen=True, slots=True)
class SecondStepPage:
    """What templates/members/second_step.html shows; `ways` is with what it can be taken, beside recovery codes."""

    state: str
    next: str
    ways: Ways
    origin: str = field(default_factory=usable_at)


async def code_form(request: Request) -> Response:
    """Ask for the code; whoever did not give the right password in this browser begins again."""
    asked = request.query_params
    state = asked.get("state", "")
    try:
        waiting = await check_waiting(state, browser_of(request))
    except Invalid as error:
        return redirect("/sign-in", error.sentence, level="note")
    data = SecondStepPage(state, safe_path(asked.get("next")), await ways_of(waiting.member.id))
    return page(request, "members/second_step.html", data, headers=_KEPT_TO_ONESELF)


async def give(request: Request) -> Response:
    """Sign in with the code, and go on to where the reader was headed."""
    given = await read_input(request)
    try:
        browser = browser_of(request)
        secret = await give_code(viewer_of(request), Code.read(given), browser=browser, device=device_of(request))
    except Invalid as error:
        return await _again(request, error, given)
    response = redirect(safe_path(str(given.get("next") or "/")))
    set_session(request, response, secret)
    forget_browser(response)
    return response


async def _again(request: Request, error: Invalid, given: dict[str, object]) -> Response:
    state = str(given.get("state", ""))
    try:
        waiting = await check_waiting(state, browser_of(request))
    except Invalid:
        return redirect("/sign-in", OVER, level="note")
    data = SecondStepPage(state, safe_path(str(given.get("next") or "/")), await ways_of(waiting.member.id))
    template, mine = "members/second_step.html", _KEPT_TO_ONESELF
    return page(request, template, data, status=422, errors=error.errors, given=given, headers=mine)


ROUTES: list[BaseRoute] = [
    Route("/sign-in/code", code_form, methods=["GET"]),
    Route("/sign-in/code", give, methods=["POST"]),
]

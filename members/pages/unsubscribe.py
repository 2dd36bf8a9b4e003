"""Stop mail about notices by the link in it, without signing in."""

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from base.errors import Invalid
from base.web.render import page
from members.actions.stop_mail import stop_mail
from members.links import member_of_unsubscribe


@dataclass(frozen=True, slots=True)
class UnsubscribePage:
    """What templates/members/unsubscribe.html shows."""

    token: str
    is_good: bool
    is_done: bool


async def ask(request: Request) -> Response:
    """Show a button: a program that follows links stops nothing."""
    return await _answer(request, done=False)


async def stop(request: Request) -> Response:
    """Stop the mail at once (RFC 8058: mail programs send this for the reader's one click)."""
    return await _answer(request, done=True)


async def _answer(request: Request, *, done: bool) -> Response:
    token = request.query_params.get("token", "")
    try:
        member_id = member_of_unsubscribe(token)
    except Invalid as error:
        data = UnsubscribePage(token, is_good=False, is_done=False)
        return page(request, "members/unsubscribe.html", data, status=422, errors=error.errors)
    if done:
        await stop_mail(member_id)
    return page(request, "members/unsubscribe.html", UnsubscribePage(token, True, done))


ROUTES: list[BaseRoute] = [
    Route("/unsubscribe", ask, methods=["GET"]),
    Route("/unsubscribe", stop, methods=["POST"]),
]

"""The cookie that binds a sign-in that waits for its code to the browser in which it began."""

from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from base import settings
from members.actions.wait_for_code import SECONDS

COOKIE: Final = "commonplace_second"


def browser_of(request: Request) -> str:
    """Return the secret of the browser, empty when nothing waits there."""
    return request.cookies.get(COOKIE, "")


def remember_browser(response: Response, browser: str) -> None:
    """Give the browser its secret, for ten minutes."""
    secure = settings.get().secure
    response.set_cookie(COOKIE, browser, max_age=SECONDS, httponly=True, samesite="lax", secure=secure, path="/")


def forget_browser(response: Response) -> None:
    """Take the cookie away."""
    response.delete_cookie(COOKIE, path="/")

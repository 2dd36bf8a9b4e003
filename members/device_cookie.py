"""The cookie by which a browser is known when somebody signs in there again: a secret of its own, for long."""

from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from base import settings
from base.errors import Invalid
from base.signing import sign, unsign
from members.devices import Device, device_words
from members.secrets import new_secret

COOKIE: Final = "commonplace_device"
_SECONDS: Final = 400 * 86400
"""Longer no browser keeps a cookie; each sign-in begins it anew."""
_FOUND: Final = "commonplace.device"


def device_of(request: Request) -> Device:
    """Return the browser of a request; one that is not known gets a secret, which `remember_device` gives to it."""
    found: Device | None = request.scope.get(_FOUND)
    if found is None:
        found = Device(device_words(request.headers.get("user-agent", "")), _known(request) or new_secret())
        request.scope[_FOUND] = found
    return found


def _known(request: Request) -> str:
    try:
        return str(unsign("device", request.cookies.get(COOKIE, "")))
    except Invalid:
        return ""


def remember_device(request: Request, response: Response) -> None:
    """Let the browser keep its secret: only where somebody has signed in."""
    secure = settings.get().secure
    value = sign("device", device_of(request).secret)
    response.set_cookie(COOKIE, value, max_age=_SECONDS, httponly=True, samesite="lax", secure=secure, path="/")

"""Send the browser on, with a message that is shown once."""

from typing import Any, Final
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from base import settings
from base.errors import Invalid
from base.signing import sign, unsign

NOTE_COOKIE: Final = "commonplace_note"
_NOTE_SECONDS: Final = 120


def safe_path(given: str | None, default: str = "/") -> str:
    """Return `given` if it is a path on this site, else `default`: no open redirect."""
    if not given or not given.startswith("/") or given.startswith(("//", "/\\")) or "\\" in given:
        return default
    if any(ord(letter) < 33 or ord(letter) == 127 for letter in given):
        return default
    parts = urlsplit(given)
    return given if not parts.scheme and not parts.netloc else default


def redirect(url: str, message: str | None = None, *, level: str = "ok") -> Response:
    """Answer 303 to `url`; `message` is shown once on the next page."""
    response = RedirectResponse(url, status_code=303)
    if message:
        response.set_cookie(
            NOTE_COOKIE,
            sign("note", [level, message]),
            max_age=_NOTE_SECONDS,
            httponly=True,
            samesite="lax",
            secure=settings.get().secure,
        )
    return response


def moved(url: str) -> Response:
    """Answer 301 to the one address of something, for who keeps links.

    Browsers are told to ask again: what was renamed may get its old name back, and would lead to itself for ever.
    """
    return RedirectResponse(url, status_code=301, headers={"Cache-Control": "no-cache"})


def elsewhere(request: Request, url: str) -> Response:
    """Lead to the one address of something, with the same query."""
    return moved(url + (f"?{request.url.query}" if request.url.query else ""))


def take_messages(request: Request) -> list[tuple[str, str]]:
    """Return the one-time messages for this request."""
    given = request.cookies.get(NOTE_COOKIE)
    if not given:
        return []
    try:
        found: Any = unsign("note", given, seconds=_NOTE_SECONDS)
    except Invalid:
        return []
    return [(str(found[0]), str(found[1]))]

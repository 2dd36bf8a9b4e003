"""The one place where a failure becomes an answer: a page, or problem+json (RFC 9457)."""

from contextlib import suppress
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response

from base.errors import Failure, Invalid, NotSignedIn, TooMany
from base.web.inputs import read_with_files
from base.web.redirect import redirect
from base.web.render import page
from base.web.typed import typed, was_read

_MOST_FILES = 20
_SENTENCES = {
    404: "There is nothing here, or you may not see it.",
    405: "This address does not take that kind of request.",
    413: "That is more than this site takes at once.",
    400: "The request could not be read.",
}


@dataclass(frozen=True, slots=True)
class FailurePage:
    """What templates/errors/failure.html shows."""

    status: int
    title: str
    sentence: str
    details: dict[str, str] = field(default_factory=dict)
    retry_after: int = 0
    typed: tuple[str, ...] = ()
    """Texts of the form that could not be taken."""
    after: str = ""
    """Where whoever signs in is led, if not here."""


def wants_json(request: Request) -> bool:
    """Say whether the answer should be JSON."""
    path = request.url.path
    return path.startswith("/api/") or path.endswith(".json") or "application/json" in request.headers.get("accept", "")


def nothing_told(request: Request) -> Response | None:
    """Answer a script that listens for events and is held up: a page would be an error to it, this ends it quietly."""
    return Response(status_code=204) if "text/event-stream" in request.headers.get("accept", "") else None


def problem(
    status: int, title: str, sentence: str, *, headers: dict[str, str] | None = None, **more: Any
) -> JSONResponse:
    """Return one problem document."""
    body = {"type": "about:blank", "title": title, "status": status, "detail": sentence, **more}
    return JSONResponse(body, status_code=status, media_type="application/problem+json", headers=headers)


async def on_failure(request: Request, error: Exception) -> Response:
    """Answer one of the five errors."""
    assert isinstance(error, Failure)
    headers = {"Retry-After": str(error.retry_after)} if isinstance(error, TooMany) else {}
    if wants_json(request):
        if isinstance(error, NotSignedIn):
            headers["WWW-Authenticate"] = "Bearer"
        more = {"errors": error.errors} if isinstance(error, Invalid) else {}
        return problem(error.status, error.title, error.sentence, headers=headers, **more)
    if request.method == "POST" and not was_read(request.scope):
        await _read_typed(request)
    if isinstance(error, NotSignedIn) and not typed(request.scope):
        return redirect(f"/sign-in?next={quote(_after(request, error))}", error.sentence, level="note")
    return failure_page(request, error, headers)


def _after(request: Request, error: NotSignedIn) -> str:
    if error.after or request.method not in ("GET", "HEAD"):
        return error.after or "/"
    return request.url.path + (f"?{request.url.query}" if request.url.query else "")


async def _read_typed(request: Request) -> None:
    """Read the form after all: whoever was refused before anybody looked at it gets back what they typed."""
    with suppress(Invalid, HTTPException, ClientDisconnect, RuntimeError):  # then it is no form, or was read in pieces
        await read_with_files(request, _MOST_FILES)


def failure_page(request: Request, error: Failure, headers: dict[str, str] | None = None) -> Response:
    """Return the page of a failure."""
    return say(
        request,
        error.status,
        error.title,
        error.sentence,
        details=error.errors if isinstance(error, Invalid) else {},
        retry_after=error.retry_after if isinstance(error, TooMany) else 0,
        after=_after(request, error) if isinstance(error, NotSignedIn) else "",
        headers=headers,
    )


def say(
    request: Request, status: int, title: str, sentence: str, *, headers: dict[str, str] | None = None, **more: Any
) -> Response:
    """Return the page that says what went wrong; `more` are other fields of FailurePage."""
    data = FailurePage(status, title, sentence, typed=typed(request.scope), **more)
    return page(request, "errors/failure.html", data, status=status, headers=headers)


async def on_http(request: Request, error: Exception) -> Response:
    """Answer what the router refused: no such path, no such method."""
    assert isinstance(error, HTTPException)
    title = HTTPStatus(error.status_code).phrase
    sentence = _SENTENCES.get(error.status_code, title)
    headers = dict(error.headers or {})
    if wants_json(request):
        return problem(error.status_code, title, sentence, headers=headers)
    return say(request, error.status_code, title, sentence, headers=headers)

"""Guards around every request: strict headers, size, cross-site posts, calm failure, the access log."""

import time
from collections.abc import Callable, Iterable
from typing import Any, Final
from urllib.parse import urlsplit

import anyio
from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from base import settings
from base.db.trouble import sentence_of
from base.log import REQUEST, logger
from base.web.failures import problem, say, wants_json
from base.web.inline import theme_source
from base.web.observed import finished, path_of, request_id
from base.web.typed import typed

MOST_BYTES: Final = 2 * 1024 * 1024
BEGAN: Final = "commonplace.began"
"""When a request came, by the clock of performance, if somebody has noted that."""
_MOST_DRAINED: Final = 128 * 1024 * 1024
_DRAIN_SECONDS: Final = 10.0
_SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_POLICY: Final = (
    "default-src 'self'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'; form-action 'self'; "
    f"img-src 'self' data:; style-src 'self'; script-src 'self' {theme_source()}"
)
HEADERS: Final = (
    ("Content-Security-Policy", _POLICY),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "same-origin"),
    ("X-Frame-Options", "DENY"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Permissions-Policy", "camera=(), microphone=(), geolocation=(), payment=()"),
)


_RAW: Final = [(name.lower().encode(), value.encode()) for name, value in HEADERS]
_HSTS: Final = (b"strict-transport-security", b"max-age=31536000")


def with_strict(headers: Iterable[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    """Return the headers of an answer with the strict ones, but for those that it has of its own."""
    given = list(headers)
    own = {name for name, _ in given}
    strict = [*_RAW, _HSTS] if settings.get().secure else _RAW
    return given + [one for one in strict if one[0] not in own]


def _within(start: Message) -> list[tuple[bytes, bytes]]:
    """Return the headers of an answer; where the router leads to an address without its last slash, by path alone.

    It would name whatever host the request named, which may be anybody's, and http behind a proxy that speaks https.
    """
    headers: list[tuple[bytes, bytes]] = start["headers"]
    if start["status"] != 307:
        return headers
    return [(name, _path_in(value) if name == b"location" else value) for name, value in headers]


def _path_in(address: bytes) -> bytes:
    parts = urlsplit(address)
    path = parts.path if parts.path.startswith(b"/") and not parts.path.startswith(b"//") else b"/"
    return path + (b"?" + parts.query if parts.query else b"")


class StrictHeaders:
    """Put the security headers on every answer, errors and files included, and give the request an id."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on with its id."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        known_as = request_id(scope)
        started = scope.get(BEGAN) or time.perf_counter()
        status, took = 0, 0.0

        async def with_headers(message: Message) -> None:
            nonlocal status, took
            if message["type"] == "http.response.start":
                status, took = message["status"], time.perf_counter() - started
                message = {
                    **message,
                    "headers": [*with_strict(_within(message)), (b"x-request-id", known_as.encode())],
                }
            await send(message)

        try:
            await self.app(scope, receive, with_headers)
        finally:
            finished(scope, status, took or time.perf_counter() - started)


class Calm:
    """Turn an unforeseen error into a calm page, and write it to the log."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; answer 500 if it fails before anything was sent."""
        begun = False

        async def watch(message: Message) -> None:
            nonlocal begun
            begun = begun or message["type"] == "http.response.start"
            await send(message)

        try:
            await self.app(scope, receive, watch)
        except ClientDisconnect:
            # Somebody closed the page, or lost the line, while it was still being sent: nobody is left to answer.
            logger("web").info("gone before all was sent", method=scope["method"], path=path_of(scope))
        except Exception as error:
            if scope["type"] != "http" or begun:
                raise
            if trouble := sentence_of(error):
                logger("web").error(
                    "database in trouble", method=scope["method"], path=path_of(scope), error=str(error)
                )
                await _unavailable(Request(scope), trouble)(scope, receive, send)
                return
            logger("web").exception("request failed", method=scope["method"], path=path_of(scope))
            await _apology(Request(scope))(scope, receive, send)


def _unavailable(request: Request, sentence: str) -> Response:
    # A page of ours may need the database: this one needs nothing.
    headers = {"Retry-After": "10", "Cache-Control": "no-store"}
    if wants_json(request):
        return problem(503, "Not available just now", sentence, headers=headers)
    texts = "".join(f"\n\n{'-' * 72}\n\n{one}" for one in typed(request.scope))
    given_back = f"{sentence}\n\nThis is what you typed, to be copied:{texts}\n" if texts else sentence
    return PlainTextResponse(given_back, status_code=503, headers=headers)


def plain_apology(scope: Scope) -> Response:
    """Return what is said when a page was drawn, and could then not be given: outside of everything else."""
    headers = {name.decode(): value.decode() for name, value in with_strict([])}
    headers |= {"X-Request-Id": request_id(scope), "Cache-Control": "no-store"}
    return PlainTextResponse(_sorry(), status_code=500, headers=headers)


def _sorry() -> str:
    sentence = "Something went wrong on our side. It has been written down; please try again in a moment."
    if known_as := REQUEST.get():
        sentence += f" Who asks us about it may name this request: {known_as}."
    return sentence


def _apology(request: Request) -> Response:
    sentence = _sorry()
    if wants_json(request):
        return problem(500, "Something went wrong", sentence)
    if not hasattr(request.state, "viewer"):
        return PlainTextResponse(sentence, status_code=500)
    return say(request, 500, "Something went wrong", sentence)


class TooLarge(Exception):
    """The body is larger than this site takes."""


class SizeLimit:
    """Refuse bodies over the limit, announced or not; where files are taken (`wider`) the limit is another one."""

    def __init__(self, app: ASGIApp, most: int = MOST_BYTES, wider: Callable[[str], int] | None = None) -> None:
        self.app, self.most, self.wider = app, most, wider

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on while its body stays within the limit."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        most = max(self.most, self.wider(scope["path"])) if self.wider else self.most
        announced = Headers(scope=scope).get("content-length", "0")
        seen = 0
        if not announced.isdigit() or int(announced) > most:
            await _refuse_size(most, scope, receive, send)
            return

        async def counted() -> Message:
            nonlocal seen
            message = await receive()
            seen += len(message.get("body", b""))
            if seen > most:
                raise TooLarge
            return message

        try:
            await self.app(scope, counted, send)
        except TooLarge:
            await _refuse_size(most, scope, receive, send)


async def _refuse_size(most: int, scope: Scope, receive: Receive, send: Send) -> None:
    """Answer at once, and then take in for a while what is still being sent.

    A browser whose line is cut while it sends shows its own error and not our sentence.
    """
    sentence = f"That is more than this site takes at once: at most {most // 1024**2} MB."
    json = wants_json(Request(scope))
    answer: Response = problem(413, "Too large", sentence) if json else PlainTextResponse(sentence, status_code=413)
    headers = [*answer.raw_headers, (b"connection", b"close"), (b"content-encoding", b"identity")]
    await send({"type": "http.response.start", "status": 413, "headers": headers})
    await send({"type": "http.response.body", "body": answer.body, "more_body": True})
    left = _MOST_DRAINED
    with anyio.move_on_after(_DRAIN_SECONDS):
        while left > 0:
            message = await receive()
            left -= len(message.get("body", b""))
            if message["type"] == "http.disconnect" or not message.get("more_body", False):
                break
    await send({"type": "http.response.body", "body": b"", "more_body": False})


class ReadableAddress:
    """Refuse paths with control characters, which nothing has, and drop NUL from queries: databases choke on it."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, readable, unless its path cannot be read."""
        if scope["type"] == "http":
            if any(letter < " " or letter == "\x7f" for letter in scope["path"]):
                await PlainTextResponse("There is nothing here.", status_code=404)(scope, receive, send)
                return
            if b"%00" in scope["query_string"]:
                scope["query_string"] = _without_nul(scope["query_string"])  # in the same scope: others look into it
        await self.app(scope, receive, send)


def _without_nul(query: bytes) -> bytes:
    while b"%00" in query:  # taking one out can put another together: %%0000
        query = query.replace(b"%00", b"")
    return query


class SameSite:
    """Refuse writes that another site made a browser send.

    Browsers say where a request comes from (Sec-Fetch-Site, Origin); programs say neither and carry a token.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on unless it is a write from elsewhere."""
        if scope["type"] == "http" and scope["method"] not in _SAFE and not _from_here(Headers(scope=scope)):
            answer = PlainTextResponse("This request came from another site and was refused.", status_code=403)
            await answer(scope, receive, send)
            return
        await self.app(scope, receive, send)


def _from_here(headers: Headers) -> bool:
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site in ("same-origin", "none")
    origin: Any = headers.get("origin")
    if origin is None:
        return True
    ours = {headers.get("host", ""), urlsplit(settings.get().address).netloc}
    return urlsplit(origin).netloc in ours

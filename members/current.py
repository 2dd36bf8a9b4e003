"""The viewer of a request: from the session cookie, or from a personal token."""

from dataclasses import replace
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from base import settings
from base.db import Recalled
from base.errors import Invalid, NotSignedIn
from base.signing import sign, unsign
from base.web.failures import on_failure
from base.web.raw import cookie, header
from base.web.version import version_of
from members.device_cookie import remember_device
from members.held_up import held_up
from members.presence import saw
from members.queries.viewer import viewer_of_session, viewer_of_token
from members.viewer import VISITOR, Viewer

SESSION_COOKIE: Final = "commonplace_session"
_FOUND: Final = "commonplace.viewer"
_COOKIE: Final = SESSION_COOKIE.encode()
_READING: Final = frozenset({"GET", "HEAD"})
_signed_in: Final[Recalled[Viewer]] = Recalled(4096)
_WITHOUT_VIEWER: Final = ("/static/", "/healthz", "/readyz", "/metrics")


class WhoIsLooking:
    """Put the viewer on every request; a bad token is told so, a bad cookie is a visitor."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Find the viewer and pass the request on."""
        if scope["type"] == "http":
            request = Request(scope)
            request.state.viewer = VISITOR
            if not scope["path"].startswith(_WITHOUT_VIEWER):
                try:
                    request.state.viewer = await found_viewer(request)
                except NotSignedIn as error:
                    await (await on_failure(request, error))(scope, receive, send)
                    return
                saw(request.state.viewer)
                if answer := held_up(request, request.state.viewer):
                    await answer(scope, receive, send)
                    return
        await self.app(scope, receive, send)


async def found_viewer(request: Request) -> Viewer:
    """Return who sent the request, looked up once; raises NotSignedIn when a token is not valid."""
    viewer: Viewer | None = request.scope.get(_FOUND)
    if viewer is None:
        viewer = await _find(request.scope, address_of(request))
        if not viewer.is_member:
            viewer = replace(viewer, address=address_of(request), locale=settings.get().language)
        request.scope[_FOUND] = viewer
    return viewer


async def _find(scope: Scope, address: str) -> Viewer:
    kind, _, token = header(scope, b"authorization").decode("latin-1").partition(" ")
    if kind.lower() == "bearer":
        found = await viewer_of_token(token.strip(), address)
        if found is None:
            raise NotSignedIn("This token is not valid, or no longer valid.")
        return found
    given = cookie(scope, _COOKIE)
    if not given:
        return VISITOR
    # Whoever writes is looked up each time.
    at = await version_of(scope) if scope["method"] in _READING else None
    known = _signed_in.get((given, address), at) if at else None
    if known is None:
        known = await _found_by(given, address)
        if at and known.is_member:
            _signed_in.put((given, address), at, known)
    return known


async def _found_by(cookie_value: str, address: str) -> Viewer:
    try:
        secret = unsign("session", cookie_value)
    except Invalid:
        return VISITOR
    return await viewer_of_session(str(secret), address) or VISITOR


def viewer_of(request: Request) -> Viewer:
    """Return the viewer of this request."""
    viewer: Viewer = request.state.viewer
    return viewer


def need_member(request: Request) -> Viewer:
    """Return the viewer, who must be signed in; a visitor is sent to sign in first."""
    viewer = viewer_of(request)
    if not viewer.is_member:
        raise NotSignedIn
    return viewer


def address_of(request: Request) -> str:
    """Return the network address of the client, for limits and the list of sign-ins."""
    return client_of(request.scope)


def client_of(scope: Scope) -> str:
    """Return the same of a request of which nothing is built yet."""
    if settings.get().behind_proxy and (given := header(scope, b"x-forwarded-for")):
        return given.decode("latin-1").rpartition(",")[2].strip()[:45]
    client: tuple[str, int] | None = scope.get("client")
    return client[0] if client else ""


def set_session(request: Request, response: Response, secret: str) -> None:
    """Give the browser its signed session cookie, and what it is known by when somebody signs in there again."""
    now = settings.get()
    response.set_cookie(
        SESSION_COOKIE,
        sign("session", secret),
        max_age=now.session_days * 86400,
        httponly=True,
        samesite="lax",
        secure=now.secure,
        path="/",
    )
    remember_device(request, response)


def drop_session(response: Response) -> None:
    """Take the session cookie away."""
    response.delete_cookie(SESSION_COOKIE, path="/")

"""A private site: only those who belong to the network come in; a few doors stay open for all others.

One guard stands before the router, so that an address answers the same whether or not something is there. What is not
named here is closed.
"""

from pathlib import PurePosixPath
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from base import settings
from base.db import Version
from base.errors import NotSignedIn
from base.web.failures import nothing_told, on_failure, problem, wants_json
from base.web.redirect import redirect
from base.web.version import version_of
from members.rules import may_join, may_see_network
from members.viewer import Viewer

WHERE: Final = "/waiting"
SENTENCE: Final = "This site is for its members. Please sign in to go on."
_WAIT: Final = "Your organisation has not confirmed you yet. Until then only your own settings are open to you."
LOOK: Final = "SELECT value FROM site_settings WHERE name = 'private'"
"""Asked with every version of the database: another process may have made the site private a moment ago."""

_VISITORS: Final = frozenset({
    "/sign-in", "/sign-in/code", "/sign-out", "/join", "/join/sent", "/join/again", "/join/confirm", "/forgot",
    "/reset", "/unsubscribe", "/about", "/guidelines", "/accessibility", "/setup", "/setup/administrator", "/healthz",
    "/readyz", "/metrics", "/robots.txt", "/favicon.ico", "/.well-known/security.txt",
    "/.well-known/security-policy.txt", "/dev/mail", "/api/v1/register", "/api/v1/register/again",
    "/api/v1/register/confirm", "/api/v1/session", "/api/v1/session/code", "/api/v1/password/forgot",
    "/api/v1/password/reset", "/legal", "/api/v1/legal",
})  # fmt: skip
_PLAIN: Final = frozenset({"/healthz", "/readyz", "/metrics", "/favicon.ico"})
"""Doors that show nothing of a site and its readers: for them the database is not asked."""
_VISITORS_BELOW: Final = (
    "/static/",
    "/sign-in/",
    "/api/v1/session/",
    "/invitation/",
    "/api/v1/invitation/",
    "/dev/mail/",
    "/legal/",
    "/api/v1/legal/",
)
_GUESTS: Final = frozenset({
    WHERE, "/settings", "/settings/profile", "/settings/notices", "/settings/notices/reasons", "/settings/password",
    "/settings/sessions", "/settings/tokens", "/settings/two-steps", "/settings/passkeys", "/settings/links",
    "/settings/confirm", "/api/v1/me", "/api/v1/me/mail", "/api/v1/me/password", "/api/v1/me/sessions",
    "/api/v1/me/tokens", "/api/v1/me/two-factor", "/api/v1/me/confirmation", "/api/v1/me/notices",
    "/api/v1/me/passkeys", "/api/v1/me/links", "/settings/data", "/api/v1/me/data", "/api/v1/me/consents",
    "/api/v1/me/departure", "/settings/organisations", "/api/v1/me/organisations",
    "/api/v1/me/organisation-requests",
})  # fmt: skip
_GUESTS_BELOW: Final = (
    "/settings/sessions/", "/settings/tokens/", "/settings/two-steps/", "/api/v1/me/sessions/", "/api/v1/me/tokens/",
    "/api/v1/me/two-factor/", "/settings/passkeys/", "/settings/links/", "/settings/confirm/", "/api/v1/me/passkeys/",
    "/api/v1/me/links/", "/api/v1/me/confirmation/", "/settings/data/", "/api/v1/me/data/", "/api/v1/me/consents/",
    "/organisation-requests/", "/api/v1/organisation-requests/",
)  # fmt: skip
_TO_JOIN: Final = frozenset({"/join/organisation", "/api/v1/organisation-requests"})
"""By which an organisation asks to join: open where people may join by themselves, for it begins with an account."""
_FOR_PROGRAMS: Final = frozenset({".json", ".atom", ".rss", ".xml", ".csv", ".ics", ".md", ".txt"})


async def is_private(scope: Scope) -> bool:
    """Say whether the site is private now; in every process with the next request after the switch."""
    return is_private_at(await version_of(scope) if _is_kept() else None)


def is_private_at(at: Version | None) -> bool:
    """Say the same of the moment when the database was asked for its version."""
    return settings.get().private or (at is not None and at.also == "true" and _is_kept())


def _is_kept() -> bool:
    """Say whether the database decides: where the site is not private, and nobody said so beside the page."""
    return not settings.get().private and settings.origin("private") in ("page", "default")


async def is_shut_out(scope: Scope, viewer: Viewer) -> bool:
    """Say whether the site is private, and this viewer none of those it is for."""
    return not may_see_network(viewer) and await is_private(scope)


def is_door(path: str, viewer: Viewer) -> bool:
    """Say whether an address stays open to who does not belong to the network."""
    if path in _VISITORS or path.startswith(_VISITORS_BELOW):
        return True
    if path in _TO_JOIN and may_join(settings.get().joining):
        return viewer.is_member or not path.startswith("/api/")
    return viewer.is_member and (path in _GUESTS or path.startswith(_GUESTS_BELOW))


def sees_nothing(request: Request) -> bool:
    """Say whether this request comes by a door of a private site: what it is answered tells nothing of who is in it."""
    return bool(getattr(request.state, "is_shut_out", False))


class MembersOnly:
    """Let nobody into a private site but who belongs to the network, and let nothing of it be kept on the way."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer it here, before anybody looks what is at its address."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request = Request(scope)
        if scope["path"] in _PLAIN or scope["path"].startswith("/static/"):
            # Should it end in a page that says so, nothing of the site stands above it.
            request.state.above, request.state.is_shut_out = (), settings.get().private
            await self.app(scope, receive, send)
            return
        viewer: Viewer = request.state.viewer
        if await is_shut_out(scope, viewer):
            request.state.is_shut_out = True
            if not is_door(scope["path"], viewer):
                await (await _turned_away(request, viewer))(scope, receive, send)
                return
        elif settings.get().private:
            send = _to_oneself(send)
        await self.app(scope, receive, send)


def _to_oneself(send: Send) -> Send:
    """Say of every answer that it is for who asked; what says so itself stays as it is."""

    async def said(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = message["headers"]
            told = b"".join(value for name, value in headers if name == b"cache-control")
            if b"no-store" not in told and not (b"private" in told and b"no-cache" in told):
                others = [one for one in headers if one[0] != b"cache-control"]
                message = {**message, "headers": [*others, (b"cache-control", b"private, no-store")]}
        await send(message)

    return said


async def _turned_away(request: Request, viewer: Viewer) -> Response:
    path = request.scope["path"]
    reads_lists = PurePosixPath(path).suffix in _FOR_PROGRAMS and not path.startswith("/files/")
    for_programs = wants_json(request) or reads_lists
    headers = {"Cache-Control": "private, no-store"}
    if viewer.is_member:
        if for_programs:
            return problem(403, "Please wait for your organisation", _WAIT, headers=headers)
        return nothing_told(request) or redirect(WHERE)
    error = NotSignedIn(SENTENCE)
    if for_programs:
        headers["WWW-Authenticate"] = "Bearer"
        return problem(error.status, error.title, error.sentence, headers=headers)
    answer = await on_failure(request, error)
    answer.headers["Cache-Control"] = "private, no-store"
    return answer

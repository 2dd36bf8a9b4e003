"""Whom the site asks for something: to sign in with two steps, and to accept what has changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from base.clock import now
from base.web.failures import nothing_told, problem, wants_json
from base.web.redirect import redirect
from members.queries.two_steps import due_for
from members.viewer import Viewer

WHERE: Final = "/settings/two-steps"
SENTENCE: Final = "This site asks you to sign in with two steps. Please set them up to go on; it takes two minutes."
_FOR_PROGRAMS: Final = "This site asks you to sign in with two steps. Set them up under Settings, Two steps, to go on."
_OPEN: Final = (
    WHERE, "/settings/passkeys", "/settings/confirm", "/sign-in", "/sign-out", "/forgot", "/reset", "/about",
    "/guidelines", "/accessibility", "/writing-help", "/search/help", "/unsubscribe", "/legal", "/settings/data",
    "/api/v1/me/two-factor", "/api/v1/me/passkeys", "/api/v1/me/confirmation", "/api/v1/me/data", "/api/v1/me/consents",
    "/api/v1/me/departure", "/api/v1/legal", "/api/v1/session",
)  # fmt: skip
"""What stays open: setting up, help, legal documents, one's own data, signing in and out."""
ACCEPT: Final = "/legal/accept"
_CHANGED: Final = (
    "A document of this site has changed. Read it under /legal, and accept it at /api/v1/me/consents/documents."
)
_READING: Final = frozenset({"GET", "HEAD"})


@dataclass(frozen=True, slots=True)
class Asked:
    """What stands above every page of who is asked; without a key it cannot be put away."""

    until: datetime
    key: str = ""


def held_up(request: Request, viewer: Viewer) -> Response | None:
    """Return where somebody is led whose time is over, none for all others."""
    due = due_for(viewer)
    if _is_open(request.scope["path"]):
        return None
    if due is not None and due <= now():
        if wants_json(request):
            return problem(403, "Please set up two steps", _FOR_PROGRAMS)
        return nothing_told(request) or redirect(WHERE, SENTENCE, level="note")
    return _asked_to_accept(request) if viewer.must_accept else None


def _asked_to_accept(request: Request) -> Response | None:
    """Lead to the form on the next page; what somebody is just sending is taken first, for nothing typed is lost."""
    if wants_json(request):
        return problem(403, "Please accept what has changed", _CHANGED)
    if request.method not in _READING:
        return None
    if (silent := nothing_told(request)) is not None:
        return silent
    path, query = request.scope["path"], request.url.query
    return redirect(f"{ACCEPT}?{urlencode({'next': f'{path}?{query}' if query else path})}")


def _is_open(path: str) -> bool:
    return any(path == one or path.startswith(f"{one}/") for one in _OPEN)


def asked(request: Request) -> Sequence[Asked]:
    """Return the note above the pages of who still has time."""
    due = due_for(request.state.viewer)
    return [Asked(due)] if due and due > now() else []

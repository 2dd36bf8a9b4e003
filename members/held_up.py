"""Whom the site asks to sign in with two steps: told in time, and led to setting them up when the time is over."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from base.clock import now
from base.web.failures import problem, wants_json
from base.web.redirect import redirect
from members.queries.two_steps import due_for
from members.viewer import Viewer

WHERE: Final = "/settings/two-steps"
SENTENCE: Final = "This site asks you to sign in with two steps. Please set them up to go on; it takes two minutes."
_FOR_PROGRAMS: Final = "This site asks you to sign in with two steps. Set them up under Settings, Two steps, to go on."
_OPEN: Final = (
    WHERE, "/settings/passkeys", "/settings/confirm", "/sign-in", "/sign-out", "/forgot", "/reset", "/about",
    "/guidelines", "/accessibility", "/writing-help", "/search/help", "/unsubscribe", "/api/v1/me/two-factor",
    "/api/v1/me/passkeys", "/api/v1/me/confirmation", "/api/v1/session",
)  # fmt: skip
"""What stays open: setting up, help, signing in and out."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What stands above every page of who is asked; without a key it cannot be put away."""

    until: datetime
    key: str = ""


def held_up(request: Request, viewer: Viewer) -> Response | None:
    """Return where somebody is led whose time is over, none for all others."""
    due = due_for(viewer)
    if due is None or due > now() or _is_open(request.scope["path"]):
        return None
    if wants_json(request):
        return problem(403, "Please set up two steps", _FOR_PROGRAMS)
    return redirect(WHERE, SENTENCE, level="note")


def _is_open(path: str) -> bool:
    return any(path == one or path.startswith(f"{one}/") for one in _OPEN)


def asked(request: Request) -> Sequence[Asked]:
    """Return the note above the pages of who still has time."""
    due = due_for(request.state.viewer)
    return [Asked(due)] if due and due > now() else []

"""What a browser keeps while it is at a provider: one cookie for each way that began, so that several may be."""

import re
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from base import settings
from members.oidc.visit import SECONDS, Away

_COOKIE: Final = "commonplace_away_"
_STATE: Final = re.compile(r"[A-Za-z0-9_-]{20,100}")


def keep_way(response: Response, way: Away, slug: str) -> None:
    """Keep in the browser what it needs to come back; several may be on their way at once."""
    response.set_cookie(
        _name(way.state), way.cookie, max_age=SECONDS, httponly=True, samesite="lax", secure=settings.get().secure,
        path=f"/sign-in/with/{slug}",
    )  # fmt: skip


def way_in(request: Request) -> str:
    """Return what the browser kept for the state that it brings, empty when it kept nothing."""
    state = request.query_params.get("state", "")
    return request.cookies.get(_name(state), "") if _STATE.fullmatch(state) else ""


def forget_way(response: Response, request: Request, slug: str) -> None:
    """Take the cookie away: it is of no more use."""
    state = request.query_params.get("state", "")
    if _STATE.fullmatch(state):
        response.delete_cookie(_name(state), path=f"/sign-in/with/{slug}")


def _name(state: str) -> str:
    return _COOKIE + state[:10]

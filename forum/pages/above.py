"""The announcements above every page, and the button that puts one away, for this person in this browser."""

import re
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from base import settings
from base.web.inputs import read_input
from base.web.raw import cookie
from base.web.redirect import redirect, safe_path
from forum.banners import Banner, are_there, banners
from members.current import viewer_of
from members.viewer import Viewer

COOKIE: Final = "commonplace_dismissed"
_KEY: Final = re.compile(r"\d{1,18}-[0-9a-f]{1,12}")
_MOST: Final = 20
_SECONDS: Final = 93 * 86400


def above(request: Request) -> tuple[Banner, ...]:
    """Return what stands above the pages of who is looking: nothing is asked of the database."""
    if getattr(request.state, "is_shut_out", False):  # of a private site, that visitor or guest learns nothing
        return ()
    found: tuple[Banner, ...] | None = getattr(request.state, "above", None)
    return find_above(request, viewer_of(request)) if found is None else found


def find_above(request: Request, viewer: Viewer) -> tuple[Banner, ...]:
    """Find it once for a request: a page that may be shared is drawn for somebody else than who put some away."""
    if not are_there():
        return ()
    found = request.state.above = banners(viewer.audiences, frozenset(_dismissed(request, viewer)))
    return found


async def dismiss(request: Request) -> Response:
    """Put an announcement away, and go back to where one was."""
    given = await read_input(request)
    key = str(given.get("key", ""))
    response = redirect(safe_path(str(given.get("next", "/"))))
    if _KEY.fullmatch(key):
        kept = [*(one for one in _dismissed(request, viewer_of(request)) if one != key), key][-_MOST:]
        # Of another member at the same computer nothing is known.
        value = f"{viewer_of(request).id or 0}:{'.'.join(kept)}"
        secure = settings.get().secure
        response.set_cookie(COOKIE, value, max_age=_SECONDS, httponly=True, samesite="lax", secure=secure)
    return response


def _dismissed(request: Request, viewer: Viewer) -> list[str]:
    who, _, keys = cookie(request.scope, COOKIE.encode()).partition(":")
    mine = who == str(viewer.id or 0)
    return [one for one in keys.split(".") if _KEY.fullmatch(one)][-_MOST:] if mine else []

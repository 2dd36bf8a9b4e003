"""Who asks for a page, as far as answers are concerned that are kept for several."""

from functools import lru_cache
from typing import Final

from starlette.requests import Request
from starlette.types import Scope

from base.web.kept_answers import Whose
from base.web.raw import cookies, header
from base.web.redirect import NOTE_COOKIE
from forum.pages.above import find_above
from members.current import SESSION_COOKIE, found_viewer
from members.presence import saw
from members.queries.two_steps import due_for
from members.viewer import VISITOR, Viewer

_NEVER_KEPT: Final = ("/static/", "/healthz", "/readyz", "/metrics")
_SESSION, _NOTE = SESSION_COOKIE.encode(), NOTE_COOKIE.encode()

_anybody: Final = lru_cache(maxsize=1024)(Viewer.anybody)


async def whose(scope: Scope) -> Whose | None:
    """Return who asks; none for programs with a token, for who is told something once, and for staff.

    Beside the address, a page is made another one by what its viewer may, and by the announcements above it.
    """
    given = cookies(scope)
    if scope["path"].startswith(_NEVER_KEPT) or _NOTE in given or header(scope, b"authorization"):
        return None
    request = Request(scope)
    return await _member(request) if _SESSION in given else Whose(find_above(request, VISITOR))


async def _member(request: Request) -> Whose | None:
    try:
        viewer = await found_viewer(request)
    except Exception:
        return None
    # Those with a role see what others do not, those behind a mask have a place of their own: they get their own pages.
    # So do those who are asked to sign in with two steps, or to accept a document: they are led elsewhere.
    if not viewer.is_member or viewer.grants or viewer.masks or due_for(viewer) or viewer.must_accept:
        return None
    saw(viewer)
    anybody = _anybody(viewer)
    return Whose((anybody, find_above(request, viewer)), viewer, anybody)

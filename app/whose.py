"""Who asks for a page, as far as answers are concerned that are kept for several."""

from typing import Final

from starlette.requests import Request
from starlette.types import Scope

from base import settings
from base.db import Recalled, Version
from base.web.kept_answers import Whose
from base.web.raw import cookies, header
from base.web.redirect import NOTE_COOKIE
from base.web.version import version_at_once_of, version_of
from forum.banners import are_there
from forum.pages.above import find_above
from members.current import SESSION_COOKIE, client_of, found_viewer
from members.presence import saw
from members.private import is_private, is_private_at, is_shut_out
from members.queries.two_steps import due_for
from members.viewer import VISITOR

_NEVER_KEPT: Final = ("/static/", "/healthz", "/readyz", "/metrics")
_SESSION, _NOTE = SESSION_COOKIE.encode(), NOTE_COOKIE.encode()

_VISITOR: Final = Whose(())
_known: Final[Recalled[tuple[settings.Settings, Whose, object]]] = Recalled(1024)


async def whose(scope: Scope) -> Whose | None:
    """Return who asks; none for programs with a token, and for who is told something once.

    Beside the address, a page is made another one by what its viewer may, and by the announcements above it.
    """
    if _is_never_kept(scope):
        return None
    if _SESSION in cookies(scope):
        return await _member(scope)
    if await is_private(scope):  # what was kept while everybody could read it is given to nobody any more
        return None
    found = _visitor(scope)
    Request(scope).state.above = found.mark  # though others may begin while it is drawn
    return found


def known(scope: Scope) -> Whose | None:
    """Return the same when nobody has to wait for it; none when somebody has."""
    at = None if _is_never_kept(scope) else version_at_once_of(scope)
    if at is None:
        return None
    if _SESSION in cookies(scope):
        found = _recalled(scope, at)
        return None if found is None else found[0]
    return None if is_private_at(at) else _visitor(scope)


def _is_never_kept(scope: Scope) -> bool:
    given = cookies(scope)
    return scope["path"].startswith(_NEVER_KEPT) or _NOTE in given or bool(header(scope, b"authorization"))


def _visitor(scope: Scope) -> Whose:
    return Whose(find_above(Request(scope), VISITOR)) if are_there() else _VISITOR


async def _member(scope: Scope) -> Whose | None:
    """Return which member asks, once for as long as nothing is written, nor the settings are others."""
    request, at, site = Request(scope), await version_of(scope), settings.get()
    known = _recalled(scope, at) if at else None
    if known is None:
        found = await _found(request)
        if found is None:  # not recalled: whoever makes cookies up would push out those of members
            return None
        known = (found, getattr(request.state, "above", ()))
        saw(found.viewer)
        if at:
            _known.put(_key(scope), at, (site, *known))
    request.state.above = known[1]  # for the member, though the page may be drawn for nobody in particular
    return known[0]


def _recalled(scope: Scope, at: Version) -> tuple[Whose, object] | None:
    """Return who it was known to be, and what stands above their pages; it counts as seeing them."""
    known = _known.get(_key(scope), at)
    if known is None or known[0] is not settings.get():
        return None
    saw(known[1].viewer)
    return known[1:]


def _key(scope: Scope) -> tuple[bytes, str]:
    return cookies(scope), client_of(scope)


async def _found(request: Request) -> Whose | None:
    try:
        viewer = await found_viewer(request)
    except Exception:
        return None
    # Those behind a mask have a place of their own: they get their own pages. So do those who are asked to sign in with
    # two steps, or to accept a document: they are led elsewhere.
    own = not viewer.is_member or viewer.masks or due_for(viewer)
    if own or await is_shut_out(request.scope, viewer) or viewer.must_accept:
        return None
    anybody = viewer.anybody()
    return Whose((anybody, find_above(request, viewer)), viewer, anybody)

"""Pages of threads as visitors see them, drawn once for as long as nothing on them changes."""

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from hashlib import blake2b
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from base import settings
from base.web.parts import Kept
from base.web.redirect import NOTE_COOKIE, moved
from forum.addresses import thread_url
from forum.pages.above import above
from forum.queries.thread_stamp import Stamp, thread_stamp
from members.viewer import Viewer

_MOST: Final = 32 * 1024 * 1024
# Counts of followers and names of tags and platforms may be this old; names of people never are.
_SECONDS: Final = 60.0
_HEADERS: Final = {"Cache-Control": "no-cache", "Vary": "Cookie"}


@dataclass(frozen=True, slots=True)
class Drawn:
    """A page that was just drawn, and the threads named beside it."""

    response: Response
    related: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Page:
    stamp: Stamp
    related: tuple[int, ...]
    until: float
    body: bytes
    etag: str


_pages: Final[Kept[_Page]] = Kept(_MOST)


async def for_visitors(
    request: Request, viewer: Viewer, thread_id: int, number: int, draw: Callable[[], Awaitable[Drawn]]
) -> Response:
    """Answer with the page that is kept, or draw and keep it; a browser that has it already is told so."""
    # What stands above every page is part of it, and somebody may have put it away.
    site = settings.get()
    key = (site.database, site.data_dir, _said_of(site), thread_id, number, viewer.locale, above(request))
    kept = _pages.get(key)
    stamp = await thread_stamp(viewer, thread_id, number, kept.related if kept else ())
    if request.path_params["slug"] != stamp.slug:
        return elsewhere(request, thread_url(thread_id, stamp.slug))
    if NOTE_COOKIE in request.cookies:
        return (await draw()).response
    if kept is None or kept.stamp != stamp or kept.until < time.monotonic():
        drawn = await draw()
        body = bytes(drawn.response.body)
        # The stamp was read before the page: at worst the page is newer than it says, and is drawn once more.
        stamp = replace(stamp, related=len(drawn.related))
        etag = f'"{blake2b(body, digest_size=12).hexdigest()}"'
        kept = _Page(stamp, drawn.related, time.monotonic() + _SECONDS, body, etag)
        _pages.put(key, kept, len(body))
    headers = _HEADERS | {"ETag": kept.etag}
    if kept.etag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return Response(kept.body, media_type="text/html; charset=utf-8", headers=headers)


def _said_of(site: settings.Settings) -> tuple[object, ...]:
    """Return what every page says of the site, and how much stands on one: an administrator may change it."""
    return site.site_name, site.tagline, site.address, site.page_size, site.mail_server


def elsewhere(request: Request, url: str) -> Response:
    """Lead to the one address of a thread, with the same query."""
    return moved(url + (f"?{request.url.query}" if request.url.query else ""))

"""The count of the inbox as it changes: server-sent events for one open page."""

import asyncio
import json
import secrets
import time
from collections.abc import AsyncIterator
from dataclasses import asdict
from typing import Final

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from members import live
from members.current import need_member
from members.queries.inbox import Unread, unread_of
from members.viewer import Viewer

# Below the minute after which proxies give up on a quiet line.
_HEARTBEAT: Final = 45.0
# The browser comes again by itself; nobody is listened for whose rights were read hours ago.
_LONGEST: Final = 900.0
# A proxy that kept the events together would make them come late.
_HEADERS: Final = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
_TYPE: Final = "text/event-stream"


async def events(request: Request) -> Response:
    """Tell how much is new, and again whenever that changes; with `?once=1` a single time."""
    viewer = need_member(request)
    if viewer.session_id is None or "once" in request.query_params or request.method == "HEAD":
        return Response(_event(await unread_of(viewer)), media_type=_TYPE, headers=_HEADERS)
    live.check_room(viewer)
    return StreamingResponse(_told(viewer), media_type=_TYPE, headers=_HEADERS)


async def _told(viewer: Viewer) -> AsyncIterator[str]:
    listener, until = live.join(viewer), time.monotonic() + _LONGEST
    try:
        # Not all at the same moment, when a server has ended and thousands come again.
        yield f"retry: {secrets.choice(range(3000, 12000))}\n\n"
        listener.tell(await unread_of(viewer))
        while time.monotonic() < until:
            try:
                async with asyncio.timeout(_HEARTBEAT):
                    await listener.changed.wait()
            except TimeoutError:
                yield ": still here\n\n"
                continue
            listener.changed.clear()
            if listener.over:
                return
            if listener.told is not None:
                yield _event(listener.told)
    finally:
        live.leave(listener)


def _event(unread: Unread) -> str:
    return f"event: unread\nid: {unread.newest}\ndata: {json.dumps(asdict(unread))}\n\n"

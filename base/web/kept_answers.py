"""Answers for visitors, kept whole: given again for as long as nothing that they were drawn from has changed.

A page says that its answer may be kept by calling `keep`. It must depend on the address and on what stands in the
database alone, never on who asks: only requests without a sign-in get here. docs/performance.md tells how it is known
that an answer is still right.
"""

import gzip
import time
from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Final

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from base import settings
from base.db import Version, version
from base.web.parts import Kept

_MOST: Final = 32 * 1024 * 1024
# Counts of readers and followers may be this old; nothing else is.
_SECONDS: Final = 60.0
_WORTH_PACKING: Final = 1024
_OWN: Final = frozenset({b"content-length", b"content-encoding", b"etag", b"vary", b"cache-control"})
_KEEP: Final = "commonplace.keep"

Still = Callable[[], Awaitable[bool]]
Seen = Callable[[Request], None]


@dataclass(frozen=True, slots=True)
class Keep:
    """How an answer is kept: whether it still holds after something was written, and what to do when it is given."""

    still: Still | None = None
    seen: Seen | None = None


def keep(request: Request, *, still: Still | None = None, seen: Seen | None = None) -> None:
    """Let the answer to this request be kept, if whoever asks is a visitor.

    `still` says whether the answer still holds when something was written; without it the answer is drawn anew after
    each act that the journal tells of. `seen` is called whenever the answer is given again.
    """
    request.scope[_KEEP] = Keep(still, seen)


@dataclass(slots=True)
class _Answer:
    plain: bytes
    packed: bytes
    etag: bytes
    headers: list[tuple[bytes, bytes]]
    how: Keep
    route: object
    version: Version
    until: float = field(default_factory=lambda: time.monotonic() + _SECONDS)

    async def holds(self, now: Version) -> bool:
        """Say whether the answer still is what would be drawn now."""
        if self.until < time.monotonic():
            return False
        if now.data == self.version.data:
            return True
        right = now.acts == self.version.acts if self.how.still is None else await self.how.still()
        if right:
            self.version = now
        return right


class KeptAnswers:
    """Give visitors what is kept for them, and keep what pages allow.

    `mark` returns what of a request without a sign-in makes its answer another one, None when it may not be kept.
    """

    def __init__(self, app: ASGIApp, mark: Callable[[Scope, Headers], Hashable]) -> None:
        self.app, self._mark = app, mark
        self._answers: Final[Kept[_Answer]] = Kept(_MOST)
        self._site: settings.Settings | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer from what is kept, or pass the request on and keep the answer."""
        if scope["type"] != "http" or scope["method"] not in ("GET", "HEAD"):
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        mark = self._mark(scope, headers)
        if mark is None:
            await self.app(scope, receive, send)
            return
        self._follow_settings()
        key = (scope["path"], scope["query_string"], mark)
        kept = self._answers.get(key)
        now = await version()
        if kept is not None and await kept.holds(now):
            scope["route"] = kept.route  # for who counts answers by route
            if kept.how.seen is not None:
                kept.how.seen(Request(scope))
            await _give(kept, headers, send)
            return
        await self._draw(key, now, scope, receive, send)

    def _follow_settings(self) -> None:
        """Forget everything when the settings are other ones: the name of the site is on every page."""
        now = settings.get()
        if now is not self._site:
            self._site = now
            self._answers.forget()

    async def _draw(self, key: Hashable, now: Version, scope: Scope, receive: Receive, send: Send) -> None:
        # The version was read before the page: at worst the page is newer than it says, and is drawn once more.
        start: Message | None = None
        body = b""

        async def catch(message: Message) -> None:
            nonlocal start, body
            if start is None and (message["type"] != "http.response.start" or not _may_keep(scope, message)):
                await send(message)
            elif message["type"] == "http.response.start":
                start = message
            else:
                body += message.get("body", b"")
                if not message.get("more_body", False) and start is not None:
                    answer = _made(start, body, scope, now)
                    self._answers.put(key, answer, len(answer.plain) + len(answer.packed) + 1024)
                    await _give(answer, Headers(scope=scope), send)

        await self.app(scope, receive, catch)


def _may_keep(scope: Scope, start: Message) -> bool:
    names = {name for name, _ in start["headers"]}
    return scope["method"] == "GET" and _KEEP in scope and start["status"] == 200 and b"set-cookie" not in names


def _made(start: Message, body: bytes, scope: Scope, now: Version) -> _Answer:
    is_packed = (b"content-encoding", b"gzip") in start["headers"]
    plain = gzip.decompress(body) if is_packed else body
    return _Answer(
        plain=plain,
        packed=body if is_packed else gzip.compress(body, 4, mtime=0) if len(body) > _WORTH_PACKING else b"",
        # Weak: the same words, packed or not.
        etag=b'W/"%s"' % blake2b(plain, digest_size=12).hexdigest().encode(),
        headers=[(name, value) for name, value in start["headers"] if name not in _OWN],
        how=scope[_KEEP],
        route=scope.get("route"),
        version=now,
    )


async def _give(answer: _Answer, asked: Headers, send: Send) -> None:
    headers = [
        *answer.headers, (b"etag", answer.etag), (b"cache-control", b"no-cache"),
        (b"vary", b"Cookie, Accept-Encoding"),
    ]  # fmt: skip
    if answer.etag.decode() in asked.get("if-none-match", ""):
        headers = [one for one in headers if not one[0].startswith(b"content-")]
        await send({"type": "http.response.start", "status": 304, "headers": headers})
        await send({"type": "http.response.body", "body": b""})
        return
    body = answer.plain
    if answer.packed and "gzip" in asked.get("accept-encoding", ""):
        body = answer.packed
        headers.append((b"content-encoding", b"gzip"))
    headers.append((b"content-length", b"%d" % len(body)))
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})

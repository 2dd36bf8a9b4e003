"""Answers for visitors, kept whole: given again for as long as nothing that they were drawn from has changed.

A page says that its answer may be kept by calling `keep`. It must depend on the address and on what stands in the
database alone, never on who asks: only requests without a sign-in get here. docs/performance.md tells how it is known
that an answer is still right.
"""

import gzip
import re
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
from base.log import logger
from base.web.parts import Kept

_MOST: Final = 32 * 1024 * 1024
# Counts of readers and followers may be this old; nothing else is.
_SECONDS: Final = 60.0
_WORTH_PACKING: Final = 1024
_LARGEST: Final = 512 * 1024
_LONGEST: Final = 400
"""Of an address, in bytes: longer ones are rare, and would fill the memory with themselves."""
_OWN: Final = frozenset({b"content-length", b"content-encoding", b"etag", b"vary", b"cache-control"})
_KEEP: Final = "commonplace.keep"
_PACKED: Final = re.compile(r"gzip(?!\s*;\s*q=0(?:\.0*)?\s*(?:,|$))")

Key = tuple[str, bytes, Hashable]
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

    @property
    def size(self) -> int:
        """Return about how much memory it takes, in bytes."""
        return len(self.plain) + len(self.packed) + 4096

    async def holds(self, now: Version) -> bool:
        """Say whether the answer still is what would be drawn now."""
        if self.until < time.monotonic():
            return False
        if now.data == self.version.data:
            return True
        try:
            right = now.acts == self.version.acts if self.how.still is None else await self.how.still()
        except Exception:
            logger("web").warning("could not ask whether a kept answer holds: it is drawn anew", exc_info=True)
            return False
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
        mark = self._mark_of(scope)
        now = None if mark is None else await _version()
        if now is None:
            await self.app(scope, receive, send)
            return
        self._follow_settings()
        key = (scope["path"], scope["query_string"], mark)
        kept = self._answers.get(key)
        if kept is not None and await kept.holds(now):
            scope["route"] = kept.route  # for who counts answers by route
            if kept.how.seen is not None:
                kept.how.seen(Request(scope))
            await _give(kept, Headers(scope=scope), send)
            return
        await self._draw(key, now, scope, receive, send)

    def _mark_of(self, scope: Scope) -> Hashable:
        if scope["type"] != "http" or scope["method"] not in ("GET", "HEAD"):
            return None
        if len(scope["path"]) + len(scope["query_string"]) > _LONGEST:
            return None
        return self._mark(scope, Headers(scope=scope))

    def _follow_settings(self) -> None:
        """Forget everything when the settings are other ones: the name of the site is on every page."""
        now = settings.get()
        if now is not self._site:
            self._site = now
            self._answers.forget()

    async def _draw(self, key: Key, now: Version, scope: Scope, receive: Receive, send: Send) -> None:
        # The version was read before the page: at worst the page is newer than it says, and is drawn once more.
        start: Message | None = None
        body = b""
        site = self._site

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
                    # What stands above pages, or the settings, may have become another while it was drawn.
                    same = self._mark_of(scope) == key[2] and settings.get() is site
                    if same and len(answer.plain) <= _LARGEST:
                        self._answers.put(key, answer, answer.size + len(key[0]) + len(key[1]))
                    await _give(answer, Headers(scope=scope), send)

        await self.app(scope, receive, catch)


async def _version() -> Version | None:
    """Return the version of the database; none when it cannot be asked, so that the page says so in its own words."""
    try:
        return await version()
    except Exception:
        logger("web").warning("the database does not tell its version", exc_info=True)
        return None


def _may_keep(scope: Scope, start: Message) -> bool:
    if scope["method"] != "GET" or _KEEP not in scope or start["status"] != 200:
        return False
    # A page that belongs to somebody says so; it must never get here, and if it does it is not kept.
    headers = Headers(raw=start["headers"])
    told = headers.get("cache-control", "")
    return "set-cookie" not in headers and "private" not in told and "no-store" not in told


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
    if answer.packed and _PACKED.search(asked.get("accept-encoding", "")):
        body = answer.packed
        headers.append((b"content-encoding", b"gzip"))
    headers.append((b"content-length", b"%d" % len(body)))
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})

"""A whole answer as it is kept: what it says, how long it holds, whom it is for, and how it is given."""

import gzip
import re
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from hashlib import blake2b
from itertools import count
from typing import Any, Final

from starlette.types import Message, Scope, Send

from base.db import Version
from base.journal.since import Act, done_since
from base.log import logger
from base.web.heads import LINES, begin, lines_of
from base.web.holes import Holed, cut
from base.web.observed import request_id
from base.web.raw import header

# Counts of readers and followers may be this old; nothing else is.
_SECONDS: Final = 60.0
_WORTH_PACKING: Final = 1024
_OWN: Final = frozenset({
    b"content-length", b"content-encoding", b"etag", b"vary", b"cache-control", b"x-request-id",
})  # fmt: skip
_NOT_OF_NOTHING: Final = frozenset({b"content-type", b"content-length", b"content-encoding"})
_PACKED: Final = re.compile(rb"gzip(?!\s*;\s*[qQ]=0(?:\.0*)?\s*(?:,|$))")
_VARY: Final = (b"vary", b"Cookie, Accept-Encoding")
_GZIP: Final = (b"content-encoding", b"gzip")
_PRIVATE: Final = (b"cache-control", b"private, no-store")

Headers = list[tuple[bytes, bytes]]
Theirs = Callable[[Any], Awaitable[Mapping[str, str] | None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Keep:
    """How long an answer holds, whom it is for, and what to do when it is given again.

    It holds until the next act that the journal tells of, unless that is `apart`: cannot touch it. When there is
    `still`, that says whether it holds after such an act, but for what is kept `closely`. `meanwhile` says so after
    what is no act, or is apart. `here` is asked each time, without waiting: whether what it depends on beside the
    database is as it was.
    `theirs` returns what more is put into holes for a member, and none when something on it is another thing for them:
    without it no answer is shared. `seen` is called whenever it is given again.
    """

    still: Callable[[], Awaitable[bool]] | None = None
    meanwhile: Callable[[], Awaitable[bool]] | None = None
    here: Callable[[], bool] | None = None
    closely: bool = False
    apart: Callable[[Act], bool] | None = None
    seen: Callable[[Scope], None] | None = None
    theirs: Theirs | None = None


@dataclass(frozen=True, slots=True)
class Head:
    """Headers of an answer, and the same as lines when the server need not look at them again."""

    headers: Headers
    lines: bytes | None

    def start(self, status: int, length: int, more: Headers) -> Message:
        """Return the start of an answer with these headers, and more that are as plain as they can be."""
        message: Message = {"type": "http.response.start", "status": status, "headers": self.headers + more}
        if self.lines is not None:
            message[LINES] = (self.lines + _lines(more), length)
        return message

    def whole(self, status: int, first: Headers, more: Headers, body: bytes) -> bytes | None:
        """Return the whole answer as it is sent; none when there are headers that are for the server to look at."""
        begins = None if self.lines is None else begin(status, first)
        return None if begins is None else b"".join((begins, self.lines or b"", _lines(more), b"\r\n", body))


def _lines(headers: Headers) -> bytes:
    return b"".join([b"%b: %b\r\n" % one for one in headers])


def _head(headers: Headers) -> Head:
    return Head(headers, lines_of(headers))


@dataclass(frozen=True, slots=True)
class Same:
    """What all visitors get: the same to the byte, and known by its tag."""

    plain: bytes
    packed: bytes
    etag: bytes
    heads: tuple[Head, Head, Head]
    """Of the plain body, the packed one, and of none because they have it already."""

    @property
    def size(self) -> int:
        """Return about how much memory it takes, in bytes."""
        return len(self.plain) + len(self.packed)


@dataclass(slots=True)
class Answer:
    """An answer with status 200; `version` is how the database was before it was drawn, or when it was seen to hold."""

    body: Holed | Same
    head: Head
    how: Keep
    route: object
    version: Version
    until: float = field(default_factory=lambda: time.monotonic() + _SECONDS)
    serial: int = field(default_factory=count().__next__)

    @property
    def size(self) -> int:
        """Return about how much memory it takes, in bytes."""
        return self.body.size + 4096

    def surely_holds(self, now: Version) -> bool:
        """Say whether nothing at all was written since it was seen to hold."""
        return now.data == self.version.data and self._may_hold()

    def _may_hold(self) -> bool:
        return self.until >= time.monotonic() and (self.how.here is None or self.how.here())

    async def holds(self, now: Version) -> bool:
        """Say whether the answer still is what would be drawn now."""
        if not self._may_hold():
            return False
        if now.data == self.version.data:
            return True
        try:
            acted = now.acts != self.version.acts and await self._is_touched(now)
            if acted and (self.how.still is None or self.how.closely):
                return False
            asked = self.how.still if acted else self.how.meanwhile
            right = asked is None or await asked()
        except Exception:
            logger("web").warning("could not ask whether a kept answer holds: it is drawn anew", exc_info=True)
            return False
        if right:
            self.version = now
        return right

    async def _is_touched(self, now: Version) -> bool:
        acts = await done_since(self.version, now)
        if acts is None:
            return True
        apart = self.how.apart
        return any(apart is None or not apart(act) for act in acts)

    async def theirs(self, viewer: Any) -> Mapping[str, str] | None:
        """Return what more is put into holes for this member; none when it is another one for them."""
        if self.how.theirs is None:
            return None
        try:
            return await self.how.theirs(viewer)
        except Exception:
            logger("web").warning("could not ask whom a kept answer concerns: it is drawn anew", exc_info=True)
            return None

    def fillings(self, viewer: Any, more: Mapping[str, str]) -> list[bytes] | None:
        """Return what belongs into its holes for this member; none when that cannot be told just now."""
        try:
            return self.body.filled(viewer, more) if isinstance(self.body, Holed) else []
        except Exception:
            logger("web").warning("a kept page could not be filled: it is drawn anew", exc_info=True)
            return None

    def again(self, scope: Scope) -> None:
        """Note that it is given once more: by which route it came, and what its page counts."""
        scope["route"] = self.route
        if self.how.seen is not None:
            self.how.seen(scope)

    async def give(self, fillings: list[bytes], scope: Scope, send: Send) -> int:
        """Answer a request with it; return the status."""
        status, head, more, body = self.ready(fillings, scope)
        await send(head.start(status, len(body), more))
        await send({"type": "http.response.body", "body": body})
        return status

    def ready(self, fillings: list[bytes], scope: Scope) -> tuple[int, Head, Headers, bytes]:
        """Return the status of an answer to this request, its head and what more belongs there, and its body."""
        packs, status, more = takes_gzip(scope), 200, [(b"x-request-id", request_id(scope).encode())]
        if isinstance(self.body, Holed):
            body, head = (self.body.gzip(fillings) if packs else self.body.text(fillings)), self.head
            more += [(b"content-length", b"%d" % len(body)), *([_GZIP] if packs else [])]
        elif self.body.etag in header(scope, b"if-none-match"):
            status, head, body = 304, self.body.heads[2], b""
        else:
            packs = packs and bool(self.body.packed)
            body, head = (self.body.packed if packs else self.body.plain), self.body.heads[packs]
        return status, head, more, body


def takes_gzip(scope: Scope) -> bool:
    """Say whether who asks takes packed answers."""
    return _PACKED.search(header(scope, b"accept-encoding")) is not None


def may_be_kept(start: Message) -> bool:
    """Say whether an answer is one that several may be given: it is whole, and makes nobody's browser keep a cookie."""
    return bool(start["status"] == 200) and all(name != b"set-cookie" for name, _ in start["headers"])


def says_private(start: Message) -> bool:
    """Say whether an answer says that it belongs to somebody."""
    return any(name == b"cache-control" and (b"private" in value or b"no-store" in value)
               for name, value in start["headers"])  # fmt: skip


def made(start: Message, body: bytes, how: Keep, route: object, version: Version, *, shared: bool) -> Answer:
    """Make an answer of what a page sent; `shared` when it is one with holes."""
    plain, is_packed = unpacked(start, body)
    headers = [one for one in start["headers"] if one[0] not in _OWN]
    if shared:
        return Answer(cut(plain), _head([*headers, _PRIVATE, _VARY]), how, route, version)
    packed = body if is_packed else gzip.compress(body, 4, mtime=0) if len(body) > _WORTH_PACKING else b""
    # Weak: the same words, packed or not.
    etag = b'W/"%s"' % blake2b(plain, digest_size=12).hexdigest().encode()
    same = [*headers, (b"etag", etag), (b"cache-control", b"no-cache"), _VARY]
    as_plain = [*same, (b"content-length", b"%d" % len(plain))]
    as_packed = [*same, (b"content-length", b"%d" % len(packed)), _GZIP]
    nothing = [one for one in same if one[0] not in _NOT_OF_NOTHING]
    heads = (_head(as_plain), _head(as_packed), _head(nothing))
    return Answer(Same(plain, packed, etag, heads), heads[0], how, route, version)


def unpacked(start: Message, body: bytes) -> tuple[bytes, bool]:
    """Return the body as it was before it was packed, and whether it was."""
    return (gzip.decompress(body), True) if _GZIP in start["headers"] else (body, False)


def filled_once(start: Message, body: bytes, viewer: Any, more: Mapping[str, str]) -> tuple[Message, bytes]:
    """Return a page that has holes and is not kept, an error, say, as it is for a member."""
    holed = cut(unpacked(start, body)[0])
    text = holed.text(holed.filled(viewer, more))
    headers = [one for one in start["headers"] if one[0] not in (b"content-length", b"content-encoding")]
    return {**start, "headers": [*headers, (b"content-length", b"%d" % len(text))]}, text


async def send_once(answer: tuple[Message, bytes], send: Send) -> None:
    """Answer with it."""
    start, text = answer
    await send(start)
    await send({"type": "http.response.body", "body": text})

"""One connection of a client: how much it may send before anything looks at it, how slowly, and how it ends.

The server's own protocol answers what it cannot read without the strict headers, waits for ever for the rest of a
request, and cuts idle connections when it stops, though their next request may be on its way.
"""

import asyncio
import time
from collections.abc import Callable, Collection
from typing import Any, Final, Literal
from weakref import WeakKeyDictionary

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol
from uvicorn.server import ServerState

from base import settings
from base.log import logger
from base.web.guards import HEADERS
from base.web.heads import quick

MOST_URL: Final = 8_192
MOST_HEADERS: Final = 100
MOST_HEADER_BYTES: Final = 32_768
MOST_CONNECTIONS: Final = 12_000
"""Of one process; whoever comes beyond is told to come again."""
MOST_WAITING: Final = 50
"""So many requests of one connection may wait for the answers to those before; what follows is not read any more."""
HEAD_SECONDS: Final = 20.0
"""So long may the head of a request take from its first byte, and a new connection to send one."""
SPAN: Final = 30.0
LEAST_A_SECOND: Final = 128
"""A body, or the reader of an answer, must get on by so many bytes a second, on the average of a span."""
LINGER: Final = 1.5
"""So long are idle connections kept when the server stops: the next request may be on its way."""
_SWEEP: Final = 5.0

_most: Final = [MOST_CONNECTIONS]
Phase = Literal["new", "head", "body", "none"]
AtOnce = Callable[[dict[str, Any], list[tuple[bytes, bytes]]], bytes | None]
_OF_A_BODY: Final = frozenset({b"content-length", b"transfer-encoding"})

_SENTENCES: Final = {
    400: "The request could not be read.",
    408: "The request did not arrive in time.",
    414: "The address is too long.",
    431: "The headers of the request are too large.",
    503: "Too many people are here just now. Please come again in a moment.",
}


def limit(most: int) -> None:
    """Take fewer connections than usual, for want of file descriptors."""
    _most[0] = min(MOST_CONNECTIONS, most)


class Connection(HttpToolsProtocol):
    """A connection with limits; `server_state` is what those of one server share."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for a first request."""
        self._refusal = 400
        self._head_bytes = 0
        self._body_bytes = 0
        self._between = 0  # bytes that came since a piece of a body: sizes of chunks, headers behind it
        self._follows = self._is_full = False
        self._phase: Phase = "new"
        self._since = time.monotonic()
        self._unsent = 0
        self._told_to_close = False
        self._receiving = _watch_of(self.server_state, self.loop).receiving
        self._is_given = False
        self._at_once: AtOnce | None = getattr(self.app, "at_once", None)
        super().connection_made(transport)
        if len(self.connections) > _most[0]:
            self.refuse(503)
            return
        self._receiving.add(self)

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection."""
        self._receiving.discard(self)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Read what came; its first byte begins a request."""
        if self._is_full:
            return
        if self._phase in ("new", "none"):
            self._begin_head()
        self._head_bytes += len(data)
        self._between += len(data)
        super().data_received(data)
        # Most requests come whole: only what is still to come has to be watched.
        if self._phase == "none":
            self._receiving.discard(self)
        elif not self.transport.is_closing():
            self._receiving.add(self)
            if self._phase == "head" and self._head_bytes > MOST_URL + MOST_HEADER_BYTES:
                self.refuse(431 if self.headers else 414)
            elif self._phase == "body" and self._between > MOST_HEADER_BYTES:  # headers behind the body, say
                self.refuse(431)

    def on_message_begin(self) -> None:
        """Begin to read the head of a request."""
        if len(self.pipeline) >= MOST_WAITING:
            self._is_full, self.cycle.keep_alive = True, False  # the last one that waits is told so with its answer
            raise ValueError("too many wait")
        if self._phase != "head":  # behind another one, in the same piece
            self._begin_head()
            self._follows = True
        super().on_message_begin()

    def _begin_head(self) -> None:
        self._phase, self._since, self._head_bytes, self._follows = "head", time.monotonic(), 0, False

    def on_headers_complete(self) -> None:
        """Begin to answer, and to wait for the body."""
        self._check_head()
        self._phase, self._body_bytes, self._between, self._since = "body", 0, 0, time.monotonic()
        self._is_given = self._is_simple() and self._give_at_once()
        if self._is_given:
            self.on_response_complete()
            return
        if self._follows:  # the answer before it, given at once, began to wait for a next request: this is it
            self._unset_keepalive_if_required()
        super().on_headers_complete()
        if self.cycle is not None:
            # Its task begins in the next turn.
            self.cycle.send = quick(self.cycle, lambda: self.parser is None)  # type: ignore[assignment, method-assign]
        if self._told_to_close and self.cycle is not None:
            self.cycle.keep_alive = False

    def _is_simple(self) -> bool:
        """Say whether a request has no body, nothing is unusual about it, and nothing else is under way."""
        parser = self.parser
        return (
            self._at_once is not None
            # Of several in one piece only the first: the others wait until their answers can be sent.
            and not (self._follows or self._told_to_close or self.flow.write_paused or self.root_path)
            and (self.cycle is None or self.cycle.response_complete)
            and parser.get_method() == b"GET"
            and parser.get_http_version() == "1.1"
            and parser.should_keep_alive()
            and not (parser.should_upgrade() or self.expect_100_continue or self.transport.is_closing())
            and self.url.startswith(b"/")
            and not self.url.startswith(b"//")
            and self.url.isascii()
            and b"%" not in self.url
            and b"#" not in self.url
            and not any(name in _OF_A_BODY for name, _ in self.headers)
        )

    def _give_at_once(self) -> bool:
        """Send the answer if it is there, ready and right; say whether it was."""
        assert self._at_once is not None, "it was looked at before"
        raw_path, _, query = self.url.partition(b"?")
        scope: dict[str, Any] = self.scope  # type: ignore[assignment]
        scope |= {"method": "GET", "path": raw_path.decode("ascii"), "raw_path": raw_path, "query_string": query}
        try:
            answer = self._at_once(scope, self.server_state.default_headers)
        except Exception:
            logger("web").warning("an answer could not be given at once: it is, as usual", exc_info=True)
            return False
        if answer is None:
            return False
        self.transport.write(answer)
        return True

    def _check_head(self) -> None:
        if len(self.url) > MOST_URL:
            self._stop_reading(414)
        is_long = self._follows or self._head_bytes > MOST_HEADER_BYTES
        if len(self.headers) > MOST_HEADERS or (is_long and _bytes_of(self.headers) > MOST_HEADER_BYTES):
            self._stop_reading(431)

    def on_body(self, body: bytes) -> None:
        """Take in a part of the body."""
        self._body_bytes += len(body)
        self._between = 0
        super().on_body(body)

    def on_message_complete(self) -> None:
        """Have the whole request."""
        self._phase = "none"
        if not self._is_given:
            super().on_message_complete()

    def _stop_reading(self, status: int) -> None:
        self._refusal = status
        raise ValueError(_SENTENCES[status])

    def send_400_response(self, msg: str) -> None:
        """Refuse what cannot be read."""
        if not self._is_full:
            self.refuse(self._refusal)

    def refuse(self, status: int) -> None:
        """Answer with the strict headers that everything has, and close."""
        if self.transport.is_closing():
            return
        if self.cycle is not None and not self.cycle.response_complete:
            if self.cycle.response_started:  # it would be torn apart
                self.transport.close()
                return
            self.cycle.disconnected = True  # whoever waits for the body hears that nobody is there
            self.cycle.response_complete = True
            self.cycle.message_event.set()
        sentence = _SENTENCES[status].encode()
        headers = [*HEADERS, ("Content-Type", "text/plain; charset=utf-8"), ("Content-Length", str(len(sentence)))]
        headers += [("Connection", "close"), ("Cache-Control", "no-store")]
        headers += [("Retry-After", "30")] if status == 503 else []
        headers += [("Strict-Transport-Security", "max-age=31536000")] if settings.get().secure else []
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers)
        self.transport.write(STATUS_LINE[status] + lines.encode("ascii") + b"\r\n" + sentence)
        self.transport.close()

    def end_soon(self) -> None:
        """Let the answer that is under way, and each one from now on, be the last one."""
        self._told_to_close = True
        if self.cycle is not None and not self.cycle.response_complete:
            self.cycle.keep_alive = False

    @property
    def is_idle(self) -> bool:
        """Say whether there is nothing to answer, and nothing of a request has come."""
        return self._phase in ("new", "none") and (self.cycle is None or self.cycle.response_complete)

    def shutdown(self) -> None:
        """Close, or wait for the rest of what has begun."""
        self.end_soon()
        if self.is_idle:
            self.transport.close()

    def check_pace(self, at: float) -> None:
        """Cut the connection when what it sends takes too long."""
        if self.flow.read_paused:  # it is we who are slow
            self._since, self._body_bytes = at, 0
        elif self._phase != "body" and at - self._since > HEAD_SECONDS:
            self._cut(408 if self._phase == "head" else 0)
        elif self._phase == "body" and at - self._since > SPAN:
            if self._body_bytes < LEAST_A_SECOND * (at - self._since):
                self._cut(408)
            self._since, self._body_bytes = at, 0

    def check_reader(self, seconds: float) -> None:
        """Cut the connection when what is sent to it is not read."""
        before, self._unsent = self._unsent, self.transport.get_write_buffer_size()
        if before and self._unsent > before - LEAST_A_SECOND * seconds:
            logger("web").info("connection cut: it does not read", client=self.client)
            self.transport.abort()

    def _cut(self, status: int) -> None:
        logger("web").info("connection cut: too slow", client=self.client)
        self.refuse(status) if status else self.transport.close()


def _bytes_of(headers: list[tuple[bytes, bytes]]) -> int:
    return sum(len(name) + len(value) for name, value in headers)


class _Watch:
    """Looks at the connections of one server that have sent a part of a request, and now and then at all."""

    def __init__(self, state: ServerState, loop: asyncio.AbstractEventLoop) -> None:
        self.receiving: Final[set[Connection]] = set()
        self._connections: Final[Collection[Any]] = state.connections
        self.loop: Final = loop
        self._all_at = time.monotonic()
        loop.call_later(_SWEEP, self._sweep)

    def _sweep(self) -> None:
        at = time.monotonic()
        for one in list(self.receiving):
            one.check_pace(at)
        if at - self._all_at >= SPAN:
            for one in list(self._connections):
                one.check_reader(at - self._all_at)
            self._all_at = at
        self.loop.call_later(_SWEEP, self._sweep)


_watches: Final[WeakKeyDictionary[ServerState, _Watch]] = WeakKeyDictionary()


def _watch_of(state: ServerState, loop: asyncio.AbstractEventLoop) -> _Watch:
    watch = _watches.get(state)
    if watch is None:
        watch = _watches[state] = _Watch(state, loop)
    return watch


async def drain(connections: Collection[Any]) -> None:
    """Let each connection end with its next answer, and wait a while for requests that are on their way."""
    for one in list(connections):
        one.end_soon()
    until = time.monotonic() + LINGER
    while time.monotonic() < until and any(one.is_idle for one in list(connections)):
        await asyncio.sleep(0.05)
        for one in list(connections):  # accepted just now
            one.end_soon()

"""Answers that a connection gives at once: only to the plainest of requests, and to all others what they always got."""

import asyncio
from typing import Any

import pytest

from base.settings import Settings
from base.web.connections import Connection
from tests.hostile.test_connections import GET, App, line, serving, talk

pytestmark = pytest.mark.anyio
READY = b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nready"
LAST = b"GET /last HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"


class Quick(App):
    """An app that has the answer to each request ready, as far as it is asked."""

    def __init__(self) -> None:
        super().__init__()
        self.given: list[str] = []
        self.answer: bytes | None = READY

    def at_once(self, scope: dict[str, Any], first: list[tuple[bytes, bytes]]) -> bytes | None:
        assert any(name == b"date" for name, _ in first)
        query = scope["query_string"].decode()
        self.given.append(f"{scope['method']} {scope['path']}" + (f"?{query}" if query else ""))
        return self.answer


async def test_it_is_given_one_after_the_other(site: Settings) -> None:
    app = Quick()
    async with serving(app) as (port, server), line(port) as (reader, writer):
        for path in (b"/", b"/t/1?page=2", b"/a"):
            writer.write(b"GET %b HTTP/1.1\r\nHost: a\r\n\r\n" % path)
            assert await reader.readexactly(len(READY)) == READY
        writer.write(LAST)
        assert b"GET /last 0" in await reader.read()
        assert server.server_state.total_requests == 4
    assert app.given == ["GET /", "GET /t/1?page=2", "GET /a"]
    assert app.seen == ["GET /last 0"]


@pytest.mark.parametrize(
    "request_",
    [
        b"HEAD / HTTP/1.1\r\nHost: a\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n",
        GET + b"Content-Length: 2\r\n\r\nab",
        GET + b"Content-Length: 0\r\n\r\n",
        GET + b"Transfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\n\r\n",
        GET + b"Connection: close\r\n\r\n",
        GET + b"Connection: upgrade\r\nUpgrade: websocket\r\n\r\n",
        GET + b"Expect: 100-continue\r\n\r\n",
        b"GET / HTTP/1.0\r\nHost: a\r\n\r\n",
        b"GET /%61 HTTP/1.1\r\nHost: a\r\n\r\n",
        b"GET //a HTTP/1.1\r\nHost: a\r\n\r\n",
        b"GET http://a/ HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /é HTTP/1.1\r\nHost: a\r\n\r\n".encode(),
    ],
)
async def test_what_is_not_plain_is_not_asked_for(site: Settings, request_: bytes) -> None:
    app = Quick()
    async with serving(app) as (port, _):
        await talk(port, request_, LAST)
    assert not app.given


async def test_what_is_not_ready_is_answered_as_usual(site: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    app = Quick()
    app.answer = None
    async with serving(app) as (port, _):
        assert b"GET / 0" in await talk(port, GET + b"\r\n", LAST)
    assert app.given == ["GET /"]

    def broken(*_: object) -> bytes:
        raise RuntimeError("no")

    monkeypatch.setattr(Quick, "at_once", broken)
    app = Quick()
    async with serving(app) as (port, _):
        assert b"GET / 0" in await talk(port, GET + b"\r\n", LAST)


async def test_of_several_in_one_piece_only_the_first_is_given_at_once(site: Settings) -> None:
    app = Quick()
    async with serving(app) as (port, _):
        answer = await talk(port, (GET + b"\r\n") * 3 + LAST)
    assert app.given == ["GET /"]
    assert app.seen == ["GET / 0", "GET / 0", "GET /last 0"], "in their order"
    assert answer.startswith(READY)


async def test_nothing_is_given_before_what_is_still_drawn(site: Settings) -> None:
    app = Quick()
    app.answer = None
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def slow(scope: Any, receive: Any, send: Any) -> None:
        if scope["path"] == "/slow":
            begun.set()
            await go_on.wait()
        await App.__call__(app, scope, receive, send)

    class Slow(Quick):
        __call__ = staticmethod(slow)  # type: ignore[assignment]

    quick = Slow()
    async with serving(quick) as (port, _), line(port) as (reader, writer):
        writer.write(b"POST /slow HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n")
        await begun.wait()
        writer.write(GET + b"\r\n")
        await asyncio.sleep(0.05)
        assert not quick.given
        go_on.set()
        writer.write(LAST)
        told = await reader.read()
        assert told.index(b"POST /slow") < told.index(b"GET / 0") < told.index(b"GET /last")


async def test_who_does_not_read_is_not_given_more(site: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    app = Quick()
    body = b"x" * 1_000_000
    app.answer = b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n%b" % (len(body), body)
    made: list[Connection] = []
    before = Connection.connection_made
    monkeypatch.setattr(Connection, "connection_made", lambda self, line: (made.append(self), before(self, line))[1])
    async with serving(app) as (port, _), line(port) as (_, writer):
        for _ in range(40):
            writer.write(GET + b"\r\n")
            await writer.drain()
            await asyncio.sleep(0.01)
        assert len(app.given) < 20
        assert made[0].transport.get_write_buffer_size() < 10_000_000


async def test_a_server_that_stops_lets_the_next_answer_be_the_last(site: Settings) -> None:
    app = Quick()
    async with serving(app) as (port, server), line(port) as (reader, writer):
        writer.write(GET + b"\r\n")
        assert await reader.readexactly(len(READY)) == READY
        server.should_exit = True
        await asyncio.sleep(0.3)
        writer.write(GET + b"\r\n")
        assert b"connection: close" in (await reader.read()).lower()
    assert (app.given, app.seen) == (["GET /"], ["GET / 0"])


async def test_what_follows_in_the_same_piece_is_not_cut_by_the_patience_for_a_next_request(
    site: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = Quick()

    async def slow(scope: Any, receive: Any, send: Any) -> None:
        if scope["path"] == "/slow":
            await asyncio.sleep(0.4)
        await App.__call__(app, scope, receive, send)

    class Slow(Quick):
        __call__ = staticmethod(slow)  # type: ignore[assignment]

    before = Connection.connection_made

    def impatient(self: Connection, transport: Any) -> None:
        self.timeout_keep_alive = 0.1  # type: ignore[assignment]
        before(self, transport)

    monkeypatch.setattr(Connection, "connection_made", impatient)
    async with serving(Slow()) as (port, _):
        told = await talk(port, GET + b"\r\nPOST /slow HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n")
    assert told.startswith(READY)
    assert told.endswith(b"POST /slow 0")

"""Clients that send too much, too slowly or nothing readable, and a server that stops while people are connected."""

import asyncio
import socket
import struct
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager, suppress

import pytest
import uvicorn
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send

from app import serving as serving_
from app.serving import Server
from base.settings import Settings
from base.web import connections, heads
from base.web.connections import MOST_HEADER_BYTES, MOST_HEADERS, MOST_URL, MOST_WAITING, Connection
from base.web.guards import HEADERS

pytestmark = pytest.mark.anyio

GET = b"GET / HTTP/1.1\r\nHost: a\r\n"


class App:
    """Answers with the length of what it was sent, and remembers what it saw."""

    def __init__(self) -> None:
        self.seen: list[str] = []
        self.cut = asyncio.Event()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            return
        request = Request(scope, receive)
        try:
            body = await request.body()
        except ClientDisconnect:
            self.cut.set()
            return
        self.seen.append(f"{request.method} {request.url.path} {len(body)}")
        await PlainTextResponse(self.seen[-1])(scope, receive, send)


@pytest.fixture(autouse=True)
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let seconds be short; a settings object is in force for the headers."""
    monkeypatch.setattr(connections, "_SWEEP", 0.02)
    monkeypatch.setattr(connections, "HEAD_SECONDS", 0.3)
    monkeypatch.setattr(connections, "SPAN", 0.3)


@asynccontextmanager
async def serving(app: App) -> AsyncIterator[tuple[int, Server]]:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        config = uvicorn.Config(
            app, http=Connection, ws="none", lifespan="off", log_level="critical", proxy_headers=False
        )
        server = Server(config)
        running = asyncio.ensure_future(server._serve([listener]))
        while not server.started:
            await asyncio.sleep(0.01)
        try:
            yield listener.getsockname()[1], server
        finally:
            server.should_exit = True
            await running


@asynccontextmanager
async def line(port: int) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        async with asyncio.timeout(30):
            yield reader, writer
    finally:
        writer.close()


async def talk(port: int, *parts: bytes) -> bytes:
    """Send something and return all that comes until the server closes."""
    async with line(port) as (reader, writer):
        for part in parts:
            writer.write(part)
        return await reader.read()


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"nonsense\r\n\r\n", 400),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 400),
        (b"GET /\x00 HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: a\r\nX: a\x00b\r\n\r\n", 400),
        (b"GET /" + b"a" * MOST_URL + b" HTTP/1.1\r\nHost: a\r\n\r\n", 414),
        (GET + b"X: y\r\n" * MOST_HEADERS + b"\r\n", 431),
        (GET + b"X: " + b"y" * MOST_HEADER_BYTES + b"\r\n\r\n", 431),
        (b"GET /" + b"a" * (MOST_URL + MOST_HEADER_BYTES), 414),
        (GET + b"X: " + b"y" * (MOST_URL + MOST_HEADER_BYTES), 431),
        (GET + b"y" * (MOST_URL + MOST_HEADER_BYTES), 431),
        (b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nContent-Length: 5\r\n\r\nabcde", 400),
        (b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length : 3\r\n\r\nabc", 400),
        (b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nabc\r\n0\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n", 400),
    ],
)
async def test_what_cannot_be_taken_is_refused_with_strict_headers(site: Settings, sent: bytes, status: int) -> None:
    app = App()
    async with serving(app) as (port, _):
        answer = await talk(port, sent)
    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 %d " % status), answer
    for name, value in HEADERS:
        assert f"{name}: {value}".encode() in head
    assert b"connection: close" in head.lower()
    assert body.endswith(b".")
    assert not app.seen or status == 400, "what came before the fault may be seen, never twice"


CHUNKED = b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"


@pytest.mark.parametrize("piece", [b"a: " + b"x" * 40 + b"\r\n", b"a", b"x" * 5000])
async def test_headers_behind_a_body_have_an_end_too(site: Settings, piece: bytes) -> None:
    app = App()
    async with serving(app) as (port, _), line(port) as (reader, writer):
        writer.write(CHUNKED + b"3\r\nabc\r\n0\r\na: ")
        answer = asyncio.ensure_future(reader.read())
        sent = 0
        with suppress(ConnectionResetError):  # what was still under way when it was closed
            while not answer.done() and sent < 50 * MOST_HEADER_BYTES:
                writer.write(piece * (4096 // len(piece) + 1))
                sent += 4096
                await asyncio.sleep(0)
                await writer.drain()
            assert (await answer).startswith((b"HTTP/1.1 431 ", b"HTTP/1.1 400 "))
        assert sent < 20 * MOST_HEADER_BYTES
    assert app.seen == []


async def test_a_long_head_behind_another_request_is_refused(site: Settings) -> None:
    app = App()
    long = GET + b"X: " + b"y" * MOST_HEADER_BYTES + b"\r\n\r\n"
    async with serving(app) as (port, _):
        answer = await talk(port, GET + b"\r\n" + long)
    assert b"HTTP/1.1 431 " in answer or answer.count(b"HTTP/1.1 ") <= 1
    assert len(app.seen) <= 1
    async with serving(app) as (port, _):
        answer = await talk(port, (GET + b"\r\n") * 30 + GET + b"Connection: close\r\n\r\n")
    assert answer.count(b"HTTP/1.1 200 ") == 31


async def test_heads_are_put_together_from_what_is_known(site: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    put_together: list[int] = []
    usual = heads._head

    def counted(status: int, headers: Iterable[tuple[bytes, bytes]]) -> tuple[bytes, int] | None:
        made = usual(status, headers)
        put_together.append(made is not None)
        return made

    monkeypatch.setattr(heads, "_head", counted)
    async with serving(App()) as (port, _), line(port) as (reader, writer):
        for _ in range(3):
            writer.write(GET + b"\r\n")
            head = await reader.readuntil(b"\r\n\r\n")
            assert head.startswith(b"HTTP/1.1 200 OK\r\n")
            assert b"\r\ndate: " in head
            assert await reader.readexactly(int(head.split(b"content-length: ")[1].split(b"\r\n")[0]))
    assert put_together == [True, True, True]


async def test_a_second_request_hidden_in_the_first_is_not_seen(site: Settings) -> None:
    hidden = b"GET /hidden HTTP/1.1\r\nHost: a\r\n\r\n"
    app = App()
    async with serving(app) as (port, _):
        length = b"POST /open HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: %d\r\n\r\n" % len(hidden)
        await talk(port, length + hidden)
        both = b"POST /both HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
        await talk(port, both + hidden)
    assert app.seen == [f"POST /open {len(hidden)}"]


@pytest.mark.parametrize("begun", [b"", b"G", GET, GET + b"X: y"])
async def test_a_head_that_does_not_come_is_not_waited_for(site: Settings, begun: bytes) -> None:
    async with serving(App()) as (port, _):
        answer = await talk(port, begun)
    assert answer.startswith(b"HTTP/1.1 408 ") if begun else answer == b""


async def test_drops_are_no_progress(site: Settings) -> None:
    app = App()
    async with serving(app) as (port, _), line(port) as (reader, writer):
        writer.write(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n")
        answer = asyncio.ensure_future(reader.read())
        while not answer.done():
            writer.write(b".")
            await asyncio.sleep(0.02)
        assert answer.result().startswith(b"HTTP/1.1 408 ")
        await app.cut.wait()
    assert app.seen == []


async def test_who_is_slow_but_gets_on_is_waited_for(site: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "LEAST_A_SECOND", 1)
    app = App()
    async with serving(app) as (port, _), line(port) as (reader, writer):
        writer.write(b"POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 4000\r\n\r\n")
        for _ in range(40):
            writer.write(b"." * 100)
            await asyncio.sleep(0.03)
        assert b" 200 " in (await reader.read()).partition(b"\r\n")[0]
    assert app.seen == ["POST / 4000"]


async def test_an_idle_connection_may_be_quiet_between_requests(site: Settings) -> None:
    app = App()
    async with serving(app) as (port, _), line(port) as (reader, writer):
        for _ in range(3):
            writer.write(GET + b"\r\n")
            await reader.readuntil(b"GET / 0")
            await asyncio.sleep(0.5)  # longer than a head may take
    assert len(app.seen) == 3


async def test_too_many_connections_are_told_to_come_again(site: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "_most", [2])
    async with serving(App()) as (port, _), line(port) as (first, writer), line(port):
        writer.write(GET + b"\r\n")
        await first.readuntil(b"GET / 0")
        answer = await talk(port, GET + b"\r\n")
    assert answer.startswith(b"HTTP/1.1 503 ")
    assert b"Retry-After: " in answer


async def test_who_is_connected_when_the_server_stops_is_answered(
    site: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "HEAD_SECONDS", 20.0)
    monkeypatch.setattr(connections, "SPAN", 20.0)
    assert serving_.GRACE_SECONDS > connections.LINGER
    app = App()
    async with serving(app) as (port, server), line(port) as idle, line(port) as half, line(port) as head:
        idle[1].write(GET + b"\r\n")
        await idle[0].readuntil(b"GET / 0")
        half[1].write(b"POST /half HTTP/1.1\r\nHost: a\r\nContent-Length: 6\r\n\r\nabc")
        head[1].write(GET)
        await asyncio.sleep(0.1)
        server.should_exit = True
        await asyncio.sleep(0.3)
        idle[1].write(GET + b"\r\n")
        last = await idle[0].read()
        assert b"connection: close" in last
        assert last.endswith(b"GET / 0")
        half[1].write(b"def")
        head[1].write(b"\r\n")
        assert (await half[0].read()).endswith(b"POST /half 6")
        assert (await head[0].read()).endswith(b"GET / 0")
    assert len(app.seen) == 4


async def test_of_many_requests_in_one_piece_only_some_are_read(site: Settings) -> None:
    app = App()
    async with serving(app) as (port, _), line(port) as (reader, writer):
        for _ in range(3):
            writer.write((GET + b"\r\n") * 500)
            await writer.drain()
        told = (await reader.read()).lower()
    assert MOST_WAITING < len(app.seen) <= MOST_WAITING + 2
    assert told.count(b"http/1.1 200 ok") == len(app.seen), "who was heard is answered, one after the other"
    assert told.count(b"connection: close") == 1
    assert b"connection: close" in told.rpartition(b"http/1.1")[2], "and hears that the others have to come again"


@pytest.mark.parametrize("anyio_backend", [("asyncio", {"use_uvloop": True})])
async def test_who_goes_away_while_several_wait_is_no_error(site: Settings) -> None:
    failed: list[Exception | None] = []

    class Slow(App):
        async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
            try:
                await asyncio.sleep(0.1)
                await PlainTextResponse("slow")(scope, receive, send)
                failed.append(None)
            except Exception as error:
                failed.append(error)

    async with serving(Slow()) as (port, _):
        with socket.create_connection(("127.0.0.1", port)) as client:
            client.sendall((GET + b"\r\n") * 3)
            await asyncio.sleep(0.15)  # the second one is under way
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        await asyncio.sleep(0.15)
    assert failed == [None, None]

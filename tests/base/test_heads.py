"""Heads of answers: those that are put together here, and those that are left to the server."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from base.web import heads
from base.web.answers import Head
from base.web.heads import quick

Given = list[tuple[bytes, bytes]]


class _Flow:
    write_paused = False


class _Transport:
    def __init__(self) -> None:
        self.sent = b""

    def write(self, data: bytes) -> None:
        self.sent += data


class _Cycle:
    """As much of the server's cycle as is touched."""

    def __init__(self) -> None:
        self.keep_alive, self.response_started, self.disconnected = True, False, False
        self.default_headers: Given = [(b"date", b"today")]
        self.waiting_for_100_continue = False
        self.chunked_encoding: bool | None = None
        self.expected_content_length = 0
        self.flow, self.transport = _Flow(), _Transport()
        self.scope = {"method": "GET"}
        self.left_to_server: list[Any] = []

    async def send(self, message: Any) -> None:
        self.left_to_server.append(message)


def _sending(cycle: _Cycle) -> Callable[[Any], Awaitable[None]]:
    return quick(cycle)  # type: ignore[arg-type]


def _start(headers: Given, status: int = 200) -> dict[str, Any]:
    return {"type": "http.response.start", "status": status, "headers": headers}


@pytest.mark.anyio
async def test_a_head_is_put_together_once_and_again() -> None:
    for method in ("GET", "GET", "HEAD"):
        cycle = _Cycle()
        cycle.scope["method"] = method
        send = _sending(cycle)
        await send(_start([(b"content-type", b"text/plain"), (b"content-length", b"5"), (b"x", b"a b")]))
        head = b"HTTP/1.1 200 OK\r\ndate: today\r\ncontent-type: text/plain\r\ncontent-length: 5\r\nx: a b\r\n\r\n"
        assert cycle.transport.sent == (head if method == "HEAD" else b""), "the body is waited for"
        assert (cycle.response_started, cycle.expected_content_length, cycle.chunked_encoding) == (True, 5, False)
        assert not cycle.left_to_server
        await send({"type": "http.response.body", "body": b"hello", "more_body": False})
        sent = b"hello" if method == "HEAD" else head + b"hello"
        assert cycle.left_to_server == [{"type": "http.response.body", "body": sent, "more_body": False}]
        assert cycle.expected_content_length == (5 if method == "HEAD" else len(sent))


@pytest.mark.anyio
async def test_nothing_has_no_length() -> None:
    cycle = _Cycle()
    await _sending(cycle)(_start([(b"etag", b'"a"')], 304))
    assert cycle.transport.sent == b'HTTP/1.1 304 Not Modified\r\ndate: today\r\netag: "a"\r\n\r\n'


@pytest.mark.anyio
@pytest.mark.parametrize(
    "headers",
    [
        [(b"content-type", b"text/plain")],
        [(b"content-length", b"1"), (b"location", b"/a\r\nset-cookie: x=y")],
        [(b"content-length", b"1"), (b"location", b"/a\nb")],
        [(b"content-length", b"1"), (b"x", b"a\x00b")],
        [(b"content-length", b"1"), (b"x: y\r\nz", b"a")],
        [(b"content-length", b"1"), (b"", b"a")],
        [(b"content-length", b"1"), (b"X-Capital", b"a")],
        [(b"content-length", b"1"), (b"connection", b"close")],
        [(b"transfer-encoding", b"chunked")],
    ],
)
async def test_what_is_not_plain_is_left_to_the_server(headers: Given) -> None:
    cycle = _Cycle()
    for _ in "12":
        await _sending(cycle)(_start(headers))
    assert len(cycle.left_to_server) == 2
    assert cycle.transport.sent == b""


@pytest.mark.anyio
@pytest.mark.parametrize("what", ["keep_alive", "response_started", "disconnected", "paused"])
async def test_so_is_a_connection_in_another_state(what: str) -> None:
    cycle = _Cycle()
    if what == "paused":
        cycle.flow.write_paused = True
    else:
        setattr(cycle, what, what != "keep_alive")
    await _sending(cycle)(_start([(b"content-length", b"1")]))
    await _sending(cycle)({"type": "http.response.body", "body": b"a"})
    assert len(cycle.left_to_server) == 2


@pytest.mark.anyio
async def test_the_lines_that_are_known_are_bounded() -> None:
    for number in range(heads._MOST_KNOWN * 2):
        await _sending(_Cycle())(_start([(b"content-length", b"1"), (b"x", b"%d" % number)]))
        assert len(heads._known) <= heads._MOST_KNOWN
    before = len(heads._known)
    for number in range(50):
        await _sending(_Cycle())(_start([(b"content-length", b"1"), (b"x-request-id", b"%d" % number)]))
    assert len(heads._known) <= before + 1, "what each answer has of its own is not remembered"


@pytest.mark.anyio
async def test_headers_that_are_known_are_sent_as_they_are() -> None:
    known = Head([(b"etag", b'"a"')], heads.lines_of([(b"etag", b'"a"')]))
    cycle = _Cycle()
    send = _sending(cycle)
    await send(known.start(200, 5, [(b"content-length", b"5")]))
    await send({"type": "http.response.body", "body": b"hello"})
    head = b'HTTP/1.1 200 OK\r\ndate: today\r\netag: "a"\r\ncontent-length: 5\r\n\r\n'
    assert cycle.left_to_server == [{"type": "http.response.body", "body": head + b"hello"}]
    assert known.start(200, 5, [(b"x", b"y")])["headers"] == [(b"etag", b'"a"'), (b"x", b"y")], "any server can send it"
    nothing = _Cycle()
    await _sending(nothing)(known.start(304, 0, []))
    assert nothing.transport.sent == b'HTTP/1.1 304 Not Modified\r\ndate: today\r\netag: "a"\r\n\r\n'


@pytest.mark.anyio
async def test_of_headers_that_are_not_plain_no_lines_are_made() -> None:
    headers = [(b"location", b"/a\r\nset-cookie: x=y")]
    assert heads.lines_of(headers) is None
    cycle = _Cycle()
    await _sending(cycle)(Head(headers, None).start(200, 1, [(b"content-length", b"1")]))
    assert len(cycle.left_to_server) == 1
    cycle.default_headers = headers
    await _sending(cycle)(Head([], b"").start(200, 1, []))
    assert len(cycle.left_to_server) == 2

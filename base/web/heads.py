"""The head of an answer, put together from lines that are known: most of its headers are those of every answer.

The server's own way looks at every letter of every header of each answer, which costs more than finding a kept page.
"""

import re
from collections.abc import Callable, Coroutine, Iterable
from typing import Any, Final

from starlette.types import Message
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, RequestResponseCycle

Send = Callable[[Any], Coroutine[Any, Any, None]]

LINES: Final = "commonplace.lines"
"""In the start of an answer: its headers as lines, ready to be sent, and the length of its body."""

# What RFC 9110 lets a name and a value be; whatever is not like this is left to the server, which refuses it.
_NAME: Final = re.compile(rb"[!#$%&'*+.^_`|~0-9a-z-]+")
_VALUE: Final = re.compile(rb"[\t\x20-\x7e\x80-\xff]*")
_VARIES: Final = frozenset({b"x-request-id", b"set-cookie", b"location"})
_OF_THE_LINE: Final = frozenset({b"connection", b"transfer-encoding"})
_MOST_KNOWN: Final = 1024
_known: Final[dict[tuple[bytes, bytes], bytes]] = {}


def quick(cycle: RequestResponseCycle, is_gone: Callable[[], bool] = lambda: False) -> Send:
    """Return what sends the answer of this request, instead of the cycle's own `send`.

    `is_gone` says whether the connection is lost: of several requests that wait the server tells only the last one.
    """
    usual: Send = cycle.send
    is_asked_for_head = cycle.scope["method"] == "HEAD"
    waiting = b""

    async def send(message: Message) -> None:
        nonlocal waiting
        cycle.disconnected = cycle.disconnected or is_gone()
        if message["type"] == "http.response.start":
            made = _made(cycle, message) if _is_plain(cycle) else None
            if made is not None:
                cycle.response_started, cycle.waiting_for_100_continue = True, False
                cycle.chunked_encoding, cycle.expected_content_length = False, made[1]
                # Its body follows at once, for its length is known: they are sent together.
                waiting = made[0] if made[1] and not is_asked_for_head else b""
                if not waiting:
                    cycle.transport.write(made[0])
                return
        elif waiting and message["type"] == "http.response.body":
            cycle.expected_content_length += len(waiting)
            message, waiting = {**message, "body": waiting + message.get("body", b"")}, b""
        await usual(message)

    return send


def _is_plain(cycle: RequestResponseCycle) -> bool:
    away = cycle.response_started or cycle.disconnected or cycle.flow.write_paused
    return cycle.keep_alive and not away


def _made(cycle: RequestResponseCycle, message: Message) -> tuple[bytes, int] | None:
    if LINES not in message:
        return _head(message["status"], [*cycle.default_headers, *message.get("headers", ())])
    lines, length = message[LINES]
    first = begin(message["status"], cycle.default_headers)
    return None if first is None else (b"".join((first, lines, b"\r\n")), length)


def begin(status: int, headers: Iterable[tuple[bytes, bytes]]) -> bytes | None:
    """Return the first line of an answer, and what the server says with each; none when it is for the server."""
    lines = lines_of(headers)
    return None if lines is None else STATUS_LINE[status] + lines


def lines_of(headers: Iterable[tuple[bytes, bytes]]) -> bytes | None:
    """Return headers as they are sent; none when there are some among them that are for the server to look at."""
    lines = []
    for pair in headers:
        line = _known.get(pair) or _line(pair)
        if line is None:
            return None
        lines.append(line)
    return b"".join(lines)


def _head(status: int, headers: list[tuple[bytes, bytes]]) -> tuple[bytes, int] | None:
    """Return the head, and the length of the body; none when it is for the server to make."""
    first = begin(status, headers)
    if first is None:
        return None
    lengths = [int(value) for name, value in headers if name == b"content-length"]
    length = lengths[-1] if lengths else 0 if status in (204, 304) else None
    return None if length is None else (first + b"\r\n", length)


def _line(pair: tuple[bytes, bytes]) -> bytes | None:
    name, value = pair
    if name in _OF_THE_LINE or not _NAME.fullmatch(name) or not _VALUE.fullmatch(value):
        return None
    line = b"%b: %b\r\n" % pair
    if name not in _VARIES:
        if len(_known) >= _MOST_KNOWN:
            _known.clear()
        _known[pair] = line
    return line

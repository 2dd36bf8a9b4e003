"""Ask whether a page elsewhere is there, without ever asking a machine of one's own network.

The name is resolved first, every address must be one of the public internet, and the connection goes to the address
that was looked at. No more than the head of the answer is read.
"""

import http.client
import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, Protocol
from urllib.parse import SplitResult, quote, urljoin, urlsplit

UNCLEAR: Final = 0
"""Nothing answered, or nothing was asked: this says nothing about the page."""
NO_HOST: Final = -1
"""There is no machine of this name."""
GONE: Final = (404, 410, NO_HOST)
"""The page does not exist."""
GONE_HOURS: Final = 20
"""A page is gone when it was so twice, at least so many hours apart: a timer that runs daily is not that punctual."""

_APART: Final = timedelta(hours=GONE_HOURS)


class Asked(Protocol):
    """A row that keeps what an address answered: when it was asked last, and since when it has been failing."""

    status: int
    checked_at: datetime | None
    failing_since: datetime | None


def is_gone(status: int, checked_at: datetime | None, failing_since: datetime | None) -> bool:
    """Say whether a page is gone: on two checks, far enough apart."""
    if checked_at is None or failing_since is None:
        return False
    return status in GONE and checked_at - failing_since >= _APART


def take_answer(row: Asked, status: int, at: datetime) -> bool:
    """Change the row by an answer, and return whether the page is newly gone.

    An answer that says nothing leaves what was known before.
    """
    was_gone = is_gone(row.status, row.checked_at, row.failing_since)
    row.checked_at = at
    if status in GONE:
        row.status, row.failing_since = status, row.failing_since or at
    elif 200 <= status < 400:
        row.status, row.failing_since = status, None
    elif not was_gone:
        row.status = status
    return is_gone(row.status, row.checked_at, row.failing_since) and not was_gone


_PORTS: Final = {"http": 80, "https": 443}
_MOVED: Final = frozenset({301, 302, 303, 307, 308})
_MOST_MOVES: Final = 5
_SECONDS: Final = 5.0
# So long a request may take, and all the requests for one page.
_LONGEST: Final = 10.0
_PAGE: Final = 20.0
_PAUSE: Final = 1.0
# Inside these, addresses of other networks are written: what is private there looks public here.
_TUNNELS: Final = tuple(
    ipaddress.ip_network(one) for one in ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32")
)
# Not of the public internet either, which not every version of Python knows.
_INSIDE: Final = tuple(ipaddress.ip_network(one) for one in ("192.0.0.0/24", "fec0::/10", "3fff::/20", "5f00::/16"))
_NOBODY: Final = frozenset({socket.EAI_NONAME, getattr(socket, "EAI_NODATA", socket.EAI_NONAME)})

Allowed = Callable[[str, int], bool]


class NotAsked(Exception):
    """An address that may not be asked, or that was not done with in time."""


@dataclass(slots=True)
class Pace:
    """Lets a second pass between two requests to one host, whoever makes them."""

    seconds: float = _PAUSE
    _next: dict[str, float] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def wait(self, host: str) -> None:
        """Wait for the host's turn."""
        with self._lock:
            at = max(time.monotonic(), self._next.get(host, 0.0))
            self._next[host] = at + self.seconds
        time.sleep(max(0.0, at - time.monotonic()))


def is_public(address: str, port: int) -> bool:
    """Say whether an address belongs to the public internet, and the port to the web."""
    found = ipaddress.ip_address(address.partition("%")[0])
    inner = getattr(found, "ipv4_mapped", None)
    if inner is not None or any(found in one for one in (*_TUNNELS, *_INSIDE) if one.version == found.version):
        return False
    return port in _PORTS.values() and found.is_global and not found.is_multicast and not found.is_reserved


def ask(url: str, pace: Pace, allowed: Allowed = is_public) -> int:
    """Return the HTTP status of a page, NO_HOST, or UNCLEAR; blocks, so it is asked in a thread.

    HEAD is tried first, for it costs least; servers that do not like it are asked with GET. After twenty seconds no
    more is asked or waited for; only a name is looked up as long as the resolver takes. NO_HOST may also say that the
    resolver knows no names at all: see whether others are found. `allowed` decides about an address and a port; tests
    on one machine give another.
    """
    terms = _Terms(pace, allowed, time.monotonic() + _PAGE)
    status = _follow("HEAD", url, terms)
    return _follow("GET", url, terms) if (status >= 400 or status == UNCLEAR) and terms.left() > 0 else status


def host_of(url: str) -> str:
    """Return which host a page is on, empty when that cannot be read."""
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


@dataclass(frozen=True, slots=True)
class _Terms:
    """How a page is asked: its hosts not too often, nothing inside, and until when."""

    pace: Pace
    allowed: Allowed
    until: float

    def left(self) -> float:
        return self.until - time.monotonic()


def _follow(method: str, url: str, terms: _Terms) -> int:
    try:
        for _ in range(_MOST_MOVES + 1):
            status, location = _request(method, urlsplit(url), terms)
            if status not in _MOVED or not location:
                return status
            url = urljoin(url, location)
    except socket.gaierror as error:
        return NO_HOST if error.errno in _NOBODY else UNCLEAR
    except (NotAsked, OSError, http.client.HTTPException, ValueError):
        return UNCLEAR
    return UNCLEAR


def _request(method: str, parts: SplitResult, terms: _Terms) -> tuple[int, str]:
    """Make one request; return its status, and where it leads."""
    terms.pace.wait(_place(parts)[0])
    with connected(parts, terms.allowed, terms.until) as (host, sock):
        return _ask(method, parts, host, sock)


@contextmanager
def connected(parts: SplitResult, allowed: Allowed, until: float) -> Iterator[tuple[str, socket.socket]]:
    """Connect to the host of an address that may be asked, in clear or encrypted, until a moment of the clock.

    Raises NotAsked where it may not be, or when the time was over before all was said: a server that answers drop by
    drop is cut off.
    """
    host, port = _place(parts)
    address = _address(host, port, allowed)
    left = until - time.monotonic()
    if left <= 0:
        raise NotAsked
    with socket.create_connection((address, port), timeout=min(_SECONDS, left)) as plain:
        open_now, cut = [plain], threading.Event()
        timer = threading.Timer(max(0.0, min(_LONGEST, until - time.monotonic())), _cut, (open_now, cut))
        timer.daemon = True
        timer.start()
        try:
            if parts.scheme == "https":
                open_now.append(ssl.create_default_context().wrap_socket(plain, server_hostname=host))
            yield host, open_now[-1]
        finally:
            timer.cancel()
            open_now[-1].close()
    if cut.is_set():
        raise NotAsked


def _place(parts: SplitResult) -> tuple[str, int]:
    if parts.scheme not in _PORTS or not parts.hostname or parts.username is not None:
        raise NotAsked
    host = parts.hostname if ":" in parts.hostname else parts.hostname.encode("idna").decode()
    return host, _PORTS[parts.scheme] if parts.port is None else parts.port


def _address(host: str, port: int, allowed: Allowed) -> str:
    """Return the address to connect to; one among them that may not be asked spoils them all."""
    found = [str(one[4][0]) for one in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    if not found or not all(allowed(address, port) for address in found):
        raise NotAsked
    return found[0]


def _ask(method: str, parts: SplitResult, host: str, sock: socket.socket) -> tuple[int, str]:
    connection = http.client.HTTPConnection(host, timeout=_SECONDS)
    connection.sock = sock
    try:
        begin_request(connection, method, parts, host)
        connection.putheader("User-Agent", "Mozilla/5.0 (compatible; Commonplace link check)")
        connection.putheader("Accept", "*/*")
        connection.putheader("Connection", "close")
        connection.endheaders()
        with connection.getresponse() as answer:
            return answer.status, answer.getheader("Location") or ""
    finally:
        connection.close()


def begin_request(connection: http.client.HTTPConnection, method: str, parts: SplitResult, host: str) -> None:
    """Send the first line of a request, and the host that it is for."""
    path = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._") + (f"?{parts.query}" if parts.query else "")
    connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
    shown = f"[{host}]" if ":" in host else host
    connection.putheader("Host", f"{shown}:{parts.port}" if parts.port else shown)


def _cut(open_now: list[socket.socket], cut: threading.Event) -> None:
    cut.set()
    try:
        open_now[-1].shutdown(socket.SHUT_RDWR)
    except OSError:
        return  # it was over already

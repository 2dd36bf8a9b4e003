"""Fetch a small document from a server elsewhere, such as a provider at which people sign in.

By the rules of base/outward.py: the address is looked at before it is asked, and what answers too slowly or too much is
cut off. Redirects are not followed. It happens in threads of its own, so that nothing else waits.
"""

import asyncio
import http.client
import ipaddress
import socket
import ssl
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlsplit

from base import settings
from base.networks import Network, networks
from base.outward import NotAsked, begin_request, connected, host_of, is_public

MOST_BYTES: Final = 512 * 1024
SECONDS: Final = 8.0
"""So long one document may take, once its turn has come."""
_TURN: Final = 5.0
_AT_ONCE: Final = 6
_threads: Final = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="fetch")


class NotFetched(Exception):
    """Why there is no answer, in a sentence."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A request: a body makes it a POST."""

    url: str
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Fetched:
    """What came back."""

    status: int
    body: bytes


async def fetch(wanted: Wanted) -> Fetched:
    """Return what a server answers; raises NotFetched with a sentence when it does not, or must not be asked."""
    inside = networks(settings.get().sso_networks)
    given_up = time.monotonic() + _TURN
    try:
        return await asyncio.wait_for(
            asyncio.get_running_loop().run_in_executor(_threads, _fetch, wanted, inside, given_up), _TURN + SECONDS + 2
        )
    except TimeoutError:
        raise NotFetched(f"{_host(wanted)} did not answer in time.") from None


def _host(wanted: Wanted) -> str:
    return host_of(wanted.url) or "This address"


def _fetch(wanted: Wanted, inside: tuple[Network, ...], given_up: float) -> Fetched:
    host = _host(wanted)
    if time.monotonic() > given_up:
        raise NotFetched(f"{host} was not asked: too many others are being waited for.")

    def allowed(address: str, port: int) -> bool:
        found = ipaddress.ip_address(address.partition("%")[0])
        own = any(found in one for one in inside if one.version == found.version)
        # In clear only within this machine: whoever could listen would be everybody.
        if urlsplit(wanted.url).scheme != "https" and not (own and found.is_loopback):
            return False
        return own or is_public(address, port)

    try:
        parts = urlsplit(wanted.url)
        with connected(parts, allowed, time.monotonic() + SECONDS) as (name, sock):
            return _exchange(wanted, name, sock)
    except NotAsked:
        raise NotFetched(
            f"{host} may not be asked, or did not answer in time. A provider is asked by https on the public internet, "
            "and in the networks of the setting sso_networks."
        ) from None
    except ssl.SSLCertVerificationError as error:
        raise NotFetched(f"The certificate of {host} is not trusted: {error.verify_message}.") from None
    except socket.gaierror:
        raise NotFetched(f"There is no machine of the name {host}.") from None
    except TimeoutError:
        raise NotFetched(f"{host} did not answer in time.") from None
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise NotFetched(f"{host} could not be reached: {type(error).__name__}.") from None


def _exchange(wanted: Wanted, host: str, sock: socket.socket) -> Fetched:
    connection = http.client.HTTPConnection(host, timeout=SECONDS)
    connection.sock = sock
    try:
        begin_request(connection, "POST" if wanted.body else "GET", urlsplit(wanted.url), host)
        headers = {"User-Agent": "Commonplace", "Accept": "application/json", "Connection": "close", **wanted.headers}
        if wanted.body:
            headers |= {"Content-Type": "application/x-www-form-urlencoded", "Content-Length": str(len(wanted.body))}
        for name, value in headers.items():
            connection.putheader(name, value)
        connection.endheaders(wanted.body or None)
        with connection.getresponse() as answer:
            body = answer.read(MOST_BYTES + 1)
            if len(body) > MOST_BYTES:
                raise NotFetched(f"{host} answered with more than {MOST_BYTES // 1024} KB.")
            return Fetched(answer.status, body)
    finally:
        connection.close()

"""Whether a request comes from this very machine, and nobody passed it on."""

from typing import Final
from urllib.parse import urlsplit

from starlette.requests import Request

from base import settings

_PROXIED: Final = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip")


def is_from_here(request: Request) -> bool:
    """Say whether only this machine can have sent it: the site is nowhere public, and no proxy stands before it.

    The Host header is checked because a foreign page can let its own name point at this machine.
    """
    now = settings.get()
    public = urlsplit(now.address).hostname or ""
    loopback = {public, now.host, request.url.hostname or ""} <= settings.LOOPBACK
    return loopback and not now.behind_proxy and not any(name in request.headers for name in _PROXIED)

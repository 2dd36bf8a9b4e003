"""What is known of requests: an id for each, a line in the log for some, and counts by route in this process."""

import re
from bisect import bisect_left
from dataclasses import dataclass, field
from random import getrandbits
from typing import Final

from starlette.datastructures import Headers
from starlette.types import Scope

from base import settings
from base.log import REQUEST, logger

BOUNDS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""Upper bounds of the durations that are counted, in seconds."""
_METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_KNOWN_AS: Final = "commonplace.request"
_SIGNED: Final = re.compile(r"\.?[\w-]+\.[\w-]+\.[\w-]{20,}")
"""As base/signing.py writes it: what is said, when, and the signature."""
_ID: Final = re.compile(r"[A-Za-z0-9-]{1,64}")


@dataclass(slots=True)
class Seen:
    """How often one route was answered in one way, and how long that took: counts for each bound, and one beyond."""

    count: int = 0
    seconds: float = 0.0
    within: list[int] = field(default_factory=lambda: [0] * (len(BOUNDS) + 1))


# As many as there are routes, methods and kinds of answer: nothing that is asked makes more.
REQUESTS: Final[dict[tuple[str, str, str], Seen]] = {}


def request_id(scope: Scope) -> str:
    """Return the id of a request: that of a proxy on this machine if we trust it, else a new one."""
    known: str | None = scope.get(_KNOWN_AS)
    if known is None:
        known = scope[_KNOWN_AS] = _new_id(scope)
        REQUEST.set(known)  # each request is answered in a task of its own
    return known


def _new_id(scope: Scope) -> str:
    if settings.get().behind_proxy and (scope.get("client") or ("127.0.0.1",))[0] in settings.LOOPBACK:
        given = Headers(scope=scope).get("x-request-id", "")
        if _ID.fullmatch(given):
            return given
    return f"{getrandbits(64):016x}"  # nobody needs to be kept from guessing it


def route_of(scope: Scope) -> str:
    """Return the template of the route that answered, such as /t/{id:int}-{slug}; never what stood in the address."""
    return getattr(scope.get("route"), "path", "") or "(none)"


def path_of(scope: Scope) -> str:
    """Return the path of a request for the log: what is signed in it, such as an invitation, opens something."""
    return _SIGNED.sub("(signed)", scope["path"])


def finished(scope: Scope, status: int, seconds: float) -> None:
    """Count an answer, and log it if it is to be. `seconds` is the time until it began; 0 as status is none at all."""
    method = scope["method"] if scope["method"] in _METHODS else "other"
    route = route_of(scope)
    key = (method, route, f"{status // 100}xx" if status else "none")
    seen = REQUESTS.get(key)
    if seen is None:
        seen = REQUESTS[key] = Seen()
    seen.count += 1
    seen.seconds += seconds
    seen.within[bisect_left(BOUNDS, seconds)] += 1
    now = settings.get()
    which = now.log_requests
    if which == "all" or (which == "problems" and (status >= 500 or seconds * 1000 >= now.slow_request_ms)):
        logger("web").info("request", method=method, route=route, status=status, ms=round(seconds * 1000, 1))
    elif now.log_level == "debug":
        logger("web").debug("request", method=method, route=route, status=status, ms=round(seconds * 1000, 1))

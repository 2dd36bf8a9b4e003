"""Whether somebody reads a page just now."""

import re
from functools import lru_cache
from typing import Final

from starlette.types import Scope

from base.web.raw import header

_ROBOT: Final = re.compile(rb"bot\b|crawl|spider|slurp", re.IGNORECASE)


def by_a_person(scope: Scope) -> bool:
    """Say whether somebody reads this now: no program, and no browser that only looks ahead."""
    ahead = header(scope, b"sec-purpose") + header(scope, b"purpose")
    looks_ahead = ahead and b"prefetch" in ahead.lower()
    return scope["method"] == "GET" and not looks_ahead and not _is_robot(header(scope, b"user-agent"))


@lru_cache(maxsize=64)
def _is_robot(program: bytes) -> bool:
    return _ROBOT.search(program) is not None

"""Whether somebody reads a page just now."""

import re
from typing import Final

from starlette.types import Scope

from base.web.raw import header

_ROBOT: Final = re.compile(rb"bot\b|crawl|spider|slurp", re.IGNORECASE)


def by_a_person(scope: Scope) -> bool:
    """Say whether somebody reads this now: no program, and no browser that only looks ahead."""
    ahead = header(scope, b"sec-purpose") + header(scope, b"purpose")
    program = _ROBOT.search(header(scope, b"user-agent"))
    return scope["method"] == "GET" and b"prefetch" not in ahead.lower() and not program

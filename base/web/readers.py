"""Whether somebody reads a page just now."""

import re
from typing import Final

from starlette.requests import Request

_ROBOT: Final = re.compile(r"bot\b|crawl|spider|slurp", re.IGNORECASE)


def by_a_person(request: Request) -> bool:
    """Say whether somebody reads this now: no program, and no browser that only looks ahead."""
    ahead = f"{request.headers.get('sec-purpose', '')} {request.headers.get('purpose', '')}"
    program = _ROBOT.search(request.headers.get("user-agent", ""))
    return request.method == "GET" and "prefetch" not in ahead.lower() and not program

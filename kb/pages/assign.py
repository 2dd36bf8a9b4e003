"""Take something on the desk on, give it to somebody, let go of it."""

from collections.abc import Mapping
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from base.errors import Conflict, Invalid, Missing
from base.paging import whole_number
from base.web.inputs import read_input
from base.web.redirect import redirect
from kb.actions.assign import Given, Subject, assign, let_go
from kb.queries.desk import LANES
from members.current import need_member

_SUBJECTS: Final[Mapping[str, Subject]] = {"article": "article", "thread": "thread"}


async def assign_page(request: Request) -> Response:
    """Take a row on, or give it to somebody."""
    viewer, given = need_member(request), await read_input(request)
    subject, subject_id = _what(given)
    try:
        name = await assign(viewer, subject, subject_id, Given.read(given))
    except (Conflict, Invalid) as error:
        words = " ".join(error.errors.values()) if isinstance(error, Invalid) else error.sentence
        return redirect(_back(given), words, level="warning")
    words = "You have taken it on." if name == viewer.name else f"{name} has it now, and is told."
    return redirect(_back(given), words)


async def let_go_page(request: Request) -> Response:
    """Let go of a row."""
    viewer, given = need_member(request), await read_input(request)
    await let_go(viewer, *_what(given))
    return redirect(_back(given), "Nobody has it now.")


def _what(given: Mapping[str, object]) -> tuple[Subject, int]:
    subject, number = _SUBJECTS.get(str(given.get("subject"))), whole_number(given.get("id"))
    if subject is None or not number:
        raise Missing("There is no such thing on the desk.")
    return subject, number


def _back(given: Mapping[str, object]) -> str:
    """Return where the form stood: a lane of the desk, for whom it was shown, or one's own reviews."""
    lane, who = str(given.get("lane") or ""), str(given.get("who") or "")
    if lane not in LANES:
        return "/review"
    return f"/desk?lane={lane}" + (f"&who={who}" if who in ("mine", "nobody") else "")


ROUTES: list[BaseRoute] = [
    Route("/desk/assign", assign_page, methods=["POST"]),
    Route("/desk/let-go", let_go_page, methods=["POST"]),
]

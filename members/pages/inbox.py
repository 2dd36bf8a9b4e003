"""The inbox."""

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from base.paging import page_number, whole_number
from base.web.inputs import read_input
from base.web.redirect import redirect, safe_path
from base.web.render import page
from members.actions.read_notices import Reading, open_notice, read_notices
from members.actions.switch_reason import SwitchOff, SwitchOn, switch_off, switch_on
from members.current import need_member
from members.pages.inbox_events import events
from members.queries.inbox import InboxPage, inbox_page
from members.queries.stopped import Stopped, stopped
from members.reasons import SORTS


@dataclass(frozen=True, slots=True)
class Shown:
    """What templates/members/inbox.html shows; `stopped` is what was switched off a moment ago."""

    inbox: InboxPage
    sorts: tuple[str, ...]
    stopped: Stopped | None


async def inbox(request: Request) -> Response:
    """Show the inbox, what is unread first."""
    viewer, given = need_member(request), request.query_params
    found = await inbox_page(
        viewer, page_number(given), unread_only=given.get("show") == "unread", sort=given.get("sort", "")
    )
    ended = await stopped(viewer, whole_number(given.get("stopped")), given.get("was", ""))
    return page(request, "members/inbox.html", Shown(found, tuple(SORTS), ended))


async def open_one(request: Request) -> Response:
    """Go to what a notice is about; with that it is read."""
    url = await open_notice(need_member(request), request.path_params["id"])
    return redirect(safe_path(url, "/inbox"))


async def read(request: Request) -> Response:
    """Mark one notice, those about one thing, or all as read."""
    viewer, given = need_member(request), await read_input(request)
    await read_notices(viewer, Reading.read(given))
    return redirect(safe_path(str(given.get("next", "")), "/inbox"))


async def stop(request: Request) -> Response:
    """Switch off the reason of a notice; the next page says so and takes it back with one press."""
    viewer, given = need_member(request), SwitchOff.read(await read_input(request))
    was = await switch_off(viewer, given)
    return redirect(f"/inbox?stopped={given.notice}&was={was}")


async def go_on(request: Request) -> Response:
    """Take that back."""
    await switch_on(need_member(request), SwitchOn.read(await read_input(request)))
    return redirect("/inbox", "You will hear of it again.")


ROUTES: list[BaseRoute] = [
    Route("/inbox", inbox, methods=["GET"]),
    Route("/inbox/events", events, methods=["GET"]),
    Route("/inbox/read", read, methods=["POST"]),
    Route("/inbox/stop", stop, methods=["POST"]),
    Route("/inbox/go-on", go_on, methods=["POST"]),
    Route("/inbox/{id:int}", open_one, methods=["GET", "POST"]),
]

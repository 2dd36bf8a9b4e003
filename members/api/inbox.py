"""JSON doors to the inbox."""

from dataclasses import dataclass
from typing import Any, Literal

from starlette.requests import Request

from base.paging import page_number
from base.web.endpoints import Endpoint, endpoint
from members.actions.read_notices import Reading, read_notices
from members.actions.switch_reason import Switches, SwitchOff, SwitchOn, set_switches, switch_off, switch_on
from members.current import need_member
from members.queries.inbox import NoticeGroup, Unread, inbox_page, unread_of
from members.queries.switches import switched_off
from members.reasons import SETTINGS, SORTS, SWITCHES


@dataclass(frozen=True, slots=True)
class InboxOut:
    """A page of the inbox: groups of notices about one thing, what is unread first."""

    total: int
    page: int
    pages: int
    unread: int
    groups: tuple[NoticeGroup, ...]


@dataclass(frozen=True, slots=True)
class StoppedOut:
    """How closely the thing was followed before, or nothing: send it to take the switch back."""

    level: Literal["", "watching", "following", "normal", "muted"]


@dataclass(frozen=True, slots=True)
class SwitchesOut:
    """What one is told for, and what not."""

    on: list[str]
    off: list[str]


_ASKED = {
    "page": "Page number, from 1.",
    "show": "“unread” for unread ones only.",
    "sort": f"One of {', '.join(SORTS)}.",
}


@endpoint("GET", "/api/v1/inbox", output=InboxOut, query=_ASKED, summary="My inbox", tag="me")
async def my_inbox(request: Request, given: None) -> InboxOut:
    """Return a page of the inbox."""
    asked = request.query_params
    found = await inbox_page(
        need_member(request),
        page_number(asked),
        unread_only=asked.get("show") == "unread",
        sort=asked.get("sort", ""),
    )
    return InboxOut(found.page.total, found.page.number, found.page.pages, found.unread, found.groups)


@endpoint("GET", "/api/v1/inbox/unread", output=Unread, summary="How many notices are new, up to 99", tag="me")
async def my_unread(request: Request, given: None) -> Unread:
    """Count what is unread."""
    return await unread_of(need_member(request))


@endpoint("POST", "/api/v1/inbox/read", input=Reading, output=None, summary="Mark as read", tag="me")
async def mark_read(request: Request, given: Reading) -> None:
    """Mark notices as read."""
    await read_notices(need_member(request), given)


@endpoint("POST", "/api/v1/inbox/stop", input=SwitchOff, output=StoppedOut, summary="No more for this reason", tag="me")
async def stop_reason(request: Request, given: SwitchOff) -> StoppedOut:
    """Switch off the reason of a notice, or follow less closely what it was about."""
    return StoppedOut(await switch_off(need_member(request), given))  # type: ignore[arg-type]


@endpoint("POST", "/api/v1/inbox/go-on", input=SwitchOn, output=None, summary="Take that back", tag="me")
async def go_on(request: Request, given: SwitchOn) -> None:
    """Switch the reason of a notice on again."""
    await switch_on(need_member(request), given)


@endpoint("GET", "/api/v1/me/notices", output=SwitchesOut, summary="What I am told for", tag="me")
async def my_switches(request: Request, given: None) -> SwitchesOut:
    """Say what is switched on and off."""
    off = await switched_off(need_member(request))
    return SwitchesOut([one for one in (*SWITCHES, *SETTINGS) if one not in off], sorted(off))


@endpoint("PUT", "/api/v1/me/notices", input=Switches, output=None, summary="Choose what I am told for", tag="me")
async def keep_switches(request: Request, given: Switches) -> None:
    """Keep what is switched on."""
    await set_switches(need_member(request), given)


ENDPOINTS: list[Endpoint[Any]] = [
    my_inbox, my_unread, mark_read, stop_reason, go_on, my_switches, keep_switches,
]  # fmt: skip

"""JSON doors to the inbox."""

from dataclasses import dataclass
from typing import Any

from starlette.requests import Request

from base.paging import page_number
from base.web.endpoints import Endpoint, endpoint
from members.actions.read_notices import Reading, read_notices
from members.current import need_member
from members.queries.inbox import NoticeGroup, inbox_page


@dataclass(frozen=True, slots=True)
class InboxOut:
    """A page of the inbox: groups of notices about one thing, what is unread first."""

    total: int
    page: int
    pages: int
    unread: int
    groups: tuple[NoticeGroup, ...]


_ASKED = {"page": "Page number, from 1.", "show": "“unread” for unread ones only."}


@endpoint("GET", "/api/v1/inbox", output=InboxOut, query=_ASKED, summary="My inbox", tag="me")
async def my_inbox(request: Request, given: None) -> InboxOut:
    """Return a page of the inbox."""
    asked = request.query_params
    found = await inbox_page(need_member(request), page_number(asked), unread_only=asked.get("show") == "unread")
    return InboxOut(found.page.total, found.page.number, found.page.pages, found.unread, found.groups)


@endpoint("POST", "/api/v1/inbox/read", input=Reading, output=None, summary="Mark as read", tag="me")
async def mark_read(request: Request, given: Reading) -> None:
    """Mark notices as read."""
    await read_notices(need_member(request), given)


ENDPOINTS: list[Endpoint[Any]] = [my_inbox, mark_read]

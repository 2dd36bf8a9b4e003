"""JSON doors to the inbox."""

from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import Field
from starlette.requests import Request

from base.errors import Invalid
from base.inputs import BlankIsNone, Input
from base.paging import page_number
from base.web.endpoints import Endpoint, endpoint
from members.actions.read_notices import read_all, read_group, read_notice
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


class Reading(Input):
    """What was read: one notice, those of one group, or all."""

    notice: Annotated[int | None, BlankIsNone] = None
    group: str = Field("", max_length=60)
    all: bool = False


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
    viewer = need_member(request)
    if given.notice is not None:
        await read_notice(viewer, given.notice)
    elif given.group:
        await read_group(viewer, given.group)
    elif given.all:
        await read_all(viewer)
    else:
        raise Invalid({"notice": "Please say which: a notice, a group, or all."})


ENDPOINTS: list[Endpoint[Any]] = [my_inbox, mark_read]

"""JSON doors to looking behind masks."""

from dataclasses import dataclass
from typing import Any

from starlette.requests import Request

from base.paging import page_number
from base.web.endpoints import Endpoint, endpoint
from members.actions.unmask import UnmaskDecision, decide_unmasking, look_behind
from members.current import need_member
from members.queries.unmaskings import OwnMask, UnmaskingRow, own_masks, unmaskings_page


@dataclass(frozen=True, slots=True)
class OwnMaskList:
    """The masks of the viewer."""

    masks: list[OwnMask]


@dataclass(frozen=True, slots=True)
class UnmaskingList:
    """Requests to look behind a mask; `total` counts them all."""

    total: int
    unmaskings: list[UnmaskingRow]


@dataclass(frozen=True, slots=True)
class Unmasked:
    """Who is behind a mask."""

    name: str
    handle: str
    title: str


@endpoint("GET", "/api/v1/me/masks", output=OwnMaskList, tag="masks", summary="List where you write without your name")
async def list_masks(request: Request, given: None) -> OwnMaskList:
    """List the viewer's masks."""
    return OwnMaskList(list(await own_masks(need_member(request))))


@endpoint("GET", "/api/v1/unmaskings", output=UnmaskingList, tag="masks", summary="List requests to look behind a mask",
          query={"page": "Number of the page, from 1"})  # fmt: skip
async def list_unmaskings(request: Request, given: None) -> UnmaskingList:
    """List requests, the open ones first."""
    found = await unmaskings_page(need_member(request), page_number(request.query_params))
    return UnmaskingList(found.page.total, list(found.unmaskings))


@endpoint("POST", "/api/v1/unmaskings/{id:int}/decision", input=UnmaskDecision, output=None, tag="masks",
          summary="Approve or refuse a request of somebody else")  # fmt: skip
async def decide(request: Request, given: UnmaskDecision) -> None:
    """Decide on a request."""
    await decide_unmasking(need_member(request), request.path_params["id"], given)


@endpoint("POST", "/api/v1/unmaskings/{id:int}/look", output=Unmasked, tag="masks",
          summary="See who it is, within a day; the look is in the journal")  # fmt: skip
async def look(request: Request, given: None) -> Unmasked:
    """Return who is behind the mask."""
    person = await look_behind(need_member(request), request.path_params["id"])
    return Unmasked(person.name, person.handle, person.title)


ENDPOINTS: list[Endpoint[Any]] = [list_masks, list_unmaskings, decide, look]

"""JSON doors of looking after a region: its desk, and asking people to help with a question."""

from dataclasses import dataclass
from typing import Any, Final

from starlette.requests import Request

from base.paging import page_number
from base.web.endpoints import Endpoint, endpoint
from forum.actions.suggest_people import People, suggest_people
from forum.queries.region_desk import DeskRow, region_desk
from forum.queries.suggested import Asked, Helper, suggested_page
from members.current import need_member

_THREAD: Final = "/api/v1/threads/{id:int}/people"
_LANES: Final = "unanswered, newcomers, organisations, people or care; without it, the first of each."


@dataclass(frozen=True, slots=True)
class DeskLane:
    """One part of the desk of a region."""

    name: str
    total: int
    page: int
    pages: int
    rows: tuple[DeskRow, ...]


@dataclass(frozen=True, slots=True)
class DeskOut:
    """The desk of a region; `lanes` without rows were not asked for."""

    region: str
    slug: str
    lanes: tuple[DeskLane, ...]


@dataclass(frozen=True, slots=True)
class HelpersOut:
    """Who might help with a question, who was asked already, and how many may be asked now."""

    helpers: tuple[Helper, ...]
    asked: tuple[Asked, ...]
    most: int


@dataclass(frozen=True, slots=True)
class HelpersAsked:
    """How many were asked."""

    asked: int


@endpoint(
    "GET", "/api/v1/regions/{slug}/desk", output=DeskOut, query={"lane": _LANES, "page": "Page number, from 1."},
    summary="The desk of a region", tag="organisations",
)  # fmt: skip
async def desk(request: Request, given: None) -> DeskOut:
    """Return what waits for who looks after a region."""
    asked = request.query_params
    found = await region_desk(
        need_member(request), request.path_params["slug"], asked.get("lane", ""), page_number(asked)
    )
    lanes = (DeskLane(one.name, one.total, one.page.number, one.page.pages, one.rows) for one in found.lanes)
    return DeskOut(found.name, found.slug, tuple(lanes))


@endpoint("GET", _THREAD, output=HelpersOut, summary="Who might help with a question", tag="threads")
async def who_might_help(request: Request, given: None) -> HelpersOut:
    """Return who might help with a question, with reasons, to who looks after it."""
    found = await suggested_page(need_member(request), request.path_params["id"])
    return HelpersOut(found.helpers, found.asked, found.most)


@endpoint("POST", _THREAD, input=People, output=HelpersAsked, summary="Ask people to help", tag="threads")
async def ask_people(request: Request, given: People) -> HelpersAsked:
    """Ask members to help with a question."""
    return HelpersAsked(await suggest_people(need_member(request), request.path_params["id"], given))


REGION_ENDPOINTS: Final[list[Endpoint[Any]]] = [desk, who_might_help, ask_people]

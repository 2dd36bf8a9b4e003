"""JSON doors to what is looked for in vain."""

from datetime import date
from typing import Any, Final

from pydantic import BaseModel
from starlette.requests import Request

from base.paging import page_number
from base.web.endpoints import Endpoint, endpoint
from members.current import need_member
from search_index.actions.dismiss import GapWords, dismiss, put_back
from search_index.queries.gaps import gaps_page


class GapAnswer(BaseModel):
    """One search that fails people: it finds nothing, or nobody opens what it finds."""

    query: str
    kind: str
    searches: int
    found: int
    last: date | None
    lately: int
    before: int
    trend: str
    dismissed: bool


class GapsAnswer(BaseModel):
    """One page of what is looked for in vain, the most frequent first."""

    gaps: list[GapAnswer]
    total: int


_PATH: Final = "/api/v1/search/gaps"
_QUERY: Final = {
    "kind": "all, nothing (was found), unopened or dismissed.",
    "q": "Only searches that have this in them.",
    "page": "Number of the page, from 1.",
}


@endpoint("GET", _PATH, output=GapsAnswer, summary="What is looked for in vain", tag="Search", query=_QUERY)
async def list_gaps(request: Request, given: None) -> GapsAnswer:
    """Return what is looked for in vain."""
    asked = request.query_params
    found = await gaps_page(need_member(request), asked.get("kind", "all"), asked.get("q", ""), page_number(asked))
    gaps = [
        GapAnswer(
            query=one.query, kind=one.kind, searches=one.searches, found=one.found, last=one.last, lately=one.lately,
            before=one.before, trend=one.trend, dismissed=one.dismissed,
        )
        for one in found.gaps
    ]  # fmt: skip
    return GapsAnswer(gaps=gaps, total=found.page.total)


@endpoint("POST", f"{_PATH}/dismiss", input=GapWords, output=None, summary="Set a gap aside", tag="Search")
async def dismiss_gap(request: Request, given: GapWords) -> None:
    """Take a gap off the list."""
    await dismiss(need_member(request), given)


@endpoint("POST", f"{_PATH}/put-back", input=GapWords, output=None, summary="Put a gap back", tag="Search")
async def put_gap_back(request: Request, given: GapWords) -> None:
    """Put a gap back on the list."""
    await put_back(need_member(request), given)


ENDPOINTS: list[Endpoint[Any]] = [list_gaps, dismiss_gap, put_gap_back]

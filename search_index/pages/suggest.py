"""Suggestions while typing, as JSON for the search box or as a fragment."""

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from base.web.render import page
from members.current import viewer_of
from search_index.queries.suggestions import Suggestion, suggestions


@dataclass(frozen=True, slots=True)
class SuggestPage:
    """What templates/search_index/suggest.html shows."""

    suggestions: tuple[Suggestion, ...]


async def suggest(request: Request) -> Response:
    """Answer suggestions for what is being typed."""
    found = await suggestions(viewer_of(request), request.query_params.get("q", ""))
    headers = {"Vary": "Accept", "Cache-Control": "private, max-age=30"}
    if "application/json" in request.headers.get("accept", ""):
        told = [{"text": one.text, "url": one.url, "kind": one.kind} for one in found]
        return JSONResponse({"suggestions": told}, headers=headers)
    return page(request, "search_index/suggest.html", SuggestPage(found), headers=headers)


ROUTES: list[BaseRoute] = [Route("/search/suggest", suggest, name="search.suggest")]

"""The JSON doors of search."""

from typing import Any, Final

from pydantic import BaseModel
from starlette.requests import Request

from base.web.endpoints import Endpoint, endpoint
from members.current import viewer_of
from search_index import api_gaps, api_synonyms
from search_index.engine import Unavailable
from search_index.found import Hit
from search_index.pages.search import parameters
from search_index.queries.asked import asked_of
from search_index.queries.results import results
from search_index.queries.suggestions import suggestions


class FoundHit(BaseModel):
    """One hit."""

    kind: str
    id: int
    url: str
    title: str
    snippet: str
    score: float
    type: str
    number: int
    author: str
    created: str
    state: list[str]
    tags: list[str]
    platforms: list[str]
    more: int
    why: list[str]
    industry: str


class FacetCount(BaseModel):
    """How many hits have one value of a facet."""

    value: str
    count: int


class SearchAnswer(BaseModel):
    """The answer to a search.

    `corrected` is the text that was searched instead of the one asked, `also` what else its words were taken to mean.
    """

    total: int
    hits: list[FoundHit]
    facets: dict[str, list[FacetCount]]
    corrected: str | None
    also: dict[str, list[str]]


class Suggested(BaseModel):
    """One suggestion."""

    text: str
    url: str
    kind: str


_PARAMETERS: Final = {
    "q": "What is searched: words and operators, as on the search page.",
    "type": "question, case_study, discussion, announcement, article, collection, member or organisation; repeatable.",
    "platform": "Name of a platform; may be repeated.",
    "tag": "A topic; may be repeated.",
    "limit": "Hits on a page: 1 to 50, usually 20.",
    "page": "Number of the page, from 1.",
    "sort": "best, newest, active or votes.",
    "in": "Number of a thread: search only in its posts, each a hit of its own.",
    "exact": "1: only the words as typed, no better spelling and no synonyms.",
}


def _hit(hit: Hit) -> FoundHit:
    return FoundHit(
        kind=hit.kind, id=hit.id, url=hit.url, title=hit.title, snippet=hit.plain_snippet, score=hit.score,
        type=hit.type, number=hit.number, author=hit.author, created=hit.created.isoformat(), state=list(hit.state),
        tags=list(hit.tags), platforms=list(hit.platforms), more=hit.more, why=list(hit.why), industry=hit.industry,
    )  # fmt: skip


@endpoint("GET", "/api/v1/search", output=SearchAnswer, summary="Search everything", tag="Search", query=_PARAMETERS)
async def search(request: Request, given: None) -> SearchAnswer:
    """Return what the holder of the token may find."""
    found = await results(viewer_of(request), asked_of(parameters(request)))
    if found.notice:
        raise Unavailable(found.notice)
    return SearchAnswer(
        total=found.total,
        hits=[_hit(hit) for hit in found.hits],
        facets={
            name: [FacetCount(value=one.value, count=one.number) for one in counts]
            for name, counts in found.counts.items()
        },
        corrected=found.corrected or None,
        also={one.typed: list(one.terms) for one in found.also},
    )


@endpoint(
    "GET",
    "/api/v1/search/suggestions",
    output=list[Suggested],
    summary="Suggest while typing",
    tag="Search",
    query={"q": "What has been typed so far, two letters at least."},
)
async def suggest(request: Request, given: None) -> list[Suggested]:
    """Return things and names that go with what is being typed."""
    found = await suggestions(viewer_of(request), request.query_params.get("q", ""))
    return [Suggested(text=one.text, url=one.url, kind=one.kind) for one in found]


ENDPOINTS: list[Endpoint[Any]] = [search, suggest, *api_gaps.ENDPOINTS, *api_synonyms.ENDPOINTS]

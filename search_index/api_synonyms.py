"""JSON doors to the words that mean the same."""

from typing import Any, Final

from pydantic import BaseModel
from starlette.requests import Request

from base.paging import page_number
from base.web.endpoints import Endpoint, endpoint
from members.current import need_member
from search_index.actions.keep_synonyms import SynonymForm, keep_synonyms, remove_synonyms
from search_index.queries.synonyms import synonym, synonyms_page
from search_index.queries.trying import Results, tried


class SynonymGroup(BaseModel):
    """Words and phrases that mean the same."""

    id: int
    terms: list[str]
    one_way: bool
    language: str


class SynonymGroups(BaseModel):
    """One page of groups; `platforms` are the names of platforms, which count without being listed."""

    groups: list[SynonymGroup]
    platforms: list[list[str]]
    total: int


class WordAsRead(BaseModel):
    """One thing asked for, and what else is looked for in its place."""

    typed: str
    sort: str
    stems: list[str]
    also: list[str]
    must: bool


class QueryAsRead(BaseModel):
    """How a query is read, and the addresses of its first results with synonyms and without."""

    words: list[WordAsRead]
    narrowed: list[tuple[str, str]]
    hints: list[str]
    with_synonyms: list[str]
    without_synonyms: list[str]


_ALL: Final = "/api/v1/admin/synonyms"
_ONE: Final = f"{_ALL}/{{id:int}}"
_PAGE: Final = {"page": "Number of the page, from 1."}


@endpoint("GET", _ALL, output=SynonymGroups, summary="List synonyms", tag="admin", query=_PAGE)
async def list_synonyms(request: Request, given: None) -> SynonymGroups:
    """Return one page of the groups."""
    found = await synonyms_page(need_member(request), page_number(request.query_params))
    groups = [
        SynonymGroup(id=one.id, terms=list(one.terms), one_way=one.one_way, language=one.language)
        for one in found.groups
    ]
    return SynonymGroups(groups=groups, platforms=[list(one) for one in found.platforms], total=found.page.total)


async def _group(request: Request, synonym_id: int) -> SynonymGroup:
    one = await synonym(need_member(request), synonym_id)
    return SynonymGroup(id=one.id, terms=list(one.terms), one_way=one.one_way, language=one.language)


@endpoint("POST", _ALL, input=SynonymForm, output=SynonymGroup, status=201, summary="Add synonyms", tag="admin")
async def new_synonyms(request: Request, given: SynonymForm) -> SynonymGroup:
    """Say which words mean the same."""
    return await _group(request, await keep_synonyms(need_member(request), given))


@endpoint("PUT", _ONE, input=SynonymForm, output=SynonymGroup, summary="Change synonyms", tag="admin")
async def change_synonyms(request: Request, given: SynonymForm) -> SynonymGroup:
    """Change a group."""
    return await _group(request, await keep_synonyms(need_member(request), given, request.path_params["id"]))


@endpoint("DELETE", _ONE, output=None, summary="Remove synonyms", tag="admin")
async def drop_synonyms(request: Request, given: None) -> None:
    """Take a group away."""
    await remove_synonyms(need_member(request), request.path_params["id"])


def _addresses(found: Results | None) -> list[str]:
    return [hit.url for hit in found.hits] if found else []


@endpoint(
    "GET",
    f"{_ALL}/try",
    output=QueryAsRead,
    summary="Try how a query is read",
    tag="admin",
    query={"q": "What would be searched."},
)
async def try_query(request: Request, given: None) -> QueryAsRead:
    """Return how a query is read, and what its synonyms change."""
    found = await tried(need_member(request), request.query_params.get("q", ""))
    words = [
        WordAsRead(typed=one.typed, sort=one.sort, stems=list(one.stems), also=list(one.also), must=one.must)
        for one in found.words
    ]
    return QueryAsRead(
        words=words,
        narrowed=list(found.narrowed),
        hints=list(found.hints),
        with_synonyms=_addresses(found.together),
        without_synonyms=_addresses(found.alone),
    )


ENDPOINTS: list[Endpoint[Any]] = [try_query, list_synonyms, new_synonyms, change_synonyms, drop_synonyms]

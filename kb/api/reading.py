"""Reading articles: the list, one article, its versions, what changed, the desk."""

from dataclasses import dataclass
from typing import Any, Final

from starlette.requests import Request

from base.paging import page_number, whole_number
from base.web.endpoints import Endpoint, endpoint
from kb.addresses import read_two_versions, read_version
from kb.content import Difference
from kb.queries.article import ArticleDetail, show_article
from kb.queries.desk import desk
from kb.queries.desk_rows import DeskRow, read_held
from kb.queries.filters import FILTERS
from kb.queries.health import Health, health
from kb.queries.history import Event, Version, compare, history_of
from kb.queries.practices import SIZE, ArticleRow, list_practices
from kb.rules import check_may_edit
from members.current import need_member, viewer_of

_MOST: Final = 100


@dataclass(frozen=True, slots=True)
class ArticleList:
    """A page of published articles."""

    total: int
    page: int
    pages: int
    articles: tuple[ArticleRow, ...]


@dataclass(frozen=True, slots=True)
class Versions:
    """The versions of an article, newest first, and who confirmed it."""

    total: int
    page: int
    pages: int
    versions: tuple[Version, ...]
    confirmed: tuple[Event, ...]


@dataclass(frozen=True, slots=True)
class Differences:
    """What changed between two versions, field by field and word by word."""

    old: int
    new: int
    differences: tuple[Difference, ...]


@dataclass(frozen=True, slots=True)
class DeskLane:
    """One part of the editors' desk."""

    name: str
    total: int
    rows: tuple[DeskRow, ...]


@endpoint(
    "GET", "/api/v1/articles", output=ArticleList, summary="List published practices", tag="articles",
    query={
        "kind": "how_to, policy, checklist, guideline, answer or announcement", "platform": "Slug of a platform",
        "tag": "Slug of a topic", "state": "verified, due_soon, overdue, stale, unverified or obsolete",
        "evidence": "E1 to E4", "sort": "newest, checked, due or title", "limit": "Rows on a page, at most 100",
        "page": "Number of the page",
    },
)  # fmt: skip
async def list_articles(request: Request, given: None) -> ArticleList:
    """List published articles."""
    query = request.query_params
    chosen = {name: query.getlist(name)[:20] for name in FILTERS if query.getlist(name)}
    size = min(whole_number(query.get("limit")) or SIZE, _MOST)
    found = await list_practices(
        viewer_of(request), chosen, sort=query.get("sort", "newest"), page=page_number(query), size=size
    )
    return ArticleList(found.page.total, found.page.number, found.page.pages, found.items)


@endpoint(
    "GET", "/api/v1/articles/{id:int}", output=ArticleDetail, summary="Read a practice", tag="articles",
    query={"rev": "Number of a version; the published one without it"},
)  # fmt: skip
async def read_article(request: Request, given: None) -> ArticleDetail:
    """Read one article."""
    number = read_version(request.query_params.get("rev", ""))
    return (await show_article(viewer_of(request), request.path_params["id"], number)).detail


@endpoint(
    "GET", "/api/v1/articles/{id:int}/revisions", output=Versions, summary="List the versions of a practice",
    tag="articles", query={"page": "Number of the page"},
)  # fmt: skip
async def list_revisions(request: Request, given: None) -> Versions:
    """List the versions of an article."""
    found = await history_of(viewer_of(request), request.path_params["id"], page_number(request.query_params))
    return Versions(found.page.total, found.page.number, found.page.pages, found.versions, found.events)


@endpoint(
    "GET", "/api/v1/articles/{id:int}/difference", output=Differences, summary="Compare two versions of a practice",
    tag="articles", query={"from": "Number of the older version", "to": "Number of the newer version"},
)  # fmt: skip
async def read_difference(request: Request, given: None) -> Differences:
    """Compare two versions."""
    old, new = read_two_versions(request.query_params)
    found = await compare(viewer_of(request), request.path_params["id"], old, new)
    return Differences(old, new, found.differences)


@endpoint("GET", "/api/v1/desk", output=list[DeskLane], summary="See the editors' desk", tag="articles",
          query={"lane": "The part to list in full", "page": "Number of its page", "who": "mine, nobody"})  # fmt: skip
async def read_desk(request: Request, given: None) -> list[DeskLane]:
    """See the editors' desk."""
    viewer = need_member(request)
    check_may_edit(viewer)
    asked = request.query_params
    found = await desk(viewer, asked.get("lane", ""), page_number(asked), read_held(asked.get("who", "")))
    return [DeskLane(lane.name, lane.total, lane.rows) for lane in found]


@endpoint("GET", "/api/v1/desk/health", output=Health, summary="How the knowledge base is, in figures", tag="articles")
async def read_health(request: Request, given: None) -> Health:
    """Read how the knowledge base is."""
    return await health(need_member(request))


ENDPOINTS: Final[list[Endpoint[Any]]] = [
    list_articles,
    read_article,
    list_revisions,
    read_difference,
    read_desk,
    read_health,
]

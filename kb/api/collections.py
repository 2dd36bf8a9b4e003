"""Collections, and what links to an article."""

from dataclasses import dataclass
from typing import Annotated, Any, Final

from pydantic import Field
from starlette.requests import Request

from base.inputs import Input
from base.paging import page_number
from base.web.endpoints import Endpoint, endpoint
from kb.actions.collect import CollectionForm, keep_collection
from kb.actions.fill import Addition, put_in, take_out
from kb.actions.order import Placement, move, move_to
from kb.actions.tick import tick, untick
from kb.queries.backlinks import Backlinks, backlinks
from kb.queries.collections import CollectionDetail, CollectionRow, collection, collections
from members.current import need_member, viewer_of

_ALL: Final = "/api/v1/collections"
_PAGE: Final = {"page": "Number of the page, from 1"}
_ONE: Final = "/api/v1/collections/{id:int}"


@dataclass(frozen=True, slots=True)
class CollectionKept:
    """A collection that was kept."""

    id: int


@dataclass(frozen=True, slots=True)
class CollectionPage:
    """A page of collections by title."""

    total: int
    page: int
    pages: int
    items: tuple[CollectionRow, ...]


class Moved(Input):
    """Which way a thing moves; or the place it is to have."""

    up: bool = True
    place: Annotated[int | None, Field(ge=1, le=100_000, title="Place")] = None


@endpoint("GET", _ALL, output=CollectionPage, summary="List collections", tag="articles", query=_PAGE)
async def list_collections(request: Request, given: None) -> CollectionPage:
    """List collections."""
    found = await collections(viewer_of(request), page_number(request.query_params))
    return CollectionPage(found.page.total, found.page.number, found.page.pages, found.items)


@endpoint("POST", _ALL, input=CollectionForm, output=CollectionKept, status=201, summary="Start a collection",
          tag="articles")  # fmt: skip
async def start_collection(request: Request, given: CollectionForm) -> CollectionKept:
    """Start a collection."""
    return CollectionKept(await keep_collection(need_member(request), given))


@endpoint("GET", _ONE, output=CollectionDetail, summary="Read a collection", tag="articles")
async def read_collection(request: Request, given: None) -> CollectionDetail:
    """Read a collection."""
    return await collection(viewer_of(request), request.path_params["id"])


@endpoint("PUT", _ONE, input=CollectionForm, output=CollectionKept, summary="Describe a collection", tag="articles")
async def describe_collection(request: Request, given: CollectionForm) -> CollectionKept:
    """Describe a collection."""
    return CollectionKept(await keep_collection(need_member(request), given, request.path_params["id"]))


@endpoint("POST", f"{_ONE}/items", input=Addition, output=None, summary="Put something in",
          tag="articles")  # fmt: skip
async def put_into_collection(request: Request, given: Addition) -> None:
    """Put something into a collection."""
    await put_in(need_member(request), request.path_params["id"], given)


@endpoint("POST", f"{_ONE}/items/{{item:int}}/move", input=Moved, output=None, summary="Move it",
          tag="articles")  # fmt: skip
async def move_in_collection(request: Request, given: Moved) -> None:
    """Move something in a collection."""
    viewer, number, item = need_member(request), request.path_params["id"], request.path_params["item"]
    if given.place is None:
        await move(viewer, number, item, up=given.up)
    else:
        await move_to(viewer, number, item, Placement(place=given.place))


@endpoint("DELETE", f"{_ONE}/items/{{item:int}}", output=None, summary="Take it out", tag="articles")
async def take_out_of_collection(request: Request, given: None) -> None:
    """Take something out of a collection."""
    await take_out(need_member(request), request.path_params["id"], request.path_params["item"])


@endpoint("PUT", f"{_ONE}/items/{{item:int}}/done", output=None, summary="Tick it as done", tag="articles")
async def tick_in_collection(request: Request, given: None) -> None:
    """Tick something in a collection as done."""
    await tick(need_member(request), request.path_params["id"], request.path_params["item"])


@endpoint("DELETE", f"{_ONE}/items/{{item:int}}/done", output=None, summary="Untick it", tag="articles")
async def untick_in_collection(request: Request, given: None) -> None:
    """Untick something in a collection."""
    await untick(need_member(request), request.path_params["id"], request.path_params["item"])


@endpoint("GET", "/api/v1/articles/{id:int}/links", output=Backlinks, summary="What links to a practice",
          tag="articles")  # fmt: skip
async def read_backlinks(request: Request, given: None) -> Backlinks:
    """Read what links to an article."""
    return await backlinks(viewer_of(request), request.path_params["id"])


ENDPOINTS: Final[list[Endpoint[Any]]] = [
    list_collections, start_collection, read_collection, describe_collection, put_into_collection,
    move_in_collection, take_out_of_collection, tick_in_collection, untick_in_collection, read_backlinks,
]  # fmt: skip

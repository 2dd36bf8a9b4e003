"""JSON doors to bookmarks and reading lists."""

from dataclasses import dataclass
from typing import Any, Final

from starlette.requests import Request

from base.paging import page_number, whole_number
from base.web.endpoints import Endpoint, endpoint
from forum.actions.bookmark import Details, Keeping, bookmark, change_bookmark, remove_bookmark
from forum.actions.reading_lists import ListName, drop_list, make_list, rename_list, share_list, unshare_list
from forum.queries.bookmarks import Entry, Folder, SharedList, bookmarks, folders_of, own_bookmark, shared_list
from members.current import need_member

_LIST: Final = "/api/v1/reading-lists/{id:int}"


@dataclass(frozen=True, slots=True)
class BookmarkList:
    """A page of bookmarks; `total` counts those that were asked for."""

    total: int
    bookmarks: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Made:
    """The id of what was made."""

    id: int


@dataclass(frozen=True, slots=True)
class Lists:
    """One's own reading lists, and those that colleagues share."""

    own: tuple[Folder, ...]
    shared: tuple[Folder, ...]


def _id(request: Request) -> int:
    return int(request.path_params["id"])


_QUERY: Final = {
    "folder": "Id of a reading list",
    "q": "Words of a title or note",
    "page": "Number of the page, from 1",
}


@endpoint("GET", "/api/v1/bookmarks", output=BookmarkList, query=_QUERY, summary="My bookmarks", tag="bookmarks")
async def list_bookmarks(request: Request, given: None) -> BookmarkList:
    """List the viewer's bookmarks."""
    asked = request.query_params
    folder = whole_number(asked.get("folder", ""))
    found = await bookmarks(need_member(request), page_number(asked), folder=folder, q=asked.get("q", ""))
    return BookmarkList(found.page.total, found.entries)


@endpoint("POST", "/api/v1/bookmarks", input=Keeping, output=Made, status=201, summary="Bookmark", tag="bookmarks")
async def add_bookmark(request: Request, given: Keeping) -> Made:
    """Bookmark a thread, a post or an article."""
    return Made(await bookmark(need_member(request), given))


@endpoint("GET", "/api/v1/bookmarks/{id:int}", output=Entry, summary="Read a bookmark", tag="bookmarks")
async def read_bookmark(request: Request, given: None) -> Entry:
    """Read a bookmark of one's own."""
    return await own_bookmark(need_member(request), _id(request))


@endpoint(
    "PUT", "/api/v1/bookmarks/{id:int}", input=Details, output=None, tag="bookmarks",
    summary="Change note, folder and reminder",
)  # fmt: skip
async def keep_bookmark(request: Request, given: Details) -> None:
    """Change a bookmark of one's own."""
    await change_bookmark(need_member(request), _id(request), given)


@endpoint("DELETE", "/api/v1/bookmarks/{id:int}", output=None, summary="Remove a bookmark", tag="bookmarks")
async def delete_bookmark(request: Request, given: None) -> None:
    """Remove a bookmark of one's own."""
    await remove_bookmark(need_member(request), _id(request))


@endpoint("GET", "/api/v1/reading-lists", output=Lists, summary="My reading lists", tag="bookmarks")
async def list_lists(request: Request, given: None) -> Lists:
    """List reading lists."""
    viewer = need_member(request)
    return Lists(await folders_of(viewer), (await bookmarks(viewer)).shared)


@endpoint("POST", "/api/v1/reading-lists", input=ListName, output=Made, status=201, summary="Make one", tag="bookmarks")
async def add_list(request: Request, given: ListName) -> Made:
    """Make a reading list."""
    return Made(await make_list(need_member(request), given))


@endpoint("GET", _LIST, output=SharedList, summary="Read a reading list", tag="bookmarks")
async def read_list(request: Request, given: None) -> SharedList:
    """Read a list of one's own, or one that a colleague shares."""
    return await shared_list(need_member(request), _id(request))


@endpoint("PUT", _LIST, input=ListName, output=None, summary="Rename it", tag="bookmarks")
async def keep_list(request: Request, given: ListName) -> None:
    """Rename a reading list."""
    await rename_list(need_member(request), _id(request), given)


@endpoint("DELETE", _LIST, output=None, summary="Take it away; what lies in it stays", tag="bookmarks")
async def delete_list(request: Request, given: None) -> None:
    """Take a reading list away."""
    await drop_list(need_member(request), _id(request))


@endpoint("PUT", f"{_LIST}/shared", output=None, summary="Share it with my organisation", tag="bookmarks")
async def share(request: Request, given: None) -> None:
    """Share a reading list."""
    await share_list(need_member(request), _id(request))


@endpoint("DELETE", f"{_LIST}/shared", output=None, summary="Keep it to myself", tag="bookmarks")
async def unshare(request: Request, given: None) -> None:
    """Share it no longer."""
    await unshare_list(need_member(request), _id(request))


BOOKMARK_ENDPOINTS: Final[list[Endpoint[Any]]] = [
    list_bookmarks, add_bookmark, read_bookmark, keep_bookmark, delete_bookmark, list_lists, add_list, read_list,
    keep_list, delete_list, share, unshare,
]  # fmt: skip

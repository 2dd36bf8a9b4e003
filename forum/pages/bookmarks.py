"""Bookmarks: keep and let go, the list of them, one by one with note and reminder, reading lists."""

from dataclasses import dataclass
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from base.errors import Invalid, Missing
from base.paging import page_number, whole_number
from base.web.inputs import read_input
from base.web.redirect import redirect, safe_path
from base.web.render import page
from forum.actions.bookmark import Details, Keeping, bookmark, change_bookmark, remove_bookmark, unbookmark
from forum.actions.reading_lists import ListName, drop_list, make_list, rename_list, share_list, unshare_list
from forum.pages.bookmarks_taken import ROUTES as TAKEN
from forum.queries.bookmarks import (
    Bookmarks,
    Entry,
    Folder,
    bookmark_of,
    bookmarks,
    folders_of,
    own_bookmark,
    shared_list,
)
from forum.queries.keepable import Kept, look_up
from members.current import need_member
from members.viewer import Viewer


@dataclass(frozen=True, slots=True)
class Shown:
    """What templates/forum/bookmarks.html shows; `removed` can be put back, `opened` is open to be edited."""

    found: Bookmarks
    here: str
    timezone: str
    organisation: str
    removed: Entry | None = None
    opened: int = 0


@dataclass(frozen=True, slots=True)
class OnePage:
    """What templates/forum/bookmark.html shows: one thing, with its bookmark if there is one."""

    target: str
    target_id: int
    kept: Kept
    entry: Entry | None
    folders: tuple[Folder, ...]
    timezone: str


async def show(request: Request) -> Response:
    """Show the viewer's bookmarks."""
    return await _shown(request)


async def _shown(
    request: Request,
    *,
    removed: Entry | None = None,
    opened: int = 0,
    wrong: Invalid | None = None,
    given: dict[str, object] | None = None,
) -> Response:
    viewer, asked = need_member(request), request.query_params
    folder, q = whole_number(asked.get("folder", "")), asked.get("q", "")
    found = await bookmarks(viewer, page_number(asked), folder=folder, q=q)
    here = f"/bookmarks?folder={folder or ''}"
    data = Shown(found, here, viewer.timezone, viewer.organisation_name, removed, opened)
    errors = wrong.errors if wrong else {}
    return page(request, "forum/bookmarks.html", data, status=422 if wrong else 200, errors=errors, given=given)


async def keep(request: Request) -> Response:
    """Bookmark something and go back to it; a form that is wrong comes back with what was typed."""
    viewer, given = need_member(request), await read_input(request)
    try:
        await bookmark(viewer, Keeping.read(given))
    except Invalid as wrong:
        what = (str(given.get("target", "")), whole_number(given.get("id")) or 0)
        return await _one(request, viewer, what, wrong=wrong, given=given)
    words = "Bookmarked. It stands under Bookmarks in your menu."
    return redirect(safe_path(str(given.get("next", "")), "/bookmarks"), words)


async def drop(request: Request) -> Response:
    """Let the bookmark of a thing go."""
    viewer, given = need_member(request), await read_input(request)
    what = Keeping.read(given)
    await unbookmark(viewer, what.target, what.id)
    return redirect(safe_path(str(given.get("next", "")), "/bookmarks"), "The bookmark is removed.")


async def at(request: Request) -> Response:
    """Show the form for one thing, whether or not it is bookmarked."""
    asked = request.query_params
    what = (asked.get("target", ""), whole_number(asked.get("id", "")) or 0)
    return await _one(request, need_member(request), what)


async def _one(
    request: Request,
    viewer: Viewer,
    what: tuple[str, int],
    *,
    wrong: Invalid | None = None,
    given: dict[str, object] | None = None,
) -> Response:
    kept = (await look_up(viewer, [what])).get(what)
    entry = await bookmark_of(viewer, *what)
    if kept is None:
        raise Missing
    data = OnePage(*what, kept, entry, await folders_of(viewer), viewer.timezone)
    errors = wrong.errors if wrong else {}
    return page(request, "forum/bookmark.html", data, status=422 if wrong else 200, errors=errors, given=given)


async def change(request: Request) -> Response:
    """Keep the note, the folder and the reminder of a bookmark."""
    viewer, given = need_member(request), await read_input(request)
    bookmark_id = int(request.path_params["id"])
    try:
        await change_bookmark(viewer, bookmark_id, Details.read(given))
    except Invalid as wrong:
        return await _shown(request, opened=bookmark_id, wrong=wrong, given=given)
    return redirect(safe_path(str(given.get("next", "")), "/bookmarks"), "Saved.")


async def remove(request: Request) -> Response:
    """Remove a bookmark; the answer can put it back as it was, for what stood with it is nobody else's to keep."""
    viewer, bookmark_id = need_member(request), int(request.path_params["id"])
    entry = await own_bookmark(viewer, bookmark_id)
    await remove_bookmark(viewer, bookmark_id)
    return await _shown(request, removed=entry)


@dataclass(frozen=True, slots=True)
class ListPage:
    """What templates/forum/reading_list.html shows."""

    found: Any
    organisation: str


async def show_list(request: Request) -> Response:
    """Show a reading list: one's own, or one that a colleague shares."""
    viewer = need_member(request)
    found = await shared_list(viewer, int(request.path_params["id"]))
    return page(request, "forum/reading_list.html", ListPage(found, viewer.organisation_name))


async def new_list(request: Request) -> Response:
    """Make a folder."""
    viewer, given = need_member(request), await read_input(request)
    try:
        made = await make_list(viewer, ListName.read(given))
    except Invalid as wrong:
        return await _shown(request, wrong=wrong, given=given)
    return redirect(f"/bookmarks?folder={made}", "The folder is made.")


_SAID: Final = {
    "share": (share_list, "Shared: members of your organisation can read it, without your notes."),
    "unshare": (unshare_list, "The folder is yours alone again."),
    "drop": (drop_list, "The folder is gone. What lay in it is still bookmarked."),
}


async def change_list(request: Request) -> Response:
    """Rename a folder."""
    viewer, list_id, given = need_member(request), int(request.path_params["id"]), await read_input(request)
    try:
        await rename_list(viewer, list_id, ListName.read(given))
    except Invalid as wrong:
        return await _shown(request, wrong=wrong, given=given)
    return redirect(f"/bookmarks?folder={list_id}", "Saved.")


async def list_act(request: Request) -> Response:
    """Share a folder, keep it to oneself, or take it away."""
    list_id, name = int(request.path_params["id"]), request.path_params["act"]
    if name not in _SAID:
        raise Missing
    action, words = _SAID[name]
    await action(need_member(request), list_id)
    return redirect("/bookmarks" if name == "drop" else f"/bookmarks?folder={list_id}", words)


ROUTES: Final[list[BaseRoute]] = [
    *TAKEN,
    Route("/bookmarks", show, methods=["GET"]),
    Route("/bookmarks", keep, methods=["POST"]),
    Route("/bookmarks/drop", drop, methods=["POST"]),
    Route("/bookmarks/at", at, methods=["GET"]),
    Route("/bookmarks/lists", new_list, methods=["POST"]),
    Route("/bookmarks/lists/{id:int}", show_list, methods=["GET"]),
    Route("/bookmarks/lists/{id:int}", change_list, methods=["POST"]),
    Route("/bookmarks/lists/{id:int}/{act}", list_act, methods=["POST"]),
    Route("/bookmarks/{id:int}", change, methods=["POST"]),
    Route("/bookmarks/{id:int}/remove", remove, methods=["POST"]),
]

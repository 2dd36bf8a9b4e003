"""Collections: the list of all, one to read, one to keep; and what links to an article."""

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from base.errors import Invalid
from base.paging import whole_number
from base.web.inputs import read_input
from base.web.redirect import redirect
from base.web.render import page
from kb.actions.collect import Addition, CollectionForm, keep_collection, move, put_in, take_out
from kb.queries.backlinks import backlinks
from kb.queries.collections import CollectionDetail, CollectionRow, collection, collections
from kb.rules import check_may_collect, edits
from members.current import need_member, viewer_of


@dataclass(frozen=True, slots=True)
class CollectionsPage:
    """What templates/kb/collections.html shows."""

    items: tuple[CollectionRow, ...]
    may_edit: bool


@dataclass(frozen=True, slots=True)
class CollectionEditPage:
    """What templates/kb/collection_edit.html shows; without a collection, the form for a new one."""

    found: CollectionDetail | None


async def listed(request: Request) -> Response:
    """Show every collection."""
    viewer = viewer_of(request)
    return page(request, "kb/collections.html", CollectionsPage(await collections(viewer), edits(viewer)))


async def show(request: Request) -> Response:
    """Show a collection."""
    found = await collection(viewer_of(request), request.path_params["id"])
    if request.url.path != found.row.url:
        return RedirectResponse(found.row.url, status_code=301)
    return page(request, "kb/collection.html", found)


async def new(request: Request) -> Response:
    """Start a collection."""
    viewer = need_member(request)
    check_may_collect(viewer)
    given = await read_input(request) if request.method == "POST" else {}
    errors: dict[str, str] = {}
    if request.method == "POST":
        try:
            made = await keep_collection(viewer, CollectionForm.read(given))
            return redirect(f"/collections/{made}/edit", "Now put things in.")
        except Invalid as error:
            errors = error.errors
    data = CollectionEditPage(None)
    return page(request, "kb/collection_edit.html", data, status=422 if errors else 200, errors=errors, given=given)


async def edit(request: Request) -> Response:
    """Describe a collection, or put something in."""
    viewer, number = need_member(request), request.path_params["id"]
    check_may_collect(viewer)
    found = await collection(viewer, number)
    given = await read_input(request) if request.method == "POST" else {}
    try:
        if request.method == "POST":
            return await _do(request, given)
    except Invalid as error:
        data = CollectionEditPage(found)
        return page(request, "kb/collection_edit.html", data, status=422, errors=error.errors, given=given)
    return page(request, "kb/collection_edit.html", CollectionEditPage(found))


async def _do(request: Request, given: dict[str, object]) -> Response:
    viewer, number = need_member(request), request.path_params["id"]
    act, _, item = str(given.get("do") or "keep").partition(":")
    item_id = whole_number(item) or 0
    if act == "add":
        await put_in(viewer, number, Addition.read(given))
    elif act in ("up", "down"):
        await move(viewer, number, item_id, up=act == "up")
    elif act == "out":
        await take_out(viewer, number, item_id)
    else:
        await keep_collection(viewer, CollectionForm.read(given), number)
    return redirect(f"/collections/{number}/edit", "Saved.")


async def links(request: Request) -> Response:
    """Show what links to an article."""
    return page(request, "kb/backlinks.html", await backlinks(viewer_of(request), request.path_params["id"]))


ROUTES: list[BaseRoute] = [
    Route("/collections", listed, methods=["GET"]),
    Route("/collections/new", new, methods=["GET", "POST"]),
    Route("/collections/{id:int}/edit", edit, methods=["GET", "POST"]),
    Route("/collections/{id:int}-{slug}", show, methods=["GET"]),
    Route("/collections/{id:int}", show, methods=["GET"]),
    Route("/kb/{id:int}/links", links, methods=["GET"]),
]

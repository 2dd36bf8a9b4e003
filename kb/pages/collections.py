"""Collections: the list of all, one to read, one to keep; and what links to an article."""

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from base.errors import Invalid, Missing
from base.paging import page_number, whole_number
from base.web.inputs import read_input
from base.web.kept_answers import keep
from base.web.redirect import moved, redirect
from base.web.render import page
from kb.actions.collect import CollectionForm, keep_collection
from kb.actions.fill import Addition, put_in, take_out
from kb.actions.order import Placement, move, move_to
from kb.actions.tick import tick, untick
from kb.queries.audiences import Choices, audience_choices
from kb.queries.backlinks import backlinks
from kb.queries.collections import CollectionDetail, CollectionList, collection, collections
from kb.queries.people import possible_keepers
from kb.rules import check_may_collect, edits
from members.current import need_member, viewer_of


@dataclass(frozen=True, slots=True)
class CollectionsPage:
    """What templates/kb/collections.html shows."""

    found: CollectionList
    may_edit: bool


@dataclass(frozen=True, slots=True)
class CollectionEditPage:
    """What templates/kb/collection_edit.html shows; without a collection, the form for a new one."""

    found: CollectionDetail | None
    audiences: Choices
    keepers: Choices = ()


async def listed(request: Request) -> Response:
    """Show every collection."""
    viewer = viewer_of(request)
    found = await collections(viewer, page_number(request.query_params))
    keep(request)
    return page(request, "kb/collections.html", CollectionsPage(found, edits(viewer)))


async def show(request: Request) -> Response:
    """Show a collection."""
    found = await collection(viewer_of(request), request.path_params["id"])
    if request.url.path != found.row.url:
        return moved(found.row.url)
    keep(request)
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
    data = CollectionEditPage(None, await audience_choices(viewer))
    return page(request, "kb/collection_edit.html", data, status=422 if errors else 200, errors=errors, given=given)


async def edit(request: Request) -> Response:
    """Describe a collection, or change what is in it."""
    viewer, number = need_member(request), request.path_params["id"]
    check_may_collect(viewer)
    given = await read_input(request) if request.method == "POST" else {}
    errors: dict[str, str] = {}
    try:
        if request.method == "POST":
            return await _do(request, given)
    except Invalid as error:
        errors = error.errors
    found = await collection(viewer, number)
    data = CollectionEditPage(
        found,
        audiences=await audience_choices(viewer, found.row.audience),
        keepers=await possible_keepers() if found.may_hand_over else (),
    )
    return page(request, "kb/collection_edit.html", data, status=422 if errors else 200, errors=errors, given=given)


async def _do(request: Request, given: dict[str, object]) -> Response:
    """Do what the pressed button says: `do` is a word, or a word and the thing it is about, such as "up:17"."""
    viewer, number = need_member(request), request.path_params["id"]
    act, _, item = str(given.get("do") or "keep").partition(":")
    item_id = whole_number(item) or 0
    if act == "add":
        await put_in(viewer, number, Addition.read(given))
    elif act == "place":
        await move_to(viewer, number, item_id, Placement.read(given))
    elif act in ("up", "down"):
        await move(viewer, number, item_id, up=act == "up")
    elif act == "out":
        await take_out(viewer, number, item_id)
    elif act == "keep":
        await keep_collection(viewer, CollectionForm.read(given), number)
    else:
        raise Missing
    place = {"add": "#add", "keep": ""}.get(act, "#items" if act == "out" else f"#item-{item_id}")
    return redirect(f"/collections/{number}/edit{place}", "Saved.")


async def done(request: Request) -> Response:
    """Tick a thing as done or untick it, and stay with the collection or go on to the next."""
    viewer, number, item_id = need_member(request), request.path_params["id"], request.path_params["item"]
    given = await read_input(request)
    if given.get("do") == "undo":
        await untick(viewer, number, item_id)
    else:
        onward = await tick(viewer, number, item_id)
        if given.get("do") == "next":
            return redirect(onward)
    return redirect(f"{(await collection(viewer, number)).row.url}#item-{item_id}")


async def links(request: Request) -> Response:
    """Show what links to an article."""
    return page(request, "kb/backlinks.html", await backlinks(viewer_of(request), request.path_params["id"]))


ROUTES: list[BaseRoute] = [
    Route("/collections", listed, methods=["GET"]),
    Route("/collections/new", new, methods=["GET", "POST"]),
    Route("/collections/{id:int}/edit", edit, methods=["GET", "POST"]),
    Route("/collections/{id:int}/items/{item:int}/done", done, methods=["POST"]),
    Route("/collections/{id:int}-{slug}", show, methods=["GET"]),
    Route("/collections/{id:int}", show, methods=["GET"]),
    Route("/kb/{id:int}/links", links, methods=["GET"]),
]

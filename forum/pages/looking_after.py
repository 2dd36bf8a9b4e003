"""Routes and smaller forms of looking after a thread: its kind, when it closes, pinning, announcing, what was done."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from base.errors import Conflict, Invalid, Refused
from base.inputs import Input
from base.paging import page_number
from base.web.inputs import read_input
from base.web.redirect import redirect
from base.web.render import page
from forum.actions.announce_above import Above, announce_above
from forum.actions.close_later import ClosingLater, close_later
from forum.actions.convert import Converting, convert
from forum.actions.pin import Pinning, pin
from forum.actions.undo import undo
from forum.pages import moving, suggest
from forum.pages.above import dismiss
from forum.queries.changes import Changes, changes
from forum.queries.moving import Whole, whole
from forum.queries.where import thread_place
from forum.rules import CONVERTIBLE, check_may_announce_above, check_may_convert, check_may_moderate
from members.current import need_member
from members.viewer import Viewer

Check = Callable[..., None]


@dataclass(frozen=True, slots=True)
class Act:
    """A form with few fields: what it sends, who may, and what is said when it is done."""

    input: type[Input]
    work: Callable[[Viewer, int, Any], Awaitable[object]]
    check: Check
    thanks: str


ACTS: Final[Mapping[str, Act]] = {
    "convert": Act(Converting, convert, check_may_convert, "Its kind was changed."),
    "closing": Act(ClosingLater, close_later, check_may_moderate, "It closes by itself then."),
    "pin": Act(Pinning, pin, check_may_moderate, "The thread is pinned to the top of its lists."),
    "banner": Act(Above, announce_above, check_may_announce_above, "It stands above every page now."),
}


@dataclass(frozen=True, slots=True)
class ActPage:
    """What templates/forum/thread_act.html shows: the form of one act."""

    act: str
    thread: Whole
    kinds: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ChangesPage:
    """What templates/forum/thread_changes.html shows."""

    thread: Whole
    found: Changes


def open_form(name: str) -> Callable[[Request], Awaitable[Response]]:
    """Return the page function that shows the form of an act."""

    async def open_act(request: Request) -> Response:
        thread = await whole(request.path_params["id"])
        ACTS[name].check(need_member(request), thread.facts)
        return _form(request, name, thread, {})

    return open_act


def send_form(name: str) -> Callable[[Request], Awaitable[Response]]:
    """Return the page function that does an act, or shows its form again."""
    act = ACTS[name]

    async def send_act(request: Request) -> Response:
        viewer, thread = need_member(request), await whole(request.path_params["id"])
        act.check(viewer, thread.facts)
        given = await read_input(request)
        try:
            await act.work(viewer, thread.id, act.input.read(given))
        except (Invalid, Conflict, Refused) as wrong:
            return _form(request, name, thread, given, wrong)
        return redirect(f"/t/{thread.id}", act.thanks)

    return send_act


def _form(
    request: Request,
    name: str,
    thread: Whole,
    given: Mapping[str, object],
    wrong: Invalid | Conflict | Refused | None = None,
) -> Response:
    errors = wrong.errors if isinstance(wrong, Invalid) else {"": wrong.sentence} if wrong else {}
    kinds = tuple(one for one in CONVERTIBLE if one != thread.facts.kind)
    data = ActPage(name, thread, kinds if thread.facts.kind in CONVERTIBLE else ())
    status = wrong.status if wrong else 200
    return page(request, "forum/thread_act.html", data, status=status, errors=errors, given=given)


async def show_changes(request: Request) -> Response:
    """Show what was done to a thread, to who looks after it."""
    viewer, thread = need_member(request), await whole(request.path_params["id"])
    check_may_moderate(viewer, thread.facts)
    found = await changes(viewer, thread.facts, page_number(request.query_params))
    return page(request, "forum/thread_changes.html", ChangesPage(thread, found))


async def send_undo(request: Request) -> Response:
    """Take back what was done to a thread."""
    viewer, thread_id = need_member(request), request.path_params["id"]
    try:
        told = await undo(viewer, thread_id, request.path_params["change"])
    except Conflict as late:
        return redirect(await thread_place(viewer, thread_id), late.sentence, level="warning")
    words = f"Taken back: everything is as it was. {told}".strip()
    return redirect(await thread_place(viewer, thread_id), words)


LOOKING_AFTER: Final[list[BaseRoute]] = [
    *(Route(f"/t/{{id:int}}/{name}", open_form(name)) for name in ACTS),
    *(Route(f"/t/{{id:int}}/{name}", send_form(name), methods=["POST"]) for name in ACTS),
    Route("/t/{id:int}/move", moving.open_move),
    Route("/t/{id:int}/move", moving.send_move, methods=["POST"]),
    Route("/t/{id:int}/split", moving.open_split),
    Route("/t/{id:int}/split", moving.send_split, methods=["POST"]),
    Route("/t/{id:int}/merge", moving.open_merge),
    Route("/t/{id:int}/merge", moving.send_merge, methods=["POST"]),
    Route("/t/{id:int}/people", suggest.open_form),
    Route("/t/{id:int}/people", suggest.send, methods=["POST"]),
    Route("/t/{id:int}/changes", show_changes),
    Route("/t/{id:int}/changes/{change:int}/undo", send_undo, methods=["POST"]),
    Route("/banners/dismiss", dismiss, methods=["POST"]),
]

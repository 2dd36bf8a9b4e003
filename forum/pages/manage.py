"""Closing and locking a thread at one press of a button, and undoing what was set for it."""

from collections.abc import Awaitable, Callable
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response

from base.inputs import Input
from base.web.inputs import read_input
from base.web.redirect import redirect
from forum.actions.announce_above import take_down
from forum.actions.close import Closing, close, reopen
from forum.actions.close_later import never_close
from forum.actions.lock import lock, unlock
from forum.actions.pin import unpin
from members.current import need_member

_Act = Callable[..., Awaitable[None]]

ACTS: Final[dict[str, tuple[_Act, type[Input] | None, str]]] = {
    "close": (close, Closing, "The thread is closed."),
    "reopen": (reopen, None, "The thread is open again."),
    "lock": (lock, None, "The thread is locked: it takes no new replies."),
    "unlock": (unlock, None, "The thread takes replies again."),
    "unpin": (unpin, None, "The thread is no longer pinned."),
    "no-closing": (never_close, None, "It no longer closes by itself."),
    "no-banner": (take_down, None, "It no longer stands above every page."),
}


def manage(act: str) -> Callable[[Request], Awaitable[Response]]:
    """Return the page function that does one of these acts and goes back to the thread."""
    work, input_, words = ACTS[act]

    async def do(request: Request) -> Response:
        viewer = need_member(request)
        thread_id: int = request.path_params["id"]
        given: tuple[Any, ...] = (input_.read(await read_input(request)),) if input_ else ()
        await work(viewer, thread_id, *given)
        return redirect(f"/t/{thread_id}", words)

    return do

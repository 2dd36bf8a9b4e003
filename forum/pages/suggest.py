"""The form in which who looks after a question asks people to help with it."""

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response

from base.errors import Conflict, Invalid, TooMany
from base.web.inputs import read_input
from base.web.redirect import redirect
from base.web.render import page
from forum.actions.suggest_people import People, suggest_people
from forum.queries.suggested import suggested_page
from forum.queries.where import thread_place
from members.current import need_member


async def open_form(request: Request) -> Response:
    """Show who might help, and why."""
    return await _show(request, {}, None)


async def send(request: Request) -> Response:
    """Ask those who were chosen."""
    viewer, thread_id, given = need_member(request), request.path_params["id"], await read_input(request)
    try:
        number = await suggest_people(viewer, thread_id, People.read(given))
    except (Invalid, Conflict, TooMany) as wrong:
        return await _show(request, given, wrong)
    words = "One person is asked to help." if number == 1 else f"{number} people are asked to help."
    return redirect(await thread_place(viewer, thread_id), words)


async def _show(request: Request, given: Mapping[str, object], wrong: Invalid | Conflict | TooMany | None) -> Response:
    found = await suggested_page(need_member(request), request.path_params["id"])
    errors = wrong.errors if isinstance(wrong, Invalid) else {"": wrong.sentence} if wrong else {}
    status = wrong.status if wrong else 200
    return page(request, "forum/suggest_people.html", found, status=status, errors=errors, given=given)

"""Settings: your data. A copy of it, what you agreed to, and leaving."""

from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from base.clock import now
from base.errors import Conflict, Invalid
from base.web.filters import day
from base.web.inputs import read_input
from base.web.redirect import redirect
from base.web.render import page
from members.actions.consent import Choice, choose
from members.actions.copy_data import ask_for_copy, drop_copy
from members.actions.leave import Leaving, leave
from members.copies import throw_away_copies
from members.copy_answer import copy_of
from members.current import drop_session, need_member
from members.pages.confirm_again import confirming
from members.queries.leaving import leaving_page
from members.queries.own_data import own_data_page

WHERE: Final = "/settings/data"
_KEPT_TO_ONESELF: Final = {"Cache-Control": "private, no-store"}


async def own_data(request: Request) -> Response:
    """Show how it is."""
    data = await own_data_page(need_member(request))
    return page(request, "members/settings_data.html", data, headers=_KEPT_TO_ONESELF)


async def ask(request: Request) -> Response:
    """Ask for a copy."""
    try:
        await ask_for_copy(need_member(request))
    except Conflict as error:
        return redirect(WHERE, error.sentence, level="note")
    return redirect(WHERE, "Your copy is being made. A letter tells you when it is ready.")


async def drop(request: Request) -> Response:
    """Stop making it, or throw it away."""
    viewer = need_member(request)
    await drop_copy(viewer)
    throw_away_copies(viewer.member_id)
    return redirect(WHERE, "The copy is gone.")


@confirming
async def fetch(request: Request) -> Response:
    """Give the copy to its owner, who has just proved that it is them."""
    return await copy_of(need_member(request))


async def consent(request: Request) -> Response:
    """Give a consent, or take it back."""
    viewer, given = need_member(request), await read_input(request)
    try:
        await choose(viewer, Choice.read(given))
    except Invalid as error:
        data = await own_data_page(viewer)
        return page(request, "members/settings_data.html", data, status=422, errors=error.errors, given=given)
    return redirect(WHERE, "Saved. You can change it at any time.")


@confirming
async def leave_form(request: Request) -> Response:
    """Say what happens, and ask."""
    return page(request, "members/settings_leave.html", await leaving_page(need_member(request)))


@confirming
async def left(request: Request) -> Response:
    """Begin to leave; this browser is signed out."""
    viewer, given = need_member(request), await read_input(request)
    try:
        due = await leave(viewer, Leaving.read(given))
    except Invalid as error:
        data = await leaving_page(viewer)
        return page(request, "members/settings_leave.html", data, status=422, errors=error.errors, given=given)
    except Conflict as error:
        return redirect(f"{WHERE}/leave", error.sentence, level="warning")
    told = "Your account is being erased." if due <= now() else (
        f"Your account is closed, and will be erased on {day(due)}. Sign in before then, and you stay."
    )  # fmt: skip
    response = redirect("/", f"{told} Goodbye.")
    drop_session(response)
    return response


ROUTES: list[BaseRoute] = [
    Route(WHERE, own_data, methods=["GET"]),
    Route(f"{WHERE}/copy", ask, methods=["POST"]),
    Route(f"{WHERE}/copy/drop", drop, methods=["POST"]),
    Route(f"{WHERE}/copy.zip", fetch, methods=["GET"]),
    Route(f"{WHERE}/consents", consent, methods=["POST"]),
    Route(f"{WHERE}/leave", leave_form, methods=["GET"]),
    Route(f"{WHERE}/leave", left, methods=["POST"]),
]

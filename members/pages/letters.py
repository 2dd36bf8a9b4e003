"""Write to a member by the site's mail."""

import secrets

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from base.errors import Invalid
from base.web.inputs import read_input
from base.web.redirect import redirect
from base.web.render import page
from members.actions.write_letter import NewLetter, write_letter
from members.current import viewer_of
from members.queries.letter_form import letter_form


async def letter(request: Request) -> Response:
    """Show the form for a letter to a member."""
    once = secrets.token_urlsafe(12)
    found = await letter_form(viewer_of(request), request.path_params["handle"], once)
    return page(request, "members/letter.html", found)


async def send_letter(request: Request) -> Response:
    """Send a letter to a member."""
    viewer, given = viewer_of(request), await read_input(request)
    # Rules first: whoever may not write learns nothing from a form that is wrong.
    found = await letter_form(viewer, request.path_params["handle"], str(given.get("once", "")))
    try:
        await write_letter(viewer, found.to.handle, NewLetter.read(given))
    except Invalid as error:
        return page(request, "members/letter.html", found, status=422, errors=error.errors, given=given)
    return redirect(f"/people/{found.to.handle}", f"Your letter to {found.to.name} is on its way.")


ROUTES: list[BaseRoute] = [
    Route("/people/{handle}/write", letter, methods=["GET"]),
    Route("/people/{handle}/write", send_letter, methods=["POST"]),
]

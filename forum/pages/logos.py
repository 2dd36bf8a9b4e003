"""The logo of an organisation: given and taken away by who describes it."""

from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from base.errors import Invalid
from base.web.inputs import read_with_files
from base.web.redirect import redirect
from base.web.render import page
from forum.actions.set_logo import LogoWords, drop_logo, set_logo
from forum.actions.upload import Sent
from members.current import need_member
from members.queries.keeping import description_form

_LOGO: Final = "/organisations/{slug}/logo"


async def show_logo_form(request: Request) -> Response:
    """Show the logo, and the form for another one."""
    found = await description_form(need_member(request), request.path_params["slug"])
    return page(request, "forum/logo.html", found)


async def keep_logo(request: Request) -> Response:
    """Take in a logo."""
    viewer = need_member(request)
    found = await description_form(viewer, request.path_params["slug"])
    given, sent = await read_with_files(request, 1)
    try:
        if not sent:
            raise Invalid({"file": "Please choose a picture."})
        await set_logo(viewer, found.id, Sent(sent[0].name, sent[0].data), LogoWords.read(given))
    except Invalid as error:
        return page(request, "forum/logo.html", found, status=422, errors=error.errors, given=given)
    return redirect(f"/organisations/{found.slug}", "The logo is shown.")


async def remove_logo(request: Request) -> Response:
    """Take the logo away."""
    viewer = need_member(request)
    found = await description_form(viewer, request.path_params["slug"])
    await drop_logo(viewer, found.id)
    return redirect(f"/organisations/{found.slug}", "The logo is gone.")


ROUTES: Final[list[BaseRoute]] = [
    Route(_LOGO, show_logo_form, methods=["GET"]),
    Route(_LOGO, keep_logo, methods=["POST"]),
    Route(f"{_LOGO}/remove", remove_logo, methods=["POST"]),
]

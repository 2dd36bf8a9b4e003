"""Who stands in while one is away."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from base.errors import Invalid
from base.web.inputs import read_input
from base.web.redirect import redirect
from base.web.render import page
from kb.actions.delegate import Deputy, delegate, end_delegation
from kb.queries.deputies import deputies
from members.current import need_member


async def deputy(request: Request) -> Response:
    """Show who stands in, and let somebody stand in."""
    viewer = need_member(request)
    given = await read_input(request) if request.method == "POST" else {}
    errors: dict[str, str] = {}
    known = await deputies(viewer)
    if request.method == "POST":
        try:
            await delegate(viewer, Deputy.read(given))
            return redirect("/review/deputy", "What waits for you goes to your deputy until then.")
        except Invalid as error:
            errors = error.errors
    return page(request, "kb/deputy.html", known, status=422 if errors else 200, errors=errors, given=given)


async def back(request: Request) -> Response:
    """Be back."""
    await end_delegation(need_member(request))
    return redirect("/review/deputy", "Welcome back.")


ROUTES: list[BaseRoute] = [
    Route("/review/deputy", deputy, methods=["GET", "POST"]),
    Route("/review/deputy/end", back, methods=["POST"]),
]

"""Organisations: the list, and one of them."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from base.paging import page_number
from base.web.kept_answers import keep
from base.web.render import page
from members.current import viewer_of
from members.queries.organisation import organisation_page
from members.queries.organisations import organisations_page


async def organisations(request: Request) -> Response:
    """Show the organisations, narrowed as asked."""
    given = request.query_params
    found = await organisations_page(viewer_of(request), dict(given), page_number(given))
    keep(request)
    return page(request, "members/organisations.html", found)


async def organisation(request: Request) -> Response:
    """Show one organisation."""
    found = await organisation_page(viewer_of(request), request.path_params["slug"])
    keep(request)
    return page(request, "members/organisation.html", found)


ROUTES: list[BaseRoute] = [
    Route("/organisations", organisations, methods=["GET"]),
    Route("/organisations/{slug}", organisation, methods=["GET"]),
]

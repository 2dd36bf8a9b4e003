"""Organisations: the directory as a list, a table or a map, and one of them."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from base.paging import page_number
from base.web.kept_answers import keep
from base.web.render import page
from members.current import viewer_of
from members.pages.directory import directory
from members.queries.directory import view_of
from members.queries.organisation import organisation_page
from members.queries.organisations import organisations_map, organisations_page, organisations_table


async def organisations(request: Request) -> Response:
    """Show the organisations, narrowed as asked, in the view that is asked for."""
    given, view = request.query_params, view_of(request.query_params)
    if view == "map":
        found = await organisations_map(viewer_of(request), dict(given))
    elif view == "table":
        found = await organisations_table(viewer_of(request), dict(given), page_number(given))
    else:
        found = await organisations_page(viewer_of(request), dict(given), page_number(given))
    keep(request)
    return page(request, "members/organisations.html", directory("/organisations", view, found))


async def organisation(request: Request) -> Response:
    """Show one organisation."""
    found = await organisation_page(viewer_of(request), request.path_params["slug"])
    keep(request)
    return page(request, "members/organisation.html", found)


ROUTES: list[BaseRoute] = [
    Route("/organisations", organisations, methods=["GET"]),
    Route("/organisations/{slug}", organisation, methods=["GET"]),
]

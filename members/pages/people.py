"""People: the directory, and one person."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from base.paging import page_number
from base.web.render import page
from members.current import viewer_of
from members.pages.directory import directory
from members.queries.directory import view_of
from members.queries.people import people_map, people_page
from members.queries.person import person_page


async def people(request: Request) -> Response:
    """Show the directory, narrowed as asked."""
    given, view = request.query_params, view_of(request.query_params)
    if view == "map":
        found = await people_map(viewer_of(request), dict(given))
    else:
        found = await people_page(viewer_of(request), dict(given), page_number(given))
    return page(request, "members/people.html", directory("/people", view, found))


async def person(request: Request) -> Response:
    """Show one person."""
    found = await person_page(viewer_of(request), request.path_params["handle"])
    return page(request, "members/person.html", found)


ROUTES: list[BaseRoute] = [
    Route("/people", people, methods=["GET"]),
    Route("/people/{handle}", person, methods=["GET"]),
]

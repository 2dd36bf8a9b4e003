"""Organisations: the directory as a list, a table, a map or a file, and one of them."""

from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from base import settings
from base.errors import Invalid, Refused
from base.limits import count_against
from base.paging import page_number
from base.web.address import address
from base.web.kept_answers import keep
from base.web.redirect import redirect
from base.web.render import page
from base.web.spreadsheet import spreadsheet
from members.current import address_of, viewer_of
from members.pages.directory import directory
from members.pages.likeness import in_words
from members.queries.directory import view_of
from members.queries.organisation import organisation_page
from members.queries.organisations import all_organisations, organisations_map, organisations_page, organisations_table

_FILES: Final = "30/hour"
_HEAD: Final = (
    "organisation", "part in the network", "type", "country", "beds", "people", "uses", "address", "like ours",
)  # fmt: skip


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


async def organisations_file(request: Request) -> Response:
    """Answer the directory of organisations, narrowed as asked, as a file for spreadsheets."""
    await count_against("organisations-file", _FILES, address_of(request))
    given = dict(request.query_params)
    try:
        found, uses = await all_organisations(viewer_of(request), given)
    except (Invalid, Refused):
        # A file has no room for why this cannot be answered; the page says it.
        return redirect(address("/organisations", given))
    site = settings.get().address
    lines = (
        (
            one.name, one.kind.replace("_", " "), one.type.replace("_", " "), one.country_name, one.beds_band,
            one.people, ", ".join(use.name for use in uses.get(one.slug, ())), f"{site}/organisations/{one.slug}",
            in_words(one.alike),
        )
        for one in found
    )  # fmt: skip
    return spreadsheet("organisations", _HEAD, lines)


async def organisation(request: Request) -> Response:
    """Show one organisation."""
    found = await organisation_page(viewer_of(request), request.path_params["slug"])
    keep(request)
    return page(request, "members/organisation.html", found)


ROUTES: list[BaseRoute] = [
    Route("/organisations", organisations, methods=["GET"]),
    Route("/organisations.csv", organisations_file, methods=["GET"]),
    Route("/organisations/{slug}", organisation, methods=["GET"]),
]

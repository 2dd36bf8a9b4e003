"""Regions: the list, and one of them."""

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from base.web.kept_answers import keep
from base.web.render import page
from members.current import viewer_of
from members.queries.regions import RegionRow, region_page, regions_list


@dataclass(frozen=True, slots=True)
class RegionsPage:
    """What templates/members/regions.html shows."""

    regions: list[RegionRow]


async def regions(request: Request) -> Response:
    """Show the regions."""
    keep(request)
    return page(request, "members/regions.html", RegionsPage(await regions_list(viewer_of(request))))


async def region(request: Request) -> Response:
    """Show one region."""
    found = await region_page(viewer_of(request), request.path_params["slug"])
    keep(request)
    return page(request, "members/region.html", found)


ROUTES: list[BaseRoute] = [
    Route("/regions", regions, methods=["GET"]),
    Route("/regions/{slug}", region, methods=["GET"]),
]

"""Settings: the organisations one belongs to; leaving them."""

from dataclasses import dataclass
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from base.web.redirect import redirect
from base.web.render import page
from members.actions.leave_organisation import leave_organisation
from members.current import need_member
from members.pages.confirm_again import confirming
from members.queries.own_places import OwnPlace, own_places

WHERE: Final = "/settings/organisations"


@dataclass(frozen=True, slots=True)
class OwnPlacesPage:
    """What templates/members/settings_organisations.html shows."""

    places: list[OwnPlace]


async def organisations(request: Request) -> Response:
    """Show where the viewer belongs, and what leaving means."""
    data = OwnPlacesPage(await own_places(need_member(request)))
    return page(request, "members/settings_organisations.html", data)


@confirming
async def leave(request: Request) -> Response:
    """Leave one of them."""
    await leave_organisation(need_member(request), request.path_params["id"])
    return redirect(WHERE, "You have left. Its administrators are told.")


ROUTES: list[BaseRoute] = [
    Route(WHERE, organisations, methods=["GET"]),
    Route(f"{WHERE}/{{id:int}}/leave", leave, methods=["POST"]),
]

"""Lead a browser to a provider, and keep in it what it needs to come back."""

from dataclasses import dataclass
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from base.web.redirect import redirect
from base.web.render import page
from members.away_cookie import keep_way
from members.oidc.visit import Away

KEPT_TO_ONESELF: Final = {"Cache-Control": "private, no-store"}


@dataclass(frozen=True, slots=True)
class AwayPage:
    """What templates/members/away.html shows: a page in between, for no form may lead to another site."""

    url: str
    name: str


def lead_away(request: Request, way: Away, slug: str, name: str = "") -> Response:
    """Send the browser on: at once when it followed a link, by a page in between when it sent a form."""
    if request.method == "GET":
        response = redirect(way.url)
        response.headers["Cache-Control"] = "private, no-store"
    else:
        response = page(request, "members/away.html", AwayPage(way.url, name), headers=KEPT_TO_ONESELF)
    keep_way(response, way, slug)
    return response

"""Settings: linked sign-ins; and proving again who one is at one of them."""

from dataclasses import dataclass
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from base.errors import Conflict, Missing, Refused
from base.web.inputs import read_input
from base.web.redirect import redirect, safe_path
from base.web.render import page
from members.actions.go_to_provider import go_and_confirm, go_and_link
from members.actions.link_identity import unlink
from members.current import need_member
from members.oidc.errors import NoSignIn
from members.pages.away import lead_away
from members.pages.confirm_again import confirming
from members.pages.providers import no_sign_in
from members.queries.links import OwnLinks, own_links
from members.rules import ConfirmFirst

WHERE: Final = "/settings/links"


@dataclass(frozen=True, slots=True)
class LinksPage:
    """What templates/members/settings_links.html shows."""

    own: OwnLinks


async def links(request: Request) -> Response:
    """Show what is linked, and what could be."""
    return page(request, "members/settings_links.html", LinksPage(await own_links(need_member(request))))


@confirming
async def link(request: Request) -> Response:
    """Lead to a provider, to link a sign-in there."""
    viewer, slug = need_member(request), request.path_params["slug"]
    try:
        return lead_away(request, await go_and_link(viewer, slug), slug)
    except ConfirmFirst:
        raise
    except (NoSignIn, Missing, Refused) as error:
        return redirect(WHERE, error.sentence, level="warning")


@confirming
async def take_off(request: Request) -> Response:
    """Take a linked sign-in off."""
    try:
        await unlink(need_member(request), request.path_params["id"])
    except (Conflict, Missing) as error:
        return redirect(WHERE, error.sentence, level="warning")
    return redirect(WHERE, "This sign-in opens your account no more. Other devices were signed out.")


async def confirm_with(request: Request) -> Response:
    """Lead to a provider, to sign in there anew and so prove who one is."""
    viewer, slug, given = need_member(request), request.path_params["slug"], await read_input(request)
    after = safe_path(str(given.get("next") or ""), "/settings")
    try:
        return lead_away(request, await go_and_confirm(viewer, slug, after), slug)
    except (NoSignIn, Missing) as error:
        return no_sign_in(request, error, after)


ROUTES: list[BaseRoute] = [
    Route(WHERE, links, methods=["GET"]),
    Route(f"{WHERE}/{{id:int}}/remove", take_off, methods=["POST"]),
    Route(f"{WHERE}/{{slug}}", link, methods=["POST"]),
    Route("/settings/confirm/with/{slug}", confirm_with, methods=["POST"]),
]

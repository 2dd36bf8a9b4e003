"""Personal tokens."""

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from base.errors import Invalid
from base.web.inputs import read_input
from base.web.redirect import redirect
from base.web.render import page
from members.actions.make_token import NewToken, make_own_token, revoke_token
from members.current import need_member
from members.pages.confirm_again import confirming
from members.queries.access import TokenRow, own_tokens


@dataclass(frozen=True, slots=True)
class TokensPage:
    """What templates/members/settings_tokens.html shows; `fresh` is a token just made, shown this once."""

    tokens: list[TokenRow]
    fresh: str = ""


async def tokens(request: Request) -> Response:
    """Show the tokens, never their secrets."""
    return page(request, "members/settings_tokens.html", TokensPage(await own_tokens(need_member(request))))


@confirming
async def make(request: Request) -> Response:
    """Make a token and show it in this answer alone."""
    viewer, given = need_member(request), await read_input(request)
    try:
        fresh = await make_own_token(viewer, NewToken.read(given))
    except Invalid as error:
        data = TokensPage(await own_tokens(viewer))
        return page(request, "members/settings_tokens.html", data, status=422, errors=error.errors, given=given)
    return page(request, "members/settings_tokens.html", TokensPage(await own_tokens(viewer), fresh))


async def revoke(request: Request) -> Response:
    """Revoke a token."""
    await revoke_token(need_member(request), request.path_params["id"])
    return redirect("/settings/tokens", "The token is revoked. Programs that used it are locked out.")


ROUTES: list[BaseRoute] = [
    Route("/settings/tokens", tokens, methods=["GET"]),
    Route("/settings/tokens", make, methods=["POST"]),
    Route("/settings/tokens/{id:int}/revoke", revoke, methods=["POST"]),
]

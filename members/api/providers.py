"""JSON doors to signing in at providers: which there are, one's own links, and keeping providers."""

from dataclasses import dataclass
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from base.inputs import Input
from base.mail import Address
from base.web.endpoints import Endpoint, endpoint
from members.actions.go_to_provider import go_and_link
from members.actions.keep_provider import (
    NewProvider,
    ProviderChange,
    add_provider,
    change_provider,
    remove_provider,
    switch_provider,
)
from members.actions.link_identity import unlink
from members.actions.try_provider import Tried, try_provider
from members.away_cookie import keep_way
from members.current import need_member
from members.queries.links import OwnLinks, own_links
from members.queries.providers import (
    ProviderForm,
    ProviderRow,
    Way,
    provider_form,
    providers_list,
    way_of,
    ways_in,
)


class Whose(Input):
    """An address, whose organisation may have a provider of its own."""

    email: Address | None = None


class Switch(Input):
    """Whether people can sign in at a provider."""

    is_on: bool


@dataclass(frozen=True, slots=True)
class WaysOut:
    """Providers of the site, and that of the organisation at the address's domain; each at /sign-in/with/{slug}."""

    site: tuple[Way, ...]
    organisation: Way | None
    password: bool


@dataclass(frozen=True, slots=True)
class AwayOut:
    """Where the browser that got this answer, with its cookie, has to go."""

    url: str


@dataclass(frozen=True, slots=True)
class KeptProvider:
    """What was added."""

    id: int


_ADMIN: Final = "/api/v1/admin/providers"
_ONE: Final = f"{_ADMIN}/{{id:int}}"


@endpoint("GET", "/api/v1/session/ways", input=Whose, output=WaysOut, summary="Where one can sign in", tag="accounts",
          query={"email": "An address; only its domain matters."})  # fmt: skip
async def ways_to_sign_in(request: Request, given: Whose) -> WaysOut:
    """Return the providers at which one can sign in, and whether a password opens the door."""
    way = await way_of(given.email) if given.email else None
    return WaysOut((await ways_in()).site, way, way is None or not way.is_compulsory)


@endpoint("GET", "/api/v1/me/links", output=OwnLinks, summary="My linked sign-ins", tag="me")
async def my_links(request: Request, given: None) -> OwnLinks:
    """Return what is linked, and what could be."""
    return await own_links(need_member(request))


@endpoint("POST", "/api/v1/me/links/{slug}", output=AwayOut, summary="Begin to link a sign-in", tag="me")
async def begin_my_link(request: Request, given: None) -> Response:
    """Return where to sign in; what it needs to come back is in a cookie."""
    slug = request.path_params["slug"]
    way = await go_and_link(need_member(request), slug)
    response = JSONResponse({"url": way.url}, headers={"Cache-Control": "private, no-store"})
    keep_way(response, way, slug)
    return response


@endpoint("DELETE", "/api/v1/me/links/{id:int}", output=None, summary="Take a linked sign-in off", tag="me")
async def remove_my_link(request: Request, given: None) -> None:
    """Take it off; other sign-ins end."""
    await unlink(need_member(request), request.path_params["id"])


@endpoint("GET", _ADMIN, output=list[ProviderRow], summary="Providers of sign-in", tag="admin")
async def all_providers(request: Request, given: None) -> list[ProviderRow]:
    """Return every provider."""
    return await providers_list(need_member(request))


@endpoint("POST", _ADMIN, input=NewProvider, output=KeptProvider, status=201, summary="Add a provider", tag="admin")
async def new_provider(request: Request, given: NewProvider) -> KeptProvider:
    """Add a provider, which is off at first."""
    return KeptProvider(await add_provider(need_member(request), given))


@endpoint("GET", _ONE, output=ProviderForm, summary="One provider, without its secret", tag="admin")
async def one_provider(request: Request, given: None) -> ProviderForm:
    """Return a provider with everything but its secret."""
    return await provider_form(need_member(request), request.path_params["id"])


@endpoint("PUT", _ONE, input=ProviderChange, output=None, summary="Change a provider", tag="admin")
async def changed_provider(request: Request, given: ProviderChange) -> None:
    """Keep what is decided about a provider; an empty secret leaves the one that is kept."""
    await change_provider(need_member(request), request.path_params["id"], given)


@endpoint("POST", f"{_ONE}/test", output=Tried, summary="Ask a provider what it says of itself", tag="admin")
async def tested_provider(request: Request, given: None) -> Tried:
    """Return the provider's real answer."""
    return await try_provider(need_member(request), request.path_params["id"])


@endpoint("POST", f"{_ONE}/switch", input=Switch, output=None, summary="Turn a provider on or off", tag="admin")
async def switched_provider(request: Request, given: Switch) -> None:
    """Let people sign in there, or no more: then those end who are signed in by it (`signed_in` of the provider)."""
    await switch_provider(need_member(request), request.path_params["id"], is_on=given.is_on)


@endpoint("DELETE", _ONE, output=None, summary="Remove a provider and its links", tag="admin")
async def removed_provider(request: Request, given: None) -> None:
    """Remove a provider; accounts stay, and those end who are signed in by it."""
    await remove_provider(need_member(request), request.path_params["id"])


ENDPOINTS: list[Endpoint[Any]] = [
    ways_to_sign_in,
    my_links,
    begin_my_link,
    remove_my_link,
    all_providers,
    new_provider,
    one_provider,
    changed_provider,
    tested_provider,
    switched_provider,
    removed_provider,
]

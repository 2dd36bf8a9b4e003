"""Administration: providers of sign-in."""

from dataclasses import dataclass, replace
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from base.errors import Conflict, Invalid
from base.web.inputs import read_input
from base.web.redirect import redirect
from base.web.render import page
from members.actions.keep_provider import (
    NewProvider,
    ProviderChange,
    add_provider,
    change_provider,
    remove_provider,
    switch_provider,
)
from members.actions.try_provider import Tried, try_provider
from members.current import need_member
from members.oidc.visit import redirect_address
from members.pages.confirm_again import confirming
from members.queries.providers import ProviderForm, ProviderRow, provider_form, providers_list

WHERE: Final = "/admin/providers"
_TICKS: Final = ("trusts_addresses", "is_compulsory")


@dataclass(frozen=True, slots=True)
class ProvidersPage:
    """What templates/members/admin_providers.html shows."""

    providers: list[ProviderRow]


@dataclass(frozen=True, slots=True)
class ProviderPage:
    """What templates/members/admin_provider.html shows; `tried` is what the provider just answered."""

    form: ProviderForm
    tried: Tried | None = None


async def providers(request: Request) -> Response:
    """List every provider."""
    return page(request, "members/admin_providers.html", ProvidersPage(await providers_list(need_member(request))))


async def form(request: Request) -> Response:
    """Show a provider to be changed, or an empty form."""
    found = await provider_form(need_member(request), request.path_params.get("id", 0))
    return page(request, "members/admin_provider.html", ProviderPage(_shown(found)))


@confirming
async def add(request: Request) -> Response:
    """Add a provider."""
    viewer, given = need_member(request), _given(await read_input(request))
    shown = _shown(await provider_form(viewer))
    try:
        made = await add_provider(viewer, NewProvider.read(given))
    except Invalid as error:
        return _again(request, shown, error, given)
    return redirect(f"{WHERE}/{made}", "Added. It is off: test it, and turn it on when its answer is right.")


@confirming
async def change(request: Request) -> Response:
    """Keep what was changed about a provider."""
    viewer, id_, given = need_member(request), request.path_params["id"], _given(await read_input(request))
    shown = await provider_form(viewer, id_)
    try:
        await change_provider(viewer, id_, ProviderChange.read(given))
    except Invalid as error:
        return _again(request, shown, error, given)
    return redirect(f"{WHERE}/{id_}", "Saved.")


async def test(request: Request) -> Response:
    """Ask the provider, and show its real answer."""
    viewer, id_ = need_member(request), request.path_params["id"]
    found = await provider_form(viewer, id_)
    return page(request, "members/admin_provider.html", ProviderPage(found, await try_provider(viewer, id_)))


@confirming
async def switch(request: Request) -> Response:
    """Turn a provider on or off."""
    viewer, id_, given = need_member(request), request.path_params["id"], await read_input(request)
    is_on = given.get("to") == "on"
    try:
        ended = await switch_provider(viewer, id_, is_on=is_on)
    except Conflict as error:
        return redirect(f"{WHERE}/{id_}", error.sentence, level="warning")
    return redirect(
        f"{WHERE}/{id_}",
        "It is on: people can sign in there." if is_on else f"It is off. Sign-ins that ended: {ended}.",
    )


@confirming
async def remove(request: Request) -> Response:
    """Remove a provider and the links to it."""
    ended = await remove_provider(need_member(request), request.path_params["id"])
    sentence = "Removed. Accounts stay; a letter for a forgotten password opens those that had no other way."
    return redirect(WHERE, f"{sentence} Sign-ins that ended: {ended}.")


def _again(request: Request, shown: ProviderForm, error: Invalid, given: dict[str, object]) -> Response:
    data = ProviderPage(shown)
    kept = {name: value for name, value in given.items() if name not in _TICKS or value}
    return page(request, "members/admin_provider.html", data, status=422, errors=error.errors, given=kept)


def _given(given: dict[str, object]) -> dict[str, object]:
    """Return a form's fields; a box that is not ticked is not sent, and one that is says yes."""
    return {**given, **{name: name in given for name in _TICKS}}


def _shown(found: ProviderForm) -> ProviderForm:
    """Return a form with the address that has to be entered at the provider, before the word in it is chosen."""
    return found if found.id else replace(found, redirect_address=redirect_address("…"))


ROUTES: list[BaseRoute] = [
    Route(WHERE, providers, methods=["GET"]),
    Route(f"{WHERE}/new", form, methods=["GET"]),
    Route(f"{WHERE}/new", add, methods=["POST"]),
    Route(f"{WHERE}/{{id:int}}", form, methods=["GET"]),
    Route(f"{WHERE}/{{id:int}}", change, methods=["POST"]),
    Route(f"{WHERE}/{{id:int}}/test", test, methods=["POST"]),
    Route(f"{WHERE}/{{id:int}}/switch", switch, methods=["POST"]),
    Route(f"{WHERE}/{{id:int}}/remove", remove, methods=["POST"]),
]

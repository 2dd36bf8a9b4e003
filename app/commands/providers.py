"""`commonplace provider`: providers of sign-in; the door of the operator when one of them locks people out."""

import sys
from typing import Any

import click

from app.commands.people import do
from app.commands.running import as_json
from base.errors import Missing
from members.actions.keep_provider import NewProvider, add_provider, remove_provider, switch_provider
from members.actions.try_provider import try_provider
from members.models import Provider
from members.queries.providers import provider_form, providers_list
from members.viewer import OPERATOR


@click.group()
def provider() -> None:
    """Providers of single sign-on (OpenID Connect): of the site, and of organisations."""


async def _named(slug: str) -> Provider:
    found = await Provider.get_or_none(slug=slug[:40])
    if found is None:
        raise Missing(f"There is no provider {slug}; `commonplace provider list` prints them.")
    return found


@provider.command("list")
@as_json
@click.pass_context
def list_(context: click.Context, json_: bool) -> None:
    """List every provider."""

    async def work() -> list[dict[str, Any]]:
        names = ("id", "slug", "name", "organisation", "issuer", "is_on", "is_compulsory", "links")
        return [{name: getattr(one, name) for name in names} for one in await providers_list(OPERATOR)]

    do(context, work, json_=json_, lines=_lines)


def _lines(found: list[dict[str, Any]]) -> str:
    lines = [
        f"{one['slug']:<20} {'on' if one['is_on'] else 'off':<4} {one['links']:>6}  {one['organisation'] or 'the site'}"
        f", {one['issuer']}"
        for one in found
    ]
    return "\n".join(lines) or "There are no providers."


@provider.command()
@click.argument("name")
@click.argument("issuer")
@click.argument("client_id")
@click.option("--slug", default="", metavar="WORD", help="The word in its addresses. [default: from its name]")
@click.option("--organisation", metavar="SLUG", help="The organisation whose it is. [default: the site]")
@click.option("--trust", is_flag=True, help="Believe the addresses that a provider of the site has verified.")
@click.option("--secret", "has_secret", is_flag=True, help="Read the client's secret from the input.")
@as_json
@click.pass_context
def add(
    context: click.Context,
    *,
    name: str,
    issuer: str,
    client_id: str,
    slug: str,
    organisation: str | None,
    trust: bool,
    has_secret: bool,
    json_: bool,
) -> None:
    """Add a provider, which is off at first, and print the address to enter there."""
    secret = sys.stdin.readline().strip() if has_secret else ""

    async def work() -> dict[str, Any]:
        given = {
            "name": name, "issuer": issuer, "client_id": client_id, "slug": slug, "organisation": organisation,
            "trusts_addresses": trust, "secret": secret,
        }  # fmt: skip
        made = await provider_form(OPERATOR, await add_provider(OPERATOR, NewProvider.read(given)))
        return {"id": made.id, "slug": made.slug, "redirect_address": made.redirect_address}

    do(
        context,
        work,
        json_=json_,
        lines=lambda done: f"{done['slug']} is added. Enter there: {done['redirect_address']}",
    )


@provider.command()
@click.argument("slug")
@as_json
@click.pass_context
def test(context: click.Context, slug: str, json_: bool) -> None:
    """Ask a provider what it says of itself, and print its real answer."""

    async def work() -> dict[str, Any]:
        tried = await try_provider(OPERATOR, (await _named(slug)).id)
        return {"slug": slug, "found": dict(tried.found), "trouble": tried.trouble}

    do(context, work, json_=json_, lines=_answer)


def _answer(one: dict[str, Any]) -> str:
    lines = [f"  {name:<44} {value}" for name, value in one["found"].items()]
    return "\n".join([*lines, one["trouble"] or "It answers as it should."])


@provider.command()
@click.argument("slug")
@as_json
@click.pass_context
def on(context: click.Context, slug: str, json_: bool) -> None:
    """Let people sign in at a provider."""
    _switch(context, slug, is_on=True, json_=json_)


@provider.command()
@click.argument("slug")
@as_json
@click.pass_context
def off(context: click.Context, slug: str, json_: bool) -> None:
    """Let nobody sign in at a provider, and end the sign-ins that began there.

    Where it was compulsory, passwords open the door again.
    """
    _switch(context, slug, is_on=False, json_=json_)


def _switch(context: click.Context, slug: str, *, is_on: bool, json_: bool) -> None:
    async def work() -> dict[str, Any]:
        ended = await switch_provider(OPERATOR, (await _named(slug)).id, is_on=is_on)
        return {"slug": slug, "is_on": is_on, "ended": ended}

    do(context, work, json_=json_, lines=lambda done: f"{slug} is {'on.' if is_on else f'off. {_ended(done)}'}")


def _ended(done: dict[str, Any]) -> str:
    return f"Sign-ins that ended: {done['ended']}."


@provider.command()
@click.argument("slug")
@as_json
@click.pass_context
def remove(context: click.Context, slug: str, json_: bool) -> None:
    """Remove a provider and the links to it, and end the sign-ins that began there; accounts stay."""

    async def work() -> dict[str, Any]:
        ended = await remove_provider(OPERATOR, (await _named(slug)).id)
        return {"slug": slug, "removed": True, "ended": ended}

    do(context, work, json_=json_, lines=lambda done: f"{slug} is removed. {_ended(done)}")

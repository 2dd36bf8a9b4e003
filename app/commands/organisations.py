"""`commonplace org`: look organisations up, and add one."""

from typing import Any

import click

from app.commands.people import do, region_named
from app.commands.running import as_json
from base.db import rows
from base.errors import Missing
from members.actions.keep_organisation import Particulars, add_organisation
from members.models import Organisation, OrganisationDomain
from members.viewer import OPERATOR


@click.group()
def org() -> None:
    """Organisations of the network."""


@org.command("list")
@as_json
@click.pass_context
def list_(context: click.Context, json_: bool) -> None:
    """List every organisation with how many people belong to it."""

    async def work() -> list[dict[str, Any]]:
        return await rows(
            "SELECT o.id, o.slug, o.name, o.kind, o.state, o.country, (SELECT COUNT(*) FROM memberships p WHERE "
            "p.organisation_id = o.id AND p.state = 'active') AS people FROM organisations o ORDER BY o.name, o.id"
        )

    do(context, work, json_=json_, lines=_lines)


def _lines(found: list[dict[str, Any]]) -> str:
    lines = [f"{one['slug']:<32} {one['state']:<9} {one['people']:>5}  {one['name']}" for one in found]
    return "\n".join(lines) or "There are no organisations yet."


@org.command()
@click.argument("slug")
@as_json
@click.pass_context
def show(context: click.Context, slug: str, json_: bool) -> None:
    """Show one organisation; SLUG is the word in its address, as `org list` prints it."""

    async def work() -> dict[str, Any]:
        found = await Organisation.get_or_none(slug=slug[:80])
        if found is None:
            raise Missing(f"There is no organisation {slug}.")
        return await _told(found)

    do(context, work, json_=json_, lines=_card)


@org.command()
@click.argument("name")
@click.option("--country", default="", metavar="CC", help="Two letters, such as NL.")
@click.option("--type", "type_", default="hospital", show_default=True, help="hospital, clinic, vendor, …")
@click.option("--kind", default="member", show_default=True, help="member, network_partner, industry or guest.")
@click.option("--region", metavar="SLUG", help="The region it belongs to.")
@click.option("--domain", "domains", multiple=True, metavar="D", help="A mail domain; can be given several times.")
@as_json
@click.pass_context
def create(
    context: click.Context,
    *,
    name: str,
    country: str,
    type_: str,
    kind: str,
    region: str | None,
    domains: tuple[str, ...],
    json_: bool,
) -> None:
    """Add an organisation."""

    async def work() -> dict[str, Any]:
        led = await region_named(region)
        given = {"name": name, "country": country, "type": type_, "kind": kind, "domains": list(domains), "region": led}
        made = await add_organisation(OPERATOR, Particulars.read(given))
        return await _told(await Organisation.get(id=made))

    do(context, work, json_=json_, lines=_card)


async def _told(one: Organisation) -> dict[str, Any]:
    domains = await OrganisationDomain.filter(organisation_id=one.id).order_by("domain")
    people = await rows("SELECT COUNT(*) AS n FROM memberships WHERE organisation_id = ? AND state = 'active'", one.id)
    names = ("id", "slug", "name", "kind", "type", "state", "country")
    return {
        **{name: getattr(one, name) for name in names},
        "domains": [domain.domain for domain in domains],
        "people": int(people[0]["n"]),
    }


def _card(one: dict[str, Any]) -> str:
    lines = [f"{one['name']} ({one['slug']}), {one['kind']}, {one['state']}"]
    lines += [f"  type     {one['type']}", f"  country  {one['country'] or '–'}"]
    return "\n".join([*lines, f"  domains  {', '.join(one['domains']) or '–'}", f"  people   {one['people']}"])

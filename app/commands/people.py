"""`commonplace user`: look people up, suspend and restore them, give and take roles, let them choose a password."""

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import click

from app.actions.make_reset_link import make_reset_link
from app.commands.running import answer, as_json, choose_data, opened, run
from base.errors import Missing
from members.actions.grant import Grant, grant, revoke
from members.actions.reset_two_steps import TwoStepsReset, reset_two_steps
from members.actions.suspend import Suspension, restore, suspend
from members.models import Member, Region
from members.queries.administration import admin_people_page, admin_person_page
from members.viewer import OPERATOR

Result = TypeVar("Result")


@click.group()
def user() -> None:
    """People: who there is, and what they may do."""


async def member_named(given: str) -> Member:
    """Return the member with this address, handle or number; raises Missing with a sentence."""
    words = given.strip()
    found = await Member.get_or_none(email=words.lower()) or await Member.get_or_none(handle=words.lstrip("@"))
    if found is None and words.isdecimal() and len(words) < 18:
        found = await Member.get_or_none(id=int(words), state__not="mask")
    if found is None:
        raise Missing(f"There is no member {given}.")
    return found


async def region_named(slug: str | None) -> int | None:
    """Return the id of a region, none when none is given; raises Missing with a sentence."""
    found = await Region.get_or_none(slug=slug) if slug else None
    if slug and found is None:
        raise Missing(f"There is no region {slug}.")
    return found.id if found else None


def do(
    context: click.Context, work: Callable[[], Awaitable[Result]], *, json_: bool, lines: Callable[[Any], str]
) -> None:
    """Run work with the database open, and print what it returns."""
    choose_data(context, None)

    async def inside() -> Result:
        async with opened():
            return await work()

    answer(run(inside, json_=json_), json_=json_, lines=lines)


@user.command("list")
@click.option("--find", default="", metavar="WORDS", help="Part of the name, the handle or the address.")
@click.option("--state", default="", metavar="S", help="active, unverified, staged, suspended, leaving or gone.")
@click.option("--role", default="", metavar="R", help="A role they hold.")
@as_json
@click.pass_context
def list_(context: click.Context, find: str, state: str, role: str, json_: bool) -> None:
    """List people, narrowed as asked."""

    async def work() -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        number, last = 1, 1
        while number <= last:
            page = await admin_people_page(OPERATOR, {"q": find, "state": state, "role": role}, number)
            found += [_row(one) for one in page.people]
            number, last = number + 1, page.page.pages
        return found

    do(context, work, json_=json_, lines=_lines)


def _row(one: Any) -> dict[str, Any]:
    names = ("id", "handle", "name", "email", "state", "organisation", "roles", "created", "seen")
    return {name: getattr(one, name) for name in names}


def _lines(found: list[dict[str, Any]]) -> str:
    lines = [
        f"@{one['handle']:<20} {one['state']:<10} {one['email'] or '–':<32} {', '.join(one['roles'])}" for one in found
    ]
    return "\n".join(line.rstrip() for line in lines) or "Nobody fits."


@user.command()
@click.argument("who")
@as_json
@click.pass_context
def show(context: click.Context, who: str, json_: bool) -> None:
    """Show one person with their places and roles; WHO is an address, a handle or a number."""

    async def work() -> dict[str, Any]:
        page = await admin_person_page(OPERATOR, (await member_named(who)).id)
        roles = [{"role": one.role, "region": one.region, "until": one.until} for one in page.grants]
        places = [{"organisation": one.name, "role": one.role} for one in page.places]
        return {**_row(page.person), "roles": roles, "places": places}

    do(context, work, json_=json_, lines=_person)


def _person(one: dict[str, Any]) -> str:
    lines = [f"{one['name']} (@{one['handle']}), {one['state']}", f"  address  {one['email'] or '–'}"]
    lines += [f"  belongs  {place['organisation']} ({place['role']})" for place in one["places"]]
    lines += [f"  role     {role['role']} {role['region']}".rstrip() for role in one["roles"]]
    return "\n".join([*lines, f"  seen     {one['seen'] or 'never'}"])


@user.command("suspend")
@click.argument("who")
@click.option("--reason", required=True, metavar="R", help="Why; kept in the journal.")
@as_json
@click.pass_context
def suspend_(context: click.Context, who: str, reason: str, json_: bool) -> None:
    """Close somebody's account until it is restored; every sign-in ends at once."""

    async def work() -> dict[str, Any]:
        member = await member_named(who)
        await suspend(OPERATOR, member.id, Suspension.read({"reason": reason}))
        return {"id": member.id, "handle": member.handle, "state": "suspended"}

    do(context, work, json_=json_, lines=lambda done: f"@{done['handle']} is suspended.")


@user.command("restore")
@click.argument("who")
@as_json
@click.pass_context
def restore_(context: click.Context, who: str, json_: bool) -> None:
    """Open the account of somebody suspended again."""

    async def work() -> dict[str, Any]:
        member = await member_named(who)
        await restore(OPERATOR, member.id)
        return {"id": member.id, "handle": member.handle, "state": "active"}

    do(context, work, json_=json_, lines=lambda done: f"The account of @{done['handle']} is open again.")


@user.group()
def role() -> None:
    """Give and take roles."""


_ROLES = click.Choice(["admin", "moderator", "editor", "community_leader"])


@role.command()
@click.argument("who")
@click.argument("name", type=_ROLES)
@click.option("--region", metavar="SLUG", help="The region that a community leader leads.")
@click.option("--until", metavar="DAY", help="The last day, such as 2027-03-31. [default: until it is taken back]")
@as_json
@click.pass_context
def add(context: click.Context, *, who: str, name: str, region: str | None, until: str | None, json_: bool) -> None:
    """Give somebody a role."""

    async def work() -> dict[str, Any]:
        member = await member_named(who)
        given = {"role": name, "region": await region_named(region), "until": until}
        await grant(OPERATOR, member.id, Grant.read(given))
        return {"id": member.id, "handle": member.handle, "role": name}

    do(context, work, json_=json_, lines=lambda done: f"@{done['handle']} has the role {done['role']} now.")


@role.command()
@click.argument("who")
@click.argument("name", type=_ROLES)
@as_json
@click.pass_context
def remove(context: click.Context, who: str, name: str, json_: bool) -> None:
    """Take a role back; the last administrator stays one."""

    async def work() -> dict[str, Any]:
        member = await member_named(who)
        page = await admin_person_page(OPERATOR, member.id)
        held = [one.id for one in page.grants if one.role == name]
        if not held:
            raise Missing(f"@{member.handle} does not have this role.")
        for grant_id in held:
            await revoke(OPERATOR, grant_id)
        return {"id": member.id, "handle": member.handle, "role": name}

    do(context, work, json_=json_, lines=lambda done: f"@{done['handle']} has the role {done['role']} no longer.")


@user.command("reset-two-steps")
@click.argument("who")
@click.option("--reason", required=True, metavar="R", help="Why; kept in the journal.")
@as_json
@click.pass_context
def reset_two_steps_(context: click.Context, who: str, reason: str, json_: bool) -> None:
    """Turn off two steps, and remove passkeys, of somebody who lost them; every sign-in ends, a letter tells them."""

    async def work() -> dict[str, Any]:
        member = await member_named(who)
        ended = await reset_two_steps(OPERATOR, member.id, TwoStepsReset.read({"reason": reason}))
        return {"id": member.id, "handle": member.handle, "ended": ended}

    do(context, work, json_=json_, lines=lambda done: f"@{done['handle']} signs in with the password alone now.")


@user.command("reset-password")
@click.argument("who")
@as_json
@click.pass_context
def reset_password(context: click.Context, who: str, json_: bool) -> None:
    """Print a link at which somebody chooses a new password: good once, for two hours."""

    async def work() -> dict[str, Any]:
        member = await member_named(who)
        return {"id": member.id, "handle": member.handle, "link": await make_reset_link(OPERATOR, member.id)}

    do(context, work, json_=json_, lines=lambda done: str(done["link"]))

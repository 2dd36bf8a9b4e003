"""`commonplace createadmin` and `commonplace token`."""

import click

from app.commands.people import member_named
from app.commands.running import answer, as_json, choose_data, opened, run
from app.prepare import prepare
from members.actions.create_admin import create_admin
from members.actions.make_token import make_token


@click.command()
@click.option("--email", required=True, metavar="E", help="Work e-mail address.")
@click.option("--password", required=True, metavar="P", help="Password, at least 10 characters.")
@click.option("--name", default="", metavar="N", help="Name shown on the site. [default: from the address]")
@as_json
@click.pass_context
def createadmin(context: click.Context, email: str, password: str, name: str, json_: bool) -> None:
    """Make somebody an administrator: a new member, or one that exists."""
    now = choose_data(context, None)

    async def work() -> dict[str, object]:
        await prepare(now)
        async with opened():
            made = await create_admin(email=email, password=password, name=name)
            return {"id": made.id, "handle": made.handle, "email": email}

    answer(run(work, json_=json_), json_=json_, lines=lambda made: f"{made['email']} (@{made['handle']}) is an admin.")


@click.group()
def token() -> None:
    """Personal tokens for programs."""


@token.command("create")
@click.option("--member", required=True, metavar="E", help="E-mail address or handle of the member.")
@click.option("--name", default="command line", show_default=True, help="What the token is for.")
@as_json
@click.pass_context
def create(context: click.Context, member: str, name: str, json_: bool) -> None:
    """Print a new token with the member's own rights; it is shown only this once."""
    choose_data(context, None)

    async def work() -> dict[str, str]:
        async with opened():
            found = await member_named(member)
            return {"token": await make_token(found.id, name)}

    answer(run(work, json_=json_), json_=json_, lines=lambda made: str(made["token"]))

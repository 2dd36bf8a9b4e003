"""`commonplace settings`: list, read, change and set back what the page of settings decides on."""

import sys
from typing import Any

import click

from app.actions.change_settings import Changes, change_settings, reset_setting
from app.changeable import GROUPS, HIDDEN, value_of
from app.commands.people import do
from app.commands.running import as_json
from base import settings
from base.errors import Missing
from members.viewer import OPERATOR


@click.group("settings")
def settings_() -> None:
    """Settings: those in force, where they come from, and changing them while the site runs."""


def _told(name: str) -> dict[str, Any]:
    whole = name.partition(".")[0]
    value = value_of(name, settings.get())
    shown = ("(not shown)" if value else "") if whole in HIDDEN else value
    return {"name": name, "value": shown, "from": settings.origin(whole)}


def _known(name: str) -> str:
    names = {*settings.Settings.model_fields, *(one for group in GROUPS for one in group.names)}
    if name not in names:
        raise Missing(f"There is no setting {name}.")
    return name


@settings_.command("list")
@click.option("--changed", is_flag=True, help="Only those that differ from the default.")
@as_json
@click.pass_context
def list_(context: click.Context, changed: bool, json_: bool) -> None:
    """List every setting with its value and where that comes from."""

    async def work() -> list[dict[str, Any]]:
        found = [_told(name) for name in settings.Settings.model_fields]
        return [one for one in found if not changed or one["from"] != "default"]

    do(context, work, json_=json_, lines=lambda found: "\n".join(map(_line, found)) or "All are as usual.")


def _line(one: dict[str, Any]) -> str:
    return f"{one['name']:<22} {one['value']!s:<40} {one['from']}"


@settings_.command()
@click.argument("name")
@as_json
@click.pass_context
def get(context: click.Context, name: str, json_: bool) -> None:
    """Print one setting."""

    async def work() -> dict[str, Any]:
        return _told(_known(name))

    do(context, work, json_=json_, lines=lambda one: str(one["value"]))


@settings_.command("set")
@click.argument("name")
@click.argument("value")
@as_json
@click.pass_context
def set_(context: click.Context, name: str, value: str, json_: bool) -> None:
    """Change one setting; a running server follows within two seconds. VALUE - reads a secret from the input."""
    given = sys.stdin.readline().rstrip("\n") if value == "-" else value

    async def work() -> dict[str, Any]:
        await change_settings(OPERATOR, Changes.read({"values": {name: given}}))
        return _told(name)

    do(context, work, json_=json_, lines=lambda one: f"{one['name']} is {one['value']} now.")


@settings_.command()
@click.argument("name")
@as_json
@click.pass_context
def reset(context: click.Context, name: str, json_: bool) -> None:
    """Set one setting back to what is usual."""

    async def work() -> dict[str, Any]:
        await reset_setting(OPERATOR, name)
        return _told(name)

    do(context, work, json_=json_, lines=lambda one: f"{one['name']} is as usual: {one['value']}.")

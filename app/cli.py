"""The `commonplace` command."""

from importlib import import_module
from typing import Final

import click

from base.settings import VERSION

_COMMANDS: Final = {
    "serve": "serve:serve",
    "init": "init:init",
    "migrate": "migrating:migrate",
    "demo": "demo:demo",
    "import": "importing:import_",
    "export": "exporting:export",
    "reindex": "reindex:reindex",
    "relink": "relinking:relink",
    "check-links": "links:check_links",
    "createadmin": "accounts:createadmin",
    "token": "accounts:token",
    "doctor": "doctor:doctor",
    "backup": "keeping:backup",
    "restore": "keeping:restore",
    "upgrade": "upgrading:upgrade",
    "move-database": "upgrading:move",
    "user": "own_data:user",  # those of people.py, and its own
    "org": "organisations:org",
    "provider": "providers:provider",
    "settings": "setting:settings_",
    "mail-test": "mailing:mail_test",
    "verify": "verifying:verify",
}
"""Each command, and where it is below app/commands/."""


class _Commands(click.Group):
    """The commands, each loaded when it is asked for: a server needs none of the others in its memory."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all commands."""
        return sorted(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Load a command; none when there is none of this name."""
        if cmd_name not in _COMMANDS:
            return None
        module, _, name = _COMMANDS[cmd_name].partition(":")
        found: click.Command = getattr(import_module(f"app.commands.{module}"), name)
        return found


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(VERSION, prog_name="commonplace")
@click.option("--data", metavar="DIR", help="Folder of the database, the index, uploads and mail. [default: data]")
@click.pass_context
def main(context: click.Context, data: str | None) -> None:
    """A discussion forum and a curated best-practices library for networks of organisations."""
    context.obj = {"data": data}


if __name__ == "__main__":
    main()

"""The `commonplace` command."""

import click

from app.commands.accounts import createadmin, token
from app.commands.demo import demo
from app.commands.doctor import doctor
from app.commands.exporting import export
from app.commands.importing import import_
from app.commands.init import init
from app.commands.keeping import backup, restore
from app.commands.links import check_links
from app.commands.mailing import mail_test
from app.commands.migrating import migrate
from app.commands.organisations import org
from app.commands.own_data import OWN_DATA
from app.commands.people import user
from app.commands.providers import provider
from app.commands.reindex import reindex
from app.commands.relinking import relink
from app.commands.serve import serve
from app.commands.setting import settings_
from app.commands.upgrading import move, upgrade
from app.commands.verifying import verify
from base.settings import VERSION


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(VERSION, prog_name="commonplace")
@click.option("--data", metavar="DIR", help="Folder of the database, the index, uploads and mail. [default: data]")
@click.pass_context
def main(context: click.Context, data: str | None) -> None:
    """A discussion forum and a curated best-practices library for networks of organisations."""
    context.obj = {"data": data}


for command in (
    serve, init, migrate, demo, import_, export, reindex, relink, check_links, createadmin, token, doctor,
    backup, restore, upgrade, move,
    user, org, provider, settings_, mail_test, verify,
):  # fmt: skip
    main.add_command(command)

for command in OWN_DATA:
    user.add_command(command)

if __name__ == "__main__":
    main()

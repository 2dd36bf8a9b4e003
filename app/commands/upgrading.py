"""`commonplace upgrade` and `commonplace move-database`."""

from dataclasses import dataclass
from pathlib import Path

import click

from app.backup.make import Made, count, make_backup
from app.backup.move import Moved, move_database
from app.backup.places import BEFORE_UPGRADE, folder_of
from app.commands.keeping import checked, phrase, stop_gently
from app.commands.running import answer, as_json, choose_data, progress, run
from app.migrate import MigrationRefused, MigrationReport, check, migrate
from app.prepare import make_places, server_runs
from base.db import Dialect
from base.errors import Conflict
from base.settings import VERSION, Settings


@dataclass(frozen=True, slots=True)
class Upgraded:
    """What an upgrade did, or in a dry run would do; `restore` is the line that brings back what was before."""

    version: str
    engine: Dialect
    applied: tuple[str, ...]
    pending: tuple[str, ...]
    statements: tuple[str, ...]
    backup: str
    restore: str


@click.command()
@click.option("--dry-run", is_flag=True, help="Show what would be done, and change nothing.")
@as_json
@click.pass_context
def upgrade(context: click.Context, dry_run: bool, json_: bool) -> None:
    """Bring the site up to this version: a full backup that is checked, then the schema; all of it or nothing."""
    now = choose_data(context, None)
    stop_gently()
    make_places(now)

    async def work() -> Upgraded:
        schema = await check(now.database)
        if dry_run or not schema.pending:
            return _upgraded(await migrate(now.database, dry_run=True), None, now)
        if server_runs(now):
            raise Conflict(
                f"A server uses the data folder {now.data_dir}. Stop it first; it would not know the tables."
            )
        made = await _backup(now, json_=json_) if schema.applied else None
        try:
            report = await migrate(now.database, progress=lambda line: None if json_ else click.echo(line, err=True))
        except MigrationRefused as error:
            kept = f" Should you need it: {_restore_line(made, now)}" if made else ""
            raise MigrationRefused(f"{error}{kept}") from error
        return _upgraded(report, made, now)

    answer(run(work, json_=json_), json_=json_, lines=_lines)


async def _backup(now: Settings, *, json_: bool) -> Made:
    passphrase = phrase(now, None)
    with progress(await count(now), "Backing up", json_=json_) as bar:
        made = await make_backup(now, folder_of(now), BEFORE_UPGRADE, passphrase=passphrase, step=bar.update)
    return await checked(now, made, passphrase, json_=json_)


def _restore_line(made: Made, now: Settings) -> str:
    sealed = f" --passphrase-file {now.backup_passphrase_file or 'FILE'}" if made.encrypted else ""
    fresh = Path(now.data_dir.resolve()).with_name(f"{now.data_dir.resolve().name}-before")
    database = " --database URL_OF_AN_EMPTY_DATABASE" if now.database_url.startswith("postgres") else ""
    return f"commonplace restore {made.file} --into {fresh}{database}{sealed}"


def _upgraded(report: MigrationReport, made: Made | None, now: Settings) -> Upgraded:
    return Upgraded(
        version=VERSION,
        engine=report.engine,
        applied=report.applied,
        pending=report.pending,
        statements=report.statements,
        backup=made.file if made else "",
        restore=_restore_line(made, now) if made else "",
    )


def _lines(done: Upgraded) -> str:
    if done.pending:
        would = f"Would make and check a backup, then apply {', '.join(done.pending)}:"
        return "\n".join([would, *done.statements])
    if not done.applied:
        return f"Nothing to do: the database is as version {done.version} wants it."
    lines = [f"Brought up to version {done.version} by {', '.join(done.applied)}."]
    if done.backup:
        lines += [
            f"Backup from before, checked: {done.backup}",
            "To go back: install the version of before, stop the server, and restore into a new folder:",
            f"  {done.restore}",
        ]
    return "\n".join(lines)


@click.command("move-database")
@click.argument("url")
@as_json
@click.pass_context
def move(context: click.Context, url: str, json_: bool) -> None:
    """Copy everything from the database in use into the empty one at URL, and compare every row.

    The old database is left as it is. A run that was stopped leaves nothing behind and can be started again.
    """
    now = choose_data(context, None)
    stop_gently()

    async def work() -> Moved:
        with progress(await count(now), "Copying", json_=json_) as bar:
            return await move_database(now, url, step=bar.update)

    answer(run(work, json_=json_), json_=json_, lines=_moved_lines)


def _moved_lines(done: Moved) -> str:
    return (
        f"{done.rows} rows in {done.tables} tables were copied, and are the same there.\n"
        f"Now put this into config.toml, above any [section], and start the server:\n\n"
        f'  database_url = "{done.setting}"\n'
    )

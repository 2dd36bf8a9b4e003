"""`commonplace backup` and `commonplace restore`."""

import os
import signal
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from app.backup.make import Made, count, make_backup
from app.backup.places import BY_HAND, folder_of, passphrase_from
from app.backup.restore import Restored, check_backup, restore_backup
from app.backup.schedule import make_scheduled, note
from app.commands.running import answer, as_json, check_folder, choose_data, progress, run
from base.settings import Settings

_PASSPHRASE_FILE = click.option(
    "--passphrase-file",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="File whose first line closes the backup; else COMMONPLACE_BACKUP_PASSPHRASE is looked at.",
)


def stop_gently() -> None:
    """Let SIGTERM end a command as Ctrl-C does: nothing half done is left."""
    signal.signal(signal.SIGTERM, lambda *_: signal.raise_signal(signal.SIGINT))


def phrase(now: Settings, given: Path | None) -> str:
    """Return the passphrase in force."""
    return passphrase_from(given or (Path(now.backup_passphrase_file) if now.backup_passphrase_file else None))


@click.command()
@click.argument("place", required=False, type=click.Path(path_type=Path))
@_PASSPHRASE_FILE
@click.option("--check", is_flag=True, help="Restore it aside afterwards, and compare everything.")
@click.option("--scheduled", is_flag=True, help="Do what the server does by itself: only when one is due; tidy up.")
@as_json
@click.pass_context
def backup(context: click.Context, /, place: Path | None, *, json_: bool, **given: Any) -> None:
    """Write one file with everything, while the site runs.

    PLACE is a folder or a new file; the folder backups of the data folder without it.
    """
    now = choose_data(context, None)
    stop_gently()
    os.nice(10)

    async def work() -> Made | None:
        check_folder(now)
        passphrase = phrase(now, given["passphrase_file"])
        if given["scheduled"]:
            return await make_scheduled(now, passphrase)
        with progress(await count(now), "Backing up", json_=json_) as bar:
            made = await make_backup(now, place or folder_of(now), BY_HAND, passphrase=passphrase, step=bar.update)
        return await checked(now, made, passphrase, json_=json_) if given["check"] else made

    answer(run(work, json_=json_), json_=json_, lines=lambda made: made_lines(made) if made else "No backup is due.")


async def checked(now: Settings, made: Made, passphrase: str, *, json_: bool) -> Made:
    """Restore a backup aside and compare everything; when it is good, the journal says so."""
    with progress(made.rows, "Checking", json_=json_) as bar:
        await check_backup(now, Path(made.file), passphrase=passphrase, step=bar.update)
    made = replace(made, checked=True)
    await note(now, made)
    return made


def made_lines(made: Made) -> str:
    """Say what a backup holds."""
    lines = [f"{made.file}: {made.rows} rows, {made.uploads} uploads, {made.bytes} bytes, {made.seconds} s."]
    if made.checked:
        lines.append("Restored aside and compared: everything is there.")
    if not made.encrypted:
        lines.append("It is not encrypted, and holds secret.key: keep it as closed as the site itself.")
    return "\n".join(lines + _troubles(made))


def _troubles(one: Made | Restored) -> list[str]:
    lines = []
    if one.missing:
        lines.append(
            f"Uploaded files that were missing on the disk already: {len(one.missing)}, first {one.missing[0]}"
        )
    if one.damaged:
        lines.append(
            f"Uploaded files that were damaged on the disk already: {len(one.damaged)}, first {one.damaged[0]}"
        )
    if one.left_out:
        lines.append(f"Tables that are not of this program, left out: {', '.join(one.left_out)}")
    return lines


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--check", is_flag=True, help="Only restore it aside and compare everything; nothing is kept.")
@click.option("--into", metavar="DIR", help="Empty data folder to restore into. [default: the one of --data]")
@click.option(
    "--erasures",
    type=click.Path(dir_okay=False, exists=True, path_type=Path),
    metavar="FILE",
    help="The erasures.jsonl of the site as it was last: who has left since is erased again. [default: in the folder]",
)
@click.option("--database", metavar="URL", default="", help="Empty PostgreSQL database, or the word sqlite.")
@_PASSPHRASE_FILE
@as_json
@click.pass_context
def restore(context: click.Context, /, file: Path, *, check: bool, json_: bool, **given: Any) -> None:
    """Restore a backup into an empty place, or check that it could be; everything is compared with its manifest."""
    now = choose_data(context, given["into"])
    stop_gently()

    async def work() -> Restored:
        passphrase = phrase(now, given["passphrase_file"])
        with progress(0, "Checking" if check else "Restoring", json_=json_) as bar:
            if check:
                return await check_backup(now, file, passphrase=passphrase, step=bar.update)
            database = given["database"]
            erasures = given["erasures"]
            return await restore_backup(
                now, file, database=database, passphrase=passphrase, step=bar.update, erasures=erasures
            )

    answer(run(work, json_=json_), json_=json_, lines=_restored_lines)


def _restored_lines(done: Restored) -> str:
    lines = [
        f"{done.file}: a backup of {done.at} by version {done.version}.",
        f"{done.rows} rows in {done.tables} tables are as they were, and {done.uploads} uploads; "
        f"search finds {done.documents} things.",
    ]
    if done.migrated:
        lines.append(f"Brought up to date by {', '.join(done.migrated)}.")
    lines += _troubles(done)
    if done.sent_away:
        lines.append(f"{done.sent_away} who left after it was made were erased again.")
    if done.into:
        lines += [f"Restored into {done.into} ({done.database}). Start it: commonplace serve --data {done.into}"]
    return "\n".join([*lines, *done.notes])

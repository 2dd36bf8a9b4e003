"""`commonplace import`."""

from pathlib import Path

import click

from app.archive.read import Read, read_archive
from app.commands.running import answer, as_json, choose_data, opened, progress, run
from app.prepare import prepare
from app.search import catch_up
from app.stackexchange.report import Report
from app.stackexchange.run import bytes_to_read, import_dump


@click.group("import")
def import_() -> None:
    """Bring content in from elsewhere."""


@import_.command()
@click.argument("folder", metavar="DIR", type=click.Path(file_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Read everything and report, but write nothing.")
@click.option("--site", default="", metavar="NAME", help="Name of the site it comes from. [default: the folder's name]")
@as_json
@click.pass_context
def stackexchange(context: click.Context, folder: Path, dry_run: bool, site: str, json_: bool) -> None:
    """Read a Stack Exchange dump (Posts.xml, Users.xml, Comments.xml).

    Safe to run twice and to kill: it goes on where it stopped. People arrive as members who have never signed in.
    """
    now = choose_data(context, None)
    system = f"stackexchange:{site or folder.resolve().name}"[:40]

    async def work() -> Report:
        await prepare(now)
        async with opened():
            with progress(bytes_to_read(folder) if folder.is_dir() else 0, "Importing", json_=json_) as bar:
                report = await import_dump(folder, system, dry_run=dry_run, step=bar.update)
            if not dry_run:
                await catch_up(now, json_=json_)
        return report

    answer(run(work, json_=json_), json_=json_, lines=lambda report: report.text())


@import_.command("archive")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@as_json
@click.pass_context
def archive(context: click.Context, file: Path, json_: bool) -> None:
    """Read an export of this program into an empty site."""
    now = choose_data(context, None)

    async def work() -> Read:
        await prepare(now)
        async with opened():
            with progress(0, "Reading", json_=json_) as bar:
                return await read_archive(file, now.data_dir / "uploads", step=bar.update)

    made = run(work, json_=json_)
    answer(made, json_=json_, lines=lambda done: f"{done.rows} rows and {done.uploads} uploads read; now: reindex")

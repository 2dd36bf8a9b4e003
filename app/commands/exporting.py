"""`commonplace export`."""

from pathlib import Path

import click

from app.archive.write import Written, count_rows, write_archive
from app.commands.running import answer, as_json, choose_data, opened, progress, run


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--with-passwords", is_flag=True, help="Keep the password hashes, to move the site to another machine.")
@as_json
@click.pass_context
def export(context: click.Context, file: Path, with_passwords: bool, json_: bool) -> None:
    """Write the whole site to FILE, a zip of JSON lines and uploads that `import archive` reads back."""
    now = choose_data(context, None)

    async def work() -> Written:
        async with opened():
            with progress(await count_rows(), "Exporting", json_=json_) as bar:
                uploads = now.data_dir / "uploads"
                return await write_archive(file, uploads, with_passwords=with_passwords, step=bar.update)

    made = run(work, json_=json_)
    answer(made, json_=json_, lines=lambda done: f"{done.rows} rows and {done.uploads} uploads are in {done.file}")

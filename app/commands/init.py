"""`commonplace init`."""

import click

from app.commands.running import answer, as_json, choose_data, run
from app.prepare import prepare


@click.command()
@click.option("--data", metavar="DIR", help="Folder to create. [default: data]")
@as_json
@click.pass_context
def init(context: click.Context, data: str | None, json_: bool) -> None:
    """Create the data folder, the database and the signing secret; harmless when they exist."""
    now = choose_data(context, data)

    async def work() -> dict[str, object]:
        report = await prepare(now)
        return {"data": str(now.data_dir.resolve()), "migrations": list(report.applied)}

    answer(run(work, json_=json_), json_=json_, lines=lambda made: f"Ready: {made['data']}")

"""`commonplace init`."""

import click

from app.commands.running import answer, as_json, choose_data, opened, run
from app.prepare import prepare
from app.setup_link import setup_address


@click.command()
@click.option("--data", metavar="DIR", help="Folder to create. [default: data]")
@as_json
@click.pass_context
def init(context: click.Context, data: str | None, json_: bool) -> None:
    """Create the data folder, the database and the signing secret; harmless when they exist."""
    now = choose_data(context, data)

    async def work() -> dict[str, object]:
        report = await prepare(now)
        async with opened():
            setup = await setup_address()
        return {"data": str(now.data_dir.resolve()), "migrations": list(report.applied), "setup": setup}

    answer(run(work, json_=json_), json_=json_, lines=_lines)


def _lines(made: dict[str, object]) -> str:
    ready = f"Ready: {made['data']}"
    if not made["setup"]:
        return ready
    return f"{ready}\nStart it with `commonplace serve --no-demo`, then set it up at\n  {made['setup']}"

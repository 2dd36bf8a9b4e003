"""`commonplace reindex`."""

import click

from app.commands.running import answer, as_json, choose_data, opened, run
from app.search import engine_of, rebuild_index


@click.command()
@as_json
@click.pass_context
def reindex(context: click.Context, json_: bool) -> None:
    """Build a fresh search index beside the one in use and swap; a running site goes on searching."""
    now = choose_data(context, None)

    async def work() -> dict[str, int]:
        async with opened(), engine_of(now):
            return await rebuild_index(json_=json_)

    answer(run(work, json_=json_), json_=json_, lines=lambda made: f"{made['written']} documents indexed.")

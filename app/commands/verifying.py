"""`commonplace verify`."""

from dataclasses import asdict

import click

from app.commands.running import answer, as_json, choose_data, opened, progress, run
from app.search import engine_of
from app.verify import STEPS, Compared
from app.verify import verify as compare


@click.command()
@as_json
@click.pass_context
def verify(context: click.Context, json_: bool) -> None:
    """Compare counters, files and the search index with the database; exit code 1 when something differs."""
    choose_data(context, None)

    async def work() -> list[Compared]:
        with progress(STEPS, "Comparing", json_=json_) as bar:
            async with opened() as current, engine_of(current):
                return await compare(lambda name: bar.update(1))

    found = run(work, json_=json_)
    equal = all(one.ok for one in found)
    answer({"ok": equal, "findings": [asdict(one) for one in found]}, json_=json_, lines=lambda _: _lines(found))
    if not equal:
        raise click.exceptions.Exit(1)


def _lines(found: list[Compared]) -> str:
    return "\n".join(f"{'ok ' if one.ok else 'BAD'}  {one.name:<22} {one.words}" for one in found)

"""`commonplace relink`."""

import click

from app.commands.running import answer, as_json, choose_data, opened, progress, run
from app.prepare import prepare
from kb.actions.relink import Relinked, count_texts
from kb.actions.relink import relink as write_down_links


@click.command()
@as_json
@click.pass_context
def relink(context: click.Context, json_: bool) -> None:
    """Find every link to a practice in posts and practices again; safe to run beside a server, twice, and to kill.

    A server does it by itself, once, after an update or an import.
    """
    now = choose_data(context, None)

    async def work() -> Relinked:
        await prepare(now)
        async with opened():
            with progress(await count_texts(), "Relinking", json_=json_) as bar:
                return await write_down_links(bar.update)

    answer(run(work, json_=json_), json_=json_, lines=_lines)


def _lines(done: Relinked) -> str:
    return f"{done.seen} texts with links to practices looked at, {done.mended} of them mended."

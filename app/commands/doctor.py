"""`commonplace doctor`."""

from dataclasses import asdict

import click

from app.checkup import check_schema, check_up
from app.commands.running import answer, as_json, check_folder, choose_data, opened, run
from app.finding import Finding
from app.search import engine_of


@click.command()
@as_json
@click.pass_context
def doctor(context: click.Context, json_: bool) -> None:
    """Look for trouble and say how to mend it; exit code 1 when something was found."""
    now = choose_data(context, None)

    async def work() -> list[Finding]:
        check_folder(now)
        schema = await check_schema(now)
        if not schema.ok:
            return [schema]  # with other tables nothing else can be looked at
        async with opened() as current, engine_of(current):
            return [schema, *await check_up(current)]

    found = run(work, json_=json_)
    healthy = all(one.ok for one in found)
    answer({"ok": healthy, "findings": [asdict(one) for one in found]}, json_=json_, lines=lambda _: _lines(found))
    if not healthy:
        raise click.exceptions.Exit(1)


def _lines(found: list[Finding]) -> str:
    lines = []
    for one in found:
        lines.append(f"{'ok ' if one.ok else 'BAD'}  {one.name:<16} {one.words}")
        if not one.ok and one.fix:
            lines.append(f"     → {one.fix}")
    return "\n".join(lines)

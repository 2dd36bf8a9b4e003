"""`commonplace demo`."""

import click

from app.commands.running import answer, as_json, choose_data, complain, opened, run
from app.demo.fill import fill_demo
from app.demo.ledger import has_demo
from app.demo.remove import remove_demo
from app.prepare import prepare
from app.setup_link import setup_address


@click.command()
@click.option("--remove", is_flag=True, help="Take the demonstration away, with everything people added to it.")
@as_json
@click.pass_context
def demo(context: click.Context, remove: bool, json_: bool) -> None:
    """Fill the site with a demonstration network, or remove it."""
    now = choose_data(context, None)

    async def work() -> dict[str, int]:
        await prepare(now)
        async with opened():
            if remove:
                removed = await remove_demo()
                if not json_ and (setup := await setup_address()):
                    click.echo(
                        f"Nobody runs this site now. Start it with --no-demo and set it up at\n  {setup}\n", err=True
                    )
                return removed
            if await has_demo():
                raise complain("The demonstration is already there.", json_=json_)
            return await fill_demo()

    word = "removed" if remove else "made"
    answer(run(work, json_=json_), json_=json_, lines=lambda made: _lines(made, word))


def _lines(made: dict[str, int], word: str) -> str:
    if not any(made.values()):
        return "There is no demonstration here."
    return f"Demonstration {word}: " + ", ".join(f"{number} {kind}" for kind, number in made.items() if number) + "."

"""`commonplace check-links`."""

import asyncio
from dataclasses import dataclass
from datetime import timedelta

import click

from app.commands.running import answer, as_json, choose_data, opened, progress, run
from base.clock import now
from base.outward import Allowed, Pace, ask, is_public
from kb.actions.check_pages import note_answer, pages_to_check
from kb.actions.follow_pages import follow_all_pages
from kb.triggers import GONE

_AT_ONCE = 8


@dataclass(slots=True)
class Checked:
    """How many pages were asked, and what came of it; `told` is for how many practices one was found gone."""

    asked: int = 0
    answered: int = 0
    missing: int = 0
    unclear: int = 0
    told: int = 0

    def add(self, status: int, told: int) -> None:
        """Count one answer."""
        self.asked += 1
        self.answered += 200 <= status < 400
        self.missing += status in GONE
        self.unclear += not (200 <= status < 400 or status in GONE)
        self.told += told

    def text(self) -> str:
        """Say it in a line."""
        return (
            f"{self.asked} pages asked: {self.answered} answer, {self.missing} do not exist, {self.unclear} unclear; "
            f"{self.told} newly gone, their owners are told."
        )


@click.command("check-links")
@click.option("--older", default=20, show_default=True, metavar="HOURS", help="Leave out what was asked since.")
@as_json
@click.pass_context
def check_links(context: click.Context, older: int, json_: bool) -> None:
    """Ask the pages elsewhere that practices link to whether they are still there; for a timer, once a day.

    What was asked is written down at once, so it can be stopped and goes on where it was.
    """
    choose_data(context, None)

    async def work() -> Checked:
        async with opened():
            return await check_pages(older, json_=json_)

    answer(run(work, json_=json_), json_=json_, lines=Checked.text)


async def check_pages(
    older: int, *, json_: bool = False, allowed: Allowed = is_public, pace: Pace | None = None
) -> Checked:
    """Ask every page that was not asked for so many hours, a few at once and each host once a second."""
    await follow_all_pages()
    checked, pace = Checked(), pace or Pace()
    waiting = await pages_to_check(now() - timedelta(hours=older))

    async def one(url: str) -> None:
        status = await asyncio.to_thread(ask, url, pace, allowed)
        checked.add(status, await note_answer(url, status))
        bar.update(1)

    with progress(len(waiting), "Asking", json_=json_) as bar:
        for start in range(0, len(waiting), _AT_ONCE):
            await asyncio.gather(*(one(url) for url in waiting[start : start + _AT_ONCE]))
    return checked

"""`commonplace check-links`."""

import asyncio
import ipaddress
from collections import deque
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta

import click

from app.commands.running import answer, as_json, choose_data, opened, progress, run
from base.clock import now
from base.outward import GONE, NO_HOST, UNCLEAR, Allowed, Pace, ask, host_of, is_public
from kb.actions.check_pages import note_answer, pages_to_check
from kb.actions.follow_pages import LONGEST, MOST, follow_all_pages
from members.actions.check_accounts import accounts_to_check, note_account

_AT_ONCE = 8


@dataclass(slots=True)
class Checked:
    """How many pages were asked, and what came of it.

    `told` is for how many practices one was found gone, `accounts` in how many ledgers of organisations, `reached`
    whether any name could be found, and `left_out` how many links are never asked.
    """

    asked: int = 0
    answered: int = 0
    missing: int = 0
    unclear: int = 0
    told: int = 0
    accounts: int = 0
    reached: bool = False
    left_out: int = 0

    def add(self, status: int, told: int, accounts: int = 0) -> None:
        """Count one answer."""
        self.asked += 1
        self.answered += 200 <= status < 400
        self.missing += status in GONE
        self.unclear += not (200 <= status < 400 or status in GONE)
        self.told += told
        self.accounts += accounts

    def text(self) -> str:
        """Say it in a line, and in another one each what did not go as it should."""
        lines = [
            f"{self.asked} pages asked: {self.answered} answer, {self.missing} do not exist, {self.unclear} unclear; "
            f"{self.told} newly gone, their owners are told."
        ]
        if self.accounts:
            lines.append(f"Official accounts newly gone: {self.accounts}; the ledgers they stand in say so.")
        if self.asked and not self.reached:
            lines.append("Nothing could be reached, so nothing is marked as gone: is there a way out, and a resolver?")
        if self.left_out:
            lines.append(
                f"Links left out: {self.left_out}, longer than {LONGEST} characters or beyond {MOST} of a practice."
            )
        return "\n".join(lines)


@dataclass(slots=True)
class _Answers:
    """Writes down what was answered.

    That there is no such host is believed only when another host was found by its name in the same run: a server
    without a resolver finds none.
    """

    checked: Checked
    nowhere: list[str] = field(default_factory=list)

    async def note(self, url: str, status: int) -> None:
        """Write down an answer, or keep it until another host is found."""
        if status == NO_HOST and not self.checked.reached:
            self.nowhere.append(url)
            return
        self.checked.add(status, await note_answer(url, status), await note_account(url, status))
        if status > 0 and not _is_number(host_of(url)):
            self.checked.reached = True
            while self.nowhere:
                await self.note(self.nowhere.pop(), NO_HOST)

    def end(self) -> None:
        """Count what was kept to the end: it stays unwritten, so that the next run asks again."""
        for _ in self.nowhere:
            self.checked.add(UNCLEAR, 0)


@click.command("check-links")
@click.option("--older", default=20, show_default=True, metavar="HOURS", help="Leave out what was asked since.")
@as_json
@click.pass_context
def check_links(context: click.Context, older: int, json_: bool) -> None:
    """Ask the pages elsewhere that practices link to whether they are still there; for a timer, once a day.

    The official accounts in the platform ledgers of organisations are asked, too. What was asked is written down at
    once, so it can be stopped and goes on where it was.
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
    checked, pace = Checked(left_out=await follow_all_pages()), pace or Pace()
    before, answers = now() - timedelta(hours=older), _Answers(checked)
    waiting = list(dict.fromkeys(await pages_to_check(before) + await accounts_to_check(before)))
    hosts = _by_host(waiting)

    async def work() -> None:
        # Nobody else asks the host meanwhile; what is left of it comes after the others.
        while hosts:
            pages = hosts.popleft()
            url = pages.popleft()
            await answers.note(url, await asyncio.to_thread(ask, url, pace, allowed))
            bar.update(1)
            if pages:
                hosts.append(pages)

    with progress(len(waiting), "Asking", json_=json_) as bar:
        try:
            await asyncio.gather(*(work() for _ in range(_AT_ONCE)))
        finally:
            hosts.clear()  # when one fails, the others begin nothing new
    answers.end()
    return checked


def _by_host(urls: Iterable[str]) -> deque[deque[str]]:
    """Return the pages of each host, hosts and pages in their order."""
    found: dict[str, deque[str]] = {}
    for url in urls:
        found.setdefault(host_of(url), deque()).append(url)
    return deque(found.values())


def _is_number(host: str) -> bool:
    """Say whether a host is an address that nobody has to look up."""
    with suppress(ValueError):
        return bool(ipaddress.ip_address(host))
    return False

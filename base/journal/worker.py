"""The journal's worker: one task per subscriber for the life of the process, and one that looks for all of them."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Final

from base.db import dialect
from base.journal.deliver import BATCH, deliver, take_back, waiting_for
from base.journal.subscribers import subscribers
from base.log import logger

_IDLE: Final = 0.15
_REST: Final = 3
"""So many times as long as a batch took, its subscriber rests, unless it has another full one to deliver …"""
_LONGEST_REST: Final = 1.0
"""… but not for longer."""
_AFTER_FAILURE: Final = 2.0
_STUCK: Final = 300.0
_LOOKING: Final = "looking for deliveries"

# The workers of this process, and when each last came round.
_workers: Final[dict[str, asyncio.Task[None]]] = {}
_rounds: Final[dict[str, float]] = {}

Chore = Callable[[], Awaitable[object]]


async def _look(bells: dict[str, asyncio.Event]) -> None:
    """Wake whom something is due to: one statement for all of them, however many there are."""
    while True:
        _rounds[_LOOKING] = time.monotonic()
        try:
            for name in await waiting_for([name for name, bell in bells.items() if not bell.is_set()]):
                bells[name].set()
        except Exception:
            logger("journal").exception("could not look for deliveries, going on")
            await asyncio.sleep(_AFTER_FAILURE)
        else:
            await asyncio.sleep(_IDLE)


async def _serve(name: str, bell: asyncio.Event) -> None:
    while True:
        _rounds.pop(name, None)  # who waits for something to do is not stuck
        await bell.wait()
        _rounds[name] = time.monotonic()
        try:
            done = await deliver(name)
        except Exception:
            logger("journal").exception("worker failed, going on", subscriber=name)
            await asyncio.sleep(_AFTER_FAILURE)
        else:
            if done < BATCH:
                # What comes in while others are told is told together: a batch costs little more than one entry.
                bell.clear()
                await asyncio.sleep(min((time.monotonic() - _rounds[name]) * _REST, _LONGEST_REST))


async def _repeat(name: str, chore: Chore, seconds: float) -> None:
    while True:
        await asyncio.sleep(seconds)
        try:
            await chore()
        except Exception:
            logger("journal").exception("chore failed, going on", chore=name)


@asynccontextmanager
async def working(chores: dict[str, tuple[Chore, float]]) -> AsyncIterator[None]:
    """Deliver the journal, and run each chore every so many seconds, while the block runs."""
    if dialect() == "sqlite":  # one process serves it: what is still claimed was claimed by one that died
        await take_back()
    bells = {name: asyncio.Event() for name in subscribers()}
    _workers.update({n: asyncio.create_task(_serve(n, bell), name=f"journal:{n}") for n, bell in bells.items()})
    _workers[_LOOKING] = asyncio.create_task(_look(bells), name="journal")
    tasks = list(_workers.values())
    tasks += [asyncio.create_task(_repeat(name, *chore), name=f"chore:{name}") for name, chore in chores.items()]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        _workers.clear()
        _rounds.clear()


def is_working() -> bool:
    """Say whether workers run in this process."""
    return bool(_workers)


def stuck() -> tuple[str, ...]:
    """Return the subscribers whose worker has ended, or has not come round for minutes."""
    late = time.monotonic() - _STUCK
    return tuple(name for name, task in _workers.items() if task.done() or _rounds.get(name, late + 1) < late)

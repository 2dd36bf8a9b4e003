"""A process that works on an index until it is killed, and says what it has done.

python -m tests.search_index.victim ROOT PHASE FIRST FATAL: FIRST is the number of the first change; the process kills
itself at its FATALth call of the file system once PHASE has begun, or waits to be killed when that is 0.
"""

import asyncio
import itertools
import os
import signal
import sys
from pathlib import Path

from search_index.document import Document
from search_index.engines.whoosh import WhooshEngine
from tests.search_index.documents import document

PHASES = ("commit", "merge", "rebuild", "swap")
KEYS = 60
CALLS = {"open", "os.rename", "os.remove", "os.rmdir", "os.mkdir", "os.listdir", "os.scandir", "fcntl.flock"}
State = dict[str, int]


def touched(number: int) -> tuple[list[int], int]:
    """Return what change `number` writes, and what it removes."""
    written = [number % KEYS, number * 7 % KEYS, number * 11 % KEYS]
    return written, next(one for one in itertools.count(number * 5) if one % KEYS not in written) % KEYS


def after(number: int) -> State:
    """Return the tables after so many changes: the change that each row was last written by."""
    state: State = {f"thread:{id_}": 0 for id_ in range(KEYS)}
    for change in range(1, number + 1):
        written, gone = touched(change)
        state.update({f"thread:{id_}": change for id_ in written})
        state.pop(f"thread:{gone}", None)
    return state


def documents(state: State, ids: list[int]) -> tuple[list[Document], list[str]]:
    """Return what stands in the tables of these rows, and which of them are gone."""
    keys = {f"thread:{id_}": id_ for id_ in ids}
    there = [document(id_, f"nurse round{state[key]}", body="nurse") for key, id_ in keys.items() if key in state]
    return there, [key for key in keys if key not in state]


async def change(engine: WhooshEngine, number: int) -> None:
    """Make one change known to the index."""
    written, gone = touched(number)
    await engine.replace(*documents(after(number), [*written, gone]))


def arm(fatal: int) -> None:
    """Be killed at a call of the file system from here on."""
    counted = itertools.count(1)

    def hook(event: str, _: object) -> None:
        if event in CALLS and next(counted) == fatal:
            os.kill(os.getpid(), signal.SIGKILL)

    if fatal:
        sys.addaudithook(hook)
    print("armed", flush=True)


async def rebuild(engine: WhooshEngine, number: int, phase: str, fatal: int, round_: int) -> None:
    """Fill an index beside the one in use, and put it in its place; a change comes in between."""
    if phase == "rebuild" and not round_:
        arm(fatal)
    fresh = await engine.fresh()
    state = after(number - 1)
    for start in range(0, KEYS, 20):
        await fresh.add(documents(state, list(range(start, start + 20)))[0])
    await change(engine, number)
    print(number, flush=True)
    written, gone = touched(number)
    if phase == "swap" and not round_:
        arm(fatal)
    await fresh.hold()
    await fresh.replace(*documents(after(number), [*written, gone]))
    await fresh.swap()


async def work(root: Path, phase: str, first: int, fatal: int) -> None:
    """Work until killed."""
    engine = WhooshEngine(root)
    await engine.open()
    if not engine.usable:
        fresh = await engine.fresh()
        await fresh.add(documents(after(first - 1), list(range(KEYS)))[0])
        await fresh.swap()
    numbers = itertools.count(first)
    for round_ in itertools.count():
        if phase in {"rebuild", "swap"}:
            await rebuild(engine, next(numbers), phase, fatal, round_)
            continue
        if phase == "commit" and not round_:
            arm(fatal)
        for number in itertools.islice(numbers, 8):
            await change(engine, number)
            print(number, flush=True)
        if phase == "merge" and not round_:
            arm(fatal)
        await engine.tend()


if __name__ == "__main__":
    asyncio.run(work(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), int(sys.argv[4])))

"""Killed at any moment of a commit, a merge, a rebuild or a swap: everything is there, once, and nothing else."""

import os
import random
import threading
from multiprocessing import Pipe
from pathlib import Path
from typing import Final

import pytest

from search_index.engines.whoosh import WhooshEngine
from search_index.engines.whoosh.folder import BUILDING, CURRENT, WRITE_LOCK, Folder
from search_index.engines.whoosh.manifest import Manifest, newest
from search_index.query import Choice, Query, Word
from tests.forked import Forked, run
from tests.search_index.documents import PUBLIC
from tests.search_index.victim import KEYS, PHASES, State, after, change, documents, touched

pytestmark = pytest.mark.anyio
KILLS: Final = 13 if os.environ.get("COMMONPLACE_HOSTILE") == "full" else 3
# A commit, a merge and a swap make some 30, 200 and 60 calls of the file system; a rebuild about 150.
CALLS: Final = {"commit": 90, "merge": 250, "rebuild": 200, "swap": 90}
NURSE: Final = Query(choices=(Choice((Word("nurse"),)),))


def killed(root: Path, phase: str, first: int, dice: random.Random) -> int:
    """Let a process work until it is killed, by itself or from outside; return the last change it said was done."""
    outside = dice.random() < 0.3
    fatal = 0 if outside else dice.randint(1, CALLS[phase])
    done = first - 1
    told, telling = Pipe(duplex=False)
    process = Forked("tests.search_index.victim", str(root), phase, str(first), str(fatal), out=telling)
    telling.close()
    with open(told.fileno(), closefd=False) as lines, told:
        for line in lines:
            if line == "armed\n" and outside:
                threading.Timer(dice.uniform(0, 0.3), process.kill).start()
            elif line != "armed\n":
                done = int(line)
    assert process.wait() == -9
    return done


async def found(engine: WhooshEngine) -> State:
    """Return what the index has: the change that each document was written by."""
    answer = await engine.search(NURSE, PUBLIC, limit=2 * KEYS, collapse=False)
    assert answer.total == len(answer.hits) == len({hit.key for hit in answer.hits}), "something is there twice"
    assert engine.health().documents == answer.total
    return {hit.key: int(hit.title.removeprefix("nurse round")) for hit in answer.hits}


def tidy(root: Path) -> None:
    """Look for what a killed process has left behind."""
    current = Folder(root).current()
    assert current
    manifest = Manifest.read(current, newest(current))
    assert manifest.damage(current) == []
    known = {*manifest.files, f"manifest-{manifest.generation}.json", WRITE_LOCK, BUILDING}
    assert {file.name for file in current.iterdir()} <= known


@pytest.mark.parametrize("phase", PHASES)
async def test_killed_at_any_moment_it_opens_again_with_everything_once(tmp_path: Path, phase: str) -> None:
    root, done = tmp_path / "index", 0
    for kill in range(KILLS):
        done = killed(root, phase, done + 1, random.Random(f"{phase}{kill}"))
        engine = WhooshEngine(root)
        await engine.open()
        assert engine.usable, engine.health().trouble
        assert await found(engine) in (after(done), after(done + 1))
        done += 1
        for number in range(max(1, done - 5), done + 1):  # the journal hands over again what was not said to be done
            written, gone = touched(number)
            await engine.replace(*documents(after(done), [*written, gone]))
        assert await found(engine) == after(done)
        await engine.tend()
        assert (await engine.check()).state == "ready"
        assert await found(engine) == after(done)
        tidy(root)
        await engine.close()


async def test_what_dead_rebuilds_left_is_cleared_away_by_the_next(tmp_path: Path) -> None:
    root, done = tmp_path / "index", 0
    for fatal in (40, 60):
        ran = run("tests.search_index.victim", str(root), "rebuild", str(done + 1), str(fatal))
        assert ran.returncode == -9, ran.stderr
    assert len(list(root.glob("index-*"))) > 1
    engine = WhooshEngine(root)
    await engine.open()
    fresh = await engine.fresh()
    await fresh.swap()
    await change(engine, 1)
    kept = [path.name for path in root.iterdir() if path.name not in {CURRENT, "lock"}]
    assert len(kept) == 2
    await engine.close()

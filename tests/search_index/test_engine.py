"""The engine as the site sees it: it survives what happens to its files, and says what it is doing."""

import asyncio
import gc
import os
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from pathlib import Path
from types import SimpleNamespace

import pytest

from search_index.engine import Unavailable, running
from search_index.engines.whoosh import WhooshEngine
from search_index.engines.whoosh import engine as engines
from search_index.engines.whoosh.folder import Folder
from search_index.found import Found
from search_index.query import Choice, Query, Word
from tests.search_index.documents import PUBLIC, document

pytestmark = pytest.mark.anyio
NURSE = Query(choices=(Choice((Word("nurse"),)),))


@pytest.fixture
async def engine(tmp_path: Path) -> AsyncIterator[WhooshEngine]:
    """Open an engine with an index of ten documents in two commits."""
    made = WhooshEngine(tmp_path / "index", seconds=20)
    async with running(made):
        fresh = await made.fresh()
        await fresh.add([document(n, body="nurse") for n in range(5)])
        await fresh.swap()
        await made.replace([document(n, body="nurse") for n in range(5, 10)])
        yield made


async def search(engine: WhooshEngine, query: Query = NURSE) -> Found:
    return await engine.search(query, PUBLIC)


def folder_of(engine: WhooshEngine) -> Path:
    found = Folder(engine._folder.root).current()
    assert found
    return found


async def test_nobody_else_may_look_into_the_index(engine: WhooshEngine) -> None:
    assert folder_of(engine).stat().st_mode & 0o077 == 0
    assert engine._folder.root.stat().st_mode & 0o077 == 0


async def test_a_swap_keeps_the_index_before_it_and_drops_older_ones(engine: WhooshEngine) -> None:
    first = folder_of(engine)
    for _ in range(3):
        fresh = await engine.fresh()
        await fresh.add([document(1, body="nurse")])
        await fresh.swap()
    kept = [path for path in engine._folder.root.iterdir() if path.is_dir()]
    assert len(kept) == 2
    assert first not in kept
    assert (await search(engine)).total == 1


async def test_an_abandoned_index_leaves_nothing_behind(engine: WhooshEngine) -> None:
    before = set(engine._folder.root.iterdir())
    fresh = await engine.fresh()
    await fresh.add([document(1, body="nurse")])
    await fresh.abandon()
    assert set(engine._folder.root.iterdir()) == before


def _flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 0xFF
    path.write_bytes(data)


def _cut(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


@pytest.mark.parametrize("harm", [_flip, _cut, Path.unlink])
@pytest.mark.parametrize("ending", [".trm", ".pst", "_stored.col", "facts.col"])
async def test_a_damaged_file_is_found_at_start(tmp_path: Path, harm: Callable[[Path], None], ending: str) -> None:
    made = WhooshEngine(tmp_path / "index")
    async with running(made):
        fresh = await made.fresh()
        await fresh.add([document(n, body="nurse and words") for n in range(30)])
        await fresh.swap()
        harm(next(path for path in folder_of(made).iterdir() if path.name.endswith(ending)))
    async with running(made):
        assert not made.usable
        assert made.health().trouble
        await asyncio.wait_for(made.broken(), 1)
        with pytest.raises(Unavailable, match="rebuilt"):
            await search(made)


@pytest.mark.parametrize("harm", [_flip, _cut, Path.unlink])
async def test_damage_while_serving_is_found_by_the_check_and_hurts_nobody(
    engine: WhooshEngine, harm: Callable[[Path], None]
) -> None:
    for path in list(folder_of(engine).iterdir()):
        if path.name.endswith((".pst", ".trm", ".col")):
            harm(path)
    with suppress(Unavailable):
        await search(engine, Query(choices=(Choice((Word("title"),)),)))
    assert (await engine.check()).state == "unusable"
    with pytest.raises(Unavailable):
        await search(engine)
    with pytest.raises(Unavailable):
        await engine.replace([document(3)])


async def test_a_whole_index_that_vanishes_is_noticed_by_writing(engine: WhooshEngine) -> None:
    for path in sorted(engine._folder.root.rglob("*"), reverse=True):
        path.unlink() if path.is_file() else path.rmdir()
    with pytest.raises(Unavailable):
        await engine.replace([document(3)])
    assert not engine.usable


async def test_a_failure_that_is_not_of_the_files_does_not_cost_the_index(
    engine: WhooshEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> Found:
        raise ZeroDivisionError

    monkeypatch.setattr(engines.answers, "search", fail)
    with pytest.raises(Unavailable, match="other words"):
        await search(engine)
    assert engine.usable


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # files of a writer that was never made
async def test_a_full_disk_costs_the_write_and_not_the_search(
    engine: WhooshEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    from whoosh.filedb.filestore import FileStorage

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(FileStorage, "create_file", full)
        with pytest.raises(Unavailable):
            await engine.replace([document(30, body="nurse")])
    assert (await search(engine)).total == 10
    await engine.replace([document(30, body="nurse")])
    assert (await search(engine)).total == 11
    gc.collect()


async def test_many_small_segments_are_melted(engine: WhooshEngine) -> None:
    for number in range(20, 40):
        await engine.replace([document(number, body="nurse")])
    assert engine.health().segments > 20
    await engine.tend()
    assert engine.health().segments < 6
    assert (await search(engine)).total == 30
    await engine.check()
    assert engine.usable


async def test_more_searches_than_can_wait_are_turned_away(
    engine: WhooshEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engines, "_MOST_WAITING", 3)
    answers = await asyncio.gather(*(search(engine) for _ in range(20)), return_exceptions=True)
    assert sum(isinstance(one, Unavailable) for one in answers) == 17
    assert (await search(engine)).total == 10


def test_how_the_index_is_can_be_asked_while_another_thread_loses_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = WhooshEngine(tmp_path)
    looked = iter([SimpleNamespace(view=SimpleNamespace(generation="index-1:7")), None])
    monkeypatch.setattr(WhooshEngine, "_shelf", property(lambda _: next(looked)), raising=False)
    assert engine.generation == "index-1:7"

"""A full disk, or one that may only be read: searching goes on, and what could not be written is written later."""

import asyncio
import gc
import os
import shutil
import subprocess
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from base.clock import now
from base.journal.deliver import deliver_all
from base.journal.models import Delivery
from search_index import keep_up
from search_index.engine import Unavailable, running
from search_index.engines.whoosh import WhooshEngine
from search_index.engines.whoosh.folder import Folder
from search_index.keep_up import rebuild, rebuilding, tended
from tests.search_index.documents import document
from tests.search_index.tables import Table, total

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.usefixtures("database"),
    # A writer that finds no room leaves its files to the garbage collector.
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]
SIZE = 3 * 1024 * 1024


def _mount(*words: str) -> bool:
    return subprocess.run(words, capture_output=True, check=False).returncode == 0


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Path]:
    """Give a disk of three megabytes."""
    disk = tmp_path / "disk"
    disk.mkdir()
    if not (shutil.which("mount") and _mount("mount", "-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", str(disk))):
        pytest.skip("only root may make a small disk here")
    yield disk
    gc.collect()
    _mount("umount", "-l", str(disk))


@pytest.fixture
async def engine(small: Path, table: Table) -> AsyncIterator[WhooshEngine]:
    """Open an engine on the small disk, with ten documents."""
    async with running(WhooshEngine(small / "index", seconds=20)) as made:
        for number in range(10):
            await table.act("thread", number, "a nurse asks")
        await rebuild(table.sources)
        await deliver_all()
        assert isinstance(made, WhooshEngine)
        yield made


def fill_up(disk: Path, left: int = 0) -> Path:
    """Use up the room of a disk."""
    ballast = disk / "ballast"
    with ballast.open("wb", buffering=0) as file:
        free = shutil.disk_usage(disk).free - left
        if free > 0:
            os.posix_fallocate(file.fileno(), 0, free)
    return ballast


async def waited() -> None:
    """Let the pause of every delivery be over."""
    await Delivery.all().update(due=now() - timedelta(seconds=1))


# So much room is left: none at all, none for the second file, none for the table of contents.
@pytest.mark.parametrize("left", [0, 4096, 8192, 16384, 32768, 49152])
async def test_what_finds_no_room_is_kept_by_the_journal(
    engine: WhooshEngine, table: Table, small: Path, left: int
) -> None:
    ballast = fill_up(small, left)
    for number in range(10, 13):
        await table.act("thread", number, "a nurse without room")
    for _ in range(10):  # more often than a delivery is tried before it is given up
        await deliver_all()
        await waited()
        assert await total(engine) in (10, 13)
        assert (await engine.check()).state == "ready"
    ballast.unlink()
    await deliver_all()
    assert await total(engine) == 13
    assert await Delivery.all().count() == 0
    assert (await engine.check()).state == "ready"


async def test_a_merge_without_room_changes_nothing(engine: WhooshEngine, table: Table, small: Path) -> None:
    for number in range(10, 30):
        await engine.replace([document(number, body="nurse")])
    segments = engine.health().segments
    ballast = fill_up(small, 8192)
    for _ in range(3):
        with pytest.raises(Unavailable):
            await engine.tend()
    assert await total(engine) == 30
    assert engine.health().segments == segments
    ballast.unlink()
    await engine.tend()
    assert engine.health().segments < 6
    assert await total(engine) == 30


async def test_a_rebuild_without_room_is_given_up_and_leaves_nothing(
    engine: WhooshEngine, table: Table, small: Path
) -> None:
    before = {path.name for path in (small / "index").iterdir()}
    ballast = fill_up(small, 8192)
    with pytest.raises((OSError, Unavailable)):
        await rebuild(table.sources)
    ballast.unlink()
    assert {path.name for path in (small / "index").iterdir()} == before
    assert await total(engine) == 10
    await rebuild(table.sources)
    assert await total(engine) == 10


async def test_an_index_lost_on_a_full_disk_comes_back_when_there_is_room(
    engine: WhooshEngine, table: Table, small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keep_up, "_RETRY_SECONDS", (0.05,))
    current = Folder(small / "index").current()
    assert current
    async with tended(table.sources):
        ballast = fill_up(small)
        next(current.glob("*.trm")).unlink()
        fill_up(small)
        assert (await engine.check()).state == "unusable"
        await table.act("thread", 10, "a nurse without room")
        for _ in range(10):
            await deliver_all()
            await waited()
        await asyncio.sleep(0.3)
        assert not engine.usable
        ballast.unlink()
        async with asyncio.timeout(60):
            while not engine.usable or rebuilding() is not None:
                await asyncio.sleep(0.02)
    await waited()
    await deliver_all()
    assert await total(engine) == 11
    assert await Delivery.all().count() == 0


async def test_a_disk_that_may_only_be_read_is_searched(engine: WhooshEngine, table: Table, small: Path) -> None:
    if not _mount("mount", "-o", "remount,ro", str(small)):
        pytest.skip("only root may make a disk that can only be read")
    try:
        await table.act("thread", 10, "a nurse asks")
        for _ in range(10):
            await deliver_all()
            await waited()
            assert await total(engine) == 10
        with pytest.raises(OSError, match="Read-only"):
            await rebuild(table.sources)
        again = WhooshEngine(small / "index", seconds=20)
        await again.open()
        assert await total(again) == 10
        await again.close()
    finally:
        _mount("mount", "-o", "remount,rw", str(small))
    await waited()
    await deliver_all()
    assert await total(engine) == 11

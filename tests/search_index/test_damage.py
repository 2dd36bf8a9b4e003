"""Every file of an index harmed in every way: found at start and by a check, and never a wrong answer meanwhile."""

import asyncio
import os
import shutil
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest

from search_index.engine import Unavailable
from search_index.engines.whoosh import WhooshEngine
from search_index.engines.whoosh.folder import CURRENT, WRITE_LOCK, Folder
from search_index.found import Found
from search_index.query import Choice, Phrase, Prefix, Query, Word
from tests.search_index.documents import PUBLIC, document

pytestmark = pytest.mark.anyio
# Every so many bytes one is changed under a reader.
STEP = 61 if os.environ.get("COMMONPLACE_HOSTILE") == "full" else 499
WORDS = ("nurse", "shift", "night", "alert", "video")
QUERIES = (
    *(Query(choices=(Choice((Word(word),)),)) for word in (*WORDS, "unknown")),
    Query(choices=(Choice((Phrase("night shift"),)), Choice((Prefix("vid"),)))),
    Query(choices=(Choice((Word("title"),)),), sort="newest"),
)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make an index of several commits, with something deleted."""
    root = tmp_path_factory.mktemp("whole") / "index"

    async def make() -> None:
        engine = WhooshEngine(root)
        await engine.open()
        fresh = await engine.fresh()
        await fresh.add([document(n, body=f"night shift {WORDS[n % 5]} of ward {n}") for n in range(40)])
        await fresh.swap()
        await engine.replace([document(n, body="nurse and video") for n in range(30, 50)], ["thread:3"])
        await engine.close()

    asyncio.run(make())
    return root


@pytest.fixture
async def engine(made: Path, tmp_path: Path) -> AsyncIterator[WhooshEngine]:
    """Open a copy of the index."""
    shutil.copytree(made, tmp_path / "index")
    opened = WhooshEngine(tmp_path / "index", seconds=20)
    await opened.open()
    yield opened
    await opened.close()


def files(root: Path) -> list[Path]:
    """Return every file that an index is made of."""
    current = Folder(root).current()
    assert current
    return [root / CURRENT, *sorted(path for path in current.iterdir() if path.name != WRITE_LOCK)]


def _flip(place: float) -> Callable[[Path], None]:
    def flip(path: Path) -> None:
        data = bytearray(path.read_bytes())
        data[min(int(len(data) * place), len(data) - 1)] ^= 0x41
        path.write_bytes(data)

    return flip


def _cut(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


def _cut_one(path: Path) -> None:
    os.truncate(path, path.stat().st_size - 1)


def _empty(path: Path) -> None:
    os.truncate(path, 0)


def _longer(path: Path) -> None:
    with path.open("ab") as file:
        file.write(b"x")


def _folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def _unreadable(path: Path) -> None:
    path.unlink()
    path.symlink_to(path.name)  # even for root: it leads to itself


HARMS = {
    **{f"flipped at {place}": _flip(place) for place in (0.0, 0.1, 0.3, 0.5, 0.7, 0.9, 1.0)},
    "cut in half": _cut, "one byte less": _cut_one, "emptied": _empty, "one byte more": _longer,
    "deleted": Path.unlink, "made a folder": _folder, "unreadable": _unreadable,
}  # fmt: skip


def kinds(root: Path) -> Iterator[tuple[str, Path]]:
    """Yield the files with a name that is the same in every run."""
    seen: dict[str, int] = {}
    for path in files(root):
        kind = path.name if path.name == CURRENT else path.name.partition(".")[2] or path.name
        seen[kind] = seen.get(kind, 0) + 1
        yield f"{kind} {seen[kind]}", path


async def answers(engine: WhooshEngine) -> list[tuple[object, ...]]:
    """Return what a reader is told."""
    told: list[tuple[object, ...]] = []
    for query in QUERIES:
        found: Found = await engine.search(query, PUBLIC, limit=100, facets=("type", "year"))
        told.append((found.total, found.hits, tuple(found.facets.items())))
    told.append(await engine.suggest("titl", PUBLIC))
    told.append(await engine.correct(["nurze", "nihgt"], PUBLIC))
    told.append(await engine.similar("nurses of the night", PUBLIC))
    return told


@pytest.mark.parametrize("harm", HARMS)
async def test_harm_to_any_file_is_found_at_start(made: Path, tmp_path: Path, harm: str) -> None:
    for name, path in kinds(made):
        copied = tmp_path / "index"
        shutil.copytree(made, copied)
        HARMS[harm](copied / path.relative_to(made))
        engine = WhooshEngine(copied)
        await engine.open()
        assert not engine.usable, name
        assert engine.health().trouble
        with pytest.raises(Unavailable, match="rebuilt"):
            await engine.search(QUERIES[0], PUBLIC)
        fresh = await engine.fresh()
        await fresh.add([document(1, body="nurse")])
        await fresh.swap()
        assert (await engine.search(QUERIES[0], PUBLIC)).total == 1, f"no rebuild after {name} was {harm}"
        await engine.close()
        shutil.rmtree(copied)


@pytest.mark.parametrize("harm", HARMS)
async def test_harm_while_serving_is_found_by_a_check_and_never_makes_a_wrong_answer(
    made: Path, tmp_path: Path, harm: str
) -> None:
    for name, path in kinds(made):
        copied = tmp_path / "index"
        shutil.copytree(made, copied)
        engine = WhooshEngine(copied, seconds=20)
        await engine.open()
        right = await answers(engine)
        engine._cache.forget(lambda _: True)
        HARMS[harm](copied / path.relative_to(made))
        told, calm = None, "rebuilt"
        try:
            told = await answers(engine)
        except Unavailable as error:
            calm = str(error)
        assert told in (None, right), f"{name} {harm}"
        assert "rebuilt" in calm, f"{name} {harm}"
        assert (await engine.check()).state == "unusable", f"{name} {harm}"
        with pytest.raises(Unavailable, match="rebuilt"):
            await answers(engine)
        with pytest.raises(Unavailable):
            await engine.replace([document(3)])
        await engine.close()
        shutil.rmtree(copied)


async def test_no_byte_changed_under_a_reader_makes_a_wrong_answer(engine: WhooshEngine) -> None:
    right = await answers(engine)
    paths = [path for path in files(engine._folder.root) if path.suffix in {".pst", ".trm", ".col"}]
    places = [(path, at) for path in paths for at in range(0, path.stat().st_size, STEP)]
    told = []
    for path, at in places:
        engine._cache.forget(lambda _: True)
        with path.open("r+b", buffering=0) as file:
            whole = os.pread(file.fileno(), 1, at)
            os.pwrite(file.fileno(), bytes((whole[0] ^ 1,)), at)
            try:
                told.append(await answers(engine) == right)
            except Unavailable:
                assert not engine.usable
            os.pwrite(file.fileno(), whole, at)
        if not engine.usable:
            await engine.open()
            assert engine.usable
    assert all(told)
    assert len(told) < len(places), "no changed byte was ever read"


async def test_the_usual_care_finds_harm_from_outside(engine: WhooshEngine, made: Path) -> None:
    for path in files(engine._folder.root)[1:]:
        before = path.read_bytes()
        _flip(0.5)(path)
        with pytest.raises(Unavailable):
            await engine.tend()
        assert not engine.usable
        path.write_bytes(before)
        await engine.open()
        assert engine.usable


async def test_files_that_were_only_touched_are_compared_and_kept(engine: WhooshEngine) -> None:
    for path in files(engine._folder.root):
        os.utime(path)
    await engine.tend()
    await engine.tend()
    assert engine.usable


async def test_too_many_open_files_do_not_cost_the_index(engine: WhooshEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    def none_left(*_: object, **__: object) -> None:
        raise OSError(24, "Too many open files")

    with monkeypatch.context() as patch:
        patch.setattr(Path, "open", none_left)
        patch.setattr(Path, "read_text", none_left)
        await engine.check()
    assert engine.usable
    assert (await engine.check()).state == "ready"

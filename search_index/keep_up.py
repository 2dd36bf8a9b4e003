"""Keep the index in step with the journal, and rebuild it from the tables when it must be."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final

from base.journal import Handler, NotNow
from base.journal.models import Entry
from base.log import logger
from search_index.document import Document, Source
from search_index.engine import Busy, Engine, Fresh, Unavailable, current

NAME: Final = "search_index"
Sources = Mapping[str, Source]
Progress = Callable[[int], None]

_BATCH: Final = 200
# On PostgreSQL numbers are given before they are committed: look back so many.
_OVERLAP: Final = 1_000
_MOST_ROUNDS: Final = 10
_TEND_SECONDS: Final = 2.0
_CHECK_SECONDS: Final = 600.0
_RETRY_SECONDS: Final = (1.0, 5.0, 30.0, 120.0)


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What a rebuild did: documents written, and documents that could not be."""

    written: int
    left_out: int


def prefixes(sources: Sources) -> list[str]:
    """Return the beginnings of the journal kinds that concern the index."""
    followed = {kind for source in sources.values() for kind in source.follows}
    return [*(f"{kind}." for kind in sources), *sorted(followed)]


def handler(sources: Sources) -> Handler:
    """Return the journal's handler that keeps the engine in use in step."""

    async def handle(entries: Sequence[Entry]) -> None:
        engine = current()
        if await engine.wanting():
            raise NotNow
        try:
            await _bring(engine, sources, entries)
        except Unavailable as error:
            if engine.usable and not isinstance(error, Busy) and not isinstance(error.__cause__, OSError):
                raise
            raise NotNow from error  # the disk is full, the index broken or held: no fault of these entries

    return handle


async def _bring(target: Engine | Fresh, sources: Sources, entries: Sequence[Entry]) -> None:
    """Re-read every subject that the entries name, what these touch and what shows them, once; write or forget it."""
    found: list[Document] = []
    gone: set[str] = set()
    for kind, ids in (await _wanted(sources, entries)).items():
        ordered = sorted(ids)
        for start in range(0, len(ordered), _BATCH):
            some = ordered[start : start + _BATCH]
            loaded = [document async for document in sources[kind].load(some)]
            gone |= {f"{kind}:{id_}" for id_ in some} - {document.key for document in loaded}
            found += loaded
            if len(found) >= _BATCH:
                await target.replace(found, gone)
                found, gone = [], set()
    if found or gone:
        await target.replace(found, gone)


async def _wanted(sources: Sources, entries: Sequence[Entry]) -> dict[str, set[int]]:
    """Return what to re-read, by kind."""
    wanted: dict[str, set[int]] = {}
    subjects: dict[str, set[int]] = {}
    for entry in entries:
        subjects.setdefault(entry.kind, set()).add(entry.subject_id)
        touched = {entry.subject_kind: [entry.subject_id]}, entry.data.get("touches", {})
        for kind, ids in (pair for kinds in touched for pair in kinds.items()):
            if kind in sources:
                wanted.setdefault(kind, set()).update(ids)
    for kind, source in sources.items():
        for followed in source.follows.keys() & subjects.keys():
            shown_in = await source.follows[followed](sorted(subjects[followed]))
            wanted.setdefault(kind, set()).update(shown_in)
    return wanted


async def _newest() -> int:
    newest = await Entry.all().order_by("-id").first()
    return newest.id if newest else 0


async def _catch_up(target: Engine | Fresh, sources: Sources, since: int) -> int:
    """Bring in what the journal says has happened since; return the newest entry seen."""
    seen = since
    for _ in range(_MOST_ROUNDS):
        newest = await _newest()
        after = seen - _OVERLAP if seen == since else seen
        entries = await Entry.filter(id__gt=after, id__lte=newest).order_by("id")
        for start in range(0, len(entries), _BATCH):
            await _bring(target, sources, entries[start : start + _BATCH])
        if newest == seen:
            break
        seen = newest
    return seen


async def _pour(fresh: Fresh, source: Source, progress: Progress, done: int) -> Rebuilt:
    """Write every document of a source, each key once."""
    seen: set[int] = set()
    batch: list[Document] = []
    written = 0

    async def flush() -> None:
        nonlocal written
        written += await fresh.add(batch)
        batch.clear()
        progress(done + len(seen))

    async for document in source.load_all():
        if document.id not in seen:
            seen.add(document.id)
            batch.append(document)
        if len(batch) >= _BATCH:
            await flush()
    if batch:
        await flush()
    return Rebuilt(written, len(seen) - written)


async def rebuild(sources: Sources, progress: Progress = lambda _: None) -> Rebuilt:
    """Write a fresh index beside the one in use, catch up with the journal, swap, and catch up once more."""
    engine = current()
    since = await _newest()
    fresh = await engine.fresh()
    written = left_out = 0
    try:
        for source in sources.values():
            done = await _pour(fresh, source, progress, written + left_out)
            written, left_out = written + done.written, left_out + done.left_out
        seen = await _catch_up(fresh, sources, since)
        # Whoever is killed from here on has lost nothing: what the index in use cannot take now stays in the journal.
        await fresh.hold()
        seen = await _catch_up(fresh, sources, seen)
        await fresh.swap()
    except BaseException:
        await fresh.abandon()
        raise
    await _catch_up(engine, sources, seen)
    logger("search").info("index rebuilt", written=written, left_out=left_out)
    return Rebuilt(written, left_out)


_progress: list[int] = []


def rebuilding() -> int | None:
    """Return how many documents the rebuild under way has done, None when there is none."""
    return _progress[-1] if _progress else None


async def _restore(engine: Engine, sources: Sources) -> None:
    """Make an unusable index usable: open it if another process has mended it, else rebuild it."""
    await engine.open()
    if engine.usable:
        return
    _progress.append(0)
    try:
        await rebuild(sources, lambda done: _progress.__setitem__(-1, done))
    except Unavailable:
        await engine.open()
        if not engine.usable:  # else another server has rebuilt it while this one waited
            raise
    finally:
        _progress.clear()


_asked: list[asyncio.Event] = []
_fault: list[str] = []


def ask_to_rebuild() -> bool:
    """Ask for a fresh index beside the one in use, which goes on answering; say whether anybody here can begin one."""
    if not _asked or _progress:
        return False
    _asked[-1].set()
    return True


def rebuild_fault() -> str:
    """Return why the last rebuild that was asked for failed, empty when it did not."""
    return _fault[-1] if _fault else ""


async def _obey(sources: Sources, asked: asyncio.Event) -> None:
    """Rebuild when somebody asks for it."""
    while True:
        await asked.wait()
        asked.clear()
        _fault.clear()
        _progress[:] = [0]
        try:
            await rebuild(sources, lambda done: _progress.__setitem__(-1, done))
        except Exception as error:
            _fault[:] = [str(error) or type(error).__name__]
            logger("search").exception("the rebuild that was asked for failed")
        finally:
            _progress.clear()


async def _guard(engine: Engine, sources: Sources) -> None:
    """Rebuild whenever the engine says that it cannot answer."""
    failures = 0
    while True:
        await engine.broken()
        try:
            await _restore(engine, sources)
            failures = 0
        except Exception:
            logger("search").exception("rebuild failed, trying again")
            await asyncio.sleep(_RETRY_SECONDS[min(failures, len(_RETRY_SECONDS) - 1)])
            failures += 1


async def _tend(engine: Engine) -> None:
    """Melt segments and look for damage, now and then."""
    loop = asyncio.get_running_loop()
    checked = loop.time()
    while True:
        await asyncio.sleep(_TEND_SECONDS)
        try:
            await engine.tend()
            if loop.time() - checked > _CHECK_SECONDS:
                checked = loop.time()
                await engine.check()
        except Unavailable as error:
            logger("search").debug("index not tended", trouble=str(error))
        except Exception:
            logger("search").exception("tending the index failed")


@asynccontextmanager
async def tended(sources: Sources) -> AsyncIterator[None]:
    """Keep the engine in use sound while the block runs: rebuild it when it breaks, tidy it, look for damage."""
    engine = current()
    asked = asyncio.Event()
    _asked[:] = [asked]
    tasks = [
        asyncio.create_task(_guard(engine, sources)), asyncio.create_task(_tend(engine)),
        asyncio.create_task(_obey(sources, asked)),
    ]  # fmt: skip
    try:
        yield
    finally:
        _asked.clear()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

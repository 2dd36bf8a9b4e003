"""The embedded engine as the site sees it: asynchronous, bounded, and never the reason that a page fails."""

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final, TypeVar

from base.log import logger
from search_index.document import Document
from search_index.engine import Audiences, Fresh, Unavailable
from search_index.engines.cache import Cache
from search_index.engines.whoosh import answers
from search_index.engines.whoosh.asked import Asked
from search_index.engines.whoosh.correct import correct
from search_index.engines.whoosh.evaluate import Deadline
from search_index.engines.whoosh.folder import Folder, is_passing
from search_index.engines.whoosh.fresh import FreshIndex, keys_of, prepare_all
from search_index.engines.whoosh.segment import dictionary
from search_index.engines.whoosh.shelf import Shelf, Superseded
from search_index.engines.wishes import Wish
from search_index.found import Correction, Found, Health, Hit
from search_index.query import Query
from search_index.ranking import WEIGHTS

_READERS: Final = 4
_MOST_WAITING: Final = 64
_CALM: Final = "Search is being rebuilt. Everything else works; please try again in a moment."

T = TypeVar("T")


def _tend(shelf: Shelf) -> None:
    shelf.look_after()
    shelf.merge()


class WhooshEngine:
    """An index in a folder of this machine."""

    def __init__(
        self,
        root: Path,
        *,
        memory_mb: int = 256,
        seconds: float = 2.0,
        weights: Mapping[str, float] = WEIGHTS,
    ) -> None:
        self._folder = Folder(root)
        self._cache: Cache = Cache(memory_mb * 1024 * 1024)
        self._seconds = seconds
        self._weights = dict(weights)
        self._shelf: Shelf | None = None
        self._trouble = "not opened yet"
        self._waiting = 0
        self._writing = asyncio.Lock()
        self._broken = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._readers: ThreadPoolExecutor | None = None
        self._writer: ThreadPoolExecutor | None = None

    # State

    @property
    def generation(self) -> str:
        """Return a name that changes with every change of the index."""
        # Asked at any time, while the writing thread may lose or change the shelf.
        return shelf.view.generation if (shelf := self._shelf) else ""

    @property
    def usable(self) -> bool:
        """Say whether it can answer."""
        return self._shelf is not None

    async def wanting(self) -> bool:
        """Say whether there is no sound index, so that a rebuild will read what happens now."""
        return not self.usable

    async def broken(self) -> None:
        """Wait until it cannot answer."""
        await self._broken.wait()

    def _tell(self, change: Callable[[], None]) -> None:
        """Change the event in the event loop: an event is not made for threads."""
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(change)

    def _break(self, trouble: str) -> None:
        if self._shelf is not None or trouble != self._trouble:
            logger("search").warning("index unusable", trouble=trouble)
        self._lose(trouble)

    def _lose(self, trouble: str) -> None:
        lost, self._shelf, self._trouble = self._shelf, None, trouble
        if lost is not None:
            lost.close()
        self._tell(self._broken.set)

    async def open(self) -> None:
        """Open the index in use after checking every file; without one, become unusable."""
        self._loop = asyncio.get_running_loop()
        self._readers = self._readers or ThreadPoolExecutor(_READERS, "search")
        self._writer = self._writer or ThreadPoolExecutor(1, "search-writer")
        await self._in(self._writer, self._open)

    def _open(self) -> None:
        try:
            path = self._folder.current()
            if path is None:
                self._lose("there is no index yet")
                return
            self._adopt(Shelf(path, dictionary(), self._cache))  # compares every file with the manifest
        except Exception as error:  # eight kinds were seen from damaged files: every one means rebuild
            self._break(f"{type(error).__name__}: {error}")

    async def close(self) -> None:
        """Wait for what is being written, and let go of everything."""
        async with self._writing:
            for pool in (self._readers, self._writer):
                if pool:
                    await asyncio.get_running_loop().run_in_executor(None, pool.shutdown)
            self._readers = self._writer = None
            if self._shelf is not None:
                self._shelf.close()
            self._shelf = None
            self._trouble = "closed"
            self._cache.forget(lambda _: True)

    async def _in(self, pool: ThreadPoolExecutor | None, work: Callable[[], T]) -> T:
        if pool is None:
            raise Unavailable("Search is not running.")
        return await asyncio.get_running_loop().run_in_executor(pool, work)

    async def _read(self, audiences: Audiences, work: Callable[[Asked], T]) -> T:
        """Run `work` on the newest view in a worker thread, within the time limit."""
        if self._waiting >= _MOST_WAITING:
            raise Unavailable("Search is very busy. Please try again in a moment.")
        asked = self.asked(audiences)
        self._waiting += 1
        try:
            return await self._in(self._readers, lambda: work(asked))
        except Unavailable:
            raise
        except Exception as error:
            logger("search").exception("evaluation failed")
            await self.check()  # the files are the first suspect
            raise Unavailable(_CALM if not self.usable else "That search failed. Please try other words.") from error
        finally:
            self._waiting -= 1

    # Reading

    def asked(self, audiences: Audiences) -> Asked:
        """Return what a question by these audiences is answered from, now."""
        if self._shelf is None:
            raise Unavailable(_CALM)
        return Asked(self._shelf.view, audiences, self._weights, Deadline.after(self._seconds))

    async def search(
        self,
        query: Query,
        audiences: Audiences,
        *,
        limit: int = 20,
        offset: int = 0,
        facets: Sequence[str] = (),
        sections: int = 0,
        snippets: bool = True,
        collapse: bool = True,
    ) -> Found:
        """Return the hits from `offset` on."""
        wish = Wish(limit, offset, tuple(facets), sections, snippets, collapse)
        return await self._read(audiences, lambda asked: answers.search(asked, query, wish))

    async def suggest(self, typed: str, audiences: Audiences, *, limit: int = 8) -> tuple[Hit, ...]:
        """Return things whose title goes with what is being typed."""
        return await self._read(audiences, lambda asked: answers.suggest(asked, typed, limit))

    async def complete(self, typed: str, audiences: Audiences, facet: str, *, limit: int = 4) -> tuple[str, ...]:
        """Return values of a facet that begin with what is being typed."""
        return await self._read(audiences, lambda asked: answers.complete(asked, typed, facet, limit))

    async def correct(self, words: Sequence[str], audiences: Audiences) -> tuple[Correction, ...]:
        """Return better spellings, only ones that these audiences may see."""
        return await self._read(audiences, lambda asked: correct(asked, words))

    async def similar(
        self, text: str, audiences: Audiences, *, limit: int = 5, exclude: Iterable[str] = (), kinds: Sequence[str] = ()
    ) -> tuple[Hit, ...]:
        """Return things that are about the same as `text`."""
        without, wanted = frozenset(exclude), tuple(kinds)
        return await self._read(audiences, lambda asked: answers.similar(asked, text, limit, without, wanted))

    # Writing

    async def replace(self, documents: Sequence[Document], gone: Iterable[str] = ()) -> int:
        """Write documents, or newer versions, and forget the keys in `gone`: one commit."""
        async with self._writing:
            if self._shelf is None:
                raise Unavailable(_CALM)
            return await self._write(lambda shelf: self._replace(shelf, documents, gone))

    def _replace(self, shelf: Shelf, documents: Sequence[Document], gone: Iterable[str]) -> int:
        prepared = prepare_all(documents)
        forgotten = set(keys_of(gone))
        if prepared.rows or any(shelf.view.find(*key) for key in forgotten):
            shelf.replace(prepared, forgotten)
        return len(prepared.rows)

    async def _write(self, work: Callable[[Shelf], T]) -> T:
        """Run `work` in the writing thread on the index in use; when it fails, look whether the files are sound."""

        def worked() -> T:
            try:
                return work(self._newest())
            except Superseded:
                return work(self._newest())

        try:
            return await self._in(self._writer, worked)
        except Exception as error:
            await self._in(self._writer, self._inspect)
            raise Unavailable(f"The index could not be written: {type(error).__name__}: {error}") from error

    def _newest(self) -> Shelf:
        """Return the shelf in use, following a swap made by another process."""
        path = self._folder.current()
        if self._shelf is None or path is None:
            raise Unavailable(_CALM)
        if path != self._shelf.path:
            self._adopt(Shelf(path, dictionary(), self._cache))
        return self._shelf

    async def fresh(self) -> Fresh:
        """Begin a new index beside this one."""
        return await self._in(self._writer, lambda: FreshIndex(self._folder, self._cache, self._adopt))

    async def forget_before(self) -> None:
        """Remove what was in use before the last swap."""
        await self._in(self._writer, self._folder.remove_others)

    def _adopt(self, shelf: Shelf) -> None:
        path = shelf.path
        shelf.in_use = lambda: self._folder.current() == path
        self._shelf, self._trouble = shelf, ""
        self._tell(self._broken.clear)

    # Care

    async def tend(self) -> None:
        """Follow a swap by another process, and melt small segments together."""
        async with self._writing:
            if self._shelf is not None:
                await self._write(_tend)

    async def check(self) -> Health:
        """Compare every file with the manifest; damage makes the index unusable."""
        if self._shelf is not None:
            await self._in(self._writer, self._inspect)
        return self.health()

    def _inspect(self) -> None:
        if self._shelf is None:
            return
        try:
            if self._folder.current() is None:
                raise FileNotFoundError("the index in use is gone")
            self._newest().verify()
        except Exception as error:
            if is_passing(error):
                logger("search").warning("index not looked at", trouble=str(error))
                return
            self._break(f"{type(error).__name__}: {error}")

    def health(self) -> Health:
        """Say how the index is, without looking at the files."""
        if self._shelf is None:
            return Health("unusable", trouble=self._trouble, cache_limit=self._cache.limit)
        view = self._shelf.view
        return Health(
            "ready",
            documents=view.documents,
            generation=view.generation,
            segments=len(view.segments),
            deleted=len(view.dead),
            disk_bytes=self._shelf.disk_bytes,
            cache_bytes=self._cache.used,
            cache_limit=self._cache.limit,
            columns_bytes=view.size,
        )

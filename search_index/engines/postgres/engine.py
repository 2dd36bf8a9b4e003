"""The engine as the site sees it: asynchronous, bounded, the same on every node, never the reason that a page fails."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final, TypeVar

from base.log import logger
from search_index.document import Document
from search_index.engine import Audiences, Busy, Fresh, Unavailable
from search_index.engines.cache import Cache
from search_index.engines.postgres import answers, care, fresh
from search_index.engines.postgres.asked import Asked
from search_index.engines.postgres.connections import READERS, SLOW, Connections, calmly
from search_index.engines.postgres.correct import correct
from search_index.engines.postgres.labels import Labels
from search_index.engines.postgres.layout import VERSION, Names, State, current_build
from search_index.engines.postgres.prepare import keys_of, prepare_all
from search_index.engines.postgres.writing import Commit
from search_index.engines.wishes import Wish
from search_index.found import Correction, Found, Health, Hit
from search_index.query import Query
from search_index.ranking import WEIGHTS

_MOST_WAITING: Final = 64
_CALM: Final = "Search is being rebuilt. Everything else works; please try again in a moment."
_IN_USE: Final = "SELECT number FROM search.current WHERE layout = $1 FOR SHARE"
_NO_INDEX: Final = "there is no index yet, or one of another version"

T = TypeVar("T")


class PostgresEngine:
    """An index in the site's own PostgreSQL database, shared by all its servers."""

    def __init__(
        self, url: str, *, memory_mb: int = 256, seconds: float = 2.0, weights: Mapping[str, float] = WEIGHTS
    ) -> None:
        self._connections = Connections(url, seconds)
        self._cache: Cache = Cache(memory_mb * 1024 * 1024)
        self._seconds = seconds
        self._weights = dict(weights)
        self._names: Names | None = None
        self._labels = Labels(0)
        self._state: State | None = None
        self._health = Health("unusable", trouble="not opened yet", cache_limit=self._cache.limit)
        self._caretaker = care.Caretaker()
        self._waiting = 0
        self._reading = asyncio.Semaphore(READERS)
        self._broken = asyncio.Event()

    # State

    @property
    def generation(self) -> str:
        """Return a name that changes with every change of the index, as far as this process has seen."""
        return self._state.name if self._state else ""

    @property
    def usable(self) -> bool:
        """Say whether it can answer."""
        return self._names is not None

    async def wanting(self) -> bool:
        """Say whether no node has a sound index, so that a rebuild will read what happens now."""
        if self._names is None:
            with calmly():
                found = await self._look()
            if found is not None and not found[1].trouble:
                self._adopted(*found)
        return self._names is None

    async def broken(self) -> None:
        """Wait until it cannot answer."""
        await self._broken.wait()

    def _lose(self, trouble: str) -> None:
        if self._names is not None:
            logger("search").warning("index unusable", trouble=trouble)
        self._names = self._state = None
        self._health = Health("unusable", trouble=trouble, cache_limit=self._cache.limit)
        self._broken.set()

    def _adopt(self, names: Names) -> None:
        if self._names != names:
            self._names, self._labels = names, Labels(names.number)
        self._broken.clear()

    async def open(self) -> None:
        """Look for the index in use and whether it is sound; without one, become unusable."""
        try:
            with calmly():
                found = await self._look()
        except Exception as error:  # whatever a look at the tables runs into means that they are not sound
            self._lose(f"{type(error).__name__}: {error}")
            return
        if found is None or found[1].trouble:
            self._lose(_NO_INDEX if found is None else found[1].trouble)
        else:
            self._adopted(*found)

    async def _look(self) -> tuple[Names, Health] | None:
        """Look whether the index in use is sound, taking as long as that takes; None when there is no index."""
        await self._connections.open()
        connection = await self._connections.alone()
        try:
            async with connection.transaction(isolation="repeatable_read", readonly=True):
                build = await current_build(connection)
                if build is not None and build[0] > VERSION:
                    raise Unavailable(fresh.NEWER)
                if build is None or build[0] < VERSION:
                    return None
                names = Names(build[1])
                return names, await care.look(connection, names)
        finally:
            await connection.close()

    async def close(self) -> None:
        """Let go of every connection."""
        await self._connections.close()
        self._names = self._state = None
        self._health = Health("unusable", trouble="closed", cache_limit=self._cache.limit)
        self._cache.forget(lambda _: True)

    # Reading

    async def _read(self, audiences: Audiences, work: Callable[[Asked], Awaitable[T]]) -> T:
        """Run `work` on the newest state, within the time limit, a few at once."""
        if self._names is None:
            raise Unavailable(_CALM)
        if self._waiting >= _MOST_WAITING:
            raise Unavailable("Search is very busy. Please try again in a moment.")
        self._waiting += 1
        try:
            async with self._reading:
                return await self._within(audiences, work)
        finally:
            self._waiting -= 1

    async def _within(self, audiences: Audiences, work: Callable[[Asked], Awaitable[T]]) -> T:
        try:
            with calmly():
                async with asyncio.timeout(self._seconds), self._connections.reading() as connection:
                    return await work(await self._asked(connection, audiences))
        except Unavailable:
            raise
        except Exception as error:
            logger("search").exception("evaluation failed")
            await self.check()  # the tables are the first suspect
            raise Unavailable(_CALM if not self.usable else "That search failed. Please try other words.") from error

    async def _asked(self, connection: Any, audiences: Audiences) -> Asked:
        """Return what a question is answered from, following a swap by another node."""
        build = await current_build(connection)
        if build is None or build[0] != VERSION:
            self._lose(_NO_INDEX)
            raise Unavailable(_CALM)
        names = Names(build[1])
        self._adopt(names)
        labels = self._labels
        self._state = state = await State.of(connection, names)
        await labels.follow(connection, names, state)
        return Asked(connection, names, state, labels, audiences, self._weights, self._cache)

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
        """Write documents, or newer versions, and forget the keys in `gone`: one commit, seen by every node at once."""
        if self._names is None:
            raise Unavailable(_CALM)
        rows = await asyncio.to_thread(prepare_all, documents)
        await self._write(lambda connection, names: Commit(connection, names, self._labels).write(rows, keys_of(gone)))
        return len(rows)

    async def _write(self, work: Callable[[Any, Names], Awaitable[Any]]) -> None:
        """Run `work` in one transaction on the index in use, which no other node can swap meanwhile."""
        try:
            with calmly():
                async with self._connections.writing() as connection:
                    number = await connection.fetchval(_IN_USE, VERSION)
                    if number is None:
                        self._lose(_NO_INDEX)
                        raise Unavailable(_CALM)
                    names = Names(number)
                    self._adopt(names)
                    await work(connection, names)
                    self._state = await State.of(connection, names)
        except Unavailable as error:
            if str(error) == SLOW:
                raise Busy("Another process is writing the index.") from error
            raise
        except Exception as error:
            await self.check()
            raise Unavailable(f"The index could not be written: {type(error).__name__}: {error}") from error

    async def fresh(self) -> Fresh:
        """Begin a new index beside this one; only one process at a time builds."""
        await self._connections.open()
        return await fresh.begin(self._connections, self._adopted)

    async def forget_before(self) -> None:
        """Remove what was in use before the last swap."""
        await self._connections.open()
        await fresh.remove_others(self._connections)

    def _adopted(self, names: Names, health: Health) -> None:
        self._adopt(names)
        self._health = health

    # Care

    async def tend(self) -> None:
        """See what other nodes have written, and now and then forget words that are written nowhere any more."""
        if self._names is not None:
            await self._read(frozenset(), _nothing)
            if self._caretaker.due():
                await self._write(self._caretaker.tidy)

    async def check(self) -> Health:
        """Look whether the tables agree with one another; damage makes the index unusable."""
        if self._names is not None:
            await self.open()
        return self.health()

    def health(self) -> Health:
        """Say how the index is, as it was last seen."""
        if self._state is None:
            return self._health
        return replace(
            self._health, documents=self._state.documents, generation=self._state.name,
            cache_bytes=self._cache.used, cache_limit=self._cache.limit,
        )  # fmt: skip


async def _nothing(_: Asked) -> None:
    pass

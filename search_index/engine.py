"""The one door to whatever engine finds things; only files under `engines/` import one."""

from collections.abc import AsyncIterator, Hashable, Iterable, Sequence
from contextlib import asynccontextmanager
from typing import Protocol

from base.errors import Failure
from search_index.document import Document
from search_index.found import Correction, Found, Health, Hit
from search_index.query import Query

Audiences = frozenset[str]


class Unavailable(Failure):
    """Search cannot answer just now: it is being rebuilt, or was asked too much at once."""

    status = 503
    title = "Search is away"


class Busy(Unavailable):
    """Somebody else is writing the index just now: it is worth trying again soon."""


class Fresh(Protocol):
    """A new index being filled beside the one in use."""

    async def add(self, documents: Sequence[Document]) -> int:
        """Write documents that are not in it yet; return how many could be written."""

    async def replace(self, documents: Sequence[Document], gone: Iterable[str] = ()) -> int:
        """Write documents, or newer versions of them, and forget the keys in `gone`."""

    async def hold(self) -> None:
        """Keep everybody from writing to the index in use until the swap, or the end."""

    async def swap(self) -> None:
        """Make it the index in use; the one before it is kept until the next time."""

    async def abandon(self) -> None:
        """Remove it."""


class Engine(Protocol):
    """What an engine does. Audiences filter inside it, so that no answer or count leaks anything."""

    @property
    def generation(self) -> str:
        """Return a name that changes with every change of the index."""

    @property
    def usable(self) -> bool:
        """Say whether it can answer."""

    async def wanting(self) -> bool:
        """Say whether there is no sound index, here or anywhere, so that a rebuild will read what happens now."""

    async def broken(self) -> None:
        """Wait until it cannot answer."""

    async def open(self) -> None:
        """Open the index; when there is none, or it is damaged, become unusable instead of failing."""

    async def close(self) -> None:
        """Let go of everything."""

    async def replace(self, documents: Sequence[Document], gone: Iterable[str] = ()) -> int:
        """Write documents, or newer versions, and forget the keys in `gone`: one commit; return how many."""

    async def fresh(self) -> Fresh:
        """Begin a new index beside this one."""

    async def forget_before(self) -> None:
        """Remove what was in use before the last swap: it holds words that nobody may find any more."""

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
        """Return the hits from `offset` on; `collapse` shows a thread once, `sections` asks for the best of each."""

    async def suggest(self, typed: str, audiences: Audiences, *, limit: int = 8) -> tuple[Hit, ...]:
        """Return things whose title goes with what is being typed: its last word may be unfinished."""

    async def complete(self, typed: str, audiences: Audiences, facet: str, *, limit: int = 4) -> tuple[str, ...]:
        """Return values of a facet that begin with what is being typed."""

    async def correct(self, words: Sequence[str], audiences: Audiences) -> tuple[Correction, ...]:
        """Return better spellings, only ones that occur in a document these audiences may see."""

    async def similar(
        self, text: str, audiences: Audiences, *, limit: int = 5, exclude: Iterable[str] = (), kinds: Sequence[str] = ()
    ) -> tuple[Hit, ...]:
        """Return things that are about the same as `text`, without those whose key or group is in `exclude`."""

    async def tend(self) -> None:
        """Do what keeps it fast and sound, away from any request."""

    async def check(self) -> Health:
        """Look for damage, and say how the index is."""

    def health(self) -> Health:
        """Say how the index is, without looking at the disk."""


_current: list[Engine] = []


def use(engine: Engine) -> Engine:
    """Make `engine` the one in use."""
    _current[:] = [engine]
    return engine


def current() -> Engine:
    """Return the engine in use."""
    if not _current:
        raise Unavailable("Search is not running.")
    return _current[0]


def state_of_index() -> Hashable:
    """Return what changes with every change of the index; none while it cannot answer."""
    engine = _current[0] if _current else None
    return (id(engine), engine.generation) if engine is not None and engine.usable else None


@asynccontextmanager
async def running(engine: Engine) -> AsyncIterator[Engine]:
    """Open the engine and use it while the block runs."""
    await engine.open()
    use(engine)
    try:
        yield engine
    finally:
        _current[:] = [one for one in _current if one is not engine]
        await engine.close()

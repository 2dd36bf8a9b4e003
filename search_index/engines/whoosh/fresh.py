"""A new index filled beside the one in use, and put in its place."""

import asyncio
import shutil
from collections.abc import Callable, Iterable, Sequence
from threading import Lock
from typing import Final

from base.log import logger
from search_index.document import Document
from search_index.engines.cache import Cache
from search_index.engines.whoosh.batch import Batch
from search_index.engines.whoosh.folder import Folder
from search_index.engines.whoosh.segment import dictionary
from search_index.engines.whoosh.shelf import Prepared, Shelf, Writing

# So many documents make one segment of a new index: few segments are fast, a small one needs little memory.
_AT_ONCE: Final = 100_000


def prepare_all(documents: Iterable[Document], batch: Batch | None = None) -> Prepared:
    """Analyse documents, the last of each key; one that cannot be analysed is logged and left out."""
    batch = Batch() if batch is None else batch
    rows = []
    for document in {document.key: document for document in documents}.values():
        try:
            rows.append(batch.prepare(document))
        except Exception:
            logger("search").exception("document left out", key=document.key)
    return Prepared(rows, batch)


def keys_of(keys: Iterable[str]) -> Iterable[tuple[str, int]]:
    """Return keys such as "post:14" as pairs."""
    for key in keys:
        kind, _, id_ = key.rpartition(":")
        yield kind, int(id_)


class FreshIndex:
    """An index being built; nobody sees it before the swap."""

    def __init__(self, folder: Folder, cache: Cache, adopt: Callable[[Shelf], None]) -> None:
        self._folder = folder
        self._adopt = adopt
        # Whoever waits for a step may be cancelled; the step goes on in its thread, and what follows waits for it.
        self._lock = Lock()
        self._swapped = False
        self._path = folder.fresh()
        try:
            self._shelf = Shelf.create(self._path, dictionary(), cache)
        except BaseException:
            self._give_up()
            raise
        self._writing: Writing | None = None
        self._batch = Batch()

    async def add(self, documents: Sequence[Document]) -> int:
        """Write documents that are not in it yet."""
        return await asyncio.to_thread(self._add, documents)

    def _add(self, documents: Sequence[Document]) -> int:
        with self._lock:
            return self._added(documents)

    def _added(self, documents: Sequence[Document]) -> int:
        if self._writing is None:
            self._writing, self._batch = self._shelf.begin(), Batch()
        prepared = prepare_all(documents, self._batch)
        self._writing.add(prepared)
        if self._batch.count >= _AT_ONCE:
            self._finish()
        return len(prepared.rows)

    def _finish(self) -> None:
        if self._writing is not None:
            writing, self._writing = self._writing, None
            self._shelf.commit(writing)

    async def replace(self, documents: Sequence[Document], gone: Iterable[str] = ()) -> int:
        """Write documents, or newer versions, and forget the keys in `gone`."""
        return await asyncio.to_thread(self._replace, documents, tuple(gone))

    def _replace(self, documents: Sequence[Document], gone: Sequence[str]) -> int:
        with self._lock:
            self._finish()
            prepared = prepare_all(documents)
            self._shelf.replace(prepared, keys_of(gone))
            return len(prepared.rows)

    async def hold(self) -> None:
        """Keep everybody from writing to the index in use until the swap, or the end."""
        await asyncio.to_thread(self._folder.hold, self._path)

    async def swap(self) -> None:
        """Make it the index in use."""
        await asyncio.to_thread(self._swap)

    def _swap(self) -> None:
        with self._lock:
            self._finish()
            self._shelf.verify()
            self._folder.swap(self._path)
            self._swapped = True
            self._adopt(self._shelf)

    async def abandon(self) -> None:
        """Remove it, unless it is in use already."""
        await asyncio.to_thread(self._abandon)

    def _abandon(self) -> None:
        with self._lock:
            if self._swapped:
                return
            if self._writing is not None:
                writing, self._writing = self._writing, None
                self._shelf.cancel(writing)
            self._shelf.close()
            self._give_up()

    def _give_up(self) -> None:
        shutil.rmtree(self._path, ignore_errors=True)
        self._folder.leave(self._path)

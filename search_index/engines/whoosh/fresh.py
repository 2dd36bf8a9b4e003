"""A new index filled beside the one in use, and put in its place."""

import asyncio
import shutil
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final

from base.log import logger
from search_index.document import Document
from search_index.engines.cache import Cache
from search_index.engines.whoosh.decode import Postings
from search_index.engines.whoosh.folder import Folder
from search_index.engines.whoosh.pool import add
from search_index.engines.whoosh.schema import Row, prepare
from search_index.engines.whoosh.segment import dictionary
from search_index.engines.whoosh.shelf import Shelf

# So many documents make one segment of a new index: few segments are fast, a small one needs little memory.
_AT_ONCE: Final = 50_000


def prepare_all(documents: Iterable[Document]) -> list[Row]:
    """Analyse documents, the last of each key; one that cannot be analysed is logged and left out."""
    rows = []
    for document in {document.key: document for document in documents}.values():
        try:
            rows.append(prepare(document))
        except Exception:
            logger("search").exception("document left out", key=document.key)
    return rows


def keys_of(keys: Iterable[str]) -> Iterable[tuple[str, int]]:
    """Return keys such as "post:14" as pairs."""
    for key in keys:
        kind, _, id_ = key.rpartition(":")
        yield kind, int(id_)


class FreshIndex:
    """An index being built; nobody sees it before the swap."""

    def __init__(self, folder: Folder, cache: Cache[Postings], adopt: Callable[[Shelf], None]) -> None:
        self._folder = folder
        self._adopt = adopt
        self._path = folder.fresh()
        self._shelf = Shelf.create(self._path, dictionary(), cache)
        self._writer: Any = None
        self._held = 0

    async def add(self, documents: Sequence[Document]) -> int:
        """Write documents that are not in it yet."""
        return await asyncio.to_thread(self._add, documents)

    def _add(self, documents: Sequence[Document]) -> int:
        if self._writer is None:
            self._writer, self._held = self._shelf.writer(), 0
        rows = prepare_all(documents)
        for row in rows:
            add(self._writer, row.fields, row.postings)
        self._held += len(rows)
        if self._held >= _AT_ONCE:
            self._finish()
        return len(rows)

    def _finish(self) -> None:
        if self._writer is not None:
            writer, self._writer = self._writer, None
            self._shelf.commit(writer)

    async def replace(self, documents: Sequence[Document], gone: Iterable[str] = ()) -> int:
        """Write documents, or newer versions, and forget the keys in `gone`."""
        return await asyncio.to_thread(self._replace, documents, tuple(gone))

    def _replace(self, documents: Sequence[Document], gone: Sequence[str]) -> int:
        self._finish()
        rows = prepare_all(documents)
        self._shelf.replace(rows, keys_of(gone))
        return len(rows)

    async def swap(self) -> None:
        """Make it the index in use."""
        await asyncio.to_thread(self._swap)

    def _swap(self) -> None:
        self._finish()
        self._shelf.verify()
        self._folder.swap(self._path)
        self._adopt(self._shelf)

    async def abandon(self) -> None:
        """Remove it."""
        if self._writer is not None:
            writer, self._writer = self._writer, None
            await asyncio.to_thread(self._shelf.cancel, writer)
        await asyncio.to_thread(shutil.rmtree, self._path, True)

"""One index folder: written through Whoosh's writer, read as a view per generation."""

from collections.abc import Collection, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from whoosh.codec.whoosh3 import W3Codec
from whoosh.filedb.filestore import FileStorage
from whoosh.index import TOC, FileIndex, LockError
from whoosh.reading import SegmentReader
from whoosh.util.filelock import try_for

from search_index.engines.cache import Cache
from search_index.engines.whoosh.batch import Batch
from search_index.engines.whoosh.folder import Manifest, disk_bytes
from search_index.engines.whoosh.schema import FIELDS, SCHEMA, VERSION, Row
from search_index.engines.whoosh.segment import Dictionary, Segment
from search_index.engines.whoosh.view import View

_WAIT: Final = 10.0
_TRIES: Final = 10
# Packed postings hardly get smaller.
_CODEC: Final = W3Codec(compression=0)
_FEWEST_MERGED: Final = 6
_MOST_MERGED: Final = 5_000


@dataclass(frozen=True, slots=True)
class Prepared:
    """Documents that were analysed, with the batch that knows their words."""

    rows: Sequence[Row]
    batch: Batch


class Writing:
    """A segment being written."""

    def __init__(self, writer: Any) -> None:
        self.writer = writer
        self._batch: Batch | None = None

    def add(self, prepared: Prepared) -> None:
        """Write documents; the words of all must be known to one batch."""
        self._batch = prepared.batch
        for row in prepared.rows:
            prepared.batch.take(row)
            self.writer.add_document(facts=row.facts, shown=row.shown)

    def melt(self, view: View, chosen: Collection[str]) -> None:
        """Write the living documents of some segments again."""
        for place, segment in enumerate(view.segments):
            if segment.name in chosen:
                self._copy(segment, view.living(place))

    def _copy(self, segment: Segment, living: Any) -> None:
        self._batch = self._batch or Batch()
        kept = np.flatnonzero(living)
        renumbered = np.full(segment.count, -1, np.int64)
        renumbered[kept] = np.arange(len(kept)) + self._batch.count
        for number in kept.tolist():
            self.writer.add_document(facts=segment.raw_facts(number), shown=segment.shown(number))
        self._batch.merge({field: segment.terms(field) for field in FIELDS}, renumbered)

    def carry(self) -> None:
        """Write the entry that carries the terms of all documents, when there are any."""
        if self._batch is not None and self._batch.count:
            self.writer.add_document(**self._batch.terms())


class Damaged(Exception):
    """The files of an index are not what they were."""


class Shelf:
    """An index in a folder. One thread writes at a time; views may be read by any number."""

    def __init__(self, path: Path, labels: Dictionary, cache: Cache) -> None:
        self.path = path
        self._labels = labels
        self._cache = cache
        # Never mapped into memory: a file cut short under a mapping would end the process.
        self._index = FileIndex(FileStorage(str(path), supports_mmap=False))
        self._manifest = Manifest.read(path)
        self._check_files()
        self._segments: dict[str, Segment] = {}
        self._generation = ""
        self._lock: Any = None
        self.view = self._look()

    @classmethod
    def create(cls, path: Path, labels: Dictionary, cache: Cache) -> "Shelf":
        """Make an empty index in a folder."""
        FileIndex.create(FileStorage(str(path), supports_mmap=False), SCHEMA)
        Manifest(VERSION).write(path)
        return cls(path, labels, cache)

    def _look(self) -> View:
        """Open the newest generation: known segments are kept, new ones loaded. What is cached of old ones ages out."""
        storage = self._index.storage
        for left in reversed(range(_TRIES)):
            try:
                toc = TOC.read(storage, self._index.indexname)
                held: dict[str, Segment] = {}
                for segment in toc.segments:
                    name = segment.segment_id()
                    known = self._segments.get(name)
                    held[name] = known or Segment(SegmentReader(storage, SCHEMA, segment), self._labels, name)
                break
            except FileNotFoundError:  # another process wrote meanwhile, and removed what it replaced
                if not left:
                    raise
        self._segments = held
        self._generation = f"{self.path.name}:{toc.generation}"
        deleted = [list(segment.deleted_docs()) for segment in toc.segments]
        return View(self._generation, list(held.values()), deleted, self._labels, self._cache)

    def refresh(self) -> None:
        """Look again when somebody else (a command beside the server) has written."""
        if self._generation != f"{self.path.name}:{self._index.latest_generation()}":
            self._manifest = Manifest.read(self.path)
            self.view = self._look()

    def _check_files(self) -> None:
        if self._manifest.version != VERSION:
            raise Damaged(f"it has layout {self._manifest.version}, this version needs {VERSION}")
        if wrong := self._manifest.damage(self.path, self._index.latest_generation()):
            raise Damaged("; ".join(wrong[:5]))

    def verify(self) -> None:
        """Compare every file with the manifest, and take in what a killed commit left unlisted."""
        self._check_files()
        self.take_in()

    def take_in(self) -> None:
        """Read through what a killed commit left unlisted, then list it."""
        if unlisted := self._manifest.unlisted(self.path, self._segments):
            for name in unlisted:
                self._segments[name].read_through()
            self._write_down()

    def _write_down(self) -> None:
        self._manifest = self._manifest.renewed(self.path, self._index.latest_generation(), self._segments)
        self._manifest.write(self.path)

    def _claim(self) -> None:
        # Not left to the writer: one that fails while it is made would keep the lock.
        lock = self._index.lock("WRITELOCK")
        if not try_for(lock.acquire, timeout=_WAIT, delay=0.05):
            raise LockError
        self._lock = lock

    def _release(self) -> None:
        if self._lock is not None:
            self._lock.release()
            self._lock = None

    def begin(self) -> Writing:
        """Return what writes a segment: it has the index to itself, and the view is what it will write on."""
        self._claim()
        writing = None
        try:
            writing = Writing(self._index.writer(compound=False, codec=_CODEC, _lk=False))
            self.refresh()
        except BaseException:
            self.cancel(writing)
            raise
        return writing

    def cancel(self, writing: Writing | None) -> None:
        """Give up what was being written."""
        try:
            if writing is not None:
                writing.writer.cancel()
        finally:
            self._release()

    def commit(self, writing: Writing, gone: Iterable[str] = ()) -> None:
        """Finish a segment, leave out the segments in `gone`, open what was written, and write the manifest."""
        left_out = set(gone)

        def stay(_: Any, segments: Sequence[Any]) -> list[Any]:
            return [one for one in segments if one.segment_id() not in left_out]

        try:
            try:
                writing.carry()
            except BaseException:
                writing.writer.cancel()
                raise
            writing.writer.commit(mergetype=stay)
            self.view = self._look()
            self._write_down()
        finally:
            self._release()

    def replace(self, prepared: Prepared, gone: Iterable[tuple[str, int]]) -> None:
        """Write documents, or newer versions of them, and forget others: one commit."""
        writing = self.begin()
        try:
            for kind, id_ in set(gone) | {(row.kind, row.id) for row in prepared.rows}:
                for number in self.view.find(kind, id_):
                    writing.writer.delete_document(self.view.entry(number))
            writing.add(prepared)
        except BaseException:
            self.cancel(writing)
            raise
        self.commit(writing)

    def merge(self) -> bool:
        """Melt small segments into one; large ones are left to the next rebuild, for merging holds up writing."""
        chosen = _mergeable(self.view)
        if not chosen:
            return False
        writing = self.begin()
        try:
            writing.melt(self.view, chosen)
        except BaseException:
            self.cancel(writing)
            raise
        self.commit(writing, chosen)
        return True

    def close(self) -> None:
        """Close the files; nobody may read any more."""
        for segment in self._segments.values():
            segment.close()

    @property
    def disk_bytes(self) -> int:
        """Return the bytes on disk."""
        with suppress(OSError):
            return disk_bytes(self.path)
        return 0


def _mergeable(view: View) -> set[str]:
    """Return the names of the smallest segments, as long as each is at most thrice all smaller ones together."""
    chosen: list[str] = []
    together = 0
    for segment in sorted(view.segments, key=lambda one: one.count):
        if segment.count > 3 * together + 16 or together + segment.count > _MOST_MERGED:
            break
        chosen.append(segment.name)
        together += segment.count
    empty = {segment.name for place, segment in enumerate(view.segments) if not view.living(place).any()}
    return set(chosen) | empty if len(chosen) >= _FEWEST_MERGED else empty

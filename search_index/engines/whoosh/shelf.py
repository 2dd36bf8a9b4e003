"""One index folder: written through Whoosh's writer, read as a view per generation."""

from collections.abc import Callable, Collection, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from whoosh.codec.whoosh3 import W3Codec
from whoosh.filedb.filestore import FileStorage
from whoosh.index import TOC, FileIndex, LockError
from whoosh.reading import SegmentReader
from whoosh.util.filelock import FileLock, try_for

from search_index.engines.cache import Cache
from search_index.engines.whoosh.batch import Batch
from search_index.engines.whoosh.folder import WRITE_LOCK
from search_index.engines.whoosh.manifest import Damaged, Manifest, Seen, disk_bytes, newest
from search_index.engines.whoosh.schema import FIELDS, SCHEMA, VERSION, Row
from search_index.engines.whoosh.seals import check_of
from search_index.engines.whoosh.segment import Dictionary, Segment, Shown
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
            self._document(row.facts, row.shown)

    def _document(self, facts: bytes, shown: Shown) -> None:
        self.writer.add_document(facts=facts, shown=(*shown, check_of(shown)))

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
            self._document(segment.raw_facts(number), segment.shown(number))
        self._batch.merge({field: segment.terms(field) for field in FIELDS}, renumbered)

    @property
    def added(self) -> bool:
        """Say whether there are any documents."""
        return self._batch is not None and self._batch.count > 0

    def carry(self) -> None:
        """Write the entry that carries the terms of all documents, when there are any."""
        if self._batch is not None and self.added:
            self.writer.add_document(**self._batch.terms())


class Superseded(Exception):
    """Another index has taken the place of this one."""


class _Files(FileStorage):
    """The files of an index; a generation gets its manifest before it comes into force.

    `manifest` is that of the generation before, `coming` the names of the segments of the next.
    """

    def __init__(self, path: Path) -> None:
        # Never mapped into memory: a file cut short under a mapping would end the process.
        super().__init__(str(path), supports_mmap=False)  # type: ignore[no-untyped-call]
        self.path = path
        self.manifest = Manifest(VERSION)
        self.coming: set[str] = set()

    def rename_file(self, oldname: str, newname: str, safe: bool = False) -> None:
        """Rename a table of contents: Whoosh's last step of a commit, and the one that makes it count."""
        self.manifest.following(self.path, self.coming, newname, oldname).write(self.path)
        super().rename_file(oldname, newname, safe)  # type: ignore[no-untyped-call]


class Shelf:
    """An index in a folder. One thread writes at a time; views may be read by any number."""

    def __init__(self, path: Path, labels: Dictionary, cache: Cache) -> None:
        self.path = path
        self.in_use: Callable[[], bool] = lambda: True
        self._labels = labels
        self._cache = cache
        self._segments: dict[str, Segment] = {}
        self._lock: Any = None
        self._files = _Files(path)
        self._seen: Seen = {}
        self._settled(self._open)
        self._index = FileIndex(self._files, SCHEMA)

    @classmethod
    def create(cls, path: Path, labels: Dictionary, cache: Cache) -> "Shelf":
        """Make an empty index in a folder."""
        FileIndex.create(_Files(path), SCHEMA)
        return cls(path, labels, cache)

    def _settled(self, work: Callable[[Manifest], None]) -> None:
        """Do something with the newest generation; once more when another process has written meanwhile."""
        for left in reversed(range(_TRIES)):
            generation = newest(self.path)
            try:
                work(Manifest.read(self.path, generation))
                return
            except Exception:
                if not left or generation == newest(self.path):
                    raise

    def _check(self, manifest: Manifest, known: Manifest | None = None) -> None:
        if manifest.version != VERSION:
            raise Damaged(f"it has layout {manifest.version}, this version needs {VERSION}")
        if wrong := manifest.damage(self.path, known):
            raise Damaged("; ".join(wrong[:5]))

    def _open(self, manifest: Manifest) -> None:
        """Open a generation whose files are as its manifest says: known segments are kept, new ones loaded.

        What is cached of old ones ages out.
        """
        seen = manifest.seen(self.path)
        self._check(manifest, self._files.manifest)
        toc = TOC.read(self._files, "MAIN", manifest.generation, SCHEMA)
        held: dict[str, Segment] = {}
        for segment in toc.segments:
            name = segment.segment_id()
            held[name] = self._segments.get(name) or Segment(
                SegmentReader(self._files, SCHEMA, segment), self._labels, name
            )
        deleted = [list(segment.deleted_docs()) for segment in toc.segments]
        generation = f"{self.path.name}:{manifest.generation}"
        self.view = View(generation, list(held.values()), deleted, self._labels, self._cache)
        self._segments, self._files.manifest, self._seen = held, manifest, seen

    def _sweep(self, manifest: Manifest) -> None:
        manifest.sweep(self.path)

    def refresh(self) -> None:
        """Look again when somebody else (a command beside the server) has written."""
        if self._files.manifest.generation != newest(self.path):
            self._settled(self._open)

    def verify(self) -> None:
        """Compare every file with the manifest."""
        self._settled(self._check)

    def look_after(self) -> None:
        """Follow what others have written, and compare every file when one looks as if somebody had touched it."""
        self.refresh()
        if self._files.manifest.seen(self.path) != self._seen:
            self.verify()
            self._seen = self._files.manifest.seen(self.path)

    def _claim(self) -> None:
        # Not left to the writer: one that fails while it is made would keep the lock.
        lock = FileLock(str(self.path / WRITE_LOCK))
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
            if not self.in_use():
                raise Superseded
            self.refresh()
            writing = Writing(self._index.writer(compound=False, codec=_CODEC, _lk=False))
        except BaseException:
            self.cancel(writing)
            raise
        return writing

    def cancel(self, writing: Writing | None) -> None:
        """Give up what was being written, and what of it has come to the disk."""
        try:
            if writing is not None:
                with suppress(Exception):  # what it did not get written it cannot close either
                    writing.writer.cancel()
            with suppress(OSError, Damaged):
                self._settled(self._sweep)
        finally:
            self._release()

    def commit(self, writing: Writing, gone: Iterable[str] = ()) -> None:
        """Finish a segment, leave out the segments in `gone`, and open what was written."""
        left_out = set(gone)

        def stay(_: Any, segments: Sequence[Any]) -> list[Any]:
            kept = [one for one in segments if one.segment_id() not in left_out]
            added = [writing.writer.newsegment] if writing.added else []
            self._files.coming = {one.segment_id() for one in (*kept, *added)}
            return kept

        try:
            writing.carry()
            writing.writer.commit(mergetype=stay)
        except BaseException:
            self.cancel(writing)
            raise
        try:
            self._settled(self._open)
            self._settled(self._sweep)
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

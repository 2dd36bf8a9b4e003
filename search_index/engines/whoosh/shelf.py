"""One index folder: written through Whoosh's writer, read as a view per generation."""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from whoosh.filedb.filestore import FileStorage
from whoosh.index import FileIndex, LockError
from whoosh.reading import EmptyReader, SegmentReader
from whoosh.util.filelock import try_for
from whoosh.writing import NO_MERGE

from search_index.engines.cache import Cache
from search_index.engines.whoosh.decode import Postings
from search_index.engines.whoosh.folder import Manifest, disk_bytes
from search_index.engines.whoosh.pool import add, give
from search_index.engines.whoosh.schema import SCHEMA, VERSION, Row
from search_index.engines.whoosh.segment import Dictionary, Segment
from search_index.engines.whoosh.view import View

_WAIT: Final = 10.0
_MOST_MERGED: Final = 5_000


class Damaged(Exception):
    """The files of an index are not what they were."""


class Shelf:
    """An index in a folder. One thread writes at a time; views may be read by any number."""

    def __init__(self, path: Path, labels: Dictionary, cache: Cache[Postings]) -> None:
        self.path = path
        self._labels = labels
        self._cache = cache
        # Never mapped into memory: a file cut short under a mapping would end the process.
        self._index = FileIndex(FileStorage(str(path), supports_mmap=False))
        self._manifest = Manifest.read(path)
        self._check_files()
        self._segments: dict[str, Segment] = {}
        self._serials: set[int] = set()
        self._generation = ""
        self._lock: Any = None
        self.view = self._look()

    @classmethod
    def create(cls, path: Path, labels: Dictionary, cache: Cache[Postings]) -> "Shelf":
        """Make an empty index in a folder."""
        FileIndex.create(FileStorage(str(path), supports_mmap=False), SCHEMA)
        Manifest(VERSION).write(path)
        return cls(path, labels, cache)

    def _look(self) -> View:
        """Open the newest generation: known segments are kept, new ones loaded."""
        reader = self._index.reader()
        leaves = [] if isinstance(reader, EmptyReader) else [leaf for leaf, _ in reader.leaf_readers()]
        held: dict[str, Segment] = {}
        deleted: list[Sequence[int]] = []
        for leaf in leaves:
            name = leaf.segment().segment_id()
            deleted.append(list(leaf.segment().deleted_docs()))
            if known := self._segments.get(name):
                held[name] = known
                leaf.close()
            else:
                held[name] = Segment(leaf, self._labels, name)
        kept = {segment.serial for segment in held.values()}
        self._cache.forget(lambda key: key[0] in self._serials - kept or key[0] == self._generation)
        self._serials = kept
        self._segments = held
        self._generation = f"{self.path.name}:{self._index.latest_generation()}"
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

    def writer(self) -> Any:
        """Return a writer that has the index to itself, with the view brought up to what it will write on."""
        self._claim()
        writer: Any = None
        try:
            writer = self._index.writer(compound=False, _lk=False)
            give(writer)
            self.refresh()
        except BaseException:
            self.cancel(writer)
            raise
        return writer

    def cancel(self, writer: Any) -> None:
        """Give up what a writer has done."""
        try:
            if writer is not None:
                writer.cancel()
        finally:
            self._release()

    def commit(self, writer: Any, merge: Any = NO_MERGE) -> None:
        """Finish a writer, open what it wrote, and write the manifest."""
        try:
            writer.commit(mergetype=merge)
            self.view = self._look()
            self._write_down()
        finally:
            self._release()

    def replace(self, rows: Iterable[Row], gone: Iterable[tuple[str, int]]) -> None:
        """Write rows, or newer versions of them, and forget others: one commit."""
        rows, gone = list(rows), set(gone)
        writer = self.writer()
        try:
            for kind, id_ in gone | {(row.kind, row.id) for row in rows}:
                for number in self.view.find(kind, id_):
                    writer.delete_document(number)
            for row in rows:
                add(writer, row.fields, row.postings)
        except BaseException:
            self.cancel(writer)
            raise
        self.commit(writer)

    def merge(self) -> bool:
        """Melt small segments into one; large ones are left to the next rebuild, for merging holds up writing."""
        chosen = _mergeable(list(self._segments.values()), self.view)
        if not chosen:
            return False

        def only_chosen(writer: Any, segments: Sequence[Any]) -> list[Any]:
            for one in segments:
                if one.segment_id() in chosen:
                    reader = SegmentReader(writer.storage, writer.schema, one)
                    writer.add_reader(reader)
                    reader.close()
            return [one for one in segments if one.segment_id() not in chosen]

        self.commit(self.writer(), only_chosen)
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


def _mergeable(segments: Sequence[Segment], view: View) -> set[str]:
    """Return the names of the smallest segments, as long as each is at most thrice all smaller ones together."""
    chosen: list[str] = []
    together = 0
    for segment in sorted(segments, key=lambda one: one.count):
        if segment.count > 3 * together + 16 or together + segment.count > _MOST_MERGED:
            break
        chosen.append(segment.name)
        together += segment.count
    return set(chosen) if len(chosen) >= 6 else set()

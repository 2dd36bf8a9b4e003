"""One segment of the index as arrays: read once, in the background, for a segment never changes."""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain, count, islice
from threading import Lock
from typing import Any, Final
from zlib import crc32

import numpy as np
import numpy.typing as npt
from whoosh.reading import TermNotFound

from search_index.engines.formula import SCORED
from search_index.engines.whoosh.labels import Labels
from search_index.engines.whoosh.manifest import Damaged
from search_index.engines.whoosh.schema import LEXICON
from search_index.engines.whoosh.seals import check_of, checks_of, is_marked, unsealed
from search_index.found import SECTIONS, section_of, type_of
from search_index.ranking import freshness

Array = npt.NDArray[Any]
Shown = tuple[str, str, str, str]
Lexicon = tuple[Array, Array]

# Where the facts of schema.prepare stand.
KIND, ID, TYPE, AUDIENCE, CREATED, ACTIVE, GROUP, NUMBER, HANDLE, ORGANISATION = range(10)
COUNTRY, LANGUAGE, TAGS, PLATFORMS, STATE, DIRECTION, VOTES, HAS, ALIASES, LENGTHS = range(10, 20)

ONE: Final = {
    "kind": KIND, "audience": AUDIENCE, "group": GROUP, "handle": HANDLE,
    "organisation": ORGANISATION, "country": COUNTRY, "language": LANGUAGE, "direction": DIRECTION,
}  # fmt: skip
MANY: Final = {"tag": TAGS, "platform": PLATFORMS, "state": STATE, "has": HAS, "alias": ALIASES}
NUMBERS: Final = {"id": ID, "created": CREATED, "active": ACTIVE, "votes": VOTES}

PLACE: Final = np.int32
"""Of the number of a document or of a label: half the memory of what the processor likes best."""
_AT_ONCE: Final = 500
"""Documents whose facts are read at once."""

Dictionary = defaultdict[str, Labels]

# Names are given by Whoosh, at random; what is cached of a segment must never be taken for another's.
_serials: Final = count(1)


def dictionary() -> Dictionary:
    """Return the labels of all columns, shared by the segments of one engine."""
    return defaultdict(Labels)


class _Piece:
    """Columns and pairs of some documents that follow each other, with the checksum of each one's facts."""

    def __init__(self, rows: Sequence[bytes], labels: Dictionary) -> None:
        self.checks: Final = checks_of(rows)
        self.columns: Final[dict[str, Array]] = {}
        self.pairs: Final[dict[str, tuple[Array, Array]]] = {}
        self._load(json.loads(b"[" + b",".join(rows) + b"]"), labels)

    def _load(self, rows: Sequence[Sequence[Any]], labels: Dictionary) -> None:
        size = len(rows)
        columns = list(zip(*rows, strict=True)) or [()] * (LENGTHS + len(SCORED))
        for name, place in ONE.items():
            self.columns[name] = labels[name].add(columns[place], size)
        for name, place in NUMBERS.items():
            self.columns[name] = np.array(columns[place], np.int64)
        for name, place in MANY.items():
            lengths = np.fromiter(map(len, columns[place]), np.intp, size)
            values = labels[name].add(chain.from_iterable(columns[place]), int(lengths.sum()))
            self.pairs[name] = np.repeat(np.arange(size), lengths), values
        for place, name in enumerate(SCORED, LENGTHS):
            self.columns[f"length:{name}"] = np.array(columns[place], np.float32)
        years = self.columns["created"].astype("M8[s]").astype("M8[Y]").astype(np.int64) + 1970
        self.columns["year"] = labels["year"].add(map(str, years.tolist()), size)
        both = list(zip(columns[KIND], columns[TYPE], strict=True))
        self.columns["own type"] = labels["type"].add((type_of(*one) for one in both), size)
        sections = (SECTIONS.index(section_of(*one)) for one in both)
        self.columns["own section"] = np.fromiter(sections, np.intp, size)


class Segment:
    """The columns, postings and shown texts of one segment."""

    def __init__(self, reader: Any, labels: Dictionary, name: str) -> None:
        self.name = name
        self.serial = next(_serials)
        self.count: int = reader.doc_count_all() - 1  # the last entry carries the terms
        self._reader = reader
        self._lock = Lock()
        self._labels = labels
        self._weights: dict[Any, Array] = {}
        self.columns: dict[str, Array] = {}
        self.pairs: dict[str, tuple[Array, Array]] = {}
        self._facts = reader.column_reader("facts")
        facts = islice(self._facts, self.count)
        # Piece by piece: all at once would take ten times the memory that is kept of it.
        pieces = [_Piece(rows, labels) for rows in iter(lambda: list(islice(facts, _AT_ONCE)), [])]
        self._checks = np.concatenate([np.empty(0, np.uint32), *(piece.checks for piece in pieces)])
        self._join(pieces or [_Piece([], labels)])
        self._stems = np.frombuffer(self._read("stems", LEXICON), np.uint64)
        self.lexicons = {field: self._lexicon(field) for field in ("words", "heads")}
        reader.stored_fields(0)  # opens the file now: a later merge removes its name

    def _join(self, pieces: Sequence["_Piece"]) -> None:
        for name in pieces[0].columns:
            self.columns[name] = np.concatenate([piece.columns[name] for piece in pieces])
            if name not in NUMBERS and self.columns[name].dtype == np.intp:
                self.columns[name] = self.columns[name].astype(PLACE)
        starts = [number * _AT_ONCE for number in range(len(pieces))]
        for name in pieces[0].pairs:
            places = [piece.pairs[name][0] + start for piece, start in zip(pieces, starts, strict=True)]
            values = [piece.pairs[name][1] for piece in pieces]
            self.pairs[name] = np.concatenate(places).astype(PLACE), np.concatenate(values).astype(PLACE)

    def _lexicon(self, field: str) -> Lexicon:
        """Return the words of a field, sorted as bytes, and in how many documents each is."""
        listed = self._read(field, LEXICON)
        size = int(np.frombuffer(listed, "<u4", 1)[0]) if listed else 0
        if not size:
            return np.empty(0, np.bytes_), np.empty(0, np.int64)
        counts = np.frombuffer(listed, "<u4", size, 4).astype(np.int64)
        return np.array(listed[4 + 4 * size :].split(b" "), np.bytes_), counts

    def weights(self, weights: Mapping[str, float], day: int) -> Array:
        """Return the factor that trust puts on every document's score on this day."""
        key = day, tuple(sorted(weights.items()))
        if (known := self._weights.get(key)) is None:
            known = np.ones(self.count, np.float32)
            for column in ("state", "has"):
                docs, values = self.pairs[column]
                for token, weight in weights.items():
                    known[docs[values == self._labels[column].find(token)]] *= np.float32(weight)
            is_about = np.zeros(self.count, np.bool_)
            is_about[self.pairs["platform"][0]] = True
            about = np.flatnonzero(is_about)
            known[about] *= freshness(self.columns["active"].take(about), day, weights).astype(np.float32)
            self._weights = {key: known}  # yesterday's are not asked for any more
        return known

    def _has(self, field: str, term: bytes) -> bool:
        if field == "stems":
            return is_marked(self._stems, term)
        words, _ = self.lexicons[field]
        at = int(np.searchsorted(words, term))
        return at < len(words) and bool(words[at] == term)

    def packed(self, field: str, term: bytes) -> bytes:
        """Return the packed postings of a term, empty for one it has not."""
        return self._read(field, term) if self._has(field, term) else b""

    def _read(self, field: str, term: bytes) -> bytes:
        """Return what stands for a term that the field has; one thread reads the files at a time."""
        with self._lock:
            try:
                found: bytes = self._reader.postings(field, term).value()
            except TermNotFound as error:
                raise Damaged(f"a term of {field} is not there any more") from error
        return unsealed(term, found)

    def terms(self, field: str) -> Iterator[tuple[bytes, bytes]]:
        """Yield every term of a field with its packed postings."""
        for term in self._reader.lexicon(field):
            if term != LEXICON:
                yield term, self._read(field, term)

    def shown(self, number: int) -> Shown:
        """Return title, body, address and author of a document."""
        with self._lock:
            title, body, url, author, check = self._reader.stored_fields(number)["shown"]
        if check_of((title, body, url, author)) != check:
            raise Damaged("a text is not what was written")
        return title, body, url, author

    def raw_facts(self, number: int) -> bytes:
        """Return the facts of a document as they are kept."""
        with self._lock:
            raw: bytes = self._facts[number]
        if crc32(raw) != self._checks[number]:
            raise Damaged("facts are not what was written")
        return raw

    def facts(self, number: int) -> list[Any]:
        """Return the facts of a document."""
        found: list[Any] = json.loads(self.raw_facts(number))
        return found

    @property
    def size(self) -> int:
        """Return the bytes that its arrays take in memory."""
        pairs = chain(*self.pairs.values(), *self.lexicons.values())
        return sum(array.nbytes for array in (*self.columns.values(), *pairs, self._stems, self._checks))

    def close(self) -> None:
        """Close the files."""
        with self._lock:
            if not self._reader.is_closed:
                self._reader.close()

    def __del__(self) -> None:
        # The last view that used it is gone, and with it the last reader.
        self.close()

"""One segment of the index as arrays: read once, in the background, for a segment never changes."""

import json
from collections import defaultdict
from collections.abc import Sequence
from itertools import chain, count
from threading import Lock
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from search_index.engines.formula import SCORED
from search_index.engines.whoosh.decode import Decode, Postings, best_decoder
from search_index.engines.whoosh.labels import Labels
from search_index.found import SECTIONS, section_of, type_of

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

Dictionary = defaultdict[str, Labels]

# Names are given by Whoosh, at random; what is cached of a segment must never be taken for another's.
_serials: Final = count(1)


def dictionary() -> Dictionary:
    """Return the labels of all columns, shared by the segments of one engine."""
    return defaultdict(Labels)


class Segment:
    """The columns, postings and shown texts of one segment."""

    def __init__(self, reader: Any, labels: Dictionary, name: str) -> None:
        self.name = name
        self.serial = next(_serials)
        self.count: int = reader.doc_count_all()
        self._reader = reader
        self._lock = Lock()
        self.columns: dict[str, Array] = {}
        self.pairs: dict[str, tuple[Array, Array]] = {}
        self._facts = reader.column_reader("facts")
        self._load(json.loads(b"[" + b",".join(self._facts) + b"]"), labels)
        self.lexicons = {field: self._lexicon(field) for field in ("words", "heads")}
        self._decode: Decode = best_decoder(reader, "body", self._telling_terms())
        if self.count:
            reader.stored_fields(0)  # opens the file now: a later merge removes its name

    def _load(self, rows: Sequence[Sequence[Any]], labels: Dictionary) -> None:
        size = len(rows)
        columns = list(zip(*rows, strict=True)) or [()] * (LENGTHS + len(SCORED))
        for name, place in ONE.items():
            self.columns[name] = labels[name].add(columns[place], size)
        for name, place in NUMBERS.items():
            self.columns[name] = np.array(columns[place], np.int64)
        for name, place in MANY.items():
            lengths = np.fromiter(map(len, columns[place]), np.int32, size)
            values = labels[name].add(chain.from_iterable(columns[place]), int(lengths.sum()))
            self.pairs[name] = np.repeat(np.arange(size, dtype=np.int32), lengths), values
        for place, name in enumerate(SCORED, LENGTHS):
            self.columns[f"length:{name}"] = np.array(columns[place], np.float32)
        years = self.columns["created"].astype("M8[s]").astype("M8[Y]").astype(np.int64) + 1970
        self.columns["year"] = labels["year"].add(map(str, years.tolist()), size)
        both = list(zip(columns[KIND], columns[TYPE], strict=True))
        self.columns["own type"] = labels["type"].add((type_of(*one) for one in both), size)
        sections = (SECTIONS.index(section_of(*one)) for one in both)
        self.columns["own section"] = np.fromiter(sections, np.int32, size)

    def _lexicon(self, field: str) -> Lexicon:
        """Return the words of a field, sorted as bytes, and in how many documents each is."""
        words, counts = [], []
        for (name, word), info in self._reader.iter_from(field, b""):
            if name != field:
                break
            words.append(word)
            counts.append(info.doc_frequency())
        return np.array(words, dtype=np.bytes_), np.array(counts, dtype=np.int64)

    def _telling_terms(self) -> list[bytes]:
        """Return a few terms on which a wrong reading of the codec would show: the most and the least frequent."""
        known = []
        for number, term in enumerate(self._reader.lexicon("body")):
            known.append((self._reader.doc_frequency("body", term), term))
            if number >= 300:
                break
        known.sort()
        return [term for _, term in (*known[:2], *known[-3:])]

    def postings(self, field: str, term: bytes, *, placed: bool) -> Postings:
        """Read a posting list; files are shared between threads, so one reads at a time."""
        with self._lock:
            return self._decode(self._reader, field, term, placed)

    def shown(self, number: int) -> Shown:
        """Return title, body, address and author of a document."""
        with self._lock:
            title, body, url, author = self._reader.stored_fields(number)["shown"]
        return title, body, url, author

    def facts(self, number: int) -> list[Any]:
        """Return the facts of a document."""
        with self._lock:
            raw = self._facts[number]
        found: list[Any] = json.loads(raw)
        return found

    def read_through(self) -> None:
        """Read every posting list and every text, to see that they can be read."""
        for field in self._reader.indexed_field_names():
            for term in self._reader.lexicon(field):
                self.postings(field, term, placed=False)
        for number in range(self.count):
            self.shown(number)

    def close(self) -> None:
        """Close the files."""
        with self._lock:
            if not self._reader.is_closed:
                self._reader.close()

    def __del__(self) -> None:
        # The last view that used it is gone, and with it the last reader.
        self.close()

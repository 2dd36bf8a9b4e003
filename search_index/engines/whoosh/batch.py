"""The words of the documents of one segment, gathered as numbers and packed term by term when all are there."""

from array import array
from collections.abc import Iterator
from typing import Any, Final, NamedTuple

import numpy as np

from search_index.document import Document
from search_index.engines.analysis import Analyser, analyser
from search_index.engines.formula import SCORED
from search_index.engines.naming import names_of
from search_index.engines.whoosh.packing import pack, part, unpack
from search_index.engines.whoosh.schema import FIELDS, LEXICON, Row, facts_of
from search_index.engines.whoosh.seals import marks_of
from search_index.words import LONGEST, clean, fold, words_of

PARTS: Final = len(SCORED)


class Term(NamedTuple):
    """A term as Whoosh's writer takes it: text, frequency, weight, and its packed postings."""

    text: bytes
    frequency: int
    weight: float
    value: bytes


class _Numbers(dict[str, int]):
    """Gives every text a number, in the order in which they come."""

    def __missing__(self, text: str) -> int:
        self[text] = number = len(self)
        return number


class _Reading(dict[str, int]):
    """The words of one language as they stand in texts, each looked at once; a stop word is 0."""

    def __init__(self, read: Analyser, batch: "Batch") -> None:
        super().__init__()
        self._read, self._batch = read, batch

    def __missing__(self, raw: str) -> int:
        stem = self._read.stems[raw]
        self[raw] = number = self._batch.number(fold(raw), stem) if stem else 0
        return number


class Batch:
    """Gathers documents; what is taken gets the numbers 0, 1, 2 … in that order."""

    def __init__(self) -> None:
        self.count = 0
        self._stems, self._words = _Numbers(), _Numbers()
        self._stem_of, self._word_of = array("i", (-1,)), array("i", (-1,))
        self._readings: dict[str, _Reading] = {}
        self._tokens, self._sizes = array("i"), array("i")
        # Tokens by field: (keys, documents) each, and places for stems. A key is a word, or a stem and its part.
        self._chunks: dict[str, list[tuple[Any, ...]]] = {field: [] for field in FIELDS}

    def number(self, surface: str, stem: str) -> int:
        """Return a number for a word as written and its stem."""
        self._stem_of.append(self._stems[stem])
        self._word_of.append(self._words[surface])
        return len(self._stem_of) - 1

    def prepare(self, document: Document) -> Row:
        """Analyse a document, which is not taken yet."""
        read = analyser(document.language)
        reading = self._readings.get(read.language)
        if reading is None:
            reading = self._readings[read.language] = _Reading(read, self)
        title, body = clean(document.title), clean(document.body)
        texts = (title, body, clean(names_of(document)))
        words = [list(map(reading.__getitem__, words_of(text))) for text in texts]
        facts = facts_of(document, [len(found) - found.count(0) for found in words])
        return Row(document.kind, int(document.id), facts, (title, body, document.url, document.author), words)

    def take(self, row: Row) -> None:
        """Take a document that this batch prepared as the next one."""
        self.count += 1
        for words in row.read:
            self._tokens.extend(words)
            self._sizes.append(len(words))

    def merge(self, fields: dict[str, Iterator[tuple[bytes, bytes]]], renumbered: Any) -> None:
        """Take the packed terms of a segment; `renumbered` gives each document its number, -1 to one left out."""
        self.count += int(np.count_nonzero(renumbered >= 0))
        for text, packed in fields["stems"]:
            key = self._stems[text.decode()] * PARTS
            for number in range(PARTS):
                found = unpack(packed, number, placed=True)
                if found.places is not None and found.starts is not None:
                    docs = np.repeat(renumbered[found.ids], np.diff(found.starts))
                    self._keep("stems", key + number, docs, found.places)
        for field in ("words", "heads"):
            for text, packed in fields[field]:
                self._keep(field, self._words[text.decode()], renumbered[unpack(packed).ids])

    def _keep(self, field: str, key: int, docs: Any, *more: Any) -> None:
        kept = docs >= 0
        self._chunks[field].append((np.full(len(docs), key)[kept], docs[kept], *(one[kept] for one in more)))

    def _gather(self) -> None:
        """Turn the documents taken into tokens by field."""
        tokens, sizes = np.array(self._tokens, np.int32), np.array(self._sizes, np.int64)
        ends = np.cumsum(sizes)
        places = np.arange(len(tokens)) - np.repeat(ends - sizes, sizes)
        owners = np.repeat(np.arange(len(sizes)), sizes)
        kept = tokens > 0
        tokens, places, owners = tokens[kept], places[kept], owners[kept]
        docs, parts = np.divmod(owners, PARTS)
        words = np.array(self._word_of, np.int64)[tokens]
        titles = parts == SCORED.index("title")
        self._chunks["stems"].append((np.array(self._stem_of, np.int64)[tokens] * PARTS + parts, docs, places))
        self._chunks["words"].append((words, docs))
        self._chunks["heads"].append((words[titles], docs[titles]))

    def terms(self) -> dict[str, tuple[Term, ...]]:
        """Return every term of every field, packed."""
        self._gather()
        joined = {
            field: tuple(np.concatenate(column) for column in zip(*chunks, strict=True))
            for field, chunks in self._chunks.items()
        }
        return {
            "stems": tuple(self._pack_stems(*joined["stems"])),
            **{field: tuple(self._pack_words(*joined[field])) for field in ("words", "heads")},
        }

    def _pack_stems(self, keys: Any, docs: Any, places: Any) -> Iterator[Term]:
        """Yield the stems with the sections of their parts, which follow each other."""
        texts = [text.encode() for text in self._stems]
        packed, before = b"", -1
        for key, _, section in pack(keys, docs, places):
            stem, number = divmod(key, PARTS)
            if packed and stem != before:
                yield Term(texts[before], 1, 1.0, packed)
                packed = b""
            packed, before = packed + part(section, number), stem
        if packed:
            yield Term(texts[before], 1, 1.0, packed)
        there = np.unique(keys // PARTS).tolist()
        yield Term(LEXICON, 1, 1.0, marks_of(texts[stem] for stem in there).tobytes())

    def _pack_words(self, keys: Any, docs: Any) -> Iterator[Term]:
        """Yield the words, and a term that lists them all with their frequencies."""
        texts = [text.encode() for text in self._words]
        frequencies: dict[bytes, int] = {}
        for key, frequency, section in pack(keys, docs):
            if len(texts[key]) < LONGEST:
                frequencies[texts[key]] = frequency
                yield Term(texts[key], 1, 1.0, section)
        words = sorted(frequencies)
        counts = np.array([frequencies[word] for word in words], "<u4").tobytes()
        yield Term(LEXICON, 1, 1.0, np.array(len(words), "<u4").tobytes() + counts + b" ".join(words))

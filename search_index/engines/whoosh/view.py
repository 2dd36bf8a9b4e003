"""One generation of the index: its segments side by side as one set of arrays, deletions as a mask."""

from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from math import log
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from search_index.engines.cache import Cache
from search_index.engines.formula import SCORED
from search_index.engines.whoosh.packing import NOTHING, Postings, unpack
from search_index.engines.whoosh.segment import PLACE, Dictionary, Segment, Shown

Array = npt.NDArray[Any]
Mask = npt.NDArray[np.bool_]

_EMPTY: Final = np.empty(0, np.intp)
# Beyond one in so many documents a place for each is cheaper than sorting.
_SPARSE: Final = 64
# A post is a question's answer, whatever it is itself: these columns are those of its thread.
_OF_THE_THREAD: Final = frozenset({"type", "section"})


class View:
    """What a search looks at; it never changes, so any number of threads may use it."""

    def __init__(
        self,
        generation: str,
        segments: Sequence[Segment],
        deleted: Sequence[Sequence[int]],
        labels: Dictionary,
        cache: Cache,
    ) -> None:
        self.generation = generation
        self.segments = tuple(segments)
        self.labels = labels
        self.cache = cache
        sizes = [segment.count for segment in segments]
        self.bases = np.cumsum([0, *sizes])[:-1].tolist()
        self.count = sum(sizes)
        dead = [np.sort(np.array(list(gone), np.intp)) + base for gone, base in zip(deleted, self.bases, strict=True)]
        self.dead = np.concatenate(dead) if dead else _EMPTY
        self.live: Mask = np.ones(self.count, np.bool_)
        self.live[self.dead] = False
        self.documents = self.count - len(self.dead)
        self._columns: dict[str, Array] = {}
        self._pairs: dict[str, tuple[Array, Array]] = {}
        self._weights: dict[Any, Array] = {}
        self.averages = {name: self._average(name) for name in SCORED}

    def _average(self, field: str) -> float:
        lengths = self.column(f"length:{field}")
        total = float(lengths.sum(dtype=np.float64) - lengths[self.dead].sum(dtype=np.float64))
        return max(total / self.documents, 1e-9) if self.documents else 1.0

    def column(self, name: str) -> Array:
        """Return a column of all segments."""
        if (known := self._columns.get(name)) is None and name in _OF_THE_THREAD:
            known = self._columns[name] = self._of_the_thread(self.column(f"own {name}"))
        if known is None:
            parts = [segment.columns[name] for segment in self.segments]
            known = parts[0] if len(parts) == 1 else np.concatenate(parts) if parts else _EMPTY
            self._columns[name] = known
        return known

    def _of_the_thread(self, own: Array) -> Array:
        """Return a column in which a post has the value of its thread, as long as that is in the index."""
        kinds, groups = self.column("kind"), self.column("group")
        threads = np.flatnonzero((kinds == self.labels["kind"].find("thread")) & self.live)
        of_group = np.full(len(self.labels["group"]), -1, PLACE)
        of_group[groups[threads]] = own[threads]
        inherited = of_group[groups]
        return np.where((kinds == self.labels["kind"].find("post")) & (inherited >= 0), inherited, own)

    def pairs(self, name: str) -> tuple[Array, Array]:
        """Return (documents, values) of a column with many values per document."""
        if (known := self._pairs.get(name)) is None:
            parts = [
                (segment.pairs[name][0] + base, segment.pairs[name][1])
                for segment, base in zip(self.segments, self.bases, strict=True)
            ]
            known = (
                np.concatenate([docs for docs, _ in parts]) if parts else _EMPTY,
                np.concatenate([values for _, values in parts]) if parts else _EMPTY,
            )
            self._pairs[name] = known
        return known

    def values(self, name: str, docs: Array) -> tuple[Array, Array]:
        """Return what these documents have in such a column: pairs of a document and a value."""
        owners, values = self.pairs(name)
        if len(docs) * 16 > self.count:
            mask = np.zeros(self.count, np.bool_)
            mask[docs] = True
            at = np.flatnonzero(mask.take(owners))
        else:
            firsts, lasts = np.searchsorted(owners, docs), np.searchsorted(owners, docs, side="right")
            lengths = lasts - firsts
            ends = np.cumsum(lengths)
            at = np.arange(int(lengths.sum())) + np.repeat(firsts - (ends - lengths), lengths)
        return owners.take(at), values.take(at)

    def ranked(self, docs: Array, order: Array) -> Array:
        """Return the places of `docs` by falling `order`; then newest, highest id, kind by name."""
        labels = self.labels["kind"]
        names = np.array([labels[number] for number in range(len(labels))], dtype=np.str_)
        kinds = np.argsort(np.argsort(names))[self.column("kind")[docs]] if len(docs) else docs
        return np.lexsort((kinds, -self.column("id")[docs], -self.column("created")[docs], -order))

    @cached_property
    def languages(self) -> tuple[str, ...]:
        """Return the languages of the living documents, English always: a word is read as each would stem it."""
        numbers = np.flatnonzero(np.bincount(self.column("language")[self.live])).tolist()
        return tuple(dict.fromkeys(("en", *sorted(self.labels["language"][number] for number in numbers))))

    def mask(self, key: tuple[Any, ...], make: Callable[[], Mask]) -> Mask:
        """Return a truth value for every document, kept in the cache of postings for as long as this generation."""

        def made() -> Mask:
            mask = make()
            mask.flags.writeable = False
            return mask

        return self.cache.get((self.generation, "mask", *key), made, lambda mask: mask.nbytes)

    def weights(self, weights: Mapping[str, float], day: int) -> Array:
        """Return the factor that trust puts on every document's score on this day."""
        key = day, tuple(sorted(weights.items()))
        if (known := self._weights.get(key)) is None:
            parts = [segment.weights(weights, day) for segment in self.segments]
            known = self._weights[key] = np.concatenate(parts) if parts else _EMPTY.astype(np.float32)
        return known

    def packed(self, field: str, term: bytes) -> list[tuple[bytes, int]]:
        """Return the packed postings of a term in each segment that has it, with the segment's first number."""
        found = [
            (self.cache.get((segment.serial, field, term), lambda one=segment: one.packed(field, term), len), base)  # type: ignore[misc]
            for segment, base in zip(self.segments, self.bases, strict=True)
        ]
        return [(packed, base) for packed, base in found if packed]

    def size_of(self, stem: str) -> int:
        """Return how many bytes the packed postings of a stem take: about how long it takes to go through them."""
        return sum(len(packed) for packed, _ in self.packed("stems", stem.encode()))

    def postings(self, stem: bytes, part: int, *, placed: bool = False) -> Postings:
        """Return the postings of a stem in one part of all documents, deleted ones included."""
        return _joined([(unpack(packed, part, placed=placed), base) for packed, base in self.packed("stems", stem)])

    def having(self, field: str, word: bytes) -> Array:
        """Return the documents that have a word as it is written, deleted ones included."""
        lists = [unpack(packed).ids + base for packed, base in self.packed(field, word)]
        return np.concatenate(lists) if lists else _EMPTY

    def union(self, lists: Sequence[Array]) -> Array:
        """Return the documents that are in any of these lists, ascending."""
        if sum(map(len, lists)) * _SPARSE < self.count:
            return different(np.concatenate(lists)) if lists else _EMPTY
        there = np.zeros(self.count, np.bool_)
        for ids in lists:
            there[ids] = True
        return np.flatnonzero(there)

    def frequency(self, ids: Array) -> int:
        """Return how many of these (sorted) documents are alive."""
        if not len(self.dead) or not len(ids):
            return len(ids)
        places = np.searchsorted(ids, self.dead)
        places[places == len(ids)] = 0
        return len(ids) - int(np.count_nonzero(ids[places] == self.dead))

    def rarity(self, frequency: int) -> float:
        """Return the weight of a term that this many documents have."""
        return log(1 + (self.documents - frequency + 0.5) / (frequency + 0.5))

    def find(self, kind: str, id_: int) -> list[int]:
        """Return where a document stands: one number, or none."""
        same = (self.column("id") == id_) & (self.column("kind") == self.labels["kind"].find(kind))
        return np.flatnonzero(same & self.live).tolist()

    @property
    def size(self) -> int:
        """Return the bytes that its columns take in memory, and those of its segments."""
        own = [*list(self._columns.values()), *list(self._weights.values()), self.live, self.dead]
        own += [array for pair in list(self._pairs.values()) for array in pair]
        kept = {id(array): array.nbytes for array in own if array.base is None}
        for segment in self.segments:  # a column of a single segment is the view's too
            for array in segment.columns.values():
                kept.pop(id(array), None)
        return sum(kept.values()) + sum(segment.size for segment in self.segments)

    def entry(self, number: int) -> int:
        """Return the number that Whoosh gives a document: every segment before has one more entry, of its terms."""
        return number + bisect_right(self.bases, number) - 1

    def living(self, place: int) -> Mask:
        """Return which documents of a segment are alive."""
        first = self.bases[place]
        return self.live[first : first + self.segments[place].count]

    def _place(self, number: int) -> tuple[Segment, int]:
        at = bisect_right(self.bases, number) - 1
        return self.segments[at], number - self.bases[at]

    def shown(self, number: int) -> Shown:
        """Return title, body, address and author of a document."""
        segment, inside = self._place(number)
        return segment.shown(inside)

    def facts(self, number: int) -> list[Any]:
        """Return the facts of a document."""
        segment, inside = self._place(number)
        return segment.facts(inside)


def different(values: Array) -> Array:
    """Return the different numbers among these, ascending: np.unique hashes them first, ten times as slow."""
    ordered = np.sort(values)
    fresh = np.ones(len(ordered), np.bool_)
    fresh[1:] = ordered[1:] != ordered[:-1]
    return ordered[fresh]


def _joined(parts: Sequence[tuple[Postings, int]]) -> Postings:
    parts = [(found, base) for found, base in parts if len(found.ids)]
    if not parts:
        return NOTHING
    if len(parts) == 1 and not parts[0][1]:
        return parts[0][0]
    ids = np.concatenate([found.ids + base for found, base in parts])
    counts = np.concatenate([found.counts for found, _ in parts])
    if parts[0][0].places is None:
        return Postings(ids, counts)
    places = np.concatenate([found.places for found, _ in parts if found.places is not None])
    lengths = np.concatenate([np.diff(found.starts) for found, _ in parts if found.starts is not None])
    return Postings(ids, counts, places, np.concatenate(([0], np.cumsum(lengths))))

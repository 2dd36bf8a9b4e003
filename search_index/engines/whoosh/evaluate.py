"""Score documents: BM25F as array operations, and more for meeting more of what was asked.

Only the documents that some word of the query has are ever looked at: what a search costs follows the length of its
posting lists, not the number of documents. Lists are joined over an array with a place for every document where that
is cheaper, which is where they are long.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import monotonic
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from search_index.engine import Unavailable
from search_index.engines.formula import COVERAGE, FEW, UNIT
from search_index.engines.whoosh.terms import Part, parts, readings
from search_index.engines.whoosh.view import View, different
from search_index.query import Choice, Leaf, Prefix, Query
from search_index.words import clean, fold

# A list is long when one document in so many has it; it is then faster to touch an array of all documents.
_LONG: Final = 8

Scores = npt.NDArray[np.float32]
Kept = Callable[[Any], Any]
"""Given the numbers of documents, says which of them may be found."""


@dataclass(frozen=True, slots=True)
class Deadline:
    """When an evaluation gives up."""

    at: float

    @classmethod
    def after(cls, seconds: float) -> "Deadline":
        """Return the moment that many seconds from now."""
        return cls(monotonic() + seconds)

    def check(self) -> None:
        """Give up when the time is over."""
        if monotonic() > self.at:
            raise Unavailable("That search took too long. Please try fewer words.")


@dataclass(frozen=True, slots=True)
class Met:
    """The documents that meet a query, ascending, and the score of each."""

    docs: Any
    scores: Scores


NOBODY: Final = Met(np.empty(0, np.intp), np.empty(0, np.float32))


@dataclass(frozen=True, slots=True)
class Looked:
    """A choice looked up: what each document that meets it gains, and how much it weighs in the coverage.

    `every`, of long lists, has a place for every document, zero in those that do not meet it.
    """

    ids: Any
    gains: Any
    weight: int = 0
    every: Any = None

    @property
    def size(self) -> int:
        """Return the bytes it takes."""
        return sum(array.nbytes for array in (self.ids, self.gains, self.every) if array is not None)


NOTHING_ASKED: Final = Looked(NOBODY.docs, NOBODY.scores)


def has(sorted_ids: Any, docs: Any) -> Any:
    """Return which of `docs` are among `sorted_ids`."""
    if not len(sorted_ids):
        return np.zeros(len(docs), np.bool_)
    at = np.searchsorted(sorted_ids, docs)
    at[at == len(sorted_ids)] = 0
    return sorted_ids[at] == docs


def look(view: View, choice: Choice, deadline: Deadline) -> Looked | None:
    """Look a choice up, once a generation; one of stop words and signs only asks for nothing."""
    key = (view.generation, "choice", choice.leaves)
    found = view.cache.get(key, lambda: _looked(view, choice.leaves, deadline), lambda made: made.size)
    return None if found is NOTHING_ASKED else found


def _looked(view: View, leaves: Sequence[Leaf], deadline: Deadline) -> Looked:
    leaves = [leaf for leaf in leaves if readings(leaf, view.languages)]
    if not leaves:
        return NOTHING_ASKED
    found: list[Part] = []
    for leaf in leaves:
        for part in parts(view, leaf, view.languages):
            deadline.check()
            found.append(part)
    lists = [(part.ids, part.gains * np.float32(view.rarity(view.frequency(part.ids)))) for part in found]
    ids, gains = lists[0] if len(lists) == 1 else _sum(view, lists)
    frequency = view.frequency(ids)
    every = None
    if len(ids) * _LONG > view.count:
        every = np.zeros(view.count, np.float32)
        every[ids] = gains
    return Looked(ids, gains, max(1, round(view.rarity(frequency) * UNIT)) if frequency else 0, every)


def _sum(view: View, lists: Sequence[tuple[Any, Any]]) -> tuple[Any, Any]:
    """Return the documents of several lists, each once, with the sum of what it gains."""
    ids = view.union([ids for ids, _ in lists])
    gains = np.zeros(len(ids), np.float32)
    for of, more in lists:
        gains[np.searchsorted(ids, of)] += more
    return ids, gains


def score(view: View, query: Query, kept: Kept, deadline: Deadline) -> Met:
    """Return the documents that meet the choices of a query, among those that are kept, with their scores."""
    found = [(choice.required, look(view, choice, deadline)) for choice in query.choices]
    looked = [(required, one) for required, one in found if one is not None]
    if any(not one.weight and (required or query.all_words) for required, one in looked):
        return NOBODY
    lists = [one for _, one in looked]
    if not lists:
        return NOBODY
    if len(lists) == 1:
        at = np.flatnonzero(kept(lists[0].ids))
        return Met(lists[0].ids.take(at), lists[0].gains.take(at))
    if query.all_words:
        return _every(lists, kept)
    required = [one for must, one in looked if must]
    if sum(len(one.ids) for one in lists) * _LONG > view.count:
        return _any_of_many(view, lists, required, kept)
    return _any_of_few(lists, required, kept)


def _every(lists: Sequence[Looked], kept: Kept) -> Met:
    """Return the documents in all lists, from the shortest list on."""
    shortest, *others = sorted(lists, key=lambda one: len(one.ids))
    docs = shortest.ids
    for other in others:
        docs = docs[has(other.ids, docs)]
    docs = docs[kept(docs)]
    scores = np.zeros(len(docs), np.float32)
    for one in lists:
        scores += one.gains[np.searchsorted(one.ids, docs)]
    return Met(docs, scores * np.float32(1 + COVERAGE))


def _enough(cover: Any, passed: Any, lists: Sequence[Looked]) -> Any:
    """Take from `passed` what covers too little: of few words expect the most part when something has all."""
    total = sum(one.weight for one in lists)
    if len(lists) in FEW and bool((passed & (cover == total)).any()):
        passed &= cover >= (total + 1) // 2
    return passed


def _covered(docs: Any, scores: Any, cover: Any, lists: Sequence[Looked]) -> Met:
    """Raise scores by the part of the query that each document covers."""
    unit = np.float32(COVERAGE / max(sum(one.weight for one in lists), 1))
    return Met(docs, scores * (cover.astype(np.float32) * unit + np.float32(1)))


def _any_of_many(view: View, lists: Sequence[Looked], required: Sequence[Looked], kept: Kept) -> Met:
    """Return the documents in any list, over arrays with a place for every document."""
    scores, cover = np.zeros(view.count, np.float32), np.zeros(view.count, np.int32)
    for one in lists:
        if one.every is None:
            scores[one.ids] += one.gains
            cover[one.ids] += one.weight
        else:
            scores += one.every
            cover += np.multiply(one.every > 0, one.weight, dtype=np.int32)
    passed = kept(slice(None))
    passed &= cover > 0
    for one in required:
        there = np.zeros(view.count, np.bool_)
        there[one.ids] = True
        passed &= there
    docs = np.flatnonzero(_enough(cover, passed, lists))
    return _covered(docs, scores.take(docs), cover.take(docs), lists)


def _any_of_few(lists: Sequence[Looked], required: Sequence[Looked], kept: Kept) -> Met:
    """Return the documents in any list, touching only those."""
    docs = different(np.concatenate([one.ids for one in lists]))
    scores, cover = np.zeros(len(docs), np.float32), np.zeros(len(docs), np.int32)
    for one in lists:
        at = np.searchsorted(docs, one.ids)
        scores[at] += one.gains
        cover[at] += one.weight
    passed = kept(docs)
    for one in required:
        passed &= has(one.ids, docs)
    at = np.flatnonzero(_enough(cover, passed, lists))
    return _covered(docs.take(at), scores.take(at), cover.take(at), lists)


def wanted_stems(query: Query, languages: Sequence[str]) -> tuple[frozenset[str], tuple[str, ...]]:
    """Return the stems and the prefixes to mark in a snippet."""
    leaves = [leaf for choice in query.choices for leaf in choice.leaves]
    prefixes = tuple(fold(clean(leaf.text)) for leaf in leaves if isinstance(leaf, Prefix))
    plain = [leaf for leaf in leaves if not isinstance(leaf, Prefix)]
    stems = {stem for leaf in plain for reading in readings(leaf, languages) for _, stem in reading}
    return frozenset(stems), prefixes

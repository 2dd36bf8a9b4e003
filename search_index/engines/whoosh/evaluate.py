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
from search_index.engines.whoosh.terms import Part, parts, readings
from search_index.engines.whoosh.view import View
from search_index.query import Choice, Leaf, Prefix, Query
from search_index.words import clean, fold

# A document that meets everything asked scores half as much again as its words alone would have it.
COVERAGE: Final = 0.5
# Of so many words people expect the most part: when something has all, what has less than half (by rarity) is left out.
FEW: Final = range(2, 5)
# Rarities are counted in thousandths, so that sums are exact.
_UNIT: Final = 1000

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

    def of(self, wanted: Any) -> "Met":
        """Return a part of them."""
        return Met(self.docs[wanted], self.scores[wanted])


NOBODY: Final = Met(np.empty(0, np.int32), np.empty(0, np.float32))


@dataclass(frozen=True, slots=True)
class Looked:
    """A choice looked up: what each document that meets it gains, and how much it weighs in the coverage."""

    ids: Any
    gains: Any
    weight: int

    @property
    def size(self) -> int:
        """Return the bytes it takes."""
        return int(self.ids.nbytes + self.gains.nbytes)


def has(sorted_ids: Any, docs: Any) -> Any:
    """Return which of `docs` are among `sorted_ids`."""
    if not len(sorted_ids):
        return np.zeros(len(docs), np.bool_)
    at = np.searchsorted(sorted_ids, docs)
    at[at == len(sorted_ids)] = 0
    return sorted_ids[at] == docs


def look(view: View, choice: Choice, deadline: Deadline) -> Looked | None:
    """Look a choice up, once a generation; one of stop words and signs only asks for nothing."""
    leaves = [leaf for leaf in choice.leaves if readings(leaf, view.languages)]
    if not leaves:
        return None
    key = (view.generation, "choice", *leaves)
    return view.cache.get(key, lambda: _looked(view, leaves, deadline), lambda made: made.size)


def _looked(view: View, leaves: Sequence[Leaf], deadline: Deadline) -> Looked:
    found: list[Part] = []
    for leaf in leaves:
        for part in parts(view, leaf, view.languages):
            deadline.check()
            found.append(part)
    lists = [(part.ids, part.gains * np.float32(view.rarity(view.frequency(part.ids)))) for part in found]
    ids, gains = lists[0] if len(lists) == 1 else _sum(view, lists)
    frequency = view.frequency(ids)
    return Looked(ids, gains, max(1, round(view.rarity(frequency) * _UNIT)) if frequency else 0)


def _sum(view: View, lists: Sequence[tuple[Any, Any]]) -> tuple[Any, Any]:
    """Return the documents of several lists, each once, with the sum of what it gains."""
    ids = np.unique(np.concatenate([ids for ids, _ in lists]))
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
        docs = lists[0].ids
        wanted = kept(docs)
        return Met(docs[wanted], lists[0].gains[wanted])
    if query.all_words:
        return _every(lists, kept)
    met, cover = _any(view, lists, kept)
    for required, one in looked:
        if required:
            wanted = has(one.ids, met.docs)
            met, cover = met.of(wanted), cover[wanted]
    return _covered(met, cover, sum(one.weight for one in lists), few=len(lists) in FEW)


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


def _any(view: View, lists: Sequence[Looked], kept: Kept) -> tuple[Met, Any]:
    """Return the documents in any list, and how much of the query each covers."""
    if sum(len(one.ids) for one in lists) * 16 > view.count:
        scores, cover = np.zeros(view.count, np.float32), np.zeros(view.count, np.int32)
        for one in lists:
            scores[one.ids] += one.gains
            cover[one.ids] += one.weight
        docs = np.flatnonzero(cover).astype(np.int32)
        docs = docs[kept(docs)]
        return Met(docs, scores[docs]), cover[docs]
    docs = np.unique(np.concatenate([one.ids for one in lists]))
    docs = docs[kept(docs)]
    scores, cover = np.zeros(len(docs), np.float32), np.zeros(len(docs), np.int32)
    for one in lists:
        at = np.searchsorted(docs, one.ids)
        at[at == len(docs)] = 0
        there = docs[at] == one.ids if len(docs) else np.zeros(len(at), np.bool_)
        scores[at[there]] += one.gains[there]
        cover[at[there]] += one.weight
    return Met(docs, scores), cover


def _covered(met: Met, cover: Any, total: int, *, few: bool) -> Met:
    """Raise scores by coverage; of few words leave out what has less than half when something has all."""
    if few and bool((cover == total).any()):
        wanted = cover * 2 >= total
        met, cover = met.of(wanted), cover[wanted]
    more = 1 + cover.astype(np.float32) * np.float32(COVERAGE / max(total, 1))
    return Met(met.docs, met.scores * more)


def wanted_stems(query: Query, languages: Sequence[str]) -> tuple[frozenset[str], tuple[str, ...]]:
    """Return the stems and the prefixes to mark in a snippet."""
    leaves = [leaf for choice in query.choices for leaf in choice.leaves]
    prefixes = tuple(fold(clean(leaf.text)) for leaf in leaves if isinstance(leaf, Prefix))
    plain = [leaf for leaf in leaves if not isinstance(leaf, Prefix)]
    stems = {stem for leaf in plain for reading in readings(leaf, languages) for _, stem in reading}
    return frozenset(stems), prefixes

"""Score documents: BM25F as array operations, and more for meeting more of what was asked."""

from collections.abc import Sequence
from dataclasses import dataclass
from time import monotonic
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from search_index.engine import Unavailable
from search_index.engines.whoosh.terms import Part, parts, readings
from search_index.engines.whoosh.view import Mask, View
from search_index.query import Choice, Leaf, Prefix, Query
from search_index.words import clean, fold

# A document that meets everything asked scores half as much again as its words alone would have it.
COVERAGE: Final = 0.5
# Of so many words people expect the most part: when something has all, what has less than half (by rarity) is left out.
FEW: Final = range(2, 5)
# Rarities are counted in thousandths, so that sums are exact.
_UNIT: Final = 1000

Scores = npt.NDArray[np.float32]


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
class Looked:
    """A choice looked up: its parts, the documents that meet it, and how much it weighs in the coverage."""

    found: Sequence[Part]
    ids: Any
    weight: int
    required: bool


def meets(view: View, leaf: Leaf, deadline: Deadline) -> Mask:
    """Return which documents have a leaf."""
    mask = np.zeros(view.count, np.bool_)
    for part in parts(view, leaf, view.languages):
        deadline.check()
        mask[part.ids] = True
    return mask


def _look(view: View, choice: Choice, languages: Sequence[str], deadline: Deadline) -> Looked | None:
    """Look a choice up; one of stop words and signs only asks for nothing."""
    leaves = [leaf for leaf in choice.leaves if readings(leaf, languages)]
    if not leaves:
        return None
    found: list[Part] = []
    for leaf in leaves:
        for part in parts(view, leaf, languages):
            deadline.check()
            found.append(part)
    if len(found) == 1:
        ids, frequency = found[0].ids, found[0].frequency
    else:
        ids = np.unique(np.concatenate([part.ids for part in found]))
        frequency = view.frequency(ids)
    weight = max(1, round(view.rarity(frequency) * _UNIT)) if frequency else 0
    return Looked(found, ids, weight, choice.required)


def score(view: View, query: Query, mask: Mask, deadline: Deadline) -> tuple[Scores, Mask]:
    """Return a score for every document, and which of those in `mask` meet the query's choices."""
    languages = view.languages
    looked = [one for choice in query.choices if (one := _look(view, choice, languages, deadline))]
    scores = np.zeros(view.count, np.float32)
    if not query.choices:
        return scores, mask
    if not looked or any(not one.weight and (one.required or query.all_words) for one in looked):
        return scores, np.zeros(view.count, np.bool_)
    for one in looked:
        for part in one.found:
            scores[part.ids] += part.gains * np.float32(view.rarity(part.frequency))
    if len(looked) == 1:
        return scores, _having(view, looked[0].ids) & mask
    cover = np.zeros(view.count, np.int32)
    for one in looked:
        cover[one.ids] += one.weight
    total = sum(one.weight for one in looked)
    enough = mask & (cover > 0)
    for one in looked:
        if one.required:
            enough &= _having(view, one.ids)
    full = cover == total
    if query.all_words:
        enough &= full
    elif len(looked) in FEW and bool((enough & full).any()):
        enough &= cover * 2 >= total
    scores *= 1 + cover * np.float32(COVERAGE / max(total, 1))
    return scores, enough


def _having(view: View, ids: Any) -> Mask:
    mask = np.zeros(view.count, np.bool_)
    mask[ids] = True
    return mask


def wanted_stems(query: Query, languages: Sequence[str]) -> tuple[frozenset[str], tuple[str, ...]]:
    """Return the stems and the prefixes to mark in a snippet."""
    leaves = [leaf for choice in query.choices for leaf in choice.leaves]
    prefixes = tuple(fold(clean(leaf.text)) for leaf in leaves if isinstance(leaf, Prefix))
    plain = [leaf for leaf in leaves if not isinstance(leaf, Prefix)]
    stems = {stem for leaf in plain for reading in readings(leaf, languages) for _, stem in reading}
    return frozenset(stems), prefixes

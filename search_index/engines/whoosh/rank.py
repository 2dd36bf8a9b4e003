"""Put matching documents in order, a thread once, and count exactly."""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from search_index.engines.whoosh.evaluate import Scores
from search_index.engines.whoosh.view import Mask, View
from search_index.found import Count
from search_index.query import MANY, Sort

_MOST_VALUES: Final = 40


@dataclass(frozen=True, slots=True)
class Matches:
    """The matching documents of a search, their groups, and what they are ordered by."""

    docs: Any
    groups: Any
    order: Any
    scores: Scores
    weights: Any
    counts: Any
    total: int

    def score(self, number: int) -> float:
        """Return the score of a document, with what trust adds or takes."""
        return float(self.scores[number] * self.weights[number])


def matches(view: View, mask: Mask, scores: Scores, weights: Any, sort: Sort, *, collapse: bool) -> Matches:
    """Gather what matched; `order` is larger for what comes first."""
    docs = np.flatnonzero(mask)
    order = scores[docs] * weights[docs] if sort == "best" else view.column({"newest": "created"}.get(sort, sort))[docs]
    if not collapse:
        return Matches(docs, docs, order, scores, weights, None, len(docs))
    groups = view.column("group")[docs]
    counts = np.bincount(groups, minlength=len(view.labels["group"]))
    return Matches(docs, groups, order, scores, weights, counts, int(np.count_nonzero(counts)))


def _kind_ranks(view: View) -> Any:
    """Return the alphabetical place of each kind, to order by where nothing else tells documents apart."""
    labels = view.labels["kind"]
    names = [labels[number] for number in range(len(labels))]
    return np.argsort(np.argsort(names)) if names else np.empty(0, np.int64)


def _sorted(view: View, found: Matches, chosen: Any) -> Any:
    """Return `chosen` (places in found.docs) best first; then newest, highest id, kind."""
    docs = found.docs[chosen]
    kinds = _kind_ranks(view)[view.column("kind")[docs]]
    keys = (kinds, -view.column("id")[docs], -view.column("created")[docs], -found.order[chosen])
    return chosen[np.lexsort(keys)]


def top(view: View, found: Matches, wanted: int, within: Any = None) -> list[int]:
    """Return the `wanted` best documents, at most one of a group; `within` narrows to some places in found.docs."""
    places = np.arange(len(found.docs)) if within is None else within
    reach = max(4 * wanted, 64)
    while True:
        if len(places) <= reach:
            chosen = places
        else:
            order = found.order[places]
            edge = np.partition(order, len(order) - reach)[len(order) - reach]
            chosen = places[order >= edge]
        ranked = _sorted(view, found, chosen)
        _, first = np.unique(found.groups[ranked], return_index=True)
        if len(first) >= wanted or len(chosen) == len(places):
            return found.docs[ranked[np.sort(first)[:wanted]]].tolist()  # type: ignore[no-any-return]
        reach *= 8


def count_values(groups: Any, values: Any, distinct: int, size: int) -> Any:
    """Return for each value in how many groups it occurs; groups and values are matching pairs."""
    # Most of a group's documents share their value with its last one: count that one, then look at the others.
    last = np.empty(distinct, np.int32)
    last[groups] = values
    present = np.zeros(distinct, np.bool_)
    present[groups] = True
    counts = np.bincount(last[present], minlength=size)
    other = last[groups] != values
    if other.any():
        keys = np.unique(groups[other].astype(np.int64) * size + values[other])
        counts += np.bincount(keys % size, minlength=size)
    return counts


def facet(view: View, found: Matches, mask: Mask, name: str, *, collapse: bool) -> tuple[Count, ...]:
    """Return the values of a facet among the matches with their counts, the most frequent first."""
    labels = view.labels[name]
    if name in MANY:
        docs, values = view.pairs(name)
        inside = mask[docs]
        docs, values = docs[inside], values[inside]
    else:
        docs, values = found.docs, view.column(name)[found.docs]
    if collapse:
        groups = view.column("group")[docs]
        counts = count_values(groups, values, len(view.labels["group"]), len(labels))
    else:
        counts = np.bincount(values, minlength=len(labels))
    there = [Count(labels[number], int(counts[number])) for number in np.flatnonzero(counts).tolist()]
    there = [count for count in there if count.value]
    return tuple(sorted(there, key=lambda count: (-count.number, count.value))[:_MOST_VALUES])

"""Put matching documents in order, a thread once, and count exactly."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np

from search_index.engines.whoosh.evaluate import Met
from search_index.engines.whoosh.view import View, different
from search_index.found import Count
from search_index.query import MANY, Sort

_MOST_VALUES: Final = 40
_ORDERED_BY: Final = {"newest": "created", "active": "active", "votes": "votes"}


@dataclass(frozen=True)
class Matches:
    """The matching documents of a search; with `collapse` a group of them is one thing."""

    view: View
    docs: Any
    scores: Any
    sort: Sort
    collapse: bool

    @classmethod
    def of(cls, view: View, met: Met, weights: Any, sort: Sort, *, collapse: bool) -> "Matches":
        """Gather what was met; trust weighs in on the scores."""
        return cls(view, met.docs, met.scores * weights.take(met.docs), sort, collapse)

    @cached_property
    def order(self) -> Any:
        """Return what the documents are ordered by, larger for what comes first."""
        return self.scores if self.sort == "best" else self.view.column(_ORDERED_BY[self.sort]).take(self.docs)

    @cached_property
    def _slots(self) -> tuple[Any, int]:
        """Return a number for the group of each document, and how many numbers there may be."""
        if not self.collapse:
            return np.arange(len(self.docs)), len(self.docs)
        groups = self.view.column("group").take(self.docs)
        known = len(self.view.labels["group"])
        if len(groups) * 8 > known:
            return groups, known
        found, slots = np.unique(groups, return_inverse=True)
        return slots, len(found)

    def _slots_of(self, owners: Any) -> Any:
        """Return a number for the group of each of these matching documents, which may come more than once."""
        slots, known = self._slots
        if known == len(self.view.labels["group"]):
            return self.view.column("group").take(owners)
        return slots.take(np.searchsorted(self.docs, owners))

    @cached_property
    def _sizes(self) -> Any:
        slots, known = self._slots
        return np.bincount(slots, minlength=known)

    @property
    def slots(self) -> Any:
        """Return a number for the group of each document."""
        return self._slots[0]

    @property
    def total(self) -> int:
        """Return how many things matched."""
        return int(np.count_nonzero(self._sizes)) if self.collapse else len(self.docs)

    def place(self, number: int) -> int:
        """Return where a document stands among the matching ones."""
        return int(np.searchsorted(self.docs, number))

    def more(self, place: int) -> int:
        """Return how many others of its group matched."""
        return int(self._sizes[self.slots[place]]) - 1 if self.collapse else 0

    def sections(self, places: Any) -> int:
        """Return how many things these documents are."""
        return len(different(self.slots[places]))

    def _ranked(self, chosen: Any) -> Any:
        """Return `chosen` (places) best first."""
        return chosen[self.view.ranked(self.docs[chosen], self.order[chosen])]

    def top(self, wanted: int, within: Any = None) -> list[int]:
        """Return the places of the `wanted` best, at most one of a group; `within` narrows to some places."""
        order = self.order if within is None else self.order[within]
        reach = max(4 * wanted, 64) if self.collapse else wanted
        while True:
            chosen = _largest(order, reach)
            ranked = self._ranked(chosen if within is None else within[chosen])
            if not self.collapse:
                return ranked[:wanted].tolist()  # type: ignore[no-any-return]
            _, first = np.unique(self.slots[ranked], return_index=True)
            if len(first) >= wanted or len(chosen) == len(order):
                return ranked[np.sort(first)[:wanted]].tolist()  # type: ignore[no-any-return]
            reach *= 8

    def facet(self, name: str) -> tuple[Count, ...]:
        """Return the values of a facet among the matches with their counts, the most frequent first."""
        view, labels = self.view, self.view.labels[name]
        if name in MANY:
            owners, values = view.values(name, self.docs)
        else:
            owners, values = self.docs, view.column(name).take(self.docs)
        if self.collapse:
            slots, known = self._slots
            slots = slots if owners is self.docs else self._slots_of(owners)
            counts = count_values(slots, values, known, len(labels))
        else:
            counts = np.bincount(values, minlength=len(labels))
        there = [Count(labels[number], int(counts[number])) for number in np.flatnonzero(counts).tolist()]
        there = [count for count in there if count.value]
        return tuple(sorted(there, key=lambda count: (-count.number, count.value))[:_MOST_VALUES])


def _largest(order: Any, wanted: int) -> Any:
    """Return the places of the `wanted` largest numbers, and of those that equal the least of them."""
    if len(order) <= wanted:
        return np.arange(len(order))
    last = len(order) - wanted
    return np.flatnonzero(order >= np.partition(order, last)[last])


def count_values(groups: Any, values: Any, distinct: int, size: int) -> Any:
    """Return for each value in how many groups it occurs; groups and values are matching pairs."""
    # Most of a group's documents share their value with its last one: count that one, then look at the others.
    last = np.full(distinct, -1, np.intp)
    last[groups] = values
    counts = np.bincount(last[last >= 0], minlength=size)
    other = last[groups] != values
    if other.any():
        keys = different(groups[other].astype(np.int64) * size + values[other])
        counts += np.bincount(keys % size, minlength=size)
    return counts

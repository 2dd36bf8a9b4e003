"""Put what matches in order, a thread once, and count exactly."""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from search_index.engines.postgres.evaluate import Matching
from search_index.engines.postgres.labels import Labels
from search_index.found import Count
from search_index.query import MANY, Sort

_MOST_VALUES: Final = 40
_COLUMN: Final = {"newest": "created", "active": "active", "votes": "votes"}


@dataclass(frozen=True, slots=True)
class Ranking:
    """What matches, its groups by number, how many of each group there are, and what orders it: larger is first."""

    found: Matching
    labels: Labels
    groups: Any
    counts: Any
    total: int
    order: Any
    collapse: bool

    def score(self, place: int) -> float:
        """Return the score of a document, with what trust adds or takes."""
        return float(self.found.scores[place] * self.found.trust[place])

    def more(self, place: int) -> int:
        """Return how many others of its thread were found."""
        return int(self.counts[self.groups[place]]) - 1 if self.collapse else 0


def ranking(found: Matching, labels: Labels, sort: Sort, *, collapse: bool) -> Ranking:
    """Group what was found, and say what it is ordered by."""
    order = found.scores * found.trust if sort == "best" else found.column(_COLUMN[sort])
    if not collapse:
        size = len(found.places)
        return Ranking(found, labels, np.arange(size), np.ones(size, np.int64), size, order, collapse)
    numbers, distinct = found.facts.groups
    groups = numbers[found.places]
    counts = np.bincount(groups, minlength=distinct)
    return Ranking(found, labels, groups, counts, int(np.count_nonzero(counts)), order, collapse)


def _sorted(ranked: Ranking, chosen: Any) -> Any:
    """Return `chosen` (places) best first; then newest, highest id, kind."""
    columns, places = ranked.found.facts.columns, ranked.found.places[chosen]
    names, at = np.unique(columns["kind"][places], return_inverse=True)
    alphabetical = np.argsort(np.argsort([ranked.labels.names[name] for name in names.tolist()]))
    kinds = alphabetical[at] if len(names) else at
    return chosen[np.lexsort((kinds, -columns["id"][places], -columns["created"][places], -ranked.order[chosen]))]


def top(ranked: Ranking, wanted: int, within: Any = None) -> list[int]:
    """Return the places of the `wanted` best, at most one of a group; `within` narrows to some places."""
    places = np.arange(len(ranked.groups)) if within is None else within
    reach = max(4 * wanted, 64)
    while True:
        chosen = places
        if len(places) > reach:
            order = ranked.order[places]
            chosen = places[order >= np.partition(order, len(order) - reach)[len(order) - reach]]
        best = _sorted(ranked, chosen)
        _, first = np.unique(ranked.groups[best], return_index=True)
        if len(first) >= wanted or len(chosen) == len(places):
            found: list[int] = best[np.sort(first)[:wanted]].tolist()
            return found
        reach *= 8


def _things_with(groups: Any, values: Any, distinct: int, size: int) -> Any:
    """Return for each value in how many groups it occurs; groups and values are matching pairs."""
    # Most of a group's documents share their value with its last one: count that one, then look at the others.
    last = np.full(distinct, -1, np.int64)
    last[groups] = values
    counts = np.bincount(last[last >= 0], minlength=size)
    other = last[groups] != values
    if other.any():
        keys = np.unique(groups[other].astype(np.int64) * size + values[other])
        counts += np.bincount(keys % size, minlength=size)
    return counts


def facet(ranked: Ranking, name: str) -> tuple[Count, ...]:
    """Return the values of a facet among the matches with their counts, the most frequent first."""
    if name in MANY:
        owners, values = ranked.found.pairs(name)
        groups = ranked.found.facts.groups[0][owners] if ranked.collapse else owners
    else:
        groups, values = ranked.groups, ranked.found.column(name)
    if not len(values):
        return ()
    if ranked.collapse:
        counts = _things_with(groups, values, len(ranked.counts), int(values.max()) + 1)
    else:
        counts = np.bincount(values)
    there = [Count(ranked.labels.names[number], int(counts[number])) for number in np.flatnonzero(counts).tolist()]
    there = [count for count in there if count.value]
    return tuple(sorted(there, key=lambda count: (-count.number, count.value))[:_MOST_VALUES])

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
    order: Any
    collapse: bool

    @property
    def total(self) -> int:
        """Return how many things were found."""
        return len(self.counts)

    def score(self, place: int) -> float:
        """Return the score of a document, with what trust adds or takes."""
        return float(self.found.scores[place] * self.found.trust[place])

    def more(self, place: int) -> int:
        """Return how many others of its thread were found."""
        return int(self.counts[self.groups[place]]) - 1 if self.collapse else 0


def ranking(found: Matching, labels: Labels, sort: Sort, *, collapse: bool) -> Ranking:
    """Group what was found, and say what it is ordered by."""
    rows = found.facts.rows
    order = found.scores * found.trust if sort == "best" else rows[_COLUMN[sort]]
    if collapse:
        _, groups, counts = np.unique(rows["group"], return_inverse=True, return_counts=True)
    else:
        groups, counts = np.arange(len(rows)), np.ones(len(rows), np.int64)
    return Ranking(found, labels, groups, counts, order, collapse)


def _sorted(ranked: Ranking, chosen: Any) -> Any:
    """Return `chosen` (places) best first; then newest, highest id, kind."""
    rows = ranked.found.facts.rows[chosen]
    names, at = np.unique(rows["kind"], return_inverse=True)
    alphabetical = np.argsort(np.argsort([ranked.labels.names[name] for name in names.tolist()]))
    kinds = alphabetical[at] if len(names) else at
    return chosen[np.lexsort((kinds, -rows["id"], -rows["created"], -ranked.order[chosen]))]


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
    facts = ranked.found.facts
    if name in MANY:
        owners, values = facts.pairs(name)
        groups = ranked.groups[owners]
    else:
        groups, values = ranked.groups, facts.rows[name]
    if not len(values):
        return ()
    counts = _things_with(groups, values, ranked.total, int(values.max()) + 1)
    there = [Count(ranked.labels.names[number], int(counts[number])) for number in np.flatnonzero(counts).tolist()]
    there = [count for count in there if count.value]
    return tuple(sorted(there, key=lambda count: (-count.number, count.value))[:_MOST_VALUES])

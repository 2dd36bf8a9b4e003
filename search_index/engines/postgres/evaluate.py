"""Score documents: BM25F over exactly those that match and may be seen, and more for meeting more of what was asked."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any, Final

import numpy as np

from search_index.engines.formula import BOOSTS, COVERAGE, FEW, K1, UNIT, B
from search_index.engines.postgres.asked import Asked
from search_index.engines.postgres.facts import Facts
from search_index.engines.postgres.labels import Labels
from search_index.engines.postgres.layout import State
from search_index.engines.postgres.lookup import Part, look, readings
from search_index.engines.postgres.narrow import Condition, narrowed
from search_index.engines.postgres.packed import places_in
from search_index.query import Choice, Leaf, Query
from search_index.ranking import freshness, today

# Up to such a part of all documents are named to PostgreSQL; beyond it, reading all that may be seen is cheaper.
_NAMED: Final = 1 / 8
_NAMED_ALWAYS: Final = 500
# A table with a place for every document is faster than sorting from here on.
_FEW: Final = 1_000


@dataclass(frozen=True, slots=True)
class Looked:
    """A choice looked up: its parts, the documents that meet it, and how much it weighs in the coverage."""

    parts: Sequence[Part]
    docs: Any
    weight: int
    required: bool


@dataclass(frozen=True, slots=True)
class Matching:
    """What matches a query and may be seen: places in some facts, scores from words alone, factors of trust."""

    facts: Facts
    places: Any
    scores: Any
    trust: Any

    def column(self, name: str) -> Any:
        """Return a column of the facts, place by place."""
        return self.facts.columns[name][self.places]

    def pairs(self, facet: str) -> tuple[Any, Any]:
        """Return (places in the facts, labels) of a facet with several values."""
        inside = np.zeros(self.facts.count, np.bool_)
        inside[self.places] = True
        owners, labels = self.facts.pairs(facet)
        chosen = inside[owners]
        return owners[chosen], labels[chosen]

    def only(self, mask: Any) -> "Matching":
        """Return those in a mask."""
        return Matching(self.facts, self.places[mask], self.scores[mask], self.trust[mask])


def gains(facts: Facts, places: Any, part: Part, state: State) -> tuple[Any, Any]:
    """Return which of these places have a part, and what they gain from it, before its rarity: 0 to K1 + 1."""
    at = places_in(part.docs, facts.columns["doc"][places])
    having = np.flatnonzero(at >= 0)
    if part.counts is None:
        return having, np.ones(len(having))
    at, places = at[having], places[having]
    weights = np.zeros(len(having))
    for field, counts in part.counts.items():
        times = counts[at]
        if times.any():
            shorter = facts.columns[field][places] * (B / state.averages[field]) + (1 - B)
            weights += BOOSTS[field] * times / shorter
    return having, weights * (K1 + 1) / (weights + K1)


def trust(facts: Facts, labels: Labels, weights: Mapping[str, float], day: int) -> Any:
    """Return the factor that trust puts on every score on this day."""
    factors = np.ones(facts.count)
    for column in ("state", "has"):
        owners, values = facts.pairs(column)
        for token, weight in weights.items():
            factors[owners[values == labels.find(column, token)]] *= weight
    about = np.unique(facts.pairs("platform")[0])
    factors[about] *= freshness(facts.columns["active"][about], day, weights)
    return factors


def _union(parts: Iterable[Any]) -> Any:
    arrays = [docs for docs in parts if len(docs)]
    if len(arrays) < 2:
        return arrays[0] if arrays else np.empty(0, np.int32)
    if sum(map(len, arrays)) < _FEW:
        return np.unique(np.concatenate(arrays))
    there = np.zeros(max(int(docs[-1]) for docs in arrays) + 1, np.bool_)
    for docs in arrays:
        there[docs] = True
    return np.flatnonzero(there).astype(np.int32)


def _looked(asked: Asked, choice: Choice, found: Mapping[Leaf, Sequence[Part]]) -> Looked | None:
    """Gather the parts of a choice; one of stop words and signs only asks for nothing."""
    if not any(readings(leaf, asked.state.languages) for leaf in choice.leaves):
        return None
    parts = [part for leaf in choice.leaves for part in found[leaf]]
    docs = _union(part.docs for part in parts)
    weight = max(1, round(asked.state.rarity(len(docs)) * UNIT)) if len(docs) else 0
    return Looked(parts, docs, weight, choice.required)


def _candidates(looked: Sequence[Looked], *, all_words: bool) -> Any:
    """Return the documents that can match."""
    must = [one.docs for one in looked if one.required or all_words]
    if must:
        return reduce(lambda one, other: np.intersect1d(one, other, assume_unique=True), must)
    return _union(one.docs for one in looked)


async def _facts(asked: Asked, condition: Condition, docs: Any) -> tuple[Facts, Any]:
    """Return facts of what may be seen and passes the filters, and the places of some documents, or (None) of all."""
    if docs is not None and len(docs) <= max(asked.state.documents * _NAMED, _NAMED_ALWAYS):
        condition.add("doc = ANY({}::int[])", docs.tolist())
    if condition.sql:
        facts = await asked.facts(condition.sql, condition.values)
    else:
        facts = await asked.all_facts()
    return facts, np.arange(facts.count) if docs is None else _among(facts, docs)


def _among(facts: Facts, docs: Any) -> Any:
    """Return the places of documents in facts."""
    places = places_in(facts.columns["doc"], docs)
    return places[places >= 0]


async def matching(asked: Asked, query: Query) -> Matching:
    """Return what matches a query, scored."""
    leaves = {leaf: None for choice in query.choices for leaf in choice.leaves} | dict.fromkeys(query.unwanted)
    found = await look(asked, leaves)
    condition = await narrowed(asked, query)
    looked = [one for choice in query.choices if (one := _looked(asked, choice, found))]
    docs: Any = None
    if query.choices:
        nothing = not looked or any(not one.weight and (one.required or query.all_words) for one in looked)
        docs = np.empty(0, np.int32) if nothing else _candidates(looked, all_words=query.all_words)
    facts, places = await _facts(asked, condition, docs)
    for part in (part for leaf in query.unwanted for part in found[leaf]):
        places = places[places_in(part.docs, facts.columns["doc"][places]) < 0]
    return await asyncio.to_thread(_scored, asked, query, facts, places, looked)


def _scored(asked: Asked, query: Query, facts: Facts, places: Any, looked: Sequence[Looked]) -> Matching:
    scores = np.zeros(len(places))
    cover = np.zeros(len(places), np.int64)
    for one in looked:
        for part in one.parts:
            having, gained = gains(facts, places, part, asked.state)
            scores[having] += gained * asked.state.rarity(part.frequency)
        if len(looked) > 1:
            cover[places_in(one.docs, facts.columns["doc"][places]) >= 0] += one.weight
    day = today()
    factors = facts.kept(("trust", day), lambda: trust(facts, asked.labels, asked.weights, day))[places]
    found = Matching(facts, places, scores, factors)
    if len(looked) < 2:
        return found
    total = sum(one.weight for one in looked)
    scores *= 1 + cover * (COVERAGE / max(total, 1))
    full = cover == total
    if query.all_words:
        return found.only(full)
    if len(looked) in FEW and bool(full.any()):
        return found.only(cover * 2 >= total)
    return found

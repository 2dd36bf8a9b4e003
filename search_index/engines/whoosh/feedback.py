"""The embedded engine's part of the feedback for long questions."""

import numpy as np

from search_index.engines.feedback import DOCUMENTS, WEIGHT, is_long, shares, telling, words_of
from search_index.engines.whoosh.evaluate import Deadline, Looked, Met
from search_index.engines.whoosh.segment import LANGUAGE
from search_index.engines.whoosh.terms import gains, having
from search_index.engines.whoosh.view import View
from search_index.query import Query


def like_the_best(view: View, query: Query, met: Met, deadline: Deadline) -> Met:
    """Return the same documents; what has the words of the best of them scores higher."""
    if not is_long(query) or len(met.docs) < 2:
        return met
    documents = []
    for place in _best(view, met):
        title, body, _, _ = view.shown(int(met.docs[place]))
        words = words_of(title, body, view.facts(int(met.docs[place]))[LANGUAGE])
        documents.append((float(met.scores[place]), words))
    more = np.zeros(len(met.docs), np.float32)
    shared = shares(documents)
    for word, weight in telling(shared, {word: rarity_of(view, word) for word in shared}):
        deadline.check()
        found = _gained(view, word)
        at = np.searchsorted(met.docs, found.ids)
        at[at == len(met.docs)] = 0
        there = met.docs[at] == found.ids
        more[at[there]] += found.gains[there] * np.float32(weight)
    scale = np.float32(WEIGHT * len(query.choices))
    return Met(met.docs, met.scores * np.float32(1 - WEIGHT) + more * scale)


def _best(view: View, met: Met) -> list[int]:
    """Return the places of the documents with the highest scores; of equal ones the newest."""
    last = max(0, len(met.scores) - DOCUMENTS)
    edge = np.partition(met.scores, last)[last]
    places = np.flatnonzero(met.scores >= edge)
    docs = met.docs[places]
    best: list[int] = places[view.ranked(docs, met.scores[places])][:DOCUMENTS].tolist()
    return best


def rarity_of(view: View, stem: str) -> float:
    """Return how much it tells that a document has a stem, 0 when none has."""

    def made() -> float:
        frequency = view.frequency(having(view, stem))
        return view.rarity(frequency) if frequency else 0.0

    return view.cache.get((view.generation, "rarity", stem), made, lambda _: 0)


def _gained(view: View, stem: str) -> Looked:
    """Return what a stem gives each document."""

    def made() -> Looked:
        part = gains(view, ((0, stem),))
        return Looked(part.ids, part.gains * np.float32(rarity_of(view, stem)), 0)

    return view.cache.get((view.generation, "stem", stem), made, lambda found: found.size)

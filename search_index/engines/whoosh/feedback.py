"""The embedded engine's part of the feedback for long questions."""

import numpy as np

from search_index.engines.feedback import DOCUMENTS, WEIGHT, is_long, shares, telling, words_of
from search_index.engines.whoosh.evaluate import Deadline, Looked, Met
from search_index.engines.whoosh.segment import LANGUAGE
from search_index.engines.whoosh.terms import gains
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
        found, _ = _gained(view, word)
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
    return _gained(view, stem)[1]


def _gained(view: View, stem: str) -> tuple[Looked, float]:
    """Return what a stem gives each document, and its rarity."""

    def made() -> tuple[Looked, float]:
        part = gains(view, ((0, stem),))
        rarity = view.rarity(view.frequency(part.ids)) if len(part.ids) else 0.0
        return Looked(part.ids, part.gains * np.float32(rarity), 0), rarity

    return view.cache.get((view.generation, "stem", stem), made, lambda found: found[0].size)

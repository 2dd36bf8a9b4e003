"""Long questions: what the best documents are about tells which of the others are about the same.

A question of many words meets many documents in part, and chance decides among them. The words that the first few
documents share then count too (relevance-model feedback, Lavrenko and Croft 2001). It changes the order only: a
document without any of the words asked is never found. What may not be seen takes no part in it.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from typing import Final

import numpy as np

from search_index.engines.whoosh.analysis import analyser
from search_index.engines.whoosh.evaluate import Deadline, Looked, Met
from search_index.engines.whoosh.segment import LANGUAGE
from search_index.engines.whoosh.terms import gains
from search_index.engines.whoosh.view import View
from search_index.query import Query, Word
from search_index.words import clean

# The usual figures of the literature for short documents; what they are hardly matters.
LEAST_WORDS: Final = 5
DOCUMENTS: Final = 5
WORDS: Final = 20
WEIGHT: Final = 0.35
READ: Final = 4_000
_TITLE: Final = 2


def is_long(query: Query) -> bool:
    """Say whether a query is a question in many plain words."""
    plain = all(
        len(one.leaves) == 1 and type(one.leaves[0]) is Word and not one.leaves[0].field and not one.required
        for one in query.choices
    )
    return len(query.choices) >= LEAST_WORDS and plain and not query.all_words and query.sort == "best"


def telling(documents: Iterable[tuple[float, Counter[str]]], rarity: Callable[[str], float]) -> list[tuple[str, float]]:
    """Return the words that scored documents are about, with weights that add up to one."""
    documents = list(documents)
    total = sum(score for score, _ in documents)
    shares: Counter[str] = Counter()
    for score, words in documents:
        length = words.total()
        for word, count in words.items():
            shares[word] += score / total * count / length  # type: ignore[assignment]
    weighed = {word: share * rarity(word) for word, share in shares.items()}
    best = sorted(weighed, key=lambda word: (-weighed[word], word))[:WORDS]
    together = sum(weighed[word] for word in best)
    return [(word, weighed[word] / together) for word in best] if together else []


def words_of(title: str, body: str, language: str) -> Counter[str]:
    """Return the stems of a document with their counts; a title counts twice, and of a body only the beginning."""
    read = analyser(language)
    words = Counter(term.stem for term in read.terms(clean(body)[:READ]))
    for term in read.terms(clean(title)):
        words[term.stem] += _TITLE
    return words


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
    for word, weight in telling(documents, lambda word: rarity_of(view, word)):
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

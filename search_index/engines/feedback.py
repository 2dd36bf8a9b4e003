"""Long questions: what the best documents are about tells which of the others are about the same.

A question of many words meets many documents in part, and chance decides among them. The words that the first few
documents share then count too (relevance-model feedback, Lavrenko and Croft 2001). It changes the order only: a
document without any of the words asked is never found. What may not be seen takes no part in it.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Final

from search_index.engines.analysis import analyser
from search_index.query import Query, Word
from search_index.words import clean

# The usual figures of the literature for short documents; what they are hardly matters.
LEAST_WORDS: Final = 5
DOCUMENTS: Final = 5
CANDIDATES: Final = 60
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


def shares(documents: Iterable[tuple[float, Counter[str]]]) -> dict[str, float]:
    """Return the words that make up most of some scored documents, and how much of them each is."""
    documents = list(documents)
    total = sum(score for score, _ in documents)
    found: dict[str, float] = {}
    for score, words in documents:
        length = words.total()
        for word, count in words.items():
            found[word] = found.get(word, 0.0) + score / total * count / length
    return {word: found[word] for word in sorted(found, key=lambda word: (-found[word], word))[:CANDIDATES]}


def telling(shared: Mapping[str, float], rarities: Mapping[str, float]) -> list[tuple[str, float]]:
    """Return the words that say most of what documents are about, with weights that add up to one."""
    weighed = {word: share * rarities[word] for word, share in shared.items()}
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

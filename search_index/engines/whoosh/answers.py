"""The answers of the engine: search, suggestions, and what is similar."""

from collections import Counter
from collections.abc import Mapping, Sequence
from time import perf_counter
from typing import Final

import numpy as np

from search_index.engines.analysis import analyser
from search_index.engines.whoosh.asked import Asked
from search_index.engines.whoosh.feedback import rarity_of
from search_index.engines.whoosh.present import Shower
from search_index.engines.whoosh.rank import Matches
from search_index.engines.whoosh.view import View
from search_index.engines.wishes import Wish
from search_index.found import SECTIONS, Found, Hit, Section
from search_index.query import MANY, Choice, Prefix, Query, Word
from search_index.words import WORD, clean

HEADS: Final = ("thread", "article", "collection", "member", "organisation")
_SIMILAR_WORDS: Final = 16
_FEWEST: Final = 2
_LONG: Final = 64 * 1024
"""Bytes of packed postings that take some milliseconds to read."""
_AFFORDED: Final = 256 * 1024
_BYTES_EACH: Final = 4
"""About what a document takes in packed postings."""
_READ: Final = 4_000
_LEAST_ALIKE: Final = 0.25


def find(asked: Asked, query: Query, wish: Wish) -> tuple[Matches, list[int]]:
    """Return what matches, and the places of the hits that are wanted of it."""
    found = asked.matching(query, collapse=wish.collapse, feedback=True)
    page = found.top(wish.offset + wish.limit)[wish.offset :] if wish.limit else []
    asked.deadline.check()
    return found, page


def search(asked: Asked, query: Query, wish: Wish) -> Found:
    """Return what was found."""
    began = perf_counter()
    found, page = find(asked, query, wish)
    show = asked.shower(query)
    return Found(
        total=found.total,
        hits=show.hits(found, page, snippets=wish.snippets),
        facets={name: found.facet(name) for name in wish.facets},
        sections=_sections(found, show, wish.sections) if wish.sections else (),
        generation=asked.view.generation,
        milliseconds=round((perf_counter() - began) * 1000, 2),
    )


def _sections(found: Matches, show: Shower, wanted: int) -> tuple[Section, ...]:
    of = found.view.column("section").take(found.docs)
    sections = []
    for number, name in enumerate(SECTIONS):
        places = np.flatnonzero(of == number)
        best = found.top(wanted, places) if len(places) else []
        sections.append(Section(name, found.sections(places), show.hits(found, best, snippets=False)))
    return tuple(sections)


def suggest(asked: Asked, typed: str, limit: int) -> tuple[Hit, ...]:
    """Return things whose title has all the words typed, the last one perhaps unfinished."""
    words = WORD.findall(clean(typed))[:8]
    if not words or not limit:
        return ()
    last = words[-1]
    unfinished: tuple[Word | Prefix, ...] = (Word(last, "title"),)
    if len(last) > 1:
        unfinished += (Prefix(last, "title"),)
    choices = (*(Choice((Word(word, "title"),)) for word in words[:-1]), Choice(unfinished))
    query = Query(choices=choices, all_words=True, kinds=HEADS)
    found = asked.matching(query)
    return asked.shower(query).hits(found, found.top(limit), snippets=False)


def complete(asked: Asked, typed: str, name: str, limit: int) -> tuple[str, ...]:
    """Return the values of a facet that begin with what is typed, among what may be seen, most frequent first."""
    labels = asked.view.labels[name]
    numbers = list(labels.beginning(typed))
    if not numbers:
        return ()
    mask = asked.allowed
    if name in MANY:
        docs, values = asked.view.pairs(name)
        seen = values[mask[docs]]
    else:
        seen = asked.view.column(name)[mask]
    counts = np.bincount(seen, minlength=len(labels))
    ranked = sorted((-int(counts[number]), labels[number]) for number in numbers if counts[number])
    return tuple(label for _, label in ranked[:limit])


def similar(asked: Asked, text: str, limit: int, exclude: frozenset[str], kinds: Sequence[str]) -> tuple[Hit, ...]:
    """Return what shares the most telling words of a text, as long as it is not far behind the nearest."""
    read, view = analyser("en"), asked.view
    words = Counter(term.surface for term in read.terms(clean(text)[:_READ]))
    sizes = {word: view.size_of(read.stem(word)) for word in words}
    weights = {word: _rarity(view, read.stem(word), sizes[word]) * min(count, 3) for word, count in words.items()}
    telling = _affordable(sorted(words, key=lambda word: (-weights[word], word))[:_SIMILAR_WORDS], sizes)
    if not telling or not limit:
        return ()
    query = Query(choices=tuple(Choice((Word(word),)) for word in telling), kinds=tuple(kinds))
    found = asked.matching(query)
    hits = asked.shower(query).hits(found, found.top(limit + len(exclude)))
    hits = tuple(one for one in hits if not {one.key, one.group} & exclude)
    return tuple(one for one in hits[:limit] if one.score >= hits[0].score * _LEAST_ALIKE)


def _rarity(view: View, stem: str, size: int) -> float:
    """Return how much a stem tells; of a very frequent one about, for to count its documents takes long."""
    return view.rarity(min(view.documents, size // _BYTES_EACH)) if size > _LONG else rarity_of(view, stem)


def _affordable(words: Sequence[str], sizes: Mapping[str, int]) -> list[str]:
    """Leave out words that would make the search long: what is frequent in a large index tells hardly anything."""
    kept: list[str] = []
    spent = 0
    for word in words:
        if len(kept) < _FEWEST or spent + sizes[word] <= _AFFORDED:
            kept.append(word)
            spent += sizes[word]
    return kept

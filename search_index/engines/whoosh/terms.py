"""What meets a leaf of a query: documents with a weight each, title, body and names taken together."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from search_index.engines.analysis import variants
from search_index.engines.formula import BOOSTS, K1, SCORED, B
from search_index.engines.whoosh.packing import NOTHING, Postings
from search_index.engines.whoosh.spelling import expand
from search_index.engines.whoosh.view import View
from search_index.query import Leaf, Prefix
from search_index.words import clean, fold

Sequenced = tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True)
class Part:
    """Documents and what they gain from one term, phrase or prefix, before its rarity: 0 to K1 + 1."""

    ids: Any
    gains: Any


def readings(leaf: Leaf, languages: Sequence[str]) -> tuple[Sequenced, ...]:
    """Return the ways to read a leaf, none when only stop words and signs are left of it."""
    if isinstance(leaf, Prefix):
        return (((0, fold(clean(leaf.text))),),) if fold(clean(leaf.text)) else ()
    return variants(clean(leaf.text), languages)


def parts(view: View, leaf: Leaf, languages: Sequence[str]) -> Iterator[Part]:
    """Yield what meets a leaf, read in each language."""
    for reading in readings(leaf, languages):
        yield _beginning(view, leaf) if isinstance(leaf, Prefix) else gains(view, reading, leaf.field)


def gains(view: View, reading: Sequenced, field: str = "") -> Part:
    """Return what a stem, or several next to each other, gives each document; `field` narrows it to one part."""
    lists = []
    for number, name in enumerate(SCORED):
        if field and field != name:
            continue
        alone = reading[0][1].encode() if len(reading) == 1 else b""
        found = view.postings(alone, number) if alone else phrase(view, number, reading)
        if len(found.ids):
            shorter = view.column(f"length:{name}").take(found.ids)
            shorter *= np.float32(B / view.averages[name])
            shorter += np.float32(1 - B)
            lists.append((found.ids, found.counts * np.float32(BOOSTS[name]) / shorter))
    if not lists:
        return Part(NOTHING.ids, NOTHING.counts)
    ids, weights = lists[0] if len(lists) == 1 else together(view, lists)
    return Part(ids, weights * np.float32(K1 + 1) / (weights + np.float32(K1)))


def having(view: View, stem: str) -> Any:
    """Return the documents that have a stem in any part."""
    return view.union([view.postings(stem.encode(), number).ids for number in range(len(SCORED))])


def together(view: View, lists: Sequence[tuple[Any, Any]]) -> tuple[Any, Any]:
    """Return the documents of several lists, each once, with the sum of its weights."""
    if sum(len(ids) for ids, _ in lists) * 8 > view.count:
        every = np.zeros(view.count, np.float32)
        for ids, weights in lists:
            every[ids] += weights
        ids = np.flatnonzero(every > 0)
        return ids, every.take(ids)
    ids, places = np.unique(np.concatenate([ids for ids, _ in lists]), return_inverse=True)
    weights = np.bincount(places, np.concatenate([weights for _, weights in lists]), len(ids))
    return ids, weights.astype(np.float32)


def _beginning(view: View, leaf: Prefix) -> Part:
    column = "heads" if leaf.field == "title" else "words"
    ids = view.union([view.having(column, word) for word in expand(view, column, fold(clean(leaf.text)))])
    return Part(ids, np.ones(len(ids), np.float32))


def phrase(view: View, number: int, terms: Sequenced) -> Postings:
    """Return the documents where these stems stand at these distances in a part, and how often."""
    spots: dict[str, Any] = {}
    for _, stem in terms:
        spots[stem] = spots[stem] if stem in spots else _spots(view, stem, number)
        if not len(spots[stem]):
            return NOTHING
    keys: Any = None
    for position, stem in sorted(terms, key=lambda one: len(spots[one[1]])):
        distance = position - terms[0][0]
        if keys is None:
            keys = spots[stem] - distance
            continue
        wanted = keys + distance
        at = np.searchsorted(spots[stem], wanted)
        at[at == len(spots[stem])] = 0
        keys = keys[spots[stem][at] == wanted]
    ids, counts = np.unique(keys >> 32, return_counts=True)
    return Postings(ids, counts.astype(np.float32))


def _spots(view: View, stem: str, number: int) -> Any:
    """Return every occurrence as one number: the document above, the position (and room before it) below.

    Kept for a generation: a query of several phrases has most of its words more than once.
    """

    def made() -> Any:
        found = view.postings(stem.encode(), number, placed=True)
        if found.places is None or found.starts is None:
            return NOTHING.ids
        return np.repeat(found.ids << 32, np.diff(found.starts)) + (found.places + 4096)

    return view.cache.get((view.generation, "spots", stem, number), made, lambda spots: spots.nbytes)

"""What meets a leaf of a query: documents with a weight each, title, body and names taken together."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from search_index.engines.analysis import variants
from search_index.engines.formula import BOOSTS, SCORED
from search_index.engines.whoosh.decode import NOTHING, Postings
from search_index.engines.whoosh.spelling import expand
from search_index.engines.whoosh.view import View
from search_index.query import Leaf, Prefix
from search_index.words import clean, fold

K1: Final = 1.2
B: Final = 0.75

Sequenced = tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True)
class Part:
    """Documents and what they gain from one term, phrase or prefix, before its rarity: 0 to K1 + 1."""

    ids: Any
    gains: Any
    frequency: int


def readings(leaf: Leaf, languages: Sequence[str]) -> tuple[Sequenced, ...]:
    """Return the ways to read a leaf, none when only stop words and signs are left of it."""
    if isinstance(leaf, Prefix):
        return (((0, fold(clean(leaf.text))),),) if fold(clean(leaf.text)) else ()
    return variants(clean(leaf.text), languages)


def parts(view: View, leaf: Leaf, languages: Sequence[str]) -> Iterator[Part]:
    """Yield what meets a leaf, read in each language."""
    for reading in readings(leaf, languages):
        key = (view.generation, type(leaf) is Prefix, leaf.field, reading)
        found = view.cache.get(key, lambda reading=reading: _gains(view, leaf, reading))  # type: ignore[misc]
        yield Part(found.ids, found.counts, view.frequency(found.ids))


def _gains(view: View, leaf: Leaf, reading: Sequenced) -> Postings:
    if isinstance(leaf, Prefix):
        return _beginning(view, leaf)
    lists = []
    for field in (leaf.field,) if leaf.field else SCORED:
        found = phrase(view, field, reading) if len(reading) > 1 else view.postings(field, reading[0][1].encode())
        if len(found.ids):
            shorter = view.column(f"length:{field}")[found.ids]
            shorter *= np.float32(B / view.averages[field])
            shorter += np.float32(1 - B)
            lists.append((found.ids, found.counts * np.float32(BOOSTS[field]) / shorter))
    if not lists:
        return NOTHING
    ids, weights = lists[0] if len(lists) == 1 else _together(view, lists)
    return Postings(ids, weights * np.float32(K1 + 1) / (weights + np.float32(K1)))


def _together(view: View, lists: Sequence[tuple[Any, Any]]) -> tuple[Any, Any]:
    """Return the documents of several lists, each once, with the sum of its weights."""
    if sum(len(ids) for ids, _ in lists) * 8 > view.count:
        every = np.zeros(view.count, np.float32)
        for ids, weights in lists:
            every[ids] += weights
        ids = np.flatnonzero(every).astype(np.int32)
        return ids, every[ids]
    ids, places = np.unique(np.concatenate([ids for ids, _ in lists]), return_inverse=True)
    weights = np.bincount(places, np.concatenate([weights for _, weights in lists]), len(ids))
    return ids, weights.astype(np.float32)


def _beginning(view: View, leaf: Prefix) -> Postings:
    column = "heads" if leaf.field == "title" else "words"
    lists = [view.postings(column, word).ids for word in expand(view, column, fold(clean(leaf.text)))]
    ids = np.unique(np.concatenate(lists)) if lists else NOTHING.ids
    return Postings(ids, np.ones(len(ids), np.float32))


def phrase(view: View, field: str, terms: Sequenced) -> Postings:
    """Return the documents where these stems stand at these distances, and how often."""
    first = terms[0][0]
    lists: list[tuple[Postings, int]] = []
    for position, stem in terms:
        found = view.postings(field, stem.encode(), placed=True)
        if not len(found.ids):
            return NOTHING
        lists.append((found, position - first))
    lists.sort(key=lambda one: len(one[0].ids))
    keys: Any = None
    for found, distance in lists:
        spots = _spots(found) - distance
        if keys is None:
            keys = spots
            continue
        at = np.searchsorted(spots, keys)
        at[at == len(spots)] = 0
        keys = keys[spots[at] == keys]
    ids, counts = np.unique(keys >> 32, return_counts=True)
    return Postings(ids.astype(np.int32), counts.astype(np.float32))


def _spots(found: Postings) -> Any:
    """Return every occurrence as one number: the document above, the position (and room before it) below."""
    assert found.places is not None
    assert found.starts is not None
    return np.repeat(found.ids.astype(np.int64) << 32, np.diff(found.starts)) + (found.places + np.int32(4096))

"""Score documents: BM25 over title, body and names as array operations."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from time import monotonic
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from search_index.engine import Unavailable
from search_index.engines.whoosh.analysis import clean, fold, variants
from search_index.engines.whoosh.decode import NOTHING, Postings
from search_index.engines.whoosh.schema import BOOSTS, SCORED
from search_index.engines.whoosh.spelling import expand
from search_index.engines.whoosh.view import Mask, View
from search_index.query import Choice, Leaf, Phrase, Prefix, Query, Word

K1: Final = 1.2
B: Final = 0.75

Scores = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Deadline:
    """When an evaluation gives up."""

    at: float

    @classmethod
    def after(cls, seconds: float) -> "Deadline":
        """Return the moment that many seconds from now."""
        return cls(monotonic() + seconds)

    def check(self) -> None:
        """Give up when the time is over."""
        if monotonic() > self.at:
            raise Unavailable("That search took too long. Please try fewer words.")


@dataclass(frozen=True, slots=True)
class Part:
    """One posting list that meets a leaf: a word in one field, a phrase in one field, a prefix."""

    field: str
    ids: Any
    counts: Any = None


def languages_of(view: View) -> tuple[str, ...]:
    """Return the languages in the index, English always: a word is looked up as each of them would stem it."""
    labels = view.labels["language"]
    return tuple(dict.fromkeys(("en", *sorted(labels[n] for n in range(len(labels))))))


def _phrase(view: View, field: str, terms: Sequence[tuple[int, str]]) -> Postings:
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
        spots = np.repeat(found.ids.astype(np.int64) << 32, np.diff(found.starts)) + found.places + (4096 - distance)
        if keys is None:
            keys = spots
            continue
        at = np.searchsorted(spots, keys)
        at[at == len(spots)] = 0
        keys = keys[spots[at] == keys]
    ids, counts = np.unique(keys >> 32, return_counts=True)
    return Postings(ids.astype(np.int32), counts.astype(np.float32))


def _parts(view: View, leaf: Leaf, languages: Sequence[str]) -> Iterator[Part]:
    fields = SCORED if not leaf.field else (leaf.field,)
    if isinstance(leaf, Prefix):
        column = "heads" if leaf.field == "title" else "words"
        lists = [view.postings(column, word).ids for word in expand(view, column, fold(clean(leaf.text)))]
        yield Part("title" if leaf.field else "", np.unique(np.concatenate(lists)) if lists else NOTHING.ids)
        return
    for sequence in variants(clean(leaf.text), languages):
        for field in fields:
            if len(sequence) == 1:
                found = view.postings(field, sequence[0][1].encode())
            else:
                found = _phrase(view, field, sequence)
            yield Part(field, found.ids, found.counts)


def _contribution(view: View, part: Part) -> Any:
    rarity = view.rarity(view.frequency(part.ids)) * BOOSTS.get(part.field, 1.0)
    if part.counts is None:
        return np.float32(rarity)
    lengths = view.column(f"length:{part.field}")[part.ids]
    lengths *= np.float32(K1 * B / view.averages[part.field])
    lengths += part.counts
    lengths += np.float32(K1 * (1 - B))
    return part.counts * np.float32(rarity * (K1 + 1)) / lengths


def meets(view: View, leaf: Leaf, deadline: Deadline) -> Mask:
    """Return which documents have a leaf."""
    mask = np.zeros(view.count, np.bool_)
    for part in _parts(view, leaf, languages_of(view)):
        deadline.check()
        mask[part.ids] = True
    return mask


def is_empty(leaf: Leaf, languages: Sequence[str]) -> bool:
    """Say whether nothing is left of a leaf: stop words and signs only."""
    if isinstance(leaf, Prefix):
        return not fold(clean(leaf.text))
    return not variants(clean(leaf.text), languages)


def score(view: View, query: Query, deadline: Deadline) -> tuple[Scores, Mask | None]:
    """Return a score for every document, and which of them meet the choices (None: there are none to meet)."""
    languages = languages_of(view)
    scores = np.zeros(view.count, np.float32)
    given = [
        Choice(tuple(leaf for leaf in choice.leaves if not is_empty(leaf, languages)), choice.required)
        for choice in query.choices
    ]
    choices = [choice for choice in given if choice.leaves]
    if not choices:
        return scores, np.zeros(view.count, np.bool_) if query.choices else None
    met = np.zeros(view.count, np.uint8)
    needed: Mask | None = None
    for choice in choices:
        hit = np.zeros(view.count, np.bool_)
        for leaf in choice.leaves:
            for part in _parts(view, leaf, languages):
                deadline.check()
                scores[part.ids] += _contribution(view, part)
                hit[part.ids] = True
        met += hit
        if choice.required:
            needed = hit if needed is None else needed & hit
    full = met == len(choices)
    enough = full if query.all_words else met > 0
    if len(choices) > 1:
        scores[full] *= np.float32(COMPLETE)
    return scores, enough if needed is None else enough & needed


# A document with every word of the query comes before one with some of them, unless that is much the better match.
COMPLETE: Final = 1.0


def leaves_of(query: Query) -> list[Leaf]:
    """Return every leaf that a found document may show."""
    return [leaf for choice in query.choices for leaf in choice.leaves]


def wanted_stems(query: Query, languages: Sequence[str]) -> tuple[frozenset[str], tuple[str, ...]]:
    """Return the stems and the prefixes to mark in a snippet."""
    stems = {
        stem
        for leaf in leaves_of(query)
        if isinstance(leaf, Word | Phrase)
        for sequence in variants(clean(leaf.text), languages)
        for _, stem in sequence
    }
    prefixes = tuple(fold(clean(leaf.text)) for leaf in leaves_of(query) if isinstance(leaf, Prefix))
    return frozenset(stems), prefixes

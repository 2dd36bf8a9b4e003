"""The answers of the engine, each computed on one view."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from time import perf_counter
from typing import Final

import numpy as np

from search_index.engine import Audiences
from search_index.engines.whoosh.analysis import LANGUAGES, WORD, analyser, clean, fold
from search_index.engines.whoosh.evaluate import Deadline, languages_of, score, wanted_stems
from search_index.engines.whoosh.filters import allowed, narrow
from search_index.engines.whoosh.present import Wanted, hit
from search_index.engines.whoosh.rank import Matches, facet, matches, top
from search_index.engines.whoosh.spelling import near, visible
from search_index.engines.whoosh.view import Mask, View
from search_index.found import SECTIONS, Correction, Found, Hit, Section
from search_index.query import MANY, Choice, Prefix, Query, Word

_SIMILAR_WORDS: Final = 16
_LEAST_ALIKE: Final = 0.25
# Words that fewer documents have are taken for slips when a word nearby is this much more frequent.
_RARE: Final = 2
_MUCH_MORE: Final = 10
HEADS: Final = ("thread", "article", "member", "organisation")


@dataclass(frozen=True, slots=True)
class Wish:
    """How much of an answer is wanted."""

    limit: int = 20
    offset: int = 0
    facets: tuple[str, ...] = ()
    sections: int = 0
    snippets: bool = True
    collapse: bool = True


def _matching(
    view: View, query: Query, audiences: Audiences, weights: Mapping[str, float], deadline: Deadline, *, collapse: bool
) -> tuple[Matches, Mask]:
    mask = narrow(view, query, allowed(view, audiences), deadline)
    scores, met = score(view, query, deadline)
    if met is not None:
        mask &= met
        scores *= view.weights(weights)
    sort = "newest" if met is None and query.sort == "best" else query.sort
    return matches(view, mask, scores, sort, collapse=collapse), mask


def _hits(
    view: View, query: Query, found: Matches, docs: Sequence[int], weights: Mapping[str, float], *, snippets: bool
) -> tuple[Hit, ...]:
    wanted = Wanted(*wanted_stems(query, languages_of(view)))
    groups = view.column("group")
    hits = []
    for number in docs:
        more = 0 if found.counts is None else int(found.counts[groups[number]]) - 1
        hits.append(hit(view, number, float(found.scores[number]), wanted, dict(weights), more, snippets=snippets))
    return tuple(hits)


def search(
    view: View, query: Query, audiences: Audiences, wish: Wish, weights: Mapping[str, float], deadline: Deadline
) -> Found:
    """Return what was found."""
    began = perf_counter()
    found, mask = _matching(view, query, audiences, weights, deadline, collapse=wish.collapse)
    page = top(view, found, wish.offset + wish.limit)[wish.offset :] if wish.limit else []
    sections = []
    if wish.sections:
        kinds = view.column("section")[found.docs]
        for number, name in enumerate(SECTIONS):
            places = np.flatnonzero(kinds == number)
            total = len(np.unique(found.groups[places]))
            best = top(view, found, wish.sections, places) if total else []
            shown = _hits(view, query, found, best, weights, snippets=wish.snippets)
            sections.append(Section(name, total, shown))
    deadline.check()
    return Found(
        total=found.total,
        hits=_hits(view, query, found, page, weights, snippets=wish.snippets),
        facets={name: facet(view, found, mask, name, collapse=wish.collapse) for name in wish.facets},
        sections=tuple(sections),
        generation=view.generation,
        milliseconds=round((perf_counter() - began) * 1000, 2),
    )


def suggest(
    view: View, typed: str, audiences: Audiences, limit: int, weights: Mapping[str, float], deadline: Deadline
) -> tuple[Hit, ...]:
    """Return things whose title has all the words typed, the last one perhaps unfinished."""
    words = WORD.findall(clean(typed))[:8]
    if not words or not limit:
        return ()
    whole = tuple(Choice((Word(word, "title"),)) for word in words[:-1])
    last = words[-1]
    unfinished: tuple[Word | Prefix, ...] = (Word(last, "title"),)
    if len(last) > 1:
        unfinished += (Prefix(last, "title"),)
    query = Query(choices=(*whole, Choice(unfinished)), all_words=True, kinds=HEADS)
    found, _ = _matching(view, query, audiences, weights, deadline, collapse=True)
    return _hits(view, query, found, top(view, found, limit), weights, snippets=False)


def complete(view: View, typed: str, audiences: Audiences, name: str, limit: int) -> tuple[str, ...]:
    """Return the values of a facet that begin with what is typed, among what may be seen, most frequent first."""
    labels = view.labels[name]
    numbers = list(labels.beginning(typed))
    if not numbers:
        return ()
    mask = allowed(view, audiences)
    if name in MANY:
        docs, values = view.pairs(name)
        seen = values[mask[docs]]
    else:
        seen = view.column(name)[mask]
    counts = np.bincount(seen, minlength=len(labels))
    ranked = sorted((-int(counts[number]), labels[number]) for number in numbers if counts[number])
    return tuple(label for _, label in ranked[:limit])


def correct(view: View, words: Sequence[str], audiences: Audiences, deadline: Deadline) -> tuple[Correction, ...]:
    """Return better spellings of words that occur in no, or hardly any, document that may be seen."""
    mask = allowed(view, audiences)
    corrections = []
    for word in dict.fromkeys(words):
        deadline.check()
        for part in WORD.findall(clean(word)):
            better = _better(view, fold(part), mask)
            if better:
                corrections.append(Correction(part, better[0], better[1]))
    return tuple(corrections)


def _better(view: View, word: str, mask: Mask) -> tuple[str, bool] | None:
    if len(word) < 3 or word.isdigit() or any(word in analyser(code).stops for code in LANGUAGES):
        return None
    known = _known(view, word, mask)
    if known > _RARE:
        return None
    close = [(distance, -count, text) for distance, text in near(view, word) if (count := visible(view, text, mask))]
    if known:
        close = [one for one in close if one[0] == 1 and -one[1] >= _MUCH_MORE * known]
    return (min(close)[2], known == 0) if close else None


def _known(view: View, word: str, mask: Mask) -> int:
    """Return in how many documents that may be seen a word occurs, in any form."""
    seen = visible(view, word, mask)
    for language in languages_of(view):
        stem = analyser(language).stem(word)
        for field in ("title", "body", "names"):
            seen = max(seen, int(np.count_nonzero(mask[view.postings(field, stem.encode()).ids])))
    return seen


def similar(
    view: View,
    text: str,
    audiences: Audiences,
    limit: int,
    exclude: frozenset[str],
    kinds: Sequence[str],
    weights: Mapping[str, float],
    deadline: Deadline,
) -> tuple[Hit, ...]:
    """Return what shares the most telling words of a text, articles before threads that are as near."""
    words = Counter(term.surface for term in analyser("en").terms(clean(text)[:4000]))
    if not words or not limit:
        return ()
    telling = sorted(
        words, key=lambda word: (-_telling(view, word) * min(words[word], 3), word)
    )[:_SIMILAR_WORDS]  # fmt: skip
    query = Query(choices=tuple(Choice((Word(word),)) for word in telling), kinds=tuple(kinds))
    found, _ = _matching(view, query, audiences, weights, deadline, collapse=True)
    hits = _hits(view, query, found, top(view, found, limit + len(exclude)), weights, snippets=True)
    near_enough = hits[0].score * _LEAST_ALIKE if hits else 0.0
    kept = [one for one in hits if not {one.key, one.group} & exclude and one.score >= near_enough]
    return tuple(kept[:limit])


def _telling(view: View, word: str) -> float:
    stem = analyser("en").stem(word).encode()
    frequency = max(view.frequency(view.postings(field, stem).ids) for field in ("title", "body"))
    return view.rarity(frequency) if frequency else 0.0

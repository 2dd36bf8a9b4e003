"""The answers of the engine: search, suggestions, completion, and what is similar."""

from collections import Counter
from collections.abc import Sequence
from time import perf_counter
from typing import Final

import numpy as np

from search_index.engines.analysis import analyser
from search_index.engines.postgres.asked import Asked
from search_index.engines.postgres.evaluate import matching
from search_index.engines.postgres.feedback import like_the_best
from search_index.engines.postgres.packed import FIELD, term_of
from search_index.engines.postgres.rank import Ranking, facet, ranking, top
from search_index.engines.postgres.show import hits
from search_index.engines.wishes import Wish
from search_index.found import SECTIONS, Found, Hit, Section
from search_index.query import Choice, Prefix, Query, Word
from search_index.words import WORD, clean

HEADS: Final = ("thread", "article", "collection", "member", "organisation")
_SIMILAR_WORDS: Final = 16
_READ: Final = 4_000
_LEAST_ALIKE: Final = 0.25
# To tell which words say most, a word is counted up to so many documents, or this part of all: the rest says little.
_COUNTED: Final = 2_000
_COMMON: Final = 1 / 50


async def ranked_for(asked: Asked, query: Query, *, collapse: bool = True, feedback: bool = False) -> Ranking:
    """Return what matches a query, in order; `feedback` lets the best of a long question order the others."""
    found = await matching(asked, query)
    if feedback:
        found = await like_the_best(asked, query, found)
    sort = "newest" if not query.choices and query.sort == "best" else query.sort
    return ranking(found, asked.labels, sort, collapse=collapse)


async def search(asked: Asked, query: Query, wish: Wish) -> Found:
    """Return what was found."""
    began = perf_counter()
    ranked = await ranked_for(asked, query, collapse=wish.collapse, feedback=True)
    page = top(ranked, wish.offset + wish.limit)[wish.offset :] if wish.limit else []
    return Found(
        total=ranked.total,
        hits=await hits(asked, query, ranked, page, snippets=wish.snippets),
        facets={name: facet(ranked, name) for name in wish.facets},
        sections=await _sections(asked, query, ranked, wish) if wish.sections else (),
        generation=asked.state.name,
        milliseconds=round((perf_counter() - began) * 1000, 2),
    )


async def _sections(asked: Asked, query: Query, ranked: Ranking, wish: Wish) -> tuple[Section, ...]:
    kinds = ranked.found.column("section")
    sections = []
    for number, name in enumerate(SECTIONS):
        places = np.flatnonzero(kinds == number)
        total = int(np.count_nonzero(np.bincount(ranked.groups[places])))
        best = top(ranked, wish.sections, places) if total else []
        sections.append(Section(name, total, await hits(asked, query, ranked, best, snippets=False)))
    return tuple(sections)


async def suggest(asked: Asked, typed: str, limit: int) -> tuple[Hit, ...]:
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
    ranked = await ranked_for(asked, query)
    return await hits(asked, query, ranked, top(ranked, limit), snippets=False)


async def complete(asked: Asked, typed: str, name: str, limit: int) -> tuple[str, ...]:
    """Return the values of a facet that begin with what is typed, among what may be seen, most frequent first."""
    numbers = list(asked.labels.beginning(name, typed))
    if not numbers:
        return ()
    source = "LATERAL (SELECT f.type)" if name == "type" else "unnest(f.labels)"
    of = "type = ANY($2::int[])" if name == "type" else "labels && $2::int[]"
    counted = await asked.connection.fetch(
        f"SELECT label, count(*) AS n FROM {asked.names.facts} f, {source} AS one (label)"  # noqa: S608
        f" WHERE audience = ANY($1::bigint[]) AND {of} AND label = ANY($2::int[]) GROUP BY label",
        asked.who,
        numbers,
    )
    ranked = sorted((-row["n"], asked.labels.names[row["label"]]) for row in counted)
    return tuple(label for _, label in ranked[:limit])


async def similar(
    asked: Asked, text: str, limit: int, exclude: frozenset[str], kinds: Sequence[str]
) -> tuple[Hit, ...]:
    """Return what shares the most telling words of a text, as long as it is not far behind the nearest."""
    words = Counter(term.surface for term in analyser("en").terms(clean(text)[:_READ]))
    rarities = await _telling(asked, tuple(words))
    telling = sorted(words, key=lambda word: (-rarities[word] * min(words[word], 3), word))[:_SIMILAR_WORDS]
    if not telling or not limit:
        return ()
    query = Query(choices=tuple(Choice((Word(word),)) for word in telling), kinds=tuple(kinds))
    ranked = await ranked_for(asked, query)
    found = await hits(asked, query, ranked, top(ranked, limit + len(exclude)))
    found = tuple(one for one in found if not {one.key, one.group} & exclude)
    return tuple(one for one in found[:limit] if one.score >= found[0].score * _LEAST_ALIKE)


async def _telling(asked: Asked, words: Sequence[str]) -> dict[str, float]:
    """Return how much each word tells: its rarity in titles or texts, 0 for one that stands nowhere."""
    terms = {word: term_of(analyser("en").stem(word)) for word in words}
    rows = await asked.connection.fetch(
        "SELECT t.term, c.title, c.body FROM unnest($1::bigint[]) t (term), LATERAL ("  # noqa: S608
        " SELECT count(*) FILTER (WHERE packed & $2 <> 0) AS title, count(*) FILTER (WHERE packed & $3 <> 0) AS body"
        f" FROM (SELECT packed FROM {asked.names.postings} p WHERE p.term = t.term LIMIT $4) few) c",
        list(set(terms.values())),
        FIELD["title"],
        FIELD["body"],
        max(_COUNTED, int(asked.state.documents * _COMMON)),
    )
    counts = {row["term"]: max(row["title"], row["body"]) for row in rows}
    return {word: asked.state.rarity(counts[term]) if counts[term] else 0.0 for word, term in terms.items()}

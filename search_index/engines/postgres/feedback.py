"""The feedback for long questions, where the index is in PostgreSQL."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from search_index.engines.feedback import DOCUMENTS, READ, WEIGHT, is_long, shares, telling, words_of
from search_index.engines.postgres.asked import Asked
from search_index.engines.postgres.evaluate import Matching, gains
from search_index.engines.postgres.lookup import Part
from search_index.engines.postgres.packed import FIELD, STEM, counts_of, documents_of, term_of
from search_index.engines.postgres.rank import Ranking, top
from search_index.query import Query

_LANGUAGE = 7  # where it stands in what is shown


async def like_the_best(asked: Asked, query: Query, found: Matching) -> Matching:
    """Return the same documents; what has the words of the best of them scores higher."""
    size = len(found.places)
    if not is_long(query) or size < 2:
        return found
    by_words = Ranking(found, asked.labels, np.arange(size), np.ones(size, np.int64), size, found.scores, False)
    best = top(by_words, DOCUMENTS)
    docs = found.column("doc")[best].tolist()
    rows = await asked.connection.fetch(
        f"SELECT doc, title, left(body, $2) AS body, shown FROM {asked.names.texts} WHERE doc = ANY($1::int[])",  # noqa: S608
        docs,
        READ,
    )
    words = {row["doc"]: words_of(row["title"], row["body"], json.loads(row["shown"])[_LANGUAGE]) for row in rows}
    scored = ((float(found.scores[place]), words[doc]) for place, doc in zip(best, docs, strict=True))
    shared = shares(scored)
    weights = telling(shared, await _rarities(asked, shared))
    scale = WEIGHT * len(query.choices)
    fewer = replace(found, scores=found.scores * (1 - WEIGHT))
    more = await _with_more(asked, fewer, {term_of(word): weight * scale for word, weight in weights})
    return replace(found, scores=more)


async def _rarities(asked: Asked, words: Iterable[str]) -> dict[str, float]:
    """Return how much it tells that a document has a stem."""
    terms = {word: term_of(word) for word in words}
    rows = await asked.connection.fetch(
        f"SELECT term, count(*) AS n FROM {asked.names.postings}"  # noqa: S608
        " WHERE term = ANY($1::bigint[]) AND (packed & $2) <> 0 GROUP BY term",
        list(terms.values()),
        STEM,
    )
    counts = {row["term"]: row["n"] for row in rows}
    return {word: asked.state.rarity(counts[term]) if term in counts else 0.0 for word, term in terms.items()}


async def _with_more(asked: Asked, found: Matching, weights: Mapping[int, float]) -> Any:
    """Return the scores of what was found, with more for further stems (as terms), each times its weight."""
    scores = found.scores.copy()
    postings = await asked.postings(weights)
    for term, weight in weights.items():
        kept = postings[term][postings[term] & STEM != 0]
        part = Part(documents_of(kept), {field: counts_of(kept, field) for field in FIELD})
        having, gained = gains(found.facts, found.places, part, asked.state)
        scores[having] += gained * asked.state.rarity(part.frequency) * weight
    return scores

"""Score a few candidates once more, with stems that were not asked for: the place where feedback joins the ranking."""

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from search_index.engines.postgres.asked import Asked
from search_index.engines.postgres.evaluate import Matching, gains
from search_index.engines.postgres.lookup import Part
from search_index.engines.postgres.packed import FIELD, FORWARD, STEM, counts_of
from search_index.engines.postgres.packed import documents_of as docs_of


async def stems_of(asked: Asked, docs: Iterable[int]) -> dict[int, dict[int, Mapping[str, int]]]:
    """Return the stems of documents, as terms, with how often each stands in each field."""
    rows = await asked.connection.fetch(
        f"SELECT doc, postings FROM {asked.names.forward} WHERE doc = ANY($1::int[])",  # noqa: S608
        list(docs),
    )
    found: dict[int, dict[int, Mapping[str, int]]] = {}
    for row in rows:
        forward = np.frombuffer(row["postings"], FORWARD)
        kept = forward[forward["low"] & STEM != 0]
        counts = {field: counts_of(kept["low"].astype(np.int64), field).tolist() for field in FIELD}
        found[row["doc"]] = {
            term: {field: counts[field][place] for field in FIELD} for place, term in enumerate(kept["term"].tolist())
        }
    return found


async def with_more(asked: Asked, found: Matching, weights: Mapping[int, float]) -> Any:
    """Return the scores of what was found, with more for further stems (as terms), each times its weight."""
    scores = found.scores.copy()
    postings = await asked.postings(weights)
    for term, weight in weights.items():
        kept = postings[term][postings[term] & STEM != 0]
        part = Part(docs_of(kept), {field: counts_of(kept, field) for field in FIELD})
        having, gained = gains(found.facts, found.places, part, asked.state)
        scores[having] += gained * asked.state.rarity(part.frequency) * weight
    return scores

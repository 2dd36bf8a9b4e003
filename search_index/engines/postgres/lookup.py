"""What meets a leaf of a query: documents, and how often its words stand in each field of them."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from search_index.engines.analysis import variants
from search_index.engines.formula import EXPANSIONS, SCORED
from search_index.engines.postgres.asked import Asked
from search_index.engines.postgres.packed import (
    FIELD,
    HEAD,
    STEM,
    WRITTEN,
    counts_of,
    documents_of,
    read_postings,
    term_of,
)
from search_index.engines.postgres.prepare import short
from search_index.query import Leaf, Prefix
from search_index.words import clean, fold

Sequenced = tuple[tuple[int, str], ...]

# Places of so many documents are read at a time.
_AT_ONCE: Final = 20_000
# Above this part of a stretch of documents, the whole stretch is read instead of naming each.
_DENSE: Final = 1 / 8
_LAST: Final = "\U0010ffff"


@dataclass(frozen=True, slots=True)
class Part:
    """Living documents in order, whoever may see them, and counts by field; without counts each gains 1."""

    docs: Any
    counts: Mapping[str, Any] | None

    @property
    def nbytes(self) -> int:
        """Return the bytes it takes."""
        return int(self.docs.nbytes + sum(one.nbytes for one in (self.counts or {}).values()))

    @property
    def frequency(self) -> int:
        """Return how many documents there are."""
        return len(self.docs)


def readings(leaf: Leaf, languages: Sequence[str]) -> tuple[Sequenced, ...]:
    """Return the ways to read a leaf, none when only stop words and signs are left of it."""
    if isinstance(leaf, Prefix):
        beginning = fold(clean(leaf.text))
        return (((0, beginning),),) if beginning else ()
    return variants(clean(leaf.text), languages)


async def look(asked: Asked, leaves: Iterable[Leaf]) -> dict[Leaf, list[Part]]:
    """Look leaves up: a part for each way in which a leaf is read."""
    read = {leaf: readings(leaf, asked.state.languages) for leaf in leaves}
    plain = [leaf for leaf in read if not isinstance(leaf, Prefix)]
    terms = {term_of(stem) for leaf in plain for reading in read[leaf] for _, stem in reading}
    postings = await asked.postings(terms)
    found: dict[Leaf, list[Part]] = {}
    for leaf, ways in read.items():
        fields = (leaf.field,) if leaf.field else SCORED
        if isinstance(leaf, Prefix):
            found[leaf] = [await _beginning(asked, leaf.field, way[0][1]) for way in ways]
        else:
            found[leaf] = [await _stems(asked, fields, way, postings) for way in ways]
    return found


async def _stems(asked: Asked, fields: Sequence[str], reading: Sequenced, postings: Mapping[int, Any]) -> Part:
    if len(reading) > 1:
        key = ("phrase", tuple(fields), reading)
        part: Part = await asked.kept(key, lambda: _phrase(asked, fields, reading, postings))
        return part
    found = postings[term_of(reading[0][1])]
    kept = found[found & (STEM if len(fields) > 1 else FIELD[fields[0]]) != 0]
    return Part(documents_of(kept), {field: counts_of(kept, field) for field in fields})


async def _phrase(asked: Asked, fields: Sequence[str], reading: Sequenced, postings: Mapping[int, Any]) -> Part:
    """Return where these stems stand at these distances, and how often."""
    found: dict[str, tuple[Any, Any]] = {}
    terms = [term_of(stem) for _, stem in reading]
    steps = [position - reading[0][0] for position, _ in reading]
    for field in fields:
        docs: Any = None
        for term in sorted(set(terms), key=lambda term: len(postings[term])):
            held = postings[term]
            of_term = documents_of(held[held & FIELD[field] != 0])
            docs = of_term if docs is None else np.intersect1d(docs, of_term, assume_unique=True)
        if len(docs):
            found[field] = await _adjacent(asked, field, docs, short(terms), steps)
    every = np.unique(np.concatenate([docs for docs, _ in found.values()])) if found else np.empty(0, np.int32)
    counts = {}
    for field, (docs, times) in found.items():
        counts[field] = np.zeros(len(every), np.int64)
        counts[field][np.searchsorted(every, docs)] = times
    return Part(every, counts)


async def _adjacent(asked: Asked, field: str, docs: Any, terms: Any, steps: Sequence[int]) -> tuple[Any, Any]:
    """Return which of these documents have the terms at these steps from one another, and how often."""
    every: list[Any] = []
    times: list[Any] = []
    for start in range(0, len(docs), _AT_ONCE):
        owners, line = await _lines(asked, field, docs[start : start + _AT_ONCE])
        met, often = await asyncio.to_thread(_met, owners, line, terms, steps)
        every.append(met)
        times.append(often)
    met, often = np.concatenate(every), np.concatenate(times)
    there = np.isin(met, docs)
    return met[there], often[there]


async def _lines(asked: Asked, field: str, docs: Any) -> tuple[Any, Any]:
    """Return the documents and terms of a field, place by place, of at least these documents."""
    first, last = int(docs[0]), int(docs[-1])
    dense = len(docs) > (last - first + 1) * _DENSE
    condition = "doc BETWEEN $1 AND $2" if dense else "doc = ANY($1::int[])"
    row = await asked.connection.fetchrow(
        f"SELECT string_agg(int4send(doc), ''::bytea) AS docs, string_agg({field}, ''::bytea) AS line,"  # noqa: S608
        f" string_agg(int4send(octet_length({field}) / 4), ''::bytea) AS sizes"
        f" FROM {asked.names.places} WHERE {condition}",
        *((first, last) if dense else (docs.tolist(),)),
    )
    sizes = np.frombuffer(row["sizes"] or b"", ">i4")
    owners = np.repeat(np.frombuffer(row["docs"] or b"", ">i4").astype(np.int32), sizes)
    return owners, np.frombuffer(row["line"] or b"", "<i4")


def _met(owners: Any, line: Any, terms: Any, steps: Sequence[int]) -> tuple[Any, Any]:
    at = np.flatnonzero(line == terms[0])
    for term, step in zip(terms[1:], steps[1:], strict=True):
        at = at[at + step < len(line)]
        at = at[(line[at + step] == term) & (owners[at + step] == owners[at])]
    met, often = np.unique(owners[at], return_counts=True)
    return met, often


async def _beginning(asked: Asked, field: str, prefix: str) -> Part:
    async def make() -> Any:
        flag = HEAD if field == "title" else WRITTEN
        terms = await expand(asked, prefix, head=field == "title")
        raw = await asked.connection.fetchval(
            f"SELECT string_agg(int8send(packed), ''::bytea) FROM {asked.names.postings}"  # noqa: S608
            " WHERE term = ANY($1::bigint[]) AND (packed & $2) <> 0",
            terms,
            flag,
        )
        return np.unique(documents_of(read_postings(raw)))

    return Part(await asked.kept(("beginning", field, prefix), make), None)


async def expand(asked: Asked, prefix: str, *, head: bool) -> list[int]:
    """Return the terms of at most 64 words that begin with `prefix`, those in most documents first."""
    found = await asked.connection.fetch(
        f"SELECT word, term FROM {asked.names.lexicon}"  # noqa: S608
        " WHERE word >= $1 AND word < $2 AND (head OR NOT $3)",
        prefix,
        prefix + _LAST,
        head,
    )
    terms = {row["term"]: row["word"].encode() for row in found}
    if len(terms) <= EXPANSIONS:
        return list(terms)
    counted = await asked.connection.fetch(
        f"SELECT term, count(*) AS n FROM {asked.names.postings}"  # noqa: S608
        " WHERE term = ANY($1::bigint[]) AND (packed & $2) <> 0 GROUP BY term",
        list(terms),
        HEAD if head else WRITTEN,
    )
    ranked = sorted((-row["n"], terms[row["term"]], row["term"]) for row in counted)
    return [term for _, _, term in ranked[:EXPANSIONS]]

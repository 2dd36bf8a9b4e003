"""How well the ranking does on a test collection, beside SQLite FTS5 and tantivy.

    python benchmarks/relevance.py DIR [--json] [--at 10] [--postgres URL]

DIR holds docs.jsonl or docs.jsonl.gz (id, title, body), queries.jsonl (id, text), qrels.tsv (query, document, gain).
The engine in PostgreSQL is measured when an address is given, or COMMONPLACE_BENCHMARK_POSTGRES is set: a database
whose schema `search` may be overwritten.
"""

import argparse
import asyncio
import gzip
import json
import os
import re
import secrets
import sqlite3
import sys
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from math import log2
from pathlib import Path

import asyncpg

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from search_index.document import Document
from search_index.engine import Engine
from search_index.engines.postgres import PostgresEngine
from search_index.engines.whoosh import WhooshEngine
from search_index.wording import plain

SERVER = os.environ.get("COMMONPLACE_TEST_POSTGRES", "asyncpg://root@127.0.0.1:5432/test")
PUBLIC = frozenset({"public"})
DEPTH = 100
Rank = Callable[[str], Sequence[int]]
Judged = Mapping[str, Mapping[int, int]]


@dataclass(frozen=True)
class Collection:
    """Documents numbered from 0, queries, and which documents answer which query."""

    documents: list[tuple[str, str]]
    queries: dict[str, str]
    judged: Judged

    @classmethod
    def read(cls, folder: Path) -> "Collection":
        """Read a collection from its folder."""
        documents, numbers = [], {}
        for row in lines(folder, "docs.jsonl"):
            numbers[str(row["id"])] = len(documents)
            documents.append((row.get("title") or "", row.get("body") or ""))
        judged: dict[str, dict[int, int]] = defaultdict(dict)
        for line in (folder / "qrels.tsv").read_text().splitlines():
            query, document, gain = line.split()[:3]
            if document in numbers and gain.lstrip("-").isdigit() and int(gain) > 0:
                judged[query][numbers[document]] = int(gain)
        queries = {str(row["id"]): row["text"] for row in lines(folder, "queries.jsonl")}
        return cls(documents, {key: text for key, text in queries.items() if judged.get(key)}, judged)


def lines(folder: Path, name: str) -> Iterator[dict[str, str]]:
    """Yield the rows of a file of JSON lines, packed or not."""
    packed = folder / f"{name}.gz"
    with gzip.open(packed, "rt") if packed.exists() else (folder / name).open() as file:
        for line in file:
            if line.strip():
                yield json.loads(line)


@contextmanager
def throwaway(url: str) -> Iterator[str]:
    """Make a database beside the one named, and remove it afterwards."""
    server, _, _ = url.rpartition("/")
    name = f"commonplace_benchmark_{secrets.token_hex(4)}"

    async def run(statement: str) -> None:
        connection = await asyncpg.connect(url.replace("asyncpg://", "postgres://", 1), timeout=5)
        try:
            await connection.execute(statement)
        finally:
            await connection.close()

    asyncio.run(run(f"CREATE DATABASE {name} TEMPLATE template0"))
    try:
        yield f"{server}/{name}"
    finally:
        asyncio.run(run(f"DROP DATABASE {name} WITH (FORCE)"))


def embedded(collection: Collection, folder: Path) -> Rank:
    """Return the site's embedded engine."""
    return ours(collection, WhooshEngine(folder))


def ours(collection: Collection, engine: Engine) -> Rank:
    """Return an engine of the site."""
    when = datetime(2026, 1, 1, tzinfo=UTC)
    loop = asyncio.new_event_loop()

    async def fill() -> None:
        await engine.open()
        fresh = await engine.fresh()
        for start in range(0, len(collection.documents), 500):
            await fresh.add([
                Document(kind="thread", id=number, type="question", title=title, body=body, url="", audience="public",
                         created=when, active=when)
                for number, (title, body) in enumerate(collection.documents[start : start + 500], start)
            ])  # fmt: skip
        await fresh.swap()

    loop.run_until_complete(fill())

    def rank(text: str) -> Sequence[int]:
        found = loop.run_until_complete(engine.search(plain(text), PUBLIC, limit=DEPTH, snippets=False))
        return [hit.id for hit in found.hits]

    return rank


def fts5(collection: Collection, _: Path) -> Rank:
    """Return SQLite FTS5 with its Porter stemmer, titles weighing twice."""
    db = sqlite3.connect(":memory:")
    db.execute("CREATE VIRTUAL TABLE docs USING fts5(title, body, tokenize='porter unicode61 remove_diacritics 2')")
    db.executemany("INSERT INTO docs(rowid, title, body) VALUES (?, ?, ?)",
                   [(number, *texts) for number, texts in enumerate(collection.documents)])  # fmt: skip

    def rank(text: str) -> Sequence[int]:
        words = [f'"{word}"' for word in dict.fromkeys(re.findall(r"\w+", text.lower()))]
        sql = "SELECT rowid FROM docs WHERE docs MATCH ? ORDER BY bm25(docs, 2.0, 1.0) LIMIT ?"
        return [row[0] for row in db.execute(sql, (" OR ".join(words), DEPTH))]

    return rank


def tantivy(collection: Collection, _: Path) -> Rank:
    """Return tantivy with its English stemmer, titles weighing twice."""
    import tantivy as engine

    builder = engine.SchemaBuilder()
    builder.add_integer_field("id", stored=True)
    for name in ("title", "body"):
        builder.add_text_field(name, tokenizer_name="en_stem")
    index = engine.Index(builder.build())
    writer = index.writer(heap_size=100_000_000, num_threads=1)
    for number, (title, body) in enumerate(collection.documents):
        writer.add_document(engine.Document(id=number, title=title, body=body))
    writer.commit()
    writer.wait_merging_threads()
    index.reload()
    searcher = index.searcher()

    def rank(text: str) -> Sequence[int]:
        words = " ".join(re.findall(r"\w+", text.lower()))
        query = index.parse_query(words, ["title", "body"], field_boosts={"title": 2.0})
        return [searcher.doc(place)["id"][0] for _, place in searcher.search(query, DEPTH).hits]

    return rank


def gain(gains: Sequence[int]) -> float:
    """Return the discounted gain of a ranking."""
    return sum(value / log2(place + 2) for place, value in enumerate(gains))


def measure(collection: Collection, rank: Rank, at: int) -> dict[str, float]:
    """Return the means over all queries."""
    totals = [0.0, 0.0, 0.0]
    for key, text in collection.queries.items():
        judged = collection.judged[key]
        ranked = list(rank(text))
        best = gain(sorted(judged.values(), reverse=True)[:at])
        right = [place for place, number in enumerate(ranked) if number in judged]
        totals[0] += gain([judged.get(number, 0) for number in ranked[:at]]) / best
        totals[1] += sum((count + 1) / (place + 1) for count, place in enumerate(right)) / len(judged)
        totals[2] += len(right) / len(judged)
    means = [round(total / len(collection.queries), 4) for total in totals]
    return dict(zip((f"ndcg@{at}", "map", f"recall@{DEPTH}"), means, strict=True))


def main() -> None:
    """Measure every engine and print it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--at", type=int, default=10, help="depth of nDCG")
    parser.add_argument("--postgres", default=SERVER, metavar="URL", help="a server that lets this user make databases")
    given = parser.parse_args()
    collection = Collection.read(given.folder)
    results = {}
    engines: dict[str, Callable[[Collection, Path], Rank]] = {"whoosh": embedded, "fts5": fts5, "tantivy": tantivy}
    for name, build in engines.items():
        with tempfile.TemporaryDirectory() as folder:
            try:
                results[name] = measure(collection, build(collection, Path(folder)), given.at)
            except ImportError:
                print(f"{name} is not installed", file=sys.stderr)
    try:
        with throwaway(given.postgres) as url:
            rank = ours(collection, PostgresEngine(url, seconds=20))
            results["postgres"] = measure(collection, rank, given.at)
    except (OSError, asyncpg.PostgresError) as error:
        print(f"postgres is not measured, {given.postgres} is not to be used: {error}", file=sys.stderr)
    if given.json:
        print(json.dumps(results))
        return
    print(f"{len(collection.documents)} documents, {len(collection.queries)} queries")
    for name, values in results.items():
        print(f"{name:10}", "  ".join(f"{key} {value:.4f}" for key, value in values.items()))


if __name__ == "__main__":
    main()

"""How fast the engine in PostgreSQL is on the same synthetic posts as benchmarks/search.py.

python benchmarks/search_postgres.py URL [--size 100000] [--rounds 40] [--keep] [--json]

The schema `search` of the database is overwritten; with --keep an index of the same size is used again. Every class is
timed twice: "kept", where nothing was written since the last search, and "fresh", where each search comes after a
write and nothing of the process's memory can be used.
"""

import argparse
import asyncio
import json
import resource
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from statistics import median, quantiles
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.search import FACETS, PUBLIC, Words, posts
from search_index.document import Document
from search_index.engines.postgres import PostgresEngine
from search_index.query import Choice, Phrase, Prefix, Query, Word

Ask = Callable[[int], Awaitable[Any]]


def cases(words: Words, engine: PostgresEngine) -> Iterator[tuple[str, Ask]]:
    """Yield the query classes: name, and round n."""
    common, middle, rare = words.words[:12], words.words[200:600], words.words[20_000:30_000]

    def three(n: int) -> list[str]:
        return [common[n % 12], middle[n * 7 % 400], middle[n * 13 % 400]]

    def each(found: list[str], **more: Any) -> Query:
        return Query(choices=tuple(Choice((Word(word),)) for word in found), **more)

    def ask(query: Callable[[int], Query], **wish: Any) -> Ask:
        return lambda n: engine.search(query(n), PUBLIC, snippets=False, **{"collapse": False, **wish})

    yield "common term", ask(lambda n: each([common[n % 12]]))
    yield "rare term", ask(lambda n: each([rare[n]]))
    yield "three words, any", ask(lambda n: each(three(n)))
    yield "three words, all", ask(lambda n: each(three(n), all_words=True))
    yield "phrase", ask(lambda n: Query(choices=(Choice((Phrase(" ".join(three(n)[:2])),), True),)))
    yield "common phrase", ask(lambda n: Query(choices=(Choice((Phrase(f"{common[n % 6]} {common[n % 5]}"),), True),)))
    yield "prefix", ask(lambda n: Query(choices=(Choice((Prefix(middle[n % 400][:5]),)),)))
    yield (
        "filter and date sort",
        ask(lambda n: each([common[n % 12]], only={"platform": ("YouTube",)}, sort="newest")),
    )
    yield "four exact facets", ask(lambda n: each([common[n % 12]]), facets=FACETS, limit=0)
    yield "exact count", ask(lambda n: each([common[n % 12]]), limit=0)
    yield "page 7", ask(lambda n: each(three(n)), offset=120)
    yield "no words, newest", ask(lambda n: Query(only={"platform": ("YouTube",)}))
    yield (
        "results page of the site",
        lambda n: engine.search(each(three(n)), PUBLIC, facets=(*FACETS, "state", "year"), sections=3),
    )
    yield "suggestion", lambda n: engine.suggest(f"{middle[n % 400]} {common[n % 12][:3]}", PUBLIC)
    yield "spelling", lambda n: engine.correct([middle[n * 3 % 400][:-1] + "qx"], PUBLIC)
    yield "nothing misspelt", lambda n: engine.correct(three(n), PUBLIC)
    yield "similar", lambda n: engine.similar(" ".join(three(n) + three(n + 5)), PUBLIC)


async def timed(ask: Ask, rounds: int, before: Ask) -> list[float]:
    """Return the milliseconds of each round."""
    took = []
    for number in range(rounds):
        await before(number)
        began = time.perf_counter()
        await ask(number)
        took.append((time.perf_counter() - began) * 1000)
    return took


def spread(took: list[float]) -> dict[str, float]:
    """Return p50 and p95."""
    return {"p50_ms": round(median(took), 2), "p95_ms": round(quantiles(took, n=20)[18], 2)}


async def build(engine: PostgresEngine, words: Words, size: int) -> float:
    """Index everything; return the seconds it took."""
    began = time.perf_counter()
    fresh = await engine.fresh()
    batch: list[Document] = []
    for document in posts(words, size):
        batch.append(document)
        if len(batch) == 500:
            await fresh.add(batch)
            batch = []
    await fresh.add(batch)
    await fresh.swap()
    return time.perf_counter() - began


async def measure(given: argparse.Namespace) -> dict[str, Any]:
    """Build, ask, write."""
    words = Words()
    engine = PostgresEngine(given.url, seconds=60)
    await engine.open()
    result: dict[str, Any] = {"size": given.size, "classes": {}}
    if not (given.keep and engine.health().documents >= given.size):
        result["build_s"] = round(await build(engine, words, given.size), 1)
    some = list(posts(words, 2_000))
    committed: list[float] = []

    async def write(number: int) -> None:
        began = time.perf_counter()
        await engine.replace([some[(number * 7 + len(committed)) % len(some)]])
        committed.append((time.perf_counter() - began) * 1000)

    async def nothing(_: int) -> None:
        pass

    for name, ask in cases(words, engine):
        await timed(ask, given.rounds, nothing)
        kept = spread(await timed(ask, given.rounds, nothing))
        after = spread(await timed(ask, given.rounds, write))
        result["classes"][name] = {"kept": kept, "fresh": after}
        if not given.json:
            print(
                f"{name:26} kept {kept['p50_ms']:>8} {kept['p95_ms']:>8} ",
                f"fresh {after['p50_ms']:>8} {after['p95_ms']:>8}",
                flush=True,
            )
    result["commit"] = spread(committed)
    health = await engine.check()
    result["disk_mb"] = round(health.disk_bytes / 2**20)
    result["cache_mb"] = round(health.cache_bytes / 2**20, 1)
    result["peak_mb"] = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
    await engine.close()
    return result


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("url")
    parser.add_argument("--size", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=40)
    parser.add_argument("--keep", action="store_true", help="use the index that is there")
    parser.add_argument("--json", action="store_true", help="print JSON")
    given = parser.parse_args()
    result = asyncio.run(measure(given))
    print(json.dumps(result) if given.json else {key: value for key, value in result.items() if key != "classes"})


if __name__ == "__main__":
    main()

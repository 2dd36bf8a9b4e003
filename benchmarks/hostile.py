"""How long hostile queries take, cold and warm, on synthetic posts: read, search with facets, suggest, correct.

python benchmarks/hostile.py [FILE] [--size 100000] [--index FOLDER] [--json]

FILE has a query a line, asked besides the two hundred of the tests. Times are processor time of the thread: what one
query costs, whatever else the machine does. Before each query the cache is emptied once: that is its cold time.
"""

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from statistics import median, quantiles
from typing import Any, Final

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.search import PUBLIC, Ours, Words, posts
from search_index.engines.whoosh.answers import Wish, search, suggest
from search_index.engines.whoosh.asked import Asked
from search_index.engines.whoosh.correct import correct
from search_index.queries.results import BEST_OF_EACH, FACETS_COUNTED
from search_index.wording import read
from tests.search_index.nasty import hostile

SLOWEST: Final = 10
STEPS: Final = ("read", "search", "suggest", "correct")
WISH: Final = Wish(facets=FACETS_COUNTED, sections=BEST_OF_EACH)


def in_these_words(query: str, words: Words) -> str:
    """Return a query with its made-up words replaced by frequent words of the index, so that it finds something."""
    for place in range(60, -1, -1):
        query = query.replace(f"word{place}", words.words[place])
    return query.replace("word", words.words[0]).replace("wor*", f"{words.words[0][:3]}*")


def heavy(words: Words) -> Iterator[str]:
    """Yield queries that ask as much of these posts as one can: frequent words, wide prefixes, slips of long words."""
    common, middle = words.words[:24], words.words[2_000:2_024]
    yield " ".join(common)
    yield " ".join(f"-{word}" for word in common)
    yield " ".join(f"{word[:3]}*" for word in common)
    yield " ".join(f"-{word[:3]}*" for word in common)
    yield " OR ".join(f"{word[:3]}*" for word in common)
    yield " ".join(f"title:{word[:3]}*" for word in common)
    yield " ".join(f"{word[:-1]}q" for word in middle)
    yield " ".join(f"{word}qq" for word in middle)
    yield " ".join(f"{word[1]}{word[0]}{word[2:]}" for word in middle)
    yield " ".join(f"{word}{other}" for word, other in zip(common, middle, strict=True))
    yield " ".join('"' + " ".join(common[n : n + 8]) + '"' for n in range(0, 24, 8))
    yield " ".join(f'-"{word} {other}"' for word, other in pairwise(common))
    yield " ".join(f'"{common[0]} {word}"' for word in common)
    yield f"type:question {' '.join(common[:11])} -is:solved -tag:tag1 -tag:tag2 after:2016 before:2020 votes:>-1"


def ask(asked: Asked, typed: str) -> dict[str, float]:
    """Ask everything that a results page and its box ask; return the milliseconds of each step."""
    took = {}
    began = time.thread_time()

    def lap(step: str) -> None:
        nonlocal began
        took[step] = (time.thread_time() - began) * 1000
        began = time.thread_time()

    wording = read(typed)
    lap("read")
    search(asked, wording.query, WISH)
    lap("search")
    suggest(asked, typed, 8)
    lap("suggest")
    correct(asked, wording.query.words)
    lap("correct")
    return took


def timed(ours: Ours, queries: list[str]) -> list[dict[str, Any]]:
    """Return a row per query: its milliseconds cold and warm, and of each step when cold."""
    rows = []
    ask(ours.engine.asked(PUBLIC), "warm up")  # columns are laid side by side once a generation, by whoever comes first
    for typed in queries:
        ours.engine._cache.forget(lambda _: True)
        asked = ours.engine.asked(PUBLIC)
        cold, warm = ask(asked, typed), ask(asked, typed)
        steps = {step: round(ms, 1) for step, ms in cold.items()}
        rows.append({"ms": round(sum(cold.values()), 1), "warm_ms": round(sum(warm.values()), 1), **steps,
                     "query": typed[:100]})  # fmt: skip
    return sorted(rows, key=lambda row: -row["ms"])


@contextmanager
def filled(size: int, index: Path | None) -> Iterator[Ours]:
    """Give an engine with so many synthetic posts; an index that is kept in a folder is used again."""
    with tempfile.TemporaryDirectory() as place:
        ours = Ours(index or Path(place))
        ours.run(ours.engine.open())
        if not ours.engine.usable:
            print(f"building {size} posts", file=sys.stderr, flush=True)
            ours.build(list(posts(Words(), size)))
        ours.engine._seconds = 60.0
        yield ours
        ours.run(ours.engine.close())


def summary(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the middle, the 95th percentile and the most, and the slowest."""
    cold, warm = [row["ms"] for row in rows], [row["warm_ms"] for row in rows]
    return {
        "queries": len(rows),
        "cold": {"p50": median(cold), "p95": round(quantiles(cold, n=20)[18], 1), "max": max(cold)},
        "warm": {"p50": median(warm), "p95": round(quantiles(warm, n=20)[18], 1), "max": max(warm)},
        "slowest": rows[:SLOWEST],
    }


def main() -> None:
    """Build, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("file", type=Path, nargs="?", help="more queries, one a line")
    parser.add_argument("--size", type=int, default=100_000)
    parser.add_argument("--index", type=Path, help="keep the index in this folder")
    parser.add_argument("--json", action="store_true", help="print JSON")
    given = parser.parse_args()
    words = Words()
    queries = hostile()
    queries += [*(in_these_words(query, words) for query in queries), *heavy(words)]
    if given.file:
        queries += given.file.read_text(errors="replace").splitlines()
    with filled(given.size, given.index) as ours:
        found = summary(timed(ours, queries))
    if given.json:
        print(json.dumps(found))
        return
    print({name: found[name] for name in ("queries", "cold", "warm")})
    for row in found["slowest"]:
        print(f"{row['ms']:8} ms  " + "  ".join(f"{step} {row[step]}" for step in STEPS), repr(row["query"]))


if __name__ == "__main__":
    main()

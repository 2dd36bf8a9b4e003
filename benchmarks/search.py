"""How fast search is on synthetic posts, beside SQLite FTS5 and tantivy in the same run.

python benchmarks/search.py [--size 100000] [--rounds 60] [--json] [--cpu]
"""

import argparse
import asyncio
import json
import random
import resource
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median, quantiles
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from search_index.document import Document
from search_index.engines.whoosh import WhooshEngine, answers
from search_index.engines.whoosh.correct import correct
from search_index.query import Choice, Phrase, Prefix, Query, Word

PUBLIC = frozenset({"public"})
clock = time.perf_counter
START = datetime(2015, 1, 1, tzinfo=UTC)
PLATFORMS = ("YouTube", "LinkedIn", "Instagram", "Facebook", "X", "TikTok", "Bluesky", "Mastodon")
COUNTRIES = ("NL", "DE", "SE", "FR", "ES", "PT", "GB", "US", "CA", "AU")
TYPES = ("question", "case_study", "discussion")
FACETS = ("type", "platform", "country", "tag")


class Words:
    """A made-up vocabulary whose words are as unevenly frequent as those of a language."""

    def __init__(self, size: int = 60_000) -> None:
        self.random = random.Random(7)
        letters = ("ba", "ko", "ri", "ne", "tu", "sol", "mer", "vin", "da", "pel", "gor", "hi", "quam", "zen", "lo")
        made: dict[str, None] = {}
        while len(made) < size:
            made["".join(self.random.choices(letters, k=self.random.randint(2, 5)))] = None
        self.words = list(made)
        total, self.weights = 0.0, []
        for place in range(size):
            total += 1 / (place + 2.7)
            self.weights.append(total)

    def text(self, size: int) -> str:
        """Return so many words."""
        return " ".join(self.random.choices(self.words, cum_weights=self.weights, k=size))


def posts(words: Words, size: int) -> Iterator[Document]:
    """Yield synthetic posts, five to a thread."""
    pick = words.random
    for number in range(size):
        when = START + timedelta(minutes=37 * number)
        thread = number // 5
        yield Document(
            kind="post", id=number, type=TYPES[thread % 3], title=words.text(8), url=f"/t/{thread}#post-{number}",
            audience="public" if pick.random() < 0.8 else "network", created=when, active=when, body=words.text(80),
            group=f"thread:{thread}", number=number % 5 + 1, handle=f"m{number % 997}", author=f"Member {number % 997}",
            organisation=f"Hospital {number % 211}", country=COUNTRIES[number % 211 % 10],
            tags=(f"tag{thread % 40}", f"tag{thread % 37 + 40}"), platforms=(PLATFORMS[thread % 8],),
            state=("solved",) if thread % 3 == 0 else ("unanswered",),
        )  # fmt: skip


class Ours:
    """The site's own engine."""

    def __init__(self, folder: Path) -> None:
        self.engine = WhooshEngine(folder, seconds=60)  # a busy machine must not end the run
        self.loop = asyncio.new_event_loop()
        self.run = self.loop.run_until_complete

    def build(self, documents: list[Document]) -> None:
        """Index everything."""

        async def fill() -> None:
            await self.engine.open()
            fresh = await self.engine.fresh()
            for start in range(0, len(documents), 500):
                await fresh.add(documents[start : start + 500])
            await fresh.swap()

        self.run(fill())

    def search(self, query: Query, **wish: Any) -> Any:
        """Search in this thread and return the ids, as the other engines do; with facets, their counts."""
        asked, wished = self.engine.asked(PUBLIC), answers.Wish(**wish)
        found, places = answers.find(asked, query, wished)
        if wished.facets:
            return [found.facet(name) for name in wished.facets]
        return found.total, asked.view.column("id")[found.docs[places]].tolist()

    def page(self, query: Query, **wish: Any) -> Any:
        """Search in this thread and return everything that a page shows."""
        return answers.search(self.engine.asked(PUBLIC), query, answers.Wish(**wish))


class Fts5:
    """SQLite FTS5 on disk, with the filters as columns beside it."""

    def __init__(self, folder: Path) -> None:
        self.db = sqlite3.connect(folder / "fts.sqlite3")
        self.db.executescript(
            "CREATE VIRTUAL TABLE docs USING fts5(title, body, tokenize='porter unicode61', content='');"
            "CREATE TABLE facts(id INTEGER PRIMARY KEY, audience, type, platform, country, tag, created);"
        )

    def build(self, documents: list[Document]) -> None:
        """Index everything."""
        with self.db:
            self.db.executemany("INSERT INTO docs(rowid, title, body) VALUES (?, ?, ?)",
                                ((one.id, one.title, one.body) for one in documents))  # fmt: skip
            self.db.executemany(
                "INSERT INTO facts VALUES (?, ?, ?, ?, ?, ?, ?)",
                ((one.id, one.audience, one.type, one.platforms[0], one.country, one.tags[0], one.created.timestamp())
                 for one in documents),
            )  # fmt: skip

    def rows(self, wanted: str, tail: str, *values: object, head: str = "docs.rowid") -> list[Any]:
        """Run one search."""
        sql = (f"SELECT {head} FROM docs JOIN facts ON facts.id = docs.rowid "
               f"WHERE docs MATCH ? AND audience = 'public' {tail}")  # fmt: skip
        return self.db.execute(sql, (wanted, *values)).fetchall()


class Tantivy:
    """tantivy on disk, with fast fields for what is filtered, counted and sorted."""

    def __init__(self, folder: Path) -> None:
        import tantivy

        self.lib = tantivy
        builder = tantivy.SchemaBuilder()
        builder.add_integer_field("id", stored=True, fast=True)
        builder.add_date_field("created", fast=True)
        for name in ("title", "body"):
            builder.add_text_field(name, tokenizer_name="en_stem")
        for name in ("audience", *FACETS):
            builder.add_text_field(name, tokenizer_name="raw", fast=True)
        self.index = tantivy.Index(builder.build(), path=str(folder))

    def build(self, documents: list[Document]) -> None:
        """Index everything."""
        writer = self.index.writer(heap_size=200_000_000, num_threads=1)
        for one in documents:
            writer.add_document(self.lib.Document(
                id=one.id, title=one.title, body=one.body, audience=one.audience, type=one.type,
                platform=one.platforms[0], country=one.country, tag=one.tags[0], created=one.created,
            ))  # fmt: skip
        writer.commit()
        writer.wait_merging_threads()
        self.index.reload()
        self.searcher = self.index.searcher()

    def search(self, wanted: str, **options: Any) -> Any:
        """Search and fetch the ids, as the other engines do."""
        query = self.index.parse_query(f"+({wanted}) +audience:public", ["title", "body"], field_boosts={"title": 2.0})
        if facets := options.pop("facets", None):
            wish = {name: {"terms": {"field": name, "size": 40}} for name in facets}
            return self.searcher.aggregate(query, wish)
        found = self.searcher.search(query, **options)
        return [self.searcher.doc(place)["id"] for _, place in found.hits]


Case = tuple[str, Callable[[int], object], Callable[[int], object] | None, Callable[[int], object] | None]


def cases(words: Words, ours: Ours, fts: Fts5, tan: Tantivy | None) -> Iterator[Case]:
    """Yield the query classes: name, and how each engine does round n."""
    common, middle, rare = words.words[:12], words.words[200:600], words.words[20_000:30_000]

    def three(n: int) -> list[str]:
        return [common[n % 12], middle[n * 7 % 400], middle[n * 13 % 400]]

    def each(found: list[str], **more: Any) -> Query:
        return Query(choices=tuple(Choice((Word(word),)) for word in found), **more)

    def ask(query: Callable[[int], Query], **wish: Any) -> Callable[[int], object]:
        return lambda n: ours.search(query(n), **wish)

    def t(text: Callable[[int], str], **options: Any) -> Callable[[int], object] | None:
        return (lambda n: tan.search(text(n), **{"limit": 20, **options})) if tan else None

    best = "ORDER BY bm25(docs, 2.0, 1.0) LIMIT 20"
    joined = {"collapse": False}
    yield ("common term", ask(lambda n: each([common[n % 12]]), **joined),
           lambda n: fts.rows(common[n % 12], best), t(lambda n: common[n % 12]))  # fmt: skip
    yield ("rare term", ask(lambda n: each([rare[n]]), **joined),
           lambda n: fts.rows(rare[n], best), t(lambda n: rare[n]))  # fmt: skip
    yield ("three words, any", ask(lambda n: each(three(n)), **joined),
           lambda n: fts.rows(" OR ".join(three(n)), best), t(lambda n: " ".join(three(n))))  # fmt: skip
    yield ("three words, all", ask(lambda n: each(three(n), all_words=True), **joined),
           lambda n: fts.rows(" ".join(three(n)), best), t(lambda n: " AND ".join(three(n))))  # fmt: skip
    yield ("phrase", ask(lambda n: Query(choices=(Choice((Phrase(" ".join(three(n)[:2])),), True),)), **joined),
           lambda n: fts.rows('"' + " ".join(three(n)[:2]) + '"', best),
           t(lambda n: '"' + " ".join(three(n)[:2]) + '"'))  # fmt: skip
    yield ("prefix", ask(lambda n: Query(choices=(Choice((Prefix(middle[n % 400][:5]),)),)), **joined),
           lambda n: fts.rows(middle[n % 400][:5] + "*", best), None)  # fmt: skip
    yield ("filter and date sort",
           ask(lambda n: each([common[n % 12]], only={"platform": ("YouTube",)}, sort="newest"), **joined),
           lambda n: fts.rows(common[n % 12], "AND platform = 'YouTube' ORDER BY created DESC LIMIT 20"),
           t(lambda n: f"({common[n % 12]}) AND platform:YouTube", order_by_field="created"))  # fmt: skip
    yield ("four exact facets", ask(lambda n: each([common[n % 12]]), facets=FACETS, limit=0, **joined),
           lambda n: [fts.rows(common[n % 12], f"GROUP BY {name}", head=f"{name}, count(*)") for name in FACETS],
           t(lambda n: common[n % 12], facets=FACETS))  # fmt: skip
    yield ("exact count", ask(lambda n: each([common[n % 12]]), limit=0, **joined),
           lambda n: fts.rows(common[n % 12], "", head="count(*)"),
           t(lambda n: common[n % 12], limit=1, count=True))  # fmt: skip
    yield ("page 7", ask(lambda n: each(three(n)), offset=120, **joined),
           lambda n: fts.rows(" OR ".join(three(n)), best + " OFFSET 120"),
           t(lambda n: " ".join(three(n)), offset=120))  # fmt: skip
    yield ("results page of the site",
           lambda n: ours.page(each(three(n)), facets=(*FACETS, "state", "year"), sections=3), None, None)  # fmt: skip
    asked = lambda: ours.engine.asked(PUBLIC)  # noqa: E731
    yield "suggestion", lambda n: answers.suggest(asked(), f"{middle[n % 400]} {common[n % 12][:3]}", 8), None, None
    yield "spelling", lambda n: correct(asked(), [middle[n * 3 % 400][:-1] + "qx"]), None, None
    yield ("similar", lambda n: answers.similar(asked(), " ".join(three(n) + three(n + 5)), 5, frozenset(), ()),
           None, None)  # fmt: skip


def timed(work: Callable[[int], object], rounds: int, warm: int) -> tuple[list[float], float]:
    """Return the milliseconds of each round after `warm` unmeasured ones, and the slowest cold one."""
    took = []
    for number in [*range(rounds)] * (2 if warm else 1):
        began = clock()
        work(number)
        took.append((clock() - began) * 1000)
    return took[rounds:] if warm else took, quantiles(took[:rounds], n=20)[18]


def spread(took: list[float]) -> dict[str, float]:
    """Return p50 and p95."""
    return {"p50_ms": round(median(took), 3), "p95_ms": round(quantiles(took, n=20)[18], 3)}


def upkeep(ours: Ours, documents: list[Document], words: Words) -> dict[str, Any]:
    """Measure opening, committing one document, and finding it."""
    opened, committed, findable = [], [], []
    shelf = ours.engine._shelf
    assert shelf is not None
    for number in range(40):
        began = clock()
        shelf._settled(shelf._open)
        opened.append((clock() - began) * 1000)
        fresh = next(posts(words, 1))
        began = clock()
        ours.run(ours.engine.replace([documents[number], fresh]))
        committed.append((clock() - began) * 1000)
        ours.search(Query(choices=(Choice((Word(fresh.title.split()[0]),)),)))
        findable.append((clock() - began) * 1000)
        if number % 10 == 9:
            ours.run(ours.engine.tend())
    return {"open": spread(opened), "commit": spread(committed), "commit_and_find": spread(findable)}


def main() -> None:
    """Build, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--size", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=60)
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--cpu", action="store_true", help="count processor time: for a machine that others use too")
    given = parser.parse_args()
    if given.cpu:
        globals()["clock"] = time.process_time
    words = Words()
    documents = list(posts(words, given.size))
    result: dict[str, Any] = {"size": given.size, "classes": {}, "build_s": {}}
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        (folder / "tantivy").mkdir()
        engines: dict[str, Any] = {"whoosh": Ours(folder / "index"), "fts5": Fts5(folder)}
        try:
            engines["tantivy"] = Tantivy(folder / "tantivy")
        except ImportError:
            print("tantivy is not installed: not compared", file=sys.stderr)
        for name, engine in engines.items():
            began = clock()
            engine.build(documents)
            result["build_s"][name] = round(clock() - began, 2)
        for name, mine, theirs, others in cases(words, engines["whoosh"], engines["fts5"], engines.get("tantivy")):
            took, cold = timed(mine, given.rounds, warm=True)
            row: dict[str, Any] = {**spread(took), "cold_p95_ms": round(cold, 2)}
            for other, work in (("fts5", theirs), ("tantivy", others)):
                if work:
                    slow = median(timed(work, max(8, given.rounds // 4), warm=True)[0])
                    row[f"{other}_p50_ms"] = round(slow, 3)
                    row[f"vs_{other}"] = round(row["p50_ms"] / slow, 3)
            result["classes"][name] = row
            if not given.json:
                print(f"{name:26}", "  ".join(f"{key} {value:>8}" for key, value in row.items()), flush=True)
        result.update(upkeep(engines["whoosh"], documents, words))
        health = engines["whoosh"].engine.health()
        result["cache_mb"] = round(health.cache_bytes / 2**20, 1)
        result["disk_mb"] = round(health.disk_bytes / 2**20, 1)
        result["peak_mb"] = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
        engines["whoosh"].run(engines["whoosh"].engine.close())
    if given.json:
        print(json.dumps(result))
    else:
        print({key: value for key, value in result.items() if key != "classes"})


if __name__ == "__main__":
    main()

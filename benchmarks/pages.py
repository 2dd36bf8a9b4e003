"""How fast the site's pages are, beside a bare "hello world" in the same run.

python benchmarks/pages.py [--preset 20k|100k|1m|long] [--postgres URL] [--workers N] [--seconds 4] [--json]
                           [--keep DIR]

Starts the real server on loopback with the demonstration and many made-up threads, drives it with wrk, and tells for
each page requests a second, latency, processor per request and the ratio of its requests to those of hello world,
asked just before and after it. `--keep` names a folder in which the filled site stays for the next run.
"""

import argparse
import asyncio
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import httpx2

from base import db, settings
from benchmarks.filling import TOPICS, fill
from benchmarks.serving import ROOT, Seen, Server, drive, free_port, running, send

PRESETS: Final = {"20k": (2_000, 20_000, 0), "100k": (10_000, 100_000, 0), "1m": (100_000, 1_000_000, 0),
                  "long": (2_000, 20_000, 10_000)}  # fmt: skip
Row = dict[str, Any]
# Who reads has written nothing and has no role, as most; who writes is somebody else.
READER, WRITER = "grace@demo.example", "mara@demo.example"
PASSWORD: Final = "demonstration"
ENVIRONMENT: Final = {"COMMONPLACE_LIMITS": "false", "COMMONPLACE_LOG_LEVEL": "warning"}
WORDS: Final = ("captions", "reviews+policy", "video+for+parents", "consent", "waiting+clinic")
BODY: Final = "We did it like this in our hospital, and it took two weeks in all. Turn"


@dataclass(frozen=True, slots=True)
class Places:
    """What is asked for."""

    threads: list[str]
    article: str
    longest: str


def _fill(folder: Path, url: str, preset: str) -> Places:
    """Fill the site unless the folder has it already."""
    told = folder / "places.json"
    if told.exists():
        return Places(**json.loads(told.read_text()))
    common = [sys.executable, "-m", "app", "--data", str(folder)]
    environment = {"COMMONPLACE_DATABASE_URL": url} if url else {}
    outside = dict(os.environ) | environment
    subprocess.run([*common, "demo"], cwd=ROOT, check=True, env=outside, capture_output=True)
    threads, posts, longest = PRESETS[preset]

    async def work() -> Places:
        await db.connect(settings.load(data_dir=folder, database_url=url or None).database)
        try:
            made = await fill(threads, posts, longest)
            found = await db.rows("SELECT id, slug FROM articles WHERE state = 'published' ORDER BY id LIMIT 1")
        finally:
            await db.close()
        usual = [address for address, size in made if 8 <= size <= 60][-50:]
        return Places(usual, f"/kb/{found[0]['id']}-{found[0]['slug']}", max(made, key=lambda one: one[1])[0])

    print(f"filling with {posts} posts …", file=sys.stderr)
    places = asyncio.run(work())
    print("building the index …", file=sys.stderr)
    subprocess.run([*common, "reindex"], cwd=ROOT, check=True, env=outside, capture_output=True)
    told.write_text(json.dumps(asdict(places)))
    return places


def _cookie(server: Server, email: str) -> str:
    with httpx2.Client(base_url=server.address, timeout=30) as client:
        client.post("/sign-in", data={"email": email, "password": PASSWORD})
        return "; ".join(f"{name}={value}" for name, value in client.cookies.items() if "session" in name)


def _etag(server: Server, path: str) -> str:
    return str(httpx2.get(server.address + path, timeout=30).headers.get("etag", "")).replace('"', '\\"')


@dataclass(frozen=True, slots=True)
class Page:
    """What one row of the table asks for."""

    paths: list[str]
    headers: dict[str, str]
    is_new: bool = False
    """Each is asked for once, by nobody before; half of them only warm the server up."""


def pages(server: Server, places: Places) -> dict[str, Page]:
    """Return every row of the table."""
    packed = {"Accept-Encoding": "gzip"}
    member = packed | {"Cookie": _cookie(server, READER)}
    one = places.threads[0]
    return {
        "home": Page(["/"], packed),
        "list": Page(["/questions", "/latest", "/discussions", "/questions?page=2"], packed),
        "thread": Page(places.threads, packed),
        "thread 304": Page([one], packed | {"If-None-Match": _etag(server, one)}),
        "article": Page([places.article], packed),
        "search": Page([f"/search?q={word}" for word in WORDS], packed),
        "search, never before": Page(_searches(), packed, is_new=True),
        "feed": Page(["/feeds/latest.atom"], packed),
        "home, member": Page(["/"], member),
        "list, member": Page(["/questions", "/latest", "/discussions", "/questions?page=2"], member),
        "thread, member": Page(places.threads, member),
        "article, member": Page([places.article], member),
        "longest, last page": Page([f"{places.longest}?page=2"], packed),
    }


def _searches() -> list[str]:
    """Return searches for any two of the words that the texts are made of."""
    made = [f"/search?q={one}+{other}" for one in TOPICS for other in TOPICS if one != other]
    random.Random(1).shuffle(made)
    return made


def _visit(server: Server, one: Page) -> None:
    """Ask for each page once: what is measured is pages that people come back to."""
    with httpx2.Client(base_url=server.address, timeout=60, headers=one.headers) as client:
        for path in one.paths:
            status = client.get(path).status_code
            if status not in (200, 304):
                raise RuntimeError(f"{path} answered {status}")


def _posting(server: Server, places: Places, folder: Path, seconds: float, *, clients: int, readers: int) -> Row:
    """Let so many clients answer threads as fast as they can, beside so many who read."""
    cookie, asked = _cookie(server, WRITER), [f"{one.split('-', 1)[0]}/answer" for one in places.threads]

    def read(length: float) -> Seen:
        return drive(server, places.threads, folder, seconds=length, clients=readers, headers={})

    with ThreadPoolExecutor(1) as beside:
        if readers:
            read(2)  # whoever comes first has every page drawn
            reading = beside.submit(read, seconds + 1)
        seen = send(server, asked, folder, seconds=seconds, clients=clients, cookie=cookie, body=BODY)
        if readers:
            reading.result()
    return {
        "rps": seen.rps, "p50_ms": seen.p50_ms, "p99_ms": seen.p99_ms, "cpu_us": seen.cpu_us, "ratio": 0.0,
        "failed": seen.errors,
    }  # fmt: skip


def _row(ask: Callable[[], Seen], hello: Callable[[], Seen]) -> tuple[Row, float]:
    before, seen, after = hello(), ask(), hello()
    base = (before.rps + after.rps) / 2
    base_cpu = (before.cpu_us + after.cpu_us) / 2
    return {
        "rps": seen.rps, "p50_ms": seen.p50_ms, "p99_ms": seen.p99_ms, "cpu_us": seen.cpu_us, "ratio": seen.rps / base,
        "cpu_ratio": base_cpu / seen.cpu_us, "errors": seen.errors, "bytes": seen.bytes,
    }, base  # fmt: skip


def measure(folder: Path, places: Places, asked: Any) -> dict[str, Any]:
    """Measure everything."""
    port, hello_port, log = free_port(), free_port(), folder / "server.log"
    words = ["-m", "app", "serve", "--data", str(folder), "--port", str(port)]
    words += ["--workers", str(asked.workers)] if asked.workers > 1 else []
    environment = ENVIRONMENT | ({"COMMONPLACE_DATABASE_URL": asked.postgres} if asked.postgres else {})
    if asked.postgres and asked.workers > 1:
        environment["COMMONPLACE_SEARCH_ENGINE"] = "postgres"
    with (
        running([str(ROOT / "benchmarks/hello.py"), str(hello_port)], hello_port, "/", log) as bare,
        running(words, port, "/search?q=captions", log, **environment) as server,
    ):
        time.sleep(3)
        memory = {"idle_mib": server.memory()}

        def hello() -> Seen:
            return drive(bare, ["/"], folder, seconds=asked.seconds / 2, clients=10, headers={})

        found: dict[str, Any] = {}
        bases: list[Seen] = [hello()]
        for name, one in pages(server, places).items():
            if asked.only and asked.only not in name:
                continue

            def ask(one: Page = one) -> Seen:
                middle = len(one.paths) // 2 if one.is_new else 0
                if not one.is_new:
                    _visit(server, one)
                drive(server, one.paths[:middle] or one.paths, folder, seconds=1, clients=4, headers=one.headers)
                return drive(server, one.paths[middle:], folder, seconds=asked.seconds, clients=10, headers=one.headers)

            found[name], _ = _row(ask, hello)
            print(_line(name, found[name]), file=sys.stderr)
        if not asked.only or asked.only in "posting":
            found["posting, 10 readers"] = _posting(server, places, folder, asked.seconds * 2, clients=1, readers=10)
            found["posting, 4 clients"] = _posting(server, places, folder, asked.seconds * 2, clients=4, readers=0)
        memory["after_mib"] = server.memory()
    return {"hello": asdict(bases[0]), "pages": found, "memory": memory}


def _line(name: str, row: dict[str, Any]) -> str:
    wrong = row.get("errors") or row.get("failed")
    return (
        f"{name:<22} {row['rps']:>8.0f} {row['p50_ms']:>8.1f} {row['p99_ms']:>8.1f} {row['cpu_us']:>8.0f} "
        f"{row['ratio']:>6.2f} {row.get('cpu_ratio', 0):>6.2f} {row.get('bytes', 0) / 1024:>7.1f}"
        + (f"   {wrong:.0f} failed" if wrong else "")
    )


def main() -> None:
    """Measure, and print a table or JSON."""
    read = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    read.add_argument("--preset", choices=PRESETS, default="20k")
    read.add_argument("--postgres", default="", metavar="URL", help="an empty database, which is filled")
    read.add_argument("--workers", type=int, default=1)
    read.add_argument("--seconds", type=float, default=4)
    read.add_argument("--only", default="", help="rows whose name has this")
    read.add_argument("--keep", type=Path)
    read.add_argument("--json", action="store_true")
    asked = read.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = asked.keep or Path(name)
        folder.mkdir(parents=True, exist_ok=True)
        result = measure(folder, _fill(folder, asked.postgres, asked.preset), asked)
    if asked.json:
        print(json.dumps(result, indent=2))
        return
    print(f"\n{'':<22} {'req/s':>8} {'p50 ms':>8} {'p99 ms':>8} {'CPU µs':>8} {'ratio':>6} {'by CPU':>6} {'KiB':>7}")
    print(_line("hello", {**result["hello"], "ratio": 1.0, "cpu_ratio": 1.0}))
    for name, row in result["pages"].items():
        print(_line(name, row))
    print(f"\nmemory: {result['memory']['idle_mib']:.0f} MiB idle, {result['memory']['after_mib']:.0f} MiB after")


if __name__ == "__main__":
    main()

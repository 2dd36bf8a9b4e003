"""Backups of a site that people write on meanwhile, by the commands, as an operator runs them."""

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import httpx2
import pytest

from app.backup.restore import restore_backup
from app.checkup import check_up
from app.migrate import migrate
from base.db import rows
from tests import builders as make
from tests.app.keeping import inside, settled
from tests.databases import Databases, on_postgres
from tests.forked import ROOT, Forked, run

pytestmark = pytest.mark.anyio


def environment(url: str) -> dict[str, str]:
    given = {"PYTHONPATH": str(ROOT), "COMMONPLACE_DATABASE_URL": url, "COMMONPLACE_LOG_LEVEL": "error"}
    return {**os.environ, **given, "COMMONPLACE_DEMO": "false", "COMMONPLACE_LIMITS": "false"}


def commonplace(data: Path, url: str, *words: str, code: int = 0) -> str:
    done = run("app", "--data", str(data), *words, env=environment(url))
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout if code == 0 else done.stderr


@contextmanager
def served(data: Path, url: str) -> Iterator[str]:
    """Run a real server."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "app", "--data", str(data), "serve", "--port", str(port)]
    process = subprocess.Popen(command, env=environment(url), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    address = f"http://127.0.0.1:{port}"
    try:
        while process.poll() is None:
            try:
                if httpx2.get(f"{address}/healthz").status_code == 200:
                    break
            except httpx2.TransportError:
                threading.Event().wait(0.1)
        yield address
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait()


@asynccontextmanager
async def began(databases: Databases, folder: Path) -> AsyncIterator[tuple[Path, str, str]]:
    """Give a site with one thread and somebody who may write."""
    url = databases.empty()
    await migrate(url)
    now = settled(folder / "data", url)
    async with inside(now):
        await make.thread(author=(author := await make.member()))
        token = (await make.token(author))["authorization"]
    yield now.data_dir, url, token
    databases.drop(url)


class Writing(threading.Thread):
    """Writes replies until it is told to stop."""

    def __init__(self, address: str, token: str) -> None:
        super().__init__()
        self._address, self._token = address, token
        self._stop_it = threading.Event()
        self.accepted: list[int] = []
        self.refused: list[str] = []

    def run(self) -> None:
        with httpx2.Client(base_url=self._address, headers={"authorization": self._token}) as client:
            while not self._stop_it.is_set():
                body = {"body": f"Reply {len(self.accepted)}, with words enough to be taken for one."}
                answer = client.post("/api/v1/threads/1/posts", json=body)
                if answer.status_code == 201:
                    self.accepted.append(answer.json()["number"])
                else:
                    self.refused.append(answer.text)

    def end(self) -> None:
        self._stop_it.set()
        self.join()


async def test_what_is_backed_up_while_people_write_is_whole(databases: Databases, tmp_path: Path) -> None:
    async with began(databases, tmp_path) as (data, url, token):
        with served(data, url) as address:
            writing = Writing(address, token)
            writing.start()
            made = []
            try:
                for number in range(2):
                    before = len(writing.accepted)
                    words = ("backup", str(tmp_path / f"{number}.tar"), "--json")
                    told = json.loads(await asyncio.to_thread(commonplace, data, url, *words))
                    made.append((Path(told["file"]), before, len(writing.accepted)))
            finally:
                writing.end()
        assert writing.accepted
        assert not writing.refused, writing.refused[:1]
        posts = "SELECT id, thread_id, number, body, html, created_at FROM posts ORDER BY id"
        async with inside(settled(data, url)):
            live = await rows(posts)
        assert len(live) == len(writing.accepted) + 1
        for file, before, after in made:
            fresh = databases.empty()
            now = settled(tmp_path / f"fresh-{file.stem}", fresh if on_postgres() else "")
            await restore_backup(now, file)
            async with inside(now):
                restored = await rows(posts)
                assert restored == live[: len(restored)]
                assert before <= len(restored) - 1 <= after + 1
                replies = (await rows("SELECT replies FROM threads WHERE id = 1"))[0]["replies"]
                assert replies == len(restored) - 1
                entries = "SELECT COUNT(*) AS n FROM journal_entries WHERE kind = 'post.added'"
                assert (await rows(entries))[0]["n"] in (0, replies)
                found = {one.name: one for one in await check_up(now)}
                assert found["counters"].ok
                assert found["database"].ok
            databases.drop(fresh)


async def test_a_killed_one_leaves_nothing_that_looks_like_one(databases: Databases, tmp_path: Path) -> None:
    async with began(databases, tmp_path) as (data, url, _):
        async with inside(settled(data, url)):
            author = await make.member()
            thread = await make.thread(author=author)
            for _ in range(30):
                await make.post(thread, "word " * 10_000, author=author)
        for sign in (signal.SIGTERM, signal.SIGKILL):  # what the second leaves, the next clears away
            process = Forked("app", "--data", str(data), "backup", "--json", env=environment(url))
            while process.poll() is None and not list((data / "backups").glob(".*.partial")):
                threading.Event().wait(0.001)
            process.send_signal(sign)
            process.wait()
            finished = process.returncode == 0
            assert finished or not list((data / "backups").glob("[!.]*"))
            for file in (data / "backups").glob("[!.]*"):
                file.unlink()
            left = list((data / "backups").glob(".*.partial"))
            assert sign == signal.SIGKILL or not left
        made = Path(json.loads(commonplace(data, url, "backup", "--json"))["file"])
        assert sorted(path.name for path in (data / "backups").iterdir()) == [made.name]
        assert "are as they were" in commonplace(data, url, "restore", str(made), "--check")
        with made.open("r+b") as out:
            out.truncate(made.stat().st_size - 700)
        error = commonplace(data, url, "restore", str(made), "--check", code=1)
        assert error.count("\n") == 1
        assert "cut off" in error

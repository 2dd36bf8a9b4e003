"""Several server processes on one socket: what one counts the others know, and one that dies is replaced."""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import httpx2
import pytest

from tests.browser import served as serving_
from tests.browser.served import PASSWORD, Served, plan, start, wait_for
from tests.databases import Databases, on_postgres
from tests.forked import ROOT, Forked

WORKERS: Final = 2


@pytest.mark.parametrize(
    ("url", "sentence"),
    [("", "SQLite serves one process"), ("postgres://nobody@127.0.0.1:1/none", "embedded index belongs to one")],
)
def test_what_cannot_be_shared_is_said_before_anything_is_touched(tmp_path: Path, url: str, sentence: str) -> None:
    outside = {name: value for name, value in os.environ.items() if not name.startswith("COMMONPLACE_")}
    command = [sys.executable, "-m", "app", "serve", "--data", str(tmp_path / "data"), "--port", "0", "--workers", "2"]
    ended = subprocess.run(
        command, check=False, cwd=ROOT, env=outside | {"COMMONPLACE_DATABASE_URL": url}, capture_output=True, text=True,
        timeout=60,
    )  # fmt: skip
    assert (ended.returncode, sentence in ended.stderr) == (2, True), ended.stderr
    assert not (tmp_path / "data").exists()


@pytest.fixture
def parent(databases: Databases, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Served, Forked]]:
    """Serve a database by two workers."""
    if not on_postgres():
        pytest.skip("several processes need PostgreSQL")
    url = databases.empty()
    more = {
        "COMMONPLACE_DATABASE_URL": url, "COMMONPLACE_WORKERS": str(WORKERS), "COMMONPLACE_SEARCH_ENGINE": "postgres",
        "COMMONPLACE_LIMITS": "true", "COMMONPLACE_LIMIT_NUMBERS": '{"post_pause": 0}',
    }  # fmt: skip
    monkeypatch.setattr(serving_, "SETTINGS", serving_.SETTINGS | more)
    monkeypatch.setattr(serving_, "SECONDS", 300)  # three processes start here
    served = plan(tmp_path)
    process = start(served)
    wait_for(lambda: len(children_of(process.pid)) == WORKERS or None, 120)
    yield served, process
    if process.poll() is None:
        process.terminate()
    assert process.wait(timeout=60) in (0, -signal.SIGKILL), served.log.read_text()
    databases.drop(url)


def children_of(pid: int) -> list[int]:
    try:
        return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except FileNotFoundError:
        return []


def test_they_are_one_site(parent: tuple[Served, Forked]) -> None:
    served, process = parent
    _see_limits(served)
    _see_news(served)
    _see_one_replaced(served, process)
    workers = children_of(process.pid)
    process.kill()
    wait_for(lambda: not any(Path(f"/proc/{one}").exists() for one in workers) or None, 60)


def _see_limits(served: Served) -> None:
    """Guess a password over a new connection each time, so that both workers hear of it."""
    answers = Counter[int]()
    for number in range(16):
        sent = {"email": "grace@demo.example", "password": f"not this one {number}"}
        answers[httpx2.post(f"{served.address}/sign-in", data=sent, timeout=60).status_code] += 1
    assert set(answers) == {422, 429}
    assert answers[422] <= 12, "six a minute, and the minute may have turned"


def _see_news(served: Served) -> None:
    """Let one be told in an open page what another has done, whichever worker each of them has."""
    mara, ruth = (_entered(served, name) for name in ("mara", "ruth"))
    before = mara.get("/api/v1/inbox/unread").json()["unread"]
    listed = mara.get("/api/v1/threads", params={"limit": 50}).json()
    own = next(one for one in listed["threads"] if (one["author"]["handle"] or "").startswith("mara"))
    with mara.stream("GET", "/inbox/events") as told:
        lines = told.iter_lines()
        assert next(line for line in lines if line.startswith("data:"))
        sent = {"body": "Here is what we do about that on our ward, in a few words."}
        assert ruth.post(f"/api/v1/threads/{own['id']}/posts", json=sent).status_code == 201
        news = next(line for line in lines if line.startswith("data:"))
    assert f'"unread": {before + 1}' in news
    mara.close()
    ruth.close()


def _see_one_replaced(served: Served, process: Forked) -> None:
    before = children_of(process.pid)
    os.kill(before[0], signal.SIGKILL)
    wait_for(lambda: before[0] not in children_of(process.pid) or None)
    until = time.monotonic() + 180
    while len(children_of(process.pid)) < WORKERS:
        assert httpx2.get(f"{served.address}/healthz", timeout=60).status_code == 200
        assert time.monotonic() < until
    assert before[1] in children_of(process.pid)


def _entered(served: Served, who: str) -> httpx2.Client:
    client = httpx2.Client(base_url=served.address, timeout=60, headers={"Origin": served.address})
    sent = client.post("/sign-in", data={"email": f"{who}@demo.example", "password": PASSWORD})
    assert sent.status_code == 303, sent.text
    return client

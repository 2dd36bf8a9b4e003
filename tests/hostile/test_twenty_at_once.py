"""Twenty people at the same thread of a real server: whatever they do at once, counts and rows agree, no text is lost.

On PostgreSQL two server processes share the database, as behind a proxy.
"""

import asyncio
import random
import sqlite3
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import asyncpg
import httpx2
import pytest

from tests.browser import served as serving_
from tests.browser.served import PASSWORD, Served, plan, start
from tests.databases import Databases, on_postgres
from tests.forked import Forked

CLIENTS: Final = 20
ROUNDS: Final = 12
_BODY: Final = "Everybody writes here at once, and nobody may lose a word: "
# Everything that the thread says of its posts, beside what its rows say.
_COUNTS: Final = """
SELECT t.replies, t.answers, t.last_number, t.last_position, t.resolution, t.votes,
  (SELECT COUNT(*) FROM posts p WHERE p.thread_id = t.id AND p.state = 'published'
    AND p.kind IN ('answer', 'comment')) AS replies_there,
  (SELECT COUNT(*) FROM posts p WHERE p.thread_id = t.id AND p.state = 'published'
    AND p.kind = 'answer') AS answers_there,
  (SELECT MAX(p.number) FROM posts p WHERE p.thread_id = t.id) AS last_there,
  (SELECT COUNT(*) FROM posts p WHERE p.thread_id = t.id) AS posts,
  (SELECT COUNT(DISTINCT p.number) FROM posts p WHERE p.thread_id = t.id) AS numbers,
  (SELECT COUNT(*) FROM posts p WHERE p.thread_id = t.id AND p.kind = 'answer') AS places,
  (SELECT COUNT(DISTINCT p.position) FROM posts p WHERE p.thread_id = t.id AND p.kind = 'answer') AS positions,
  (SELECT MAX(p.position) FROM posts p WHERE p.thread_id = t.id) AS last_place,
  (SELECT COUNT(*) FROM posts p WHERE p.thread_id = t.id AND p.kind = 'summary' AND p.state = 'published') AS summaries,
  (SELECT COUNT(*) FROM posts p WHERE p.thread_id = t.id AND p.accepted_at IS NOT NULL
    AND p.state = 'published') AS accepted
FROM threads t WHERE t.id = {thread}"""
# Posts whose own counts differ from their rows.
_WRONG: Final = """
SELECT p.id FROM posts p WHERE p.thread_id = {thread} AND (
  p.votes <> p.votes_brought + (SELECT COUNT(*) FROM votes v WHERE v.post_id = p.id)
  OR (p.place = 0 AND p.position >= 0 AND (
    p.comments <> (SELECT COUNT(*) FROM posts c WHERE c.thread_id = p.thread_id AND c.position = p.position
      AND c.place > 0)
    OR p.comments <> (SELECT COALESCE(MAX(c.place), 0) FROM posts c WHERE c.thread_id = p.thread_id
      AND c.position = p.position)))
  OR p.revision <> (SELECT COUNT(*) FROM post_revisions r WHERE r.post_id = p.id)
  OR p.revision <> (SELECT MAX(r.number) FROM post_revisions r WHERE r.post_id = p.id)
  OR p.body <> (SELECT r.body FROM post_revisions r WHERE r.post_id = p.id AND r.number = p.revision))"""


@dataclass
class Told:
    """What the clients were told, all of them together."""

    words: dict[str, int] = field(default_factory=dict)
    edits: int = 0
    answers: Counter[str] = field(default_factory=Counter)
    strange: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, act: str, answer: httpx2.Response) -> bool:
        """Count an answer; what a member must never be told is kept."""
        with self.lock:
            self.answers[f"{act} {answer.status_code}"] += 1
            if answer.status_code not in (200, 201, 204, 403, 404, 409) or "locked" in answer.text:
                self.strange.append(f"{act}: {answer.status_code} {answer.text[:200]}")
        return answer.is_success


@dataclass
class Client:
    """One member with a session of their own, who does something else each time."""

    http: httpx2.Client
    name: str
    thread: int
    told: Told
    chance: random.Random
    own: list[int] = field(default_factory=list)

    def work(self) -> None:
        """Do many things, one after the other."""
        acts = (self.post, self.comment, self.vote, self.edit, self.accept, self.delete, self.summarise, self.read)
        weights = (5, 3, 3, 4, 2, 1, 1, 1)
        for turn in range(ROUNDS):
            act = self.post if not turn else self.chance.choices(acts, weights)[0]
            act(turn)

    def post(self, turn: int) -> None:
        """Answer."""
        self._write(turn, {})

    def comment(self, turn: int) -> None:
        """Comment on one of the first posts, where the others are, too."""
        self._write(turn, {"parent": self.chance.randint(1, 4)})

    def _write(self, turn: int, more: dict[str, int]) -> None:
        word = f"zq{self.name}x{turn}"
        answer = self.http.post(self._url("/posts"), json={"body": _BODY + word, "once": word} | more)
        if self.told.note("comment" if more else "post", answer):
            with self.told.lock:
                self.told.words[word] = answer.json()["number"]
            if not more:
                self.own.append(answer.json()["number"])

    def vote(self, turn: int) -> None:
        """Vote, or take it back."""
        method = "DELETE" if turn % 4 == 3 else "POST"
        self.told.note("vote", self.http.request(method, self._url(f"/posts/{self.chance.randint(1, 9)}/vote")))

    def edit(self, turn: int) -> None:
        """Add a word to the beginning of the thread or to an own post; when somebody was faster, read it again."""
        number = self.chance.choice([1, 1, *self.own])
        for _ in range(6):
            there = self.http.get(self._url(f"/posts/{number}")).json()
            if there["deleted"]:
                return
            given = {"body": f"{there['body']}\n\nzq{self.name}e{turn}", "revision": there["revision"]}
            answer = self.http.patch(self._url(f"/posts/{number}"), json=given)
            self.told.note("edit", answer)
            if answer.is_success:
                with self.told.lock:
                    self.told.words[f"zq{self.name}e{turn}"] = number
                    self.told.edits += 1
            if answer.status_code != 409:
                return

    def accept(self, turn: int) -> None:
        """Accept one of the first answers, or take that back."""
        method = "DELETE" if turn % 3 == 2 else "POST"
        self.told.note("accept", self.http.request(method, self._url(f"/posts/{self.chance.randint(2, 6)}/accept")))

    def delete(self, turn: int) -> None:
        """Delete an own post, or bring it back."""
        if self.own:
            number = self.own[-1]
            self.told.note("delete", self.http.delete(self._url(f"/posts/{number}")))
            if turn % 2:
                self.told.note("restore", self.http.post(self._url(f"/posts/{number}/restore")))

    def summarise(self, turn: int) -> None:
        """Write the answer so far."""
        body = f"{_BODY}zq{self.name}s{turn}"
        answer = self.http.post(self._url("/summary"), json={"body": body})
        if self.told.note("summary", answer):
            with self.told.lock:
                self.told.words[f"zq{self.name}s{turn}"] = answer.json()["number"]

    def read(self, turn: int) -> None:
        """Read the page meanwhile."""
        self.told.note("read", self.http.get(f"/t/{self.thread}", follow_redirects=True))

    def _url(self, path: str) -> str:
        return f"/api/v1/threads/{self.thread}{path}"


@pytest.fixture
def database_of_server(databases: Databases) -> Iterator[str]:
    """Give the address of an empty database on PostgreSQL, or nothing: then each server has a file of its own."""
    if not on_postgres():
        yield ""
        return
    url = databases.empty()
    yield url
    databases.drop(url)


@contextmanager
def _servers(folder: Path, url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Served]]:
    """Serve one database by one process, or on PostgreSQL by two."""
    more = {"COMMONPLACE_DATABASE_URL": url} if url else {}
    monkeypatch.setattr(serving_, "SETTINGS", serving_.SETTINGS | more)
    with ExitStack() as stack:
        running = []
        for number in range(2 if url else 1):
            one = plan(folder / str(number))
            one.folder.mkdir(parents=True)
            # Processes of one site share its secret.
            (one.folder / "secret.key").write_text("for this test alone, and for both of its servers")
            process = start(one)
            stack.callback(_end, process)
            running.append(one)
        yield running


def _end(process: Forked) -> None:
    process.terminate()
    process.wait(timeout=30)


def _signed_in(address: str, name: str) -> httpx2.Client:
    client = httpx2.Client(base_url=address, timeout=60)
    sent = client.post("/sign-in", data={"email": f"{name}@demo.example", "password": PASSWORD})
    assert sent.status_code == 303, sent.text
    return client


def _read(served: Served, url: str, sql: str) -> list[dict[str, Any]]:
    if url:
        return asyncio.run(_read_postgres(url, sql))
    with closing(sqlite3.connect(served.folder / "commonplace.sqlite3")) as file:
        file.row_factory = sqlite3.Row
        return [dict(row) for row in file.execute(sql)]


async def _read_postgres(url: str, sql: str) -> list[dict[str, Any]]:
    connection = await asyncpg.connect(url.replace("asyncpg://", "postgres://"))
    try:
        return [dict(row) for row in await connection.fetch(sql)]
    finally:
        await connection.close()


def test_counts_agree_with_rows_and_nothing_is_lost(
    tmp_path: Path, database_of_server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with _servers(tmp_path, database_of_server, monkeypatch) as servers:
        thread, told = _begin(servers[0]), Told()
        names = ("ruth", "mara", "tomasz", "grace")  # the first moderates, so that edits and deletions meet
        clients = [
            Client(_signed_in(servers[n % len(servers)].address, names[n % len(names)]), f"c{n}", thread, told,
                   random.Random(n))
            for n in range(CLIENTS)
        ]  # fmt: skip
        threads = [threading.Thread(target=one.work) for one in clients]
        for one in threads:
            one.start()
        for one in threads:
            one.join(timeout=240)
        assert not [one for one in threads if one.is_alive()]
        for client in clients:
            client.http.close()
        _check(servers[0], database_of_server, thread, told)
        logs = "".join(one.log.read_text() for one in servers)
    assert not told.strange, told.strange[:5]
    assert "request failed" not in logs, logs
    assert "is locked" not in logs, logs


def _begin(served: Served) -> int:
    with closing(_signed_in(served.address, "mara")) as client:
        given = {"kind": "question", "title": "What happens when everybody writes at once?", "body": _BODY + "zqfirst"}
        made = client.post("/api/v1/threads", json=given)
        assert made.status_code == 201, made.text
        return int(made.json()["id"])


def _check(served: Served, url: str, thread: int, told: Told) -> None:
    for act in ("post 201", "comment 201", "vote 200", "edit 200", "accept 200", "delete 204"):
        assert told.answers[act], (act, told.answers)
    (row,) = _read(served, url, _COUNTS.format(thread=thread))
    assert (row["replies"], row["answers"]) == (row["replies_there"], row["answers_there"]), row
    assert row["last_number"] == row["last_there"] == row["posts"] == row["numbers"], row
    assert row["last_position"] == row["last_place"] == row["places"] == row["positions"], row
    assert row["summaries"] <= 1, row
    assert row["resolution"] == ("solved" if row["accepted"] else "answered"), row
    assert _read(served, url, _WRONG.format(thread=thread)) == []
    bodies = {
        one["number"]: one["body"]
        for one in _read(served, url, f"SELECT number, body FROM posts WHERE thread_id = {thread}")
    }
    lost = [word for word, number in told.words.items() if word not in bodies[number]]
    assert not lost, (lost, told.answers)
    (edited,) = _read(
        served, url,
        "SELECT COUNT(*) AS n FROM post_revisions r JOIN posts p ON p.id = r.post_id "
        f"WHERE p.thread_id = {thread} AND r.number > 1",
    )  # fmt: skip
    assert edited["n"] == told.edits

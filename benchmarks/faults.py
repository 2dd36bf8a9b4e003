"""Kill the server at random moments while people write, and see that nothing accepted is lost, doubled or forgotten.

python benchmarks/faults.py [--rounds 30] [--postgres URL] [--workers 2] [--seed N] [--folder DIR] [--json]

Each round lets several members post, vote, edit and read for a while, then kills the server without warning (with
several workers: one of them, or the first process), starts it again, and lets each client send once more what got no
answer. At the end every answer that a client got is compared with the rows, the counters with the rows, the index and
the inboxes with the posts, and the letters at a mail server of its own with those that were queued. URL is an empty
PostgreSQL database, such as postgres://root@127.0.0.1:5432/faults. Ctrl-C stops after the round and compares.
"""

import argparse
import asyncio
import email
import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import asyncpg
import httpx2

ROOT: Final = Path(__file__).resolve().parent.parent
PEOPLE: Final = ("mara", "ruth", "tomasz", "grace", "lucien", "nia")
THREADS: Final = (11, 10, 12, 8)
PATIENCE: Final = 600.0
# Counters that differ from their rows, by what they count.
WRONG: Final = {
    "last_number": "SELECT COUNT(*) FROM threads t WHERE t.last_number <> "
    "(SELECT MAX(number) FROM posts p WHERE p.thread_id = t.id)",
    "replies": "SELECT COUNT(*) FROM threads t WHERE t.replies <> (SELECT COUNT(*) FROM posts p "
    "WHERE p.thread_id = t.id AND p.number > 1 AND p.state = 'published' AND p.kind <> 'summary')",
    "votes": "SELECT COUNT(*) FROM posts p WHERE p.votes <> p.votes_brought + "
    "(SELECT COUNT(*) FROM votes v WHERE v.post_id = p.id)",
    "revisions": "SELECT COUNT(*) FROM posts p WHERE p.revision <> "
    "(SELECT COUNT(*) FROM post_revisions r WHERE r.post_id = p.id)",
}


_LONGEST_LETTER: Final = 16 * 1024 * 1024


class MailServer(threading.Thread):
    """An SMTP server on the loopback that takes everything and counts each letter by its Message-ID."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.taken: Counter[str] = Counter()
        self.port = 0
        self._up = threading.Event()

    def run(self) -> None:
        """Serve for as long as the driver runs."""
        asyncio.run(self._serve())

    def begin(self) -> int:
        """Start, and return the port."""
        self.start()
        self._up.wait()
        return self.port

    async def _serve(self) -> None:
        # A letter that tells of all that was written between two rounds is long.
        server = await asyncio.start_server(self._talk, "127.0.0.1", 0, limit=_LONGEST_LETTER)
        self.port = server.sockets[0].getsockname()[1]
        self._up.set()
        await server.serve_forever()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            writer.write(b"220 here\r\n")
            while line := await reader.readline():
                word = line[:4].upper()
                if word == b"DATA":
                    writer.write(b"354 go on\r\n")
                    letter = await reader.readuntil(b"\r\n.\r\n")
                    self.taken[str(email.message_from_bytes(letter)["Message-ID"])] += 1
                writer.write(b"221 bye\r\n" if word == b"QUIT" else b"250 fine\r\n")
                await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()


class Database:
    """Looks into the database beside the server."""

    def __init__(self, folder: Path, url: str) -> None:
        self._file, self._url = folder / "commonplace.sqlite3", url

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """Return the rows of a statement."""
        if self._url:
            return asyncio.run(self._from_postgres(sql))
        with closing(sqlite3.connect(f"file:{self._file}?mode=ro", uri=True, timeout=30)) as opened:
            return opened.execute(sql).fetchall()

    async def _from_postgres(self, sql: str) -> list[tuple[Any, ...]]:
        opened = await asyncpg.connect(self._url)
        try:
            return [tuple(row) for row in await opened.fetch(sql)]
        finally:
            await opened.close()

    def number(self, sql: str) -> int:
        """Return the one number that a statement gives."""
        return int(self.rows(sql)[0][0])


class Site:
    """The server under test: started, killed, started again."""

    def __init__(self, folder: Path, port: int, url: str, workers: int, mail_port: int) -> None:
        self.folder, self.workers = folder, workers
        self.address = f"http://127.0.0.1:{port}"
        self.log = folder.parent / "server.log"
        self._port = port
        self._settings = {
            "COMMONPLACE_LIMITS": "false", "COMMONPLACE_MAIL_WINDOW_MINUTES": "0", "COMMONPLACE_LOG_LEVEL": "warning",
            "COMMONPLACE_MAIL_SERVER": "127.0.0.1", "COMMONPLACE_MAIL_PORT": str(mail_port),
            "COMMONPLACE_MAIL_TLS": "none", "COMMONPLACE_DATABASE_URL": url, "COMMONPLACE_WORKERS": str(workers),
            "COMMONPLACE_SEARCH_ENGINE": "postgres" if url else "embedded",
        }  # fmt: skip
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start, and wait until it answers."""
        outside = {name: value for name, value in os.environ.items() if not name.startswith("COMMONPLACE_")}
        command = [sys.executable, "-m", "app", "serve", "--data", str(self.folder), "--port", str(self._port)]
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                command, cwd=ROOT, env=outside | self._settings, stdout=log, stderr=subprocess.STDOUT
            )
        self.wait()

    def wait(self) -> None:
        """Wait until it answers."""
        until = time.monotonic() + PATIENCE
        while True:
            assert self._process is not None
            if self._process.poll() is not None or time.monotonic() > until:
                raise SystemExit(f"the server does not start, see {self.log}")
            try:
                if httpx2.get(f"{self.address}/healthz", timeout=30).status_code == 200:
                    return
            except httpx2.TransportError:
                time.sleep(0.1)

    def kill(self, chance: random.Random) -> None:
        """Kill the server, or one of its workers, and see that it is there again."""
        assert self._process is not None
        pid = self._process.pid
        workers = [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
        if self.workers > 1 and workers and chance.random() < 0.7:
            os.kill(chance.choice(workers), signal.SIGKILL)
            self.wait()
            return
        self._process.kill()
        self._process.wait()
        for one in workers:  # they hear that it is gone, and finish what they have begun
            while Path(f"/proc/{one}").exists():
                time.sleep(0.05)
        self.start()

    def stop(self) -> None:
        """End it as an operator does."""
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()
            self._process.wait(timeout=120)


@dataclass
class Member:
    """A member who does one thing after the other; what was accepted is remembered, what got no answer sent again."""

    http: httpx2.Client
    name: str
    chance: random.Random
    run: str
    accepted: dict[str, tuple[int, int]] = field(default_factory=dict)
    edits: dict[tuple[int, int], str] = field(default_factory=dict)
    unanswered: list[tuple[int, str]] = field(default_factory=list)
    answers: Counter[str] = field(default_factory=Counter)

    def work(self, turn: int, over: threading.Event) -> None:
        """Act until it is over; a cut line is no end, as several workers may serve."""
        count = 0
        while not over.is_set():
            count += 1
            try:
                self._act(f"zq{self.run}{self.name}{turn}x{count}")
            except httpx2.TransportError:
                self.answers["cut"] += 1
                time.sleep(0.2)
            time.sleep(0.02)

    def _act(self, word: str) -> None:
        act = self.chance.choices((self._post, self._vote, self._edit, self._read), (5, 2, 2, 3))[0]
        act(word)

    def _post(self, word: str) -> None:
        self.send(self.chance.choice(THREADS), word)

    def send(self, thread: int, word: str) -> None:
        """Send one reply, with a key by which a second one is known."""
        self.unanswered.append((thread, word))
        sent = {"body": f"The word for this is {word}, and nothing else.", "once": word}
        answer = self.http.post(f"/api/v1/threads/{thread}/posts", json=sent)
        self.unanswered.remove((thread, word))
        self.answers[f"post {answer.status_code}"] += 1
        if answer.status_code == 201:
            self.accepted[word] = (thread, answer.json()["number"])

    def _vote(self, word: str) -> None:
        method = "POST" if self.chance.random() < 0.7 else "DELETE"
        place = f"/api/v1/threads/{self.chance.choice(THREADS)}/posts/{self.chance.randint(1, 6)}/vote"
        self.answers[f"vote {self.http.request(method, place).status_code}"] += 1

    def _edit(self, word: str) -> None:
        if not self.accepted:
            return
        thread, number = self.chance.choice(list(self.accepted.values()))
        place = f"/api/v1/threads/{thread}/posts/{number}"
        there = self.http.get(place).json()
        body = f"{there['body'].partition(chr(10))[0]}\n\nAnd {word} too."
        # Until there is an answer, nobody knows which of the two stands there.
        self.edits.pop((thread, number), None)
        answer = self.http.patch(place, json={"body": body, "revision": there["revision"]})
        self.answers[f"edit {answer.status_code}"] += 1
        if answer.is_success:
            self.edits[thread, number] = word

    def _read(self, word: str) -> None:
        path = self.chance.choice(("/", "/inbox", f"/t/{self.chance.choice(THREADS)}", "/search?q=ward"))
        self.answers[f"read {self.http.get(path, follow_redirects=True).status_code}"] += 1

    def send_again(self) -> None:
        """Send what got no answer, as a browser does."""
        waiting, self.unanswered = self.unanswered, []
        for thread, word in waiting:
            self.send(thread, word)


def enter(site: Site, name: str, seed: int) -> Member:
    """Sign a member in; the session must outlive every kill."""
    client = httpx2.Client(base_url=site.address, timeout=120, headers={"Origin": site.address})
    sent = client.post("/sign-in", data={"email": f"{name}@demo.example", "password": "demonstration"})
    assert sent.status_code == 303, sent.text
    return Member(client, name, random.Random(f"{seed}{name}"), f"{int(time.time()):x}")


def one_round(site: Site, members: list[Member], turn: int, chance: random.Random) -> None:
    """Let everybody work, kill the server, and send again what got no answer."""
    over = threading.Event()
    busy = [threading.Thread(target=one.work, args=(turn, over)) for one in members]
    for one in busy:
        one.start()
    time.sleep(chance.uniform(0.5, 4.0))
    killing = threading.Thread(target=site.kill, args=(chance,))
    killing.start()
    time.sleep(0.5)
    over.set()
    for one in [*busy, killing]:
        one.join()
    for member in members:
        member.send_again()


def settle(site: Site, database: Database) -> dict[str, int]:
    """Wait until the journal and the post office have caught up; return what is left."""
    until = time.monotonic() + PATIENCE
    left = {
        "deliveries": "SELECT COUNT(*) FROM journal_deliveries WHERE NOT dead",
        "notices": "SELECT COUNT(*) FROM notices WHERE mail_state = 'waiting' AND read_at IS NULL",
        "letters": "SELECT COUNT(*) FROM outgoing_mail WHERE state = 'waiting'",
    }
    while time.monotonic() < until:
        waiting = {name: database.number(sql) for name, sql in left.items()}
        print(f"\rcatching up: {waiting}        ", end="", file=sys.stderr)
        if not any(waiting.values()):
            break
        time.sleep(1)
    print(file=sys.stderr)
    return waiting


def compare(site: Site, database: Database, members: list[Member], mail: MailServer) -> dict[str, Any]:
    """Return everything that is not as it should be; empty things are well."""
    waiting = settle(site, database)
    accepted = {word: place for one in members for word, place in one.accepted.items()}
    ours = " OR ".join(f"once LIKE 'zq{one.run}%'" for one in members)
    there = database.rows(f"SELECT once, thread_id, number, id, body FROM posts WHERE {ours}")
    rows = {once: (thread, number) for once, thread, number, _, _ in there}
    bodies = {(thread, number): body for _, thread, number, _, body in there}
    told = database.rows("SELECT key, member_id, COUNT(*) FROM notices GROUP BY key, member_id HAVING COUNT(*) > 1")
    queued = database.rows("SELECT state, COUNT(*) FROM outgoing_mail GROUP BY state")
    followed = {
        int(key.partition(":")[2])
        for (key,) in database.rows("SELECT DISTINCT key FROM notices WHERE key LIKE 'post:%'")
    }
    return {
        "waiting": {name: number for name, number in waiting.items() if number},
        "dead": database.number("SELECT COUNT(*) FROM journal_deliveries WHERE dead"),
        "lost": sorted(word for word, place in accepted.items() if rows.get(word) != place),
        "unknown": sorted(set(rows) - set(accepted)),
        "doubled": len(there) - len(rows),
        "edits lost": sum(word not in bodies.get(place, "") for one in members for place, word in one.edits.items()),
        "counters": {name: wrong for name, sql in WRONG.items() if (wrong := database.number(sql))},
        "not found": [word for word in late(accepted) if not finds(members[0].http, word, accepted[word])],
        "told twice": told,
        "posts nobody was told of": len({one[3] for one in there} - followed),
        "letters not sent": {state: number for state, number in queued if state != "sent"},
        "letters twice": sum(number - 1 for number in mail.taken.values()),
        "letters lost": max(0, sum(number for _, number in queued) - len(mail.taken)),
        # Search may say 503 while its index is opened.
        "answers of 500": sum(one.answers[name] for one in members for name in one.answers if name.endswith(" 500")),
    }


def late(accepted: dict[str, tuple[int, int]]) -> list[str]:
    """Return the last words of each round, to which the kill came closest."""
    rounds: dict[str, list[str]] = {}
    for word in accepted:
        rounds.setdefault(word.partition("x")[0], []).append(word)
    return [word for words in rounds.values() for word in words[-2:]]


def finds(http: httpx2.Client, word: str, place: tuple[int, int]) -> bool:
    """Say whether the post is found by its word."""
    hits = http.get("/api/v1/search", params={"q": f'"{word}"'}).json().get("hits", ())
    return any(hit["url"].endswith(f"post-{place[1]}") for hit in hits)


def main() -> int:
    """Run and report."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--rounds", type=int, default=30)
    asked.add_argument("--postgres", default="", metavar="URL")
    asked.add_argument("--workers", type=int, default=1)
    asked.add_argument("--port", type=int, default=8790)
    asked.add_argument("--seed", type=int, default=random.SystemRandom().randint(1, 10**6))
    asked.add_argument("--folder", type=Path)
    asked.add_argument("--json", action="store_true")
    given = asked.parse_args()
    print(f"seed {given.seed}", file=sys.stderr)
    folder = given.folder or Path(tempfile.mkdtemp(prefix="commonplace-faults-"))
    mail = MailServer()
    site = Site(folder / "data", given.port, given.postgres, given.workers, mail.begin())
    site.folder.mkdir(parents=True, exist_ok=True)
    chance, began, done = random.Random(given.seed), time.monotonic(), 0
    try:
        site.start()
        members = [enter(site, name, given.seed) for name in PEOPLE]
        try:
            for turn in range(given.rounds):
                one_round(site, members, turn, chance)
                done += 1
                posts = sum(len(one.accepted) for one in members)
                print(
                    f"\rround {done} of {given.rounds}, {posts} posts, {mail.taken.total()} letters",
                    end="",
                    file=sys.stderr,
                )
        except KeyboardInterrupt:
            print("\nstopping; comparing what was done", file=sys.stderr)
        print(file=sys.stderr)
        found = compare(site, Database(site.folder, given.postgres), members, mail)
    finally:
        site.stop()
    answers = sum((one.answers for one in members), Counter[str]())
    report = {"rounds": done, "seed": given.seed, "seconds": round(time.monotonic() - began)}
    report |= {"posts": sum(len(one.accepted) for one in members), "letters": mail.taken.total()}
    bad = {name: value for name, value in found.items() if value}
    failures = site.log.read_text().count("request failed")
    whole = {**report, "wrong": bad, "failures in the log": failures, "answers": dict(sorted(answers.items()))}
    print(json.dumps(whole, indent=None if given.json else 2, default=str))
    return 1 if bad else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)

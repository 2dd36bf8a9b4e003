"""The whole server killed while people post: what was accepted is there, once, counted and found."""

import os
import random
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import httpx2

from tests.browser.served import PASSWORD, Served, plan, start, wait_for
from tests.forked import Forked

ROUNDS: Final = 30 if os.environ.get("COMMONPLACE_HOSTILE") == "full" else 5
PEOPLE: Final = ("mara", "ruth", "tomasz", "grace")
THREADS: Final = (11, 10, 12, 8)
# What every thread counts, and the rows it counts.
_WRONG: Final = """
    SELECT t.id FROM threads t WHERE t.last_number <> (SELECT max(number) FROM posts p WHERE p.thread_id = t.id)
    OR t.replies <> (SELECT count(*) FROM posts p WHERE p.thread_id = t.id AND p.number > 1 AND p.state = 'published')
    OR t.answers <> (SELECT count(*) FROM posts p WHERE p.thread_id = t.id AND p.number > 1 AND p.state = 'published'
                     AND p.kind = 'answer')
"""


@dataclass
class Poster:
    """One person who posts without a pause; what was accepted, by its one word, and what got no answer."""

    client: httpx2.Client
    name: str
    accepted: dict[str, tuple[int, int]] = field(default_factory=dict)
    unanswered: list[dict[str, Any]] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)

    def post_until_cut(self, turn: int) -> None:
        """Send one reply after the other until the server is gone."""
        for count in range(10_000):
            word = f"zq{self.name}{turn}x{count}"
            sent = {"body": f"The word for this is {word}, and nothing else.", "once": word}
            if not self.send(THREADS[count % len(THREADS)], word, sent):
                return
            time.sleep(0.03)

    def send(self, thread: int, word: str, sent: dict[str, Any]) -> bool:
        """Send one reply; return whether there was an answer."""
        try:
            answer = self.client.post(f"/api/v1/threads/{thread}/posts", json=sent)
        except httpx2.TransportError:
            self.unanswered.append({"thread": thread, "word": word, "sent": sent})
            return False
        if answer.status_code == 201:
            self.accepted[word] = (thread, answer.json()["number"])
        else:
            self.refused.append(f"{answer.status_code} {answer.text}")
        return True


def test_nothing_that_was_accepted_is_lost_or_doubled(tmp_path: Path) -> None:
    served = plan(tmp_path)
    posters: list[Poster] = []
    process = start(served)
    try:
        posters += [_enter(served, who) for who in PEOPLE]
        for turn in range(ROUNDS):
            _post_and_kill(process, posters, turn)
            process = start(served)
            _send_again(posters)
        assert not [one for poster in posters for one in poster.refused]
        accepted = {word: place for poster in posters for word, place in poster.accepted.items()}
        assert len(accepted) > ROUNDS * len(PEOPLE)
        _see_rows(served, accepted)
        _see_pages_and_search(posters[0].client, accepted)
    finally:
        process.terminate()
        process.wait(timeout=30)
        for poster in posters:
            poster.client.close()
    assert "request failed" not in served.log.read_text(), served.log.read_text()


def _enter(served: Served, who: str) -> Poster:
    client = httpx2.Client(base_url=served.address, timeout=30, headers={"Origin": served.address})
    assert client.post("/sign-in", data={"email": f"{who}@demo.example", "password": PASSWORD}).status_code == 303
    return Poster(client, who)


def _post_and_kill(process: Forked, posters: list[Poster], turn: int) -> None:
    busy = [threading.Thread(target=poster.post_until_cut, args=(turn,)) for poster in posters]
    for one in busy:
        one.start()
    time.sleep(random.uniform(0.2, 1.2))
    process.kill()
    process.wait(timeout=30)
    for one in busy:
        one.join(timeout=60)


def _send_again(posters: list[Poster]) -> None:
    """Do what a browser does that got no answer: send the same once more, which must not double it."""
    for poster in posters:
        waiting, poster.unanswered = poster.unanswered, []
        for one in waiting:
            poster.send(one["thread"], one["word"], one["sent"])
            assert one["word"] in poster.accepted, poster.refused


@contextmanager
def _database(served: Served) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(f"file:{served.folder}/commonplace.sqlite3?mode=ro", uri=True)) as opened:
        yield opened


def _see_rows(served: Served, accepted: dict[str, tuple[int, int]]) -> None:
    """Compare the rows with what was accepted, and the counters with the rows."""
    with _database(served) as rows:
        assert rows.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        written = rows.execute("SELECT once, thread_id, number FROM posts WHERE once LIKE 'zq%'").fetchall()
        assert len(written) == len({once for once, _, _ in written})
        assert {once: (thread, number) for once, thread, number in written} == accepted
        assert rows.execute(_WRONG).fetchall() == []


def _see_pages_and_search(client: httpx2.Client, accepted: dict[str, tuple[int, int]]) -> None:
    """Open the last replies of each round, which the kill came closest to, and find them."""
    late = [word for turn in range(ROUNDS) for word in [one for one in accepted if f"{turn}x" in one][-8:]]
    for word in late:
        thread, number = accepted[word]
        answer = client.get(f"/api/v1/threads/{thread}/posts/{number}")
        assert answer.status_code == 200, word
        assert word in answer.text
        wait_for(lambda word=word, place=f"post-{number}": _finds(client, word, place))  # type: ignore[misc]


def _finds(client: httpx2.Client, word: str, place: str) -> bool | None:
    answer = client.get("/api/v1/search", params={"q": f'"{word}"'})
    return any(hit["url"].endswith(place) for hit in answer.json()["hits"]) or None

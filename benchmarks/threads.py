"""How a thread of 5,000 posts compares with one of 20: pages, addresses, JSON, answering, voting, editing.

    python -m benchmarks.threads [--posts 5000] [--postgres]

Both threads stand in the same database and are asked in turn, so that what else the machine does touches both alike.
"""

import argparse
import asyncio
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, Final

import httpx2

from base import db
from base.clock import now
from base.log import configure
from base.text.markdown import to_html
from forum.actions.place_post import NewRow, place_post
from forum.actions.summarise import Summary, summarise
from forum.models import Post, Thread
from forum.queries.thread_page import thread_page
from tests import builders as make
from tests.databases import Databases, PostgresDatabases, SqliteFiles, create_tables
from tests.site import open_client, settings_for
from tests.statements import statements

SMALL: Final = 20
TURNS: Final = 15
TEXT: Final = "We did it like this, and it took **two** weeks; see https://example.org for the form, number {n}."

Ask = Callable[[httpx2.AsyncClient, Thread, int], Awaitable[httpx2.Response]]


async def _fill(thread: Thread, posts: int, authors: list[int]) -> None:
    """Write answers, a comment after every fourth."""
    for start in range(0, posts, 250):
        async with db.transaction():
            for n in range(start, min(start + 250, posts)):
                body = TEXT.format(n=n)
                html = str(to_html(body, prefix="p1-"))
                author = authors[n % len(authors)]
                parent = n if n % 5 == 4 else None
                await place_post(
                    NewRow(thread_id=thread.id, author_id=author, body=body, html=html, at=now(), parent=parent)
                )


def _page(where: str) -> Ask:
    async def ask(client: httpx2.AsyncClient, thread: Thread, turn: int) -> httpx2.Response:
        last = -(-thread.last_position // 20)
        number = {"first": 1, "middle": max(1, last // 2), "last": last}[where]
        return await client.get(f"/t/{thread.id}-{thread.slug}?page={number}")

    return ask


async def _address(client: httpx2.AsyncClient, thread: Thread, turn: int) -> httpx2.Response:
    return await client.get(f"/t/{thread.id}-{thread.slug}/{thread.last_number - 2 - turn}")


async def _post(client: httpx2.AsyncClient, thread: Thread, turn: int) -> httpx2.Response:
    return await client.get(f"/t/{thread.id}/posts/{thread.last_number - 2 - turn}")


async def _unread(client: httpx2.AsyncClient, thread: Thread, turn: int) -> httpx2.Response:
    return await client.get(f"/t/{thread.id}-{thread.slug}?unread=1")


async def _json(client: httpx2.AsyncClient, thread: Thread, turn: int) -> httpx2.Response:
    return await client.get(f"/api/v1/threads/{thread.id}?page={-(-thread.last_position // 20)}")


async def _answer(client: httpx2.AsyncClient, thread: Thread, turn: int) -> httpx2.Response:
    return await client.post(
        f"/t/{thread.id}/answer", data={"body": TEXT.format(n=turn), "once": f"b{thread.id}.{turn}"}
    )


async def _vote(client: httpx2.AsyncClient, thread: Thread, turn: int) -> httpx2.Response:
    return await client.post(f"/t/{thread.id}/posts/{thread.last_number - 2 - turn}/vote")


async def _accept(client: httpx2.AsyncClient, thread: Thread, turn: int) -> httpx2.Response:
    act = "unaccept" if turn % 2 else "accept"
    return await client.post(f"/t/{thread.id}/posts/2/{act}")


async def _edit(client: httpx2.AsyncClient, thread: Thread, turn: int) -> httpx2.Response:
    post = await Post.get(thread_id=thread.id, number=2)
    return await client.post(
        f"/t/{thread.id}/posts/2/edit", data={"body": TEXT.format(n=turn), "revision": str(post.revision)}
    )


ACTS: Final[dict[str, Ask]] = {
    "first page": _page("first"),
    "middle page": _page("middle"),
    "last page": _page("last"),
    "address of a post": _address,
    "page of a post": _post,
    "first unread": _unread,
    "JSON, last page": _json,
    "answer": _answer,
    "vote": _vote,
    "accept": _accept,
    "edit": _edit,
}


async def _measure(client: httpx2.AsyncClient, small: Thread, large: Thread, who: str) -> None:
    print(f"\n{who:<20} {'small':>9} {'large':>9} {'ratio':>7} {'statements':>12}")
    for name, ask in ACTS.items():
        times: dict[int, list[float]] = {small.id: [], large.id: []}
        sent: dict[int, int] = {}
        for turn in range(TURNS):
            for thread in (small, large):
                begun = time.perf_counter()
                with statements() as seen:
                    answer = await ask(client, thread, turn)
                times[thread.id].append((time.perf_counter() - begun) * 1000)
                sent[thread.id] = len(seen)
                assert answer.status_code < 400, (name, answer.status_code, answer.text[:300])
        few, many = (statistics.median(times[one.id][1:]) for one in (small, large))
        print(f"{name:<20} {few:>7.1f}ms {many:>7.1f}ms {many / few:>7.2f} {sent[small.id]:>5} / {sent[large.id]}")


async def _run(databases: Databases, folder: Path, posts: int) -> None:
    url = databases.empty()
    await db.connect(url)
    try:
        await create_tables()
        settings_for(folder, url, limits=False)
        moderator = await make.moderator()
        authors = [(await make.member()).id for _ in range(40)]
        small, large = [await make.thread(f"A thread that is {kind} enough") for kind in ("small", "large")]
        begun = time.perf_counter()
        await _fill(small, SMALL, authors)
        await _fill(large, posts, authors)
        viewer = await make.viewer(moderator)
        for thread in (small, large):
            await summarise(viewer, thread.id, Summary(body=TEXT, upto=5))
        print(f"filled with {posts} posts in {time.perf_counter() - begun:.0f} s")
        small, large = await Thread.get(id=small.id), await Thread.get(id=large.id)
        async with open_client() as client:
            await make.sign_in(client, moderator)
            await _measure(client, small, large, "a moderator")
        head = (await thread_page(viewer, large.id)).head
        print(f"\nnewer than the summary: {head.newer} or more")
    finally:
        await db.close()
        databases.drop(url)


def main() -> None:
    """Measure."""
    configure("error")
    read = argparse.ArgumentParser(description=__doc__)
    read.add_argument("--posts", type=int, default=5_000)
    read.add_argument("--postgres", action="store_true")
    asked: Any = read.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        databases: Databases = PostgresDatabases() if asked.postgres else SqliteFiles(folder)
        asyncio.run(_run(databases, folder, asked.posts))


if __name__ == "__main__":
    main()

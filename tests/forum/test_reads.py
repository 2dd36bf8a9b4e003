"""Reads of threads: who counts, kept page or not, and that nothing is written until the chore."""

import asyncio

import httpx2
import pytest

from forum.actions.write_reads import write_reads
from forum.models import Thread
from forum.reads import READS, opened
from tests import builders as make

pytestmark = pytest.mark.anyio


@pytest.fixture(autouse=True)
def nothing_read() -> None:
    READS.take()


async def test_what_counts_as_a_read(client: httpx2.AsyncClient) -> None:
    author, reader = await make.member(), await make.member()
    thread = await make.thread(author=author)
    hidden = await make.thread(author=author, audience="network")
    path = f"/t/{thread.id}-{thread.slug}"
    first = await client.get(path)
    await client.get(path)
    assert (await client.get(path, headers={"If-None-Match": first.headers["etag"]})).status_code == 304
    assert READS.take() == {thread.id: 3}
    await client.get(path, headers={"user-agent": "Somebot/2.1"})
    await client.get(path, headers={"sec-purpose": "prefetch"})
    await client.head(path)
    for other in (f"{path}.json", f"/t/{thread.id}", f"/t/{hidden.id}-{hidden.slug}"):
        await client.get(other)
    await make.sign_in(client, author)
    await client.get(path)
    assert READS.take() == {}
    await make.sign_in(client, reader)
    await client.get(path)
    assert READS.take() == {thread.id: 1}


async def test_a_chore_adds_them_and_a_failure_keeps_them(database: object, monkeypatch: pytest.MonkeyPatch) -> None:
    thread = await make.thread()
    for _ in range(3):
        opened(thread.id)
    opened(10_000)
    await asyncio.gather(write_reads(), write_reads())
    assert (await Thread.get(id=thread.id)).views == 3
    READS.hold({thread.id: 2})

    async def broken(*_: object) -> int:
        raise OSError

    with monkeypatch.context() as patch:
        patch.setattr("forum.actions.write_reads.execute", broken)
        with pytest.raises(OSError):  # noqa: PT011 - its words do not matter
            await write_reads()
    assert await write_reads() == 1
    assert (await Thread.get(id=thread.id)).views == 5

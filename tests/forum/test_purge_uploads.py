"""What nobody needs any longer is thrown away, and nothing else."""

import os
import time
from datetime import timedelta
from pathlib import Path

import httpx2
import pytest

from base.clock import now
from base.media import store
from forum.actions.purge_uploads import purge_uploads
from forum.models import Post, Thread, Upload, UploadUse
from tests import builders as make
from tests.forum.test_uploads import answered, send
from tests.made_files import picture

pytestmark = pytest.mark.anyio
Client = httpx2.AsyncClient
_OLD = timedelta(hours=49)


def lying() -> set[str]:
    """Return the hashes of the files that lie there."""
    return {path.parent.name + path.name for path in store.folder().rglob("*") if path.is_file() and not path.suffix}


def age(*, hours: float = 2) -> None:
    for path in store.folder().rglob("*"):
        os.utime(path, (time.time() - hours * 3600,) * 2)


async def grow_old(**more: object) -> None:
    await Upload.all().update(created_at=now() - _OLD, **more)
    age()


async def test_what_nothing_shows_goes_after_two_days(client: Client) -> None:
    await make.sign_in(client, await make.member())
    await send(client, picture())
    age()
    assert await purge_uploads() == 0
    await grow_old()
    assert await purge_uploads() == 2  # the row, and the bytes
    assert not await Upload.exists()
    assert not [path for path in store.folder().rglob("*") if path.is_file()]


async def test_what_a_draft_names_stays(client: Client) -> None:
    await make.sign_in(client, await make.member())
    made = await send(client, picture())
    await client.post("/drafts/save?place=reply.1", data={"body": f"See {made['markdown']}"})
    await grow_old()
    await purge_uploads()
    assert await Upload.exists()
    assert lying()


async def test_what_is_shown_stays_until_its_post_is_gone_for_a_month(client: Client) -> None:
    author, thread = await make.member(), await make.thread()
    await make.sign_in(client, author)
    post = await answered(client, thread, await send(client, picture(), alt="A", gate="none"))
    await grow_old()

    async def stays() -> bool:
        await purge_uploads()
        return await Upload.exists()

    assert await stays()
    await Post.filter(id=post.id).update(state="deleted", deleted_at=now() - timedelta(days=29))
    assert await stays()
    await Post.filter(id=post.id).update(state="published", deleted_at=None)
    await Post.filter(thread_id=thread.id, number=1).update(deleted_at=now() - timedelta(days=31))
    assert await stays()
    await Thread.filter(id=thread.id).update(state="deleted")
    assert not await stays()
    assert not await UploadUse.exists()


async def test_what_was_taken_out_of_a_post_or_refused_goes_after_a_month(client: Client) -> None:
    author, thread = await make.member(), await make.thread()
    await make.sign_in(client, author)
    for refused in (False, True):
        post = await answered(client, thread, await send(client, picture(), alt="A", gate="none"))
        await grow_old()
        if refused:
            await Upload.all().update(state="refused", reviewed_at=now() - timedelta(days=29))
        else:
            url = f"/api/v1/threads/{thread.id}/posts/{post.number}"
            await client.patch(url, json={"body": "Without the picture it is better.", "revision": 1})
            await Post.filter(id=post.id).update(edited_at=now() - timedelta(days=29))
        await purge_uploads()
        assert await Upload.exists()
        await Upload.filter(state="refused").update(reviewed_at=now() - timedelta(days=31))
        await Post.filter(id=post.id).update(edited_at=now() - timedelta(days=31))
        await purge_uploads()
        assert not await Upload.exists()


async def test_leftovers_of_a_killed_process_go(client: Client) -> None:
    await make.sign_in(client, await make.member())
    made = await send(client, picture())
    known = (await Upload.get(id=made["id"])).sha256
    orphan = store.keep(b"orphan", {"thumb": b"small"})
    half = store.path_of(known).with_name(".1-abc")
    half.write_bytes(b"half")
    lone = Path(f"{store.path_of('ab' * 32)}.thumb")
    lone.parent.mkdir(exist_ok=True)
    lone.write_bytes(b"small")
    assert await purge_uploads() == 0
    assert {known, orphan} <= lying()
    age()
    await purge_uploads()
    assert lying() == {known}
    assert not half.exists()
    assert not lone.exists()
    assert not store.path_of(orphan, "thumb").exists()
    assert store.path_of(known, "thumb").exists()


async def test_what_is_sent_again_meanwhile_is_no_leftover(client: Client) -> None:
    sha256 = store.keep(b"orphan", {})
    age()
    store.keep(b"orphan", {})
    assert not store.throw_away(sha256, unless_newer_than=3600)
    assert lying() == {sha256}

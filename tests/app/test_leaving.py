"""Who leaves is gone: from every table, file, letter, page and from the index; what others wrote stays."""

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import httpx2
import pytest

from app.leaving.let_go import let_go
from app.search import engine_of
from app.wiring import SOURCES
from base import settings
from base.clock import now
from base.journal.deliver import deliver_all
from base.media import store
from base.settings import Settings
from forum.models import Post, Thread, Upload
from members.actions.leave import Leaving, leave
from members.models import Departure, Member
from members.viewer import Viewer
from search_index.keep_up import rebuild
from tests import builders as make
from tests.app.leaver import HANDLE, UNIQUE, WHO, World, left_of, lived

pytestmark = pytest.mark.anyio


async def at_the_desk(of: Member) -> Viewer:
    """Return a member who has just signed in."""
    return replace(await make.viewer(of), session_id=1, confirmed_at=now())


@pytest.fixture
async def world(client: httpx2.AsyncClient, site: Settings) -> AsyncIterator[World]:
    settings.use(site.model_copy(update={"mail_window_minutes": 0}))
    made = await lived(client, site.data_dir)
    async with engine_of(site):
        await rebuild(SOURCES)
        yield made


async def gone(world: World, kind: str, **more: Any) -> None:
    given = {"kind": kind, "when": "now", "understood": True} | more
    await leave(await at_the_desk(world.her), Leaving.read(given))
    await deliver_all()
    assert await let_go() == 1
    await deliver_all()
    assert (await Departure.get(member_id=world.her.id)).state == "done"


async def test_she_is_found_before(world: World, site: Settings) -> None:
    """Hold the search itself to its word: everything that must go was there."""
    where = "\n".join(await left_of((*WHO, *UNIQUE, "quokka", "kakapo"), site.data_dir))
    for word in (*UNIQUE, "Zonderl", HANDLE):
        assert word in where, word
    tables = ("members.", "notices.", "journal_entries.", "outgoing_mail.", "posts.", "post_revisions.", "quotes.",
              "uploads.", "source_links.", "drafts.", "suggestions.", "invitations.", "search_log.", "threads.")  # fmt: skip
    assert not [one for one in (*tables, "mail/", "index/") if one not in where]


async def test_erased_leaves_no_name_anywhere(world: World, site: Settings, client: httpx2.AsyncClient) -> None:
    await gone(world, "erase")
    left = await left_of((*WHO, "quokka", "emu", "marmot"), site.data_dir)
    assert not left, "\n".join(left)
    post = await Post.get(id=world.answer.id)
    assert "narwhal" in post.body  # what she wrote stays
    assert (await Member.get(id=world.her.id)).name == "Former member"
    quoting = await Post.get(id=world.quoting.id)
    assert "Former member" in quoting.body
    assert "narwhal" in quoting.body
    assert "former member" in quoting.html
    page = await client.get(f"/t/{world.others.id}", follow_redirects=True)
    assert page.status_code == 200
    assert "narwhal" in page.text
    assert not [word for word in WHO if word in page.text]


async def test_withdrawn_leaves_no_word_anywhere(world: World, site: Settings, client: httpx2.AsyncClient) -> None:
    path = store.path_of(world.upload.sha256)
    assert path.exists()
    await gone(world, "withdraw")
    left = await left_of((*WHO, *UNIQUE, "quokka", "emu", "kakapo", "kiwi"), site.data_dir)
    assert not left, "\n".join(left)
    assert not path.exists()
    assert not [*site.data_dir.glob(f"uploads/{world.upload.sha256[:2]}/*")]
    assert not await Upload.filter(id=world.upload.id).exists()
    for word in UNIQUE:
        found = await client.get("/search", params={"q": word})
        assert found.status_code == 200
        assert "/t/" not in found.text.partition("<main")[2], word
    page = await client.get(f"/t/{world.own.id}", follow_redirects=True)
    assert page.status_code == 200
    assert "We feed it every day" in page.text  # answers of others stay
    assert "A question that was withdrawn" in page.text
    assert (await Thread.get(id=world.lonely.id)).state == "deleted"
    page = await client.get(f"/t/{world.others.id}", follow_redirects=True)
    assert "was withdrawn by its author" in page.text
    assert "Thank you" in page.text

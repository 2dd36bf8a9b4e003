"""Pages that members with the same rights share: each gets what would be drawn for them alone, and nobody's name."""

import re
from collections.abc import Awaitable, Callable
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import httpx2
import pytest

from base import settings
from base.clock import now
from base.db import execute, transaction
from base.journal.record import record
from base.web.holes import FILLERS, hole
from forum.actions.bookmark import Keeping, bookmark
from forum.actions.doubt import Doubted, doubt
from forum.actions.mark_read import AllRead, mark_all_read
from forum.actions.save_draft import DraftKey, save_draft
from forum.actions.split import Splitting, split
from forum.actions.vote import vote
from forum.actions.watch import WatchLevel, watch
from forum.banners import look_again
from forum.models import Post, ReadMark, Thread
from forum.reads import READS
from kb.models import Article
from members.masks import owner_key
from members.models import Member, Membership, Notice, Region
from members.viewer import Viewer
from tests import builders as make
from tests.databases import on_postgres
from tests.statements import statements

_KEY = re.compile(r'(name="(?:once|opened)" value=")[^"]+')
MARK = str(hole(""))[:8]
MODULES = ("forum.pages.thread", "base.web.kept_answers")
# Where other databases of the same PostgreSQL are written to, what a page depends on is asked, too.
FEW = 5 if on_postgres() else 4


class Site:
    """A thread that two members with the same rights read, and a way to be either."""

    def __init__(self, client: httpx2.AsyncClient) -> None:
        self.client = client

    async def begin(self) -> "Site":
        organisation = await make.organisation()
        self.writer = await make.member(name="Wim de Boer", at=organisation)
        self.ana = await make.member(name="Ana <Lind>", at=organisation)
        self.bo = await make.member(name="Bo Okafor", at=organisation)
        self.thread = await make.thread("How do you thank people who answer?", author=self.writer)
        self.post = await make.post(self.thread, author=self.writer)
        self.address = f"/t/{self.thread.id}-{self.thread.slug}"
        self.cookies: dict[int, str] = {}
        for one in (self.ana, self.bo):
            self.client.cookies.clear()
            await make.sign_in(self.client, one)
            self.cookies[one.id] = "; ".join(f"{name}={value}" for name, value in self.client.cookies.items())
            self.client.cookies.clear()
            await self.get(one, self.address)  # now it is read
        return self

    async def get(self, who: Member, path: str) -> str:
        answer = await self.client.get(path, headers={"Cookie": self.cookies[who.id]})
        assert answer.status_code == 200
        assert answer.headers["cache-control"] == "private, no-store"
        assert "etag" not in answer.headers
        assert MARK not in answer.text
        return answer.text

    async def statements(self, who: Member, path: str) -> int:
        with statements() as sent:
            await self.get(who, path)
        return len(sent)


@pytest.fixture
async def site_of_two(client: httpx2.AsyncClient) -> Site:
    """Give a thread that both have read."""
    return await Site(client).begin()


@contextmanager
def unshared() -> Any:
    """Draw everybody's pages for them alone."""
    with pytest.MonkeyPatch.context() as patch:
        for module in MODULES:
            patch.setattr(f"{module}.may_share", lambda _: False)
        yield


def same(one: str, other: str) -> bool:
    """Say whether two pages are the same but for the keys of their forms."""
    return _KEY.sub(r"\1", one) == _KEY.sub(r"\1", other)


@pytest.mark.parametrize("path", ["", "/", "/questions", "/latest", "/discussions", "/?tab=unanswered"])
async def test_who_has_the_same_rights_is_given_the_same_page(site_of_two: Site, path: str) -> None:
    path = path or site_of_two.address
    await Notice.create(
        member_id=site_of_two.bo.id, key="1", kind="post.published", group="thread:1", subject="s", url="/", reason="r",
        created_at=now(),
    )  # fmt: skip
    with unshared():
        alone = await site_of_two.get(site_of_two.bo, path)
    hers = await site_of_two.get(site_of_two.ana, path)
    assert await site_of_two.statements(site_of_two.bo, path) <= FEW, "his was not drawn"
    his = await site_of_two.get(site_of_two.bo, path)
    assert same(his, alone)
    assert "Bo Okafor" in his
    assert 'data-unread="1"' in his
    assert "Ana" not in his
    assert "Ana &lt;Lind&gt;" in hers
    assert "Bo Okafor" not in hers
    assert 'data-unread="0" hidden' in hers
    keys = [re.findall(r'name="once" value="([^"]+)', text) for text in (hers, his)]
    assert not keys[0] or keys[0][-1] != keys[1][-1], "each form has a key of its own"


async def _watch(site: Site, me: Viewer) -> None:
    await watch(me, "thread", site.thread.id, WatchLevel(level="muted"))


async def _draft(site: Site, me: Viewer) -> None:
    await save_draft(me, DraftKey(place=f"reply.{site.thread.id}"), {"body": "What I began to write"})


async def _vote(site: Site, me: Viewer) -> None:
    await vote(me, site.thread.id, site.post.number)


async def _doubt(site: Site, me: Viewer) -> None:
    await doubt(me, site.thread.id, site.post.number, Doubted(reason="unclear"))


async def _bookmark(site: Site, me: Viewer) -> None:
    await bookmark(me, Keeping(target="post", id=site.post.id))


async def _bookmark_thread(site: Site, me: Viewer) -> None:
    await bookmark(me, Keeping(target="thread", id=site.thread.id))


async def _write(site: Site, me: Viewer) -> None:
    await make.post(site.thread, author=site.bo)
    await mark_all_read(me, AllRead())


async def _comment(site: Site, me: Viewer) -> None:
    await make.post(site.thread, author=site.bo, parent=site.post)
    await mark_all_read(me, AllRead())


async def _own_deleted(site: Site, me: Viewer) -> None:
    mine = await make.post(site.thread, author=site.bo)
    await mark_all_read(me, AllRead())
    await Post.filter(id=mine.id).update(state="deleted", deleted_by_id=site.bo.id)


async def _new(site: Site, me: Viewer) -> None:
    await make.post(site.thread, author=site.writer)


@pytest.mark.parametrize(
    "act", [_watch, _draft, _vote, _doubt, _bookmark, _bookmark_thread, _write, _comment, _own_deleted, _new]
)
async def test_what_is_somebodys_own_stands_on_a_page_of_their_own(
    site_of_two: Site, act: Callable[[Site, Viewer], Awaitable[None]]
) -> None:
    ana, bo, address = site_of_two.ana, site_of_two.bo, site_of_two.address
    await site_of_two.get(ana, address)
    before = await site_of_two.get(bo, address)
    await act(site_of_two, await make.viewer(bo))
    await execute("UPDATE threads SET version = version + 1")
    for first in (ana, bo):  # whether a page for both is kept already or not
        if act is not _new:
            await site_of_two.get(first, address)
        with unshared():
            alone = await site_of_two.get(bo, address) if act is not _new else ""
        his = await site_of_two.get(bo, address)
        assert same(his, alone) if alone else "1 new since your last visit" in his
        assert not same(his, before)
        if act is _new:
            return


async def test_a_list_tells_each_what_is_new_to_them(site_of_two: Site) -> None:
    ana, bo = site_of_two.ana, site_of_two.bo
    for path in ("/questions", "/", "/latest"):
        await site_of_two.get(ana, path)
        assert "1 new" not in await site_of_two.get(bo, path)
    await make.post(site_of_two.thread, author=site_of_two.writer)
    async with transaction():
        await record("post.published", actor_id=None, subject_id=1)
    await site_of_two.get(ana, site_of_two.address)  # she reads it, he does not
    for path in ("/questions", "/", "/latest"):
        assert "1 new" not in await site_of_two.get(ana, path)
        assert "1 new" in await site_of_two.get(bo, path)
        assert "1 new" not in await site_of_two.get(ana, path)


async def test_ones_own_question_is_not_offered_to_oneself(site_of_two: Site, client: httpx2.AsyncClient) -> None:
    platform = await make.platform()
    for one in (site_of_two.ana, site_of_two.bo):
        await execute("INSERT INTO member_platforms (member_id, platform_id) VALUES (?, ?)", one.id, platform.id)
    asked = await make.thread("How do you begin with videos?", author=site_of_two.bo, platforms=[platform])
    for one in (site_of_two.ana, site_of_two.bo):
        await site_of_two.get(one, f"/t/{asked.id}-{asked.slug}")
    for _ in "12":
        assert (await site_of_two.get(site_of_two.ana, "/")).count("How do you begin with videos?") == 2
        assert (await site_of_two.get(site_of_two.bo, "/")).count("How do you begin with videos?") == 1


ROLES = (("admin", "site"), ("moderator", "site"), ("editor", "site"), ("community_leader", "region"))


@pytest.mark.parametrize(("role", "scope"), ROLES)
async def test_those_with_the_same_role_share_what_they_see(site_of_two: Site, role: str, scope: str) -> None:
    region, site = await make.region(), site_of_two
    for one in (site.ana, site.bo):
        await make.grant(one, role, scope, region.id if scope == "region" else None)
    hidden = await make.post(site.thread, "A post that was hidden", author=site.writer)
    removed = await make.post(site.thread, "A post that was deleted", author=site.writer)
    await Post.filter(id=hidden.id).update(state="hidden")
    await Post.filter(id=removed.id).update(state="deleted", deleted_by_id=site.writer.id)
    away = await make.thread("What was hidden whole", author=site.writer)
    await Thread.filter(id=away.id).update(state="hidden")
    away_address = f"/t/{away.id}-{away.slug}"
    paths = [site.address, "/questions", "/latest", "/", *([away_address] if role in ("admin", "moderator") else [])]
    for path in paths:
        with unshared():
            for one in (site.ana, site.bo):
                await site.get(one, path)  # now nothing of it is new to them
            alone = await site.get(site.bo, path)
        await site.get(site.ana, path)
        if role != "admin" or path != "/":
            assert await site.statements(site.bo, path) <= FEW, "his was not drawn"
        assert same(await site.get(site.bo, path), alone), path


async def test_staff_see_at_once_what_only_they_see(site_of_two: Site) -> None:
    site = site_of_two
    for one in (site.ana, site.bo):
        await make.grant(one, "moderator")
    plain = await site.get(site.bo, site.address)
    assert await site.statements(site.ana, site.address) <= FEW
    third = await make.member(at=await make.organisation())
    await doubt(await make.viewer(third), site.thread.id, site.post.number, Doubted(reason="unclear", note="For whom?"))
    for one in (site.ana, site.bo):
        assert "For whom?" in await site.get(one, site.address)
    assert "For whom?" not in plain


async def test_staff_are_not_given_the_pages_of_others_and_masks_have_their_own(site_of_two: Site) -> None:
    address = site_of_two.address
    await site_of_two.get(site_of_two.ana, address)
    plain = await site_of_two.get(site_of_two.bo, address)
    await make.grant(site_of_two.bo, "moderator")
    assert not same(await site_of_two.get(site_of_two.bo, address), plain)
    assert await site_of_two.statements(site_of_two.ana, address) <= FEW
    mask = await make.member(state="mask")
    await execute(
        "INSERT INTO masks (member_id, place, number, owner, sealed, levels, shared_by, created_at, checked_at) "
        "VALUES (?, ?, 1, ?, '', '{}', 5, ?, ?)",
        mask.id, f"thread:{site_of_two.thread.id}", owner_key(site_of_two.ana.id), now(), now(),
    )  # fmt: skip
    assert "you write without your name, as before" in await site_of_two.get(site_of_two.ana, address)


async def test_an_announcement_that_one_put_away_stays_away(site_of_two: Site) -> None:
    thread = await make.thread("We move on Sunday", kind="announcement")
    await Thread.filter(id=thread.id).update(banner_until=now() + timedelta(days=1))
    await look_again()
    path = "/questions"
    key = re.findall(r'name="key" value="([^"]+)', await site_of_two.get(site_of_two.ana, path))[0]
    assert "We move on Sunday" in await site_of_two.get(site_of_two.bo, path)
    site_of_two.cookies[site_of_two.bo.id] += f"; commonplace_dismissed={site_of_two.bo.id}:{key}"
    for _ in "12":
        assert "We move on Sunday" not in await site_of_two.get(site_of_two.bo, path)
        assert "We move on Sunday" in await site_of_two.get(site_of_two.ana, path)
    # Another page within the same second: who asks is known from the first.
    for other in ("/latest", "/discussions", site_of_two.address):
        assert "We move on Sunday</a>" not in (await site_of_two.get(site_of_two.bo, other)).partition("<main")[0]
    await execute("UPDATE threads SET banner_until = NULL")
    await look_again()
    assert "We move on Sunday" not in await site_of_two.get(site_of_two.ana, path)


async def test_a_change_shows_on_the_next_request(site_of_two: Site) -> None:
    ana, bo, address = site_of_two.ana, site_of_two.bo, site_of_two.address
    await site_of_two.get(ana, address)
    await site_of_two.get(bo, address)
    await Member.filter(id=site_of_two.writer.id).update(name="Wim Bakker")
    await make.act()
    for one in (ana, bo):
        text = await site_of_two.get(one, address)
        assert "Wim Bakker" in text
        assert "Wim de Boer" not in text
    await Thread.filter(id=site_of_two.thread.id).update(state="hidden", version=99)
    gone = await site_of_two.client.get(address, headers={"Cookie": site_of_two.cookies[bo.id]})
    assert gone.status_code == 404
    assert MARK not in gone.text
    assert "Bo Okafor" in gone.text


async def test_pages_are_counted_as_read(site_of_two: Site) -> None:
    READS.take()
    for one in (site_of_two.ana, site_of_two.bo, site_of_two.bo):
        await site_of_two.get(one, site_of_two.address)
    assert READS.take() == {site_of_two.thread.id: 3}


async def test_another_address_leads_to_the_right_one(site_of_two: Site) -> None:
    await site_of_two.get(site_of_two.ana, site_of_two.address)
    answer = await site_of_two.client.get(
        f"/t/{site_of_two.thread.id}-other", headers={"Cookie": site_of_two.cookies[site_of_two.ana.id]}
    )
    assert (answer.status_code, answer.headers["location"]) == (301, site_of_two.address)


async def test_a_page_that_fails_after_it_was_to_be_shared_has_no_holes(
    site_of_two: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_given: object) -> None:
        raise RuntimeError("no")

    await execute("UPDATE threads SET version = version + 1")
    monkeypatch.setattr("forum.pages.thread_kept.shown", broken)
    answer = await site_of_two.client.get(
        site_of_two.address, headers={"Cookie": site_of_two.cookies[site_of_two.ana.id]}
    )
    assert answer.status_code == 500
    assert MARK not in answer.text
    assert settings.get().site_name in answer.text


@pytest.mark.parametrize("path", ["/latest", "/", "thread"])
async def test_nul_in_a_query_is_dropped_for_members_too(site_of_two: Site, path: str) -> None:
    address = site_of_two.address if path == "thread" else path
    for _ in "12":
        assert "How do you thank people" in await site_of_two.get(site_of_two.ana, f"{address}?x=%00")


async def test_a_page_that_cannot_be_filled_is_told_calmly(site_of_two: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_viewer: object) -> str:
        raise OSError("no")

    cookie = {"Cookie": site_of_two.cookies[site_of_two.ana.id]}
    monkeypatch.setitem(FILLERS, "account", broken)
    assert "How do you thank people" in await site_of_two.get(site_of_two.ana, site_of_two.address), (
        "drawn for her alone"
    )
    for path in ("/latest", "/latest?page=99"):
        answer = await site_of_two.client.get(path, headers=cookie)
        assert (answer.status_code, "Something went wrong on our side" in answer.text) == (500, True)
        assert answer.headers["x-request-id"] in answer.text
        assert "content-security-policy" in answer.headers
        assert answer.headers["cache-control"] == "no-store"
        assert MARK not in answer.text


async def test_a_practice_of_ones_own_is_not_put_before_others(site_of_two: Site) -> None:
    other = await make.organisation()
    article = await make.article("What only they do", audience=f"org:{other.id}")
    await Article.filter(id=article.id).update(owner_id=site_of_two.bo.id)
    for one in (site_of_two.bo, site_of_two.ana, site_of_two.bo):
        assert "What only they do" not in await site_of_two.get(one, "/")


@pytest.mark.parametrize("way", ["duplicate", "answered", "moved"])
async def test_a_place_that_only_one_may_see_stands_on_their_page(site_of_two: Site, way: str) -> None:
    bo, ana, thread = site_of_two.bo, site_of_two.ana, site_of_two.thread
    hidden = await make.thread("What Bo had asked before", author=bo)
    if way == "moved":
        viewer = await make.viewer(await make.moderator())
        await make.post(thread, author=site_of_two.writer)
        done = await split(viewer, thread.id, Splitting.read({"posts": "3", "title": "What Bo had asked before"}))
        await Thread.filter(id=done.thread_id).update(author_id=bo.id, state="hidden")
    elif way == "duplicate":
        await Thread.filter(id=thread.id).update(resolution="duplicate", duplicate_of_id=hidden.id)
    else:
        await Thread.filter(id=thread.id).update(
            resolution="closed", closed_reason=f"answered_elsewhere\n/t/{hidden.id}"
        )
    await Thread.filter(id=hidden.id).update(state="hidden")
    await execute("UPDATE threads SET version = version + 1")
    for one in (ana, bo):
        await mark_all_read(await make.viewer(one), AllRead())
    for one, seen in ((ana, False), (bo, True), (ana, False), (bo, True)):
        assert ("What Bo had asked before" in await site_of_two.get(one, site_of_two.address)) is seen


async def test_the_name_of_a_region_is_the_one_of_now(client: httpx2.AsyncClient) -> None:
    region = await make.region("North")
    organisation = await make.organisation(region=region)
    two = await Site(client).begin()
    for one in (two.ana, two.bo):
        await Membership.filter(member_id=one.id).update(organisation_id=organisation.id)
    await Thread.filter(id=two.thread.id).update(audience=f"region:{region.id}", version=7)
    for one in (two.ana, two.bo):
        assert "North" in await two.get(one, two.address)
    await Region.filter(id=region.id).update(name="Far North")
    await make.act("region.edited")
    for one in (two.ana, two.bo):
        assert "Far North" in await two.get(one, two.address)


async def test_a_key_that_cannot_be_made_is_told_as_a_failure_of_ours(
    site_of_two: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    ana, address = site_of_two.ana, site_of_two.address
    await site_of_two.get(ana, address)

    def broken(_viewer: object) -> str:
        raise OSError("no")

    monkeypatch.setitem(FILLERS, "reply.opened", broken)
    assert "How do you thank people" in await site_of_two.get(ana, address), "it is drawn anew"


async def test_a_first_visit_is_marked_as_read(site_of_two: Site) -> None:
    thread = await make.thread("What is new this week?")
    await make.post(thread)
    address = f"/t/{thread.id}-{thread.slug}"
    for one in (site_of_two.ana, site_of_two.bo):
        await site_of_two.client.head(address, headers={"Cookie": site_of_two.cookies[one.id]})
        assert not await ReadMark.filter(member_id=one.id, thread_id=thread.id).exists(), "nobody has read a head"
        await site_of_two.get(one, address)
        assert (await ReadMark.get(member_id=one.id, thread_id=thread.id)).number == 2
    await make.post(thread)
    assert "1 new since your last visit" in await site_of_two.get(site_of_two.bo, address)


async def test_what_is_new_on_other_pages_is_told_to_each(site_of_two: Site) -> None:
    thread = await make.thread("What is new this week?")
    for _ in range(24):
        await make.post(thread)
    address = f"/t/{thread.id}-{thread.slug}"
    ana, bo = site_of_two.ana, site_of_two.bo
    for one in (ana, bo):
        assert "Write yours" in await site_of_two.get(one, address)
    await site_of_two.get(bo, f"{address}?page=2")
    await make.post(thread)
    for _ in "12":
        for one, new in ((ana, 5), (bo, 1)):
            with unshared():
                alone = await site_of_two.get(one, address)
            his = await site_of_two.get(one, address)
            assert f'href="{address}?unread=1">{new} new since your last visit' in his
            assert same(his, alone)
    assert await site_of_two.statements(ana, address) <= FEW
    assert "1 new" in await site_of_two.get(bo, f"{address}?page=2")
    assert "Write yours" in await site_of_two.get(bo, f"{address}?page=2")
    assert "Write yours" in await site_of_two.get(bo, address)


async def test_of_very_much_that_is_new_no_number_is_told(site_of_two: Site) -> None:
    ana, bo, address = site_of_two.ana, site_of_two.bo, site_of_two.address
    for _ in range(25):
        await make.post(site_of_two.thread, author=site_of_two.writer)
    for one in (ana, bo):
        await site_of_two.get(one, address)
    for _ in range(294):
        await make.post(site_of_two.thread, author=site_of_two.writer)
    for news in ("300 new since your last visit", "More than 300 new since your last visit"):
        for one in (ana, bo, bo):
            with unshared():
                assert f">{news}<" in await site_of_two.get(one, address)
            assert f">{news}<" in await site_of_two.get(one, address)
        await make.post(site_of_two.thread, author=site_of_two.writer)

"""Answers that are kept for visitors: given again only while they are right, and to visitors only."""

import asyncio
from datetime import timedelta

import httpx2
import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send
from tortoise.exceptions import DBConnectionError

import base.web.version
from base import db, settings
from base.clock import now
from base.db import Version, execute, transaction, version
from base.journal.record import record
from base.web.kept_answers import KeptAnswers, Whose, keep
from forum.banners import look_again
from forum.models import Thread
from members.models import Member
from tests import builders as make
from tests.databases import create_tables, on_postgres
from tests.site import settings_for
from tests.statements import statements


async def _cost(client: httpx2.AsyncClient, path: str) -> int:
    with statements() as sent:
        assert (await client.get(path)).status_code == 200
    return len(sent)


async def _act(subject: int) -> None:
    async with transaction():
        await record("thread.renamed", actor_id=None, subject_id=subject)


@pytest.mark.parametrize("path", ["/", "/questions", "/practices", "/topics", "/organisations", "/feeds/latest.atom"])
async def test_a_page_is_drawn_once_until_something_is_done(client: httpx2.AsyncClient, path: str) -> None:
    thread = await make.thread("How do you thank people who answer?")
    first = (await client.get(path)).text
    assert await _cost(client, path) == 1
    # What the journal does not tell of changes no page: a sign-in, a mark of what was read.
    await make.sign_in(client, member := await make.member(name="Ana Lind"))
    seen_by_her = (await client.get(path)).text
    client.cookies.clear()
    assert await _cost(client, path) == 1
    assert (await client.get(path)).text == first
    if path != "/feeds/latest.atom":
        assert "Ana Lind" in seen_by_her
        assert "Ana Lind" not in first
    await Thread.filter(id=thread.id).update(title="How do you thank everybody?")
    await Member.filter(id=member.id).update(name="Ana Lindqvist")
    await _act(thread.id)
    again = await client.get(path)
    assert ("thank everybody" in again.text) is ("thank people" in first)
    assert "thank people" not in again.text


@pytest.mark.skipif(on_postgres(), reason="there entries are not told apart: every act is asked about")
async def test_what_people_do_for_themselves_changes_no_page(client: httpx2.AsyncClient) -> None:
    await make.thread("How do you thank people who answer?")
    for path in ("/questions", "/"):
        await client.get(path)
        for kind in ("session.started", "bookmark.kept", "watch.set"):
            await make.act(kind)
        assert await _cost(client, path) == 2, "how the database is, what was done"
        await make.act("thread.renamed")
        assert await _cost(client, path) > 2


@pytest.mark.skipif(on_postgres(), reason="there entries are not told apart: every act is asked about")
async def test_an_answer_elsewhere_does_not_touch_a_thread(client: httpx2.AsyncClient) -> None:
    one, other = await make.thread("How do you thank people?"), await make.thread("Who answers at night?")
    address = f"/t/{one.id}-{one.slug}"
    first = await client.get(address)
    for kind, thread, statements_sent in (
        ("post.added", other, 3),
        ("post.added", one, 3),
        ("thread.hidden", other, 3),
    ):
        async with transaction():
            await record(kind, actor_id=None, subject_id=1, data={"thread_id": thread.id})
        with statements() as sent:
            again = await client.get(address)
        assert again.headers["etag"] == first.headers["etag"]
        assert len(sent) == statements_sent, "how the database is, what was done, whether the page is still so"
        stamped = any("AS people" in one for one in sent)
        assert stamped is (kind != "post.added" or thread is one)
    await Thread.filter(id=one.id).update(title="How do you thank them?", version=9)
    assert "How do you thank them?" in (await client.get(address)).text, "what is no act is seen, too"


async def test_browsers_are_told_when_they_have_it(client: httpx2.AsyncClient) -> None:
    thread = await make.thread("How do you thank people who answer?")
    answer = await client.get("/questions", headers={"Accept-Encoding": "identity"})
    tag = answer.headers["etag"]
    assert answer.headers["cache-control"] == "no-cache"
    assert "content-encoding" not in answer.headers
    packed = await client.get("/questions", headers={"Accept-Encoding": "gzip"})
    assert packed.headers["content-encoding"] == "gzip"
    assert packed.text == answer.text
    assert packed.headers["etag"] == tag
    known = await client.get("/questions", headers={"If-None-Match": tag})
    assert known.status_code == 304
    assert not known.content
    assert known.headers["content-security-policy"] == answer.headers["content-security-policy"]
    assert known.headers["x-request-id"] != answer.headers["x-request-id"]
    await Thread.filter(id=thread.id).update(title="How do you thank everybody?")
    await _act(thread.id)
    assert (await client.get("/questions", headers={"If-None-Match": tag})).status_code == 200


async def test_who_is_signed_in_or_has_a_token_gets_their_own(client: httpx2.AsyncClient) -> None:
    await make.thread("How do you thank people who answer?")
    visitors = await client.get("/questions")
    await make.sign_in(client, await make.member(name="Ana Lind"))
    hers = await client.get("/questions")
    assert "Ana Lind" in hers.text
    assert "no-store" in hers.headers["cache-control"]
    client.cookies.clear()
    assert (await client.get("/questions")).text == visitors.text
    refused = await client.get("/questions", headers={"Authorization": "Bearer nonsense"})
    assert refused.headers["location"].startswith("/sign-in")


async def test_an_announcement_put_away_is_another_page(client: httpx2.AsyncClient) -> None:
    thread = await make.thread("We move on Sunday", kind="announcement")
    await Thread.filter(id=thread.id).update(banner_until=now() + timedelta(days=1))
    before = await client.get("/questions")
    await look_again()
    shown = await client.get("/questions")
    assert "We move on Sunday" in shown.text
    assert "We move on Sunday" not in before.text
    await execute("UPDATE threads SET banner_until = NULL")
    await look_again()
    assert "We move on Sunday" not in (await client.get("/questions")).text


async def test_another_name_of_the_site_is_on_the_next_page(client: httpx2.AsyncClient) -> None:
    await client.get("/questions")
    before = settings.get()
    settings_for(before.data_dir, before.database_url, site_name="Hospitals Together")
    assert "Hospitals Together" in (await client.get("/questions")).text


async def test_a_sign_in_in_a_second_header_is_a_sign_in(client: httpx2.AsyncClient) -> None:
    await make.sign_in(client, await make.member(name="Ana Lind"))
    cookie = "; ".join(f"{name}={value}" for name, value in client.cookies.items())
    client.cookies.clear()
    hers = await client.get("/questions", headers=[("Cookie", "a=b"), ("Cookie", cookie)])
    assert "Ana Lind" in hers.text
    assert "Ana Lind" not in (await client.get("/questions")).text


@pytest.mark.usefixtures("database")
async def test_what_says_that_it_is_somebodys_is_not_kept() -> None:
    """Even if a mistake let a member's page get here."""
    told = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        keep(Request(scope))
        told.append(1)
        headers = {"Cache-Control": "private, no-store"} if b"private" in scope["query_string"] else {}
        await PlainTextResponse(str(len(told)), headers=headers)(scope, receive, send)

    async def visitor_asks(scope: Scope) -> Whose:
        return Whose(())

    guarded = KeptAnswers(app, whose=visitor_asks)
    transport = httpx2.ASGITransport(app=guarded)
    async with httpx2.AsyncClient(transport=transport, base_url="http://commonplace.test") as visitor:
        assert [(await visitor.get("/?open")).text for _ in "12"] == ["1", "1"]
        assert [(await visitor.get("/?private")).text for _ in "12"] == ["2", "3"]
        long = "/?x=" + "y" * 1000
        assert [(await visitor.get(long)).text for _ in "12"] == ["4", "5"], "long addresses would fill the memory"


async def test_trouble_with_the_database_is_told_in_the_words_of_the_site(
    client: httpx2.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away() -> Version:
        raise DBConnectionError("gone")

    before = await client.get("/questions")
    monkeypatch.setattr(base.web.version, "version", away)
    answer = await client.get("/questions")
    assert answer.text == before.text, "the page itself can still be drawn"
    assert "content-security-policy" in answer.headers


async def test_a_late_commit_is_an_act(empty_database_url: str) -> None:
    await db.connect(empty_database_url)
    try:
        if db.dialect() == "sqlite":
            pytest.skip("SQLite has one writer: acts are committed in their order")
        await create_tables()
        for number in range(310):
            async with transaction():
                await record("thread.renamed", actor_id=None, subject_id=number)
        late, may_end, began = asyncio.Event(), asyncio.Event(), asyncio.Event()

        async def slowly() -> None:
            async with transaction():
                await record("thread.hidden", actor_id=None, subject_id=1)
                began.set()
                await may_end.wait()
            late.set()

        task = asyncio.create_task(slowly())
        await began.wait()
        await _act(2)
        before = await version()
        may_end.set()
        await late.wait()
        after = await version()
        assert (after.data, after.acts) != (before.data, before.acts)
        assert after.acts != before.acts
        await task
    finally:
        await db.close()

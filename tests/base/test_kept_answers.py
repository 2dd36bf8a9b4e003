"""Answers that are kept for visitors: given again only while they are right, and to visitors only."""

from datetime import timedelta

import httpx2
import pytest

from base import settings
from base.clock import now
from base.db import execute, transaction
from base.journal.record import record
from forum.banners import look_again
from forum.models import Thread
from members.models import Member
from tests import builders as make
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

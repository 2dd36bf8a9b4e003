"""How far somebody has read: late comments among it, lists and threads that say what is new, and time that counts."""

import re

import httpx2
import pytest

from base import settings
from base.db import execute
from base.limits import forget_limits
from forum.actions.mark_read import FOLLOW_AFTER, LONGEST, ReadFor, read_for
from forum.models import ReadMark, Thread, Watch
from forum.queries.listing import Wanted, listing
from members.models import NoticeSwitch
from members.viewer import VISITOR
from tests import builders as make
from tests.statements import statements

pytestmark = pytest.mark.anyio


async def _visit(client: httpx2.AsyncClient, thread: Thread, more: str = "") -> str:
    answer = await client.get(f"/t/{thread.id}-{thread.slug}{more}")
    assert answer.status_code == 200
    return answer.text


async def _first_unread(client: httpx2.AsyncClient, thread: Thread) -> str:
    return (await client.get(f"/t/{thread.id}-{thread.slug}?unread=1")).headers["location"]


async def test_a_late_comment_on_an_early_answer_is_found_shown_new_and_then_read(client: httpx2.AsyncClient) -> None:
    thread, other, mara = await make.thread(), await make.member(), await make.member("Mara")
    size = settings.get().page_size
    answers = [await make.post(thread, author=other) for _ in range(size + 3)]
    await make.sign_in(client, mara)
    await _visit(client, thread)
    await _visit(client, thread, "?page=2")
    late = await make.post(thread, "A late comment.", author=other, parent=answers[2])
    base = f"/t/{thread.id}-{thread.slug}"
    assert await _first_unread(client, thread) == f"{base}#post-{late.number}"
    page = await _visit(client, thread)
    assert "1 new since your last visit" in page
    assert page.count(">New<") == 1
    assert "new since your last visit" not in await _visit(client, thread), "seen on the first page, so it is read"
    assert await _first_unread(client, thread) == base


async def test_what_is_new_on_the_page_one_looks_at_is_reached_although_it_is_read_by_then(
    client: httpx2.AsyncClient,
) -> None:
    thread, other, mara = await make.thread(), await make.member(), await make.member("Mara")
    first = await make.post(thread, author=other)
    await make.sign_in(client, mara)
    await _visit(client, thread)
    comment = await make.post(thread, "A late comment.", author=other, parent=first)
    await make.post(thread, "A second answer.", author=other)
    page = await _visit(client, thread)
    assert re.search(r'href="([^"]+)">2 new since your last visit', page)[1] == f"#post-{comment.number}"
    assert f'id="post-{comment.number}"' in page


async def test_what_is_new_elsewhere_comes_first(client: httpx2.AsyncClient) -> None:
    thread, other, mara = await make.thread(), await make.member(), await make.member("Mara")
    answers = [await make.post(thread, author=other) for _ in range(settings.get().page_size + 1)]
    await make.sign_in(client, mara)
    await _visit(client, thread, "?page=2")
    await make.post(thread, "On the second page.", author=other)
    await make.post(thread, "On the first.", author=other, parent=answers[0])
    link = re.search(r'href="([^"]+)">2 new since your last visit', await _visit(client, thread))
    assert link[1] == f"/t/{thread.id}-{thread.slug}?unread=1"


async def test_a_first_visit_reads_no_further_than_its_page(client: httpx2.AsyncClient) -> None:
    thread, other, mara = await make.thread(), await make.member(), await make.member("Mara")
    size = settings.get().page_size
    answers = [await make.post(thread, author=other) for _ in range(size + 3)]
    await make.post(thread, "A comment on the second page.", author=other, parent=answers[-1])
    await make.sign_in(client, mara)
    await _visit(client, thread)
    assert (await ReadMark.get()).number == size + 1
    assert (await _first_unread(client, thread)).endswith(f"?page=2#post-{size + 2}")


async def test_the_twenty_first_comment_has_its_own_page_and_is_read_there(client: httpx2.AsyncClient) -> None:
    thread, other, mara = await make.thread(), await make.member(), await make.member("Mara")
    answer = await make.post(thread, author=other)
    for _ in range(20):
        await make.post(thread, "A comment.", author=other, parent=answer)
    await make.sign_in(client, mara)
    await _visit(client, thread)
    last = await make.post(thread, "The twenty-first.", author=other, parent=answer)
    assert await _first_unread(client, thread) == f"/t/{thread.id}/posts/{last.number}#post-{last.number}"
    await client.get(f"/t/{thread.id}/posts/{last.number}")
    assert (await ReadMark.get()).number == last.number
    assert "new since your last visit" not in await _visit(client, thread)


async def test_lists_say_what_is_new_in_one_statement_and_are_read_at_once(client: httpx2.AsyncClient) -> None:
    other, mara = await make.member(), await make.member("Mara")
    opened, never = await make.thread("Opened before?"), await make.thread("Never opened?")
    talk = await make.thread("A discussion", kind="discussion")
    await make.sign_in(client, mara)
    for thread in (opened, talk):
        await _visit(client, thread)
    for _ in range(3):
        for thread in (opened, never, talk):
            await make.post(thread, author=other)
    await make.post(opened, author=mara)
    with statements() as sent:
        found = await listing(await make.viewer(mara), Wanted())
    assert len([one for one in sent if "FROM shown" in one]) == 1
    assert {one.title: one.unread for one in found.threads} == {
        "Opened before?": 3, "Never opened?": 0, "A discussion": 3,
    }  # fmt: skip
    assert {one.unread for one in (await listing(VISITOR, Wanted())).threads} == {0}
    page = (await client.get("/questions")).text
    assert page.count("3 new") == 1
    assert f'href="/t/{opened.id}-{opened.slug}?unread=1"' in page
    assert "Mark all as read" in page
    assert (await client.post("/threads/read", data={"kind": "question", "next": "/questions"})).status_code == 303
    assert "3 new" not in (await client.get("/questions")).text
    assert "3 new" in (await client.get("/discussions")).text
    headers = await make.token(mara)
    assert (await client.post("/api/v1/threads/read", json={}, headers=headers)).json() == {"changed": 1}
    assert "3 new" not in (await client.get("/discussions")).text


async def test_what_others_read_stays_new_for_me(client: httpx2.AsyncClient) -> None:
    thread, mara, omar = await make.thread(), await make.member("Mara"), await make.member("Omar")
    for who in (mara, omar):
        await make.sign_in(client, who)
        await _visit(client, thread)
    await make.post(thread)
    await client.post("/threads/read", data={})
    found = {one: (await listing(await make.viewer(one), Wanted())).threads[0].unread for one in (mara, omar)}
    assert found == {mara: 1, omar: 0}


async def test_after_four_minutes_of_reading_a_thread_is_followed_once(client: httpx2.AsyncClient) -> None:
    thread, mara = await make.thread(), await make.member("Mara")
    viewer = await make.viewer(mara)
    await ReadMark.create(member=mara, thread=thread, number=1, at=thread.created_at)
    for step in range(FOLLOW_AFTER // LONGEST):
        forget_limits()
        await execute("DELETE FROM limit_counts")
        assert await read_for(viewer, thread.id, ReadFor(seconds=LONGEST)) is (step == FOLLOW_AFTER // LONGEST - 1)
    assert (await Watch.get(member=mara)).level == "following"
    await Watch.all().delete()
    assert not await read_for(viewer, thread.id, ReadFor(seconds=LONGEST))
    assert not await Watch.exists(), "whoever stopped following is left alone"


async def test_it_never_changes_what_somebody_chose_and_can_be_turned_off(client: httpx2.AsyncClient) -> None:
    thread, mara, omar = await make.thread(), await make.member("Mara"), await make.member("Omar")
    for who in (mara, omar):
        await ReadMark.create(member=who, thread=thread, number=1, seconds=FOLLOW_AFTER - 1, at=thread.created_at)
    await Watch.create(member=mara, target="thread", target_id=thread.id, level="normal", at=thread.created_at)
    await NoticeSwitch.create(member=omar, because="auto_follow", at=thread.created_at)
    for who in (mara, omar):
        assert not await read_for(await make.viewer(who), thread.id, ReadFor(seconds=5))
    assert await Watch.all().values_list("level", flat=True) == ["normal"]


async def test_time_is_told_by_the_page_in_small_steps_by_who_may_read(client: httpx2.AsyncClient) -> None:
    thread, hidden = await make.thread(), await make.thread(state="hidden")
    path = f"/t/{thread.id}/reading"
    assert (await client.post(path, data={"seconds": "10"})).headers["location"].startswith("/sign-in")
    mara = await make.member("Mara")
    await make.sign_in(client, mara)
    page = await _visit(client, thread)
    assert f'data-reading-url="{path}"' in page
    assert (await client.post(path, data={"seconds": "10"})).json() == {"follows": False}
    assert (await ReadMark.get()).seconds == 10
    for wrong in ("0", "31", "-5", "x", ""):
        assert (await client.post(path, data={"seconds": wrong})).status_code == 422
    assert (await client.post(f"/t/{hidden.id}/reading", data={"seconds": "10"})).status_code == 404
    answers = [(await client.post(path, data={"seconds": "10"})).status_code for _ in range(6)]
    assert 429 in answers
    assert (await ReadMark.get()).seconds <= 60

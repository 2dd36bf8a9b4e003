"""The answer so far: who writes it, where it stands, what it does not count as, and two who write it at once."""

import asyncio
from collections.abc import Callable
from typing import Any

import httpx2
import pytest

from base.db import rows
from base.errors import Conflict, Missing, NotSignedIn, Refused
from base.journal.deliver import deliver_all
from forum.actions.answer import NewPost, answer
from forum.actions.delete import delete, restore
from forum.actions.edit import EditedPost, edit
from forum.actions.summarise import Summary, summarise
from forum.actions.watch import WatchLevel, watch
from forum.models import Post, PostRevision, Thread
from forum.queries.thread_page import thread_page
from members.models import Member, Notice
from members.viewer import VISITOR, Viewer
from tests import builders as make
from tests.forum.test_merge_posts import given_in

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("client")]
WORDS = "Answer within a day, **always** by name."


async def _asked(answers: int = 3, **more: Any) -> tuple[Thread, Viewer]:
    """Make a thread with answers; returns it and its author."""
    asker = await Member.get_or_none(name="Mara") or await make.member("Mara")
    thread = await make.thread(author=asker, **more)
    for _ in range(answers):
        await make.post(thread)
    return await Thread.get(id=thread.id), await make.viewer(asker)


async def test_it_stands_on_top_and_counts_as_no_answer() -> None:
    thread, asker = await _asked()
    made = await summarise(asker, thread.id, Summary(body=WORDS))

    post = await Post.get(id=made.id)
    assert (post.number, post.position, post.place, post.kind) == (5, -1, 0, "summary")
    after = await Thread.get(id=thread.id)
    assert (after.replies, after.answers, after.last_number, after.last_position) == (3, 3, 5, 3)
    assert (after.summary_post_id, after.summary_upto, after.resolution) == (made.id, 4, "answered")
    assert made.url == f"/t/{thread.id}-{thread.slug}#post-5"
    page = await thread_page(asker, thread.id)
    assert page.summary is not None
    assert page.summary.number == 5
    assert [one.number for one in page.others] == [2, 3, 4]
    assert page.head.newer == 0


async def test_pages_do_not_shift(client: httpx2.AsyncClient) -> None:
    thread, asker = await _asked(20)
    before = [one.number for one in (await thread_page(asker, thread.id)).others]
    await summarise(asker, thread.id, Summary(body=WORDS))
    await make.post(thread)
    first, second = await thread_page(asker, thread.id), await thread_page(asker, thread.id, 2)
    assert [one.number for one in first.others] == before
    assert [one.number for one in second.others] == [23]
    assert second.summary is None
    there = await client.get(f"/t/{thread.id}-{thread.slug}/22")
    assert there.headers["location"] == f"/t/{thread.id}-{thread.slug}#post-22"


async def test_who_may_write_change_and_delete_it() -> None:
    region = await make.region()
    asker, leader = await make.member(), await make.member()
    await make.grant(leader, "community_leader", "region", region.id)
    people = [asker, leader, await make.editor(), await make.moderator()]
    for who in people:
        thread = await make.thread(author=asker, region_id=region.id)
        made = await summarise(await make.viewer(who), thread.id, Summary(body=WORDS))
        for other in people:
            revision = (await Post.get(id=made.id)).revision
            given = EditedPost(body=f"{WORDS} So says {other.name}.", revision=revision)
            assert await edit(await make.viewer(other), thread.id, made.number, given) == revision + 1
        await delete(await make.viewer(who), thread.id, made.number)
    thread = await make.thread(author=asker, region_id=region.id)
    stranger = await make.viewer(await make.member())
    for viewer, wrong in ((VISITOR, NotSignedIn), (stranger, Refused)):
        with pytest.raises(wrong):
            await summarise(viewer, thread.id, Summary(body=WORDS))
    made = await summarise(await make.viewer(asker), thread.id, Summary(body=WORDS))
    for act in (delete, restore):
        with pytest.raises(Refused):
            await act(stranger, thread.id, made.number)
    hidden = await make.thread(author=asker, audience="network", region_id=region.id)
    with pytest.raises(Missing):
        await summarise(stranger, hidden.id, Summary(body=WORDS))


async def test_newer_replies_are_counted_until_it_takes_them_in() -> None:
    thread, asker = await _asked(2)
    made = await summarise(asker, thread.id, Summary(body=WORDS))
    first = await make.post(thread)
    await make.post(thread, parent=first)
    await make.post(thread, state="deleted")
    head = (await thread_page(asker, thread.id)).head
    assert (head.newer, head.newer_number, head.newer_url) == (2, 5, f"{head.url}/5#post-5")
    await edit(asker, thread.id, made.number, EditedPost(body=f"{WORDS}!", revision=1))
    assert (await thread_page(asker, thread.id)).head.newer == 2
    await edit(asker, thread.id, made.number, EditedPost(body=f"{WORDS}!", revision=2, upto=6))
    head = (await thread_page(asker, thread.id)).head
    assert (head.newer, head.newer_url) == (0, "")
    assert await PostRevision.filter(post_id=made.id).count() == 3
    await edit(asker, thread.id, made.number, EditedPost(body=WORDS, revision=3, upto=999))
    assert (await Thread.get(id=thread.id)).summary_upto == 7


async def test_it_is_taken_down_and_put_up_again() -> None:
    thread, asker = await _asked(2)
    made = await summarise(asker, thread.id, Summary(body=WORDS))
    await make.post(thread)
    await delete(asker, thread.id, made.number)
    after = await Thread.get(id=thread.id)
    assert (after.summary_post_id, after.replies, after.answers) == (None, 3, 3)
    assert (await thread_page(asker, thread.id)).summary is None
    await restore(asker, thread.id, made.number)
    after = await Thread.get(id=thread.id)
    assert (after.summary_post_id, after.summary_upto) == (made.id, made.number)
    await delete(asker, thread.id, made.number)
    again = await summarise(asker, thread.id, Summary(body=f"{WORDS} Again."))
    with pytest.raises(Conflict, match="another answer so far"):
        await restore(asker, thread.id, made.number)
    assert (await Post.get(id=made.id)).state == "deleted"
    page = await thread_page(asker, thread.id)
    assert page.summary is not None
    assert page.summary.number == again.number


async def test_of_many_who_write_it_at_once_one_does_and_a_form_sent_twice_is_one() -> None:
    thread, asker = await _asked(1)
    people = [await make.viewer(await make.editor()) for _ in range(5)]
    sent = (summarise(who, thread.id, Summary(body=f"{WORDS} {who.id}")) for who in people)
    done = await asyncio.gather(*sent, return_exceptions=True)
    assert sorted(type(one).__name__ for one in done) == ["Conflict"] * 4 + ["Made"]
    assert await Post.filter(thread_id=thread.id, kind="summary").count() == 1
    after = await Thread.get(id=thread.id)
    assert after.last_number == 3
    await delete(asker, thread.id, 3)
    twice = (summarise(asker, thread.id, Summary(body=WORDS, once="k")) for _ in range(4))
    assert len({made.id for made in await asyncio.gather(*twice)}) == 1


async def test_who_writes_it_second_gets_both_in_one_form(client: httpx2.AsyncClient) -> None:
    thread, asker = await _asked(1)
    ann = await make.editor("Ann")
    await make.sign_in(client, ann)
    form = await client.get(f"/t/{thread.id}/summary")
    assert form.status_code == 200
    await summarise(asker, thread.id, Summary(body="Mara found out this much so far."))
    page = await client.post(f"/t/{thread.id}/summary", data={"body": "Ann found out that much so far.", "once": "x"})
    assert page.status_code == 409
    assert "Mara saved while you were writing" in page.text
    given = given_in(page.text)
    assert given["body"] == "Ann found out that much so far."
    saved = await client.post(f"/t/{thread.id}/posts/3/edit", data=given | {"choice1": "both"})
    assert saved.status_code == 303
    body = (await Post.get(thread_id=thread.id, number=3)).body
    assert body == "Ann found out that much so far.\nMara found out this much so far."
    assert (await client.get(f"/t/{thread.id}/summary")).headers["location"] == f"/t/{thread.id}/posts/3/edit"


async def test_its_page_shows_it_and_its_twins_tell_it(client: httpx2.AsyncClient) -> None:
    thread, asker = await _asked(2)
    await summarise(asker, thread.id, Summary(body=WORDS))
    await make.post(thread)
    url = f"/t/{thread.id}-{thread.slug}"
    page = (await client.get(url)).text
    assert page.index("The answer so far") < page.index('id="post-2"')
    assert "1 newer reply since" in page
    assert f'href="{url}/5#post-5"' in page
    assert "3 answers" in page
    assert '"abstract": "Answer within a day, always by name."' in page
    told = (await client.get(f"{url}.json")).json()
    assert (told["summary"]["body"], told["summary"]["kind"], told["summary_newer"]) == (WORDS, "summary", 1)
    assert [one["number"] for one in told["posts"]] == [2, 3, 5]
    text = (await client.get(f"{url}.md")).text
    assert "## Answer so far" in text
    assert "(1 newer replies since)" in text
    alone = await client.get(f"/t/{thread.id}/posts/4")
    assert "always" in alone.text
    history = await client.get(f"/t/{thread.id}/posts/4/history")
    assert "Version 1" in history.text


async def test_its_form_shows_how_it_will_look_and_keeps_what_is_wrong(client: httpx2.AsyncClient) -> None:
    thread, _ = await _asked(2)
    await make.sign_in(client, await Member.get(name="Mara"))
    page = await client.post(f"/t/{thread.id}/summary", data={"body": WORDS, "step": "preview"})
    assert "<strong>always</strong>" in page.text
    short = await client.post(f"/t/{thread.id}/summary", data={"body": "Too short", "upto": "2"})
    assert short.status_code == 422
    assert given_in(short.text) | {"body": "Too short", "upto": "2"} == given_in(short.text)
    sent = await client.post(f"/t/{thread.id}/summary", data={"body": WORDS, "upto": "2"})
    assert sent.status_code == 303
    assert (await Thread.get(id=thread.id)).summary_upto == 2


async def test_a_draft_of_it_waits_in_its_form(client: httpx2.AsyncClient) -> None:
    thread, _ = await _asked(2)
    await make.sign_in(client, await Member.get(name="Mara"))
    await client.post(f"/drafts/save?place=summary.{thread.id}", data={"body": "Half of it"})
    assert given_in((await client.get(f"/t/{thread.id}/summary")).text)["body"] == "Half of it"
    assert f"/t/{thread.id}/summary" in (await client.get("/drafts")).text
    await client.post(f"/t/{thread.id}/summary", data={"body": WORDS})
    assert await rows("SELECT id FROM drafts") == []


async def test_who_follows_the_thread_is_told_once(client: httpx2.AsyncClient) -> None:
    thread, asker = await _asked(2)
    follower, muted = await make.member(), await make.member()
    await watch(await make.viewer(follower), "thread", thread.id, WatchLevel(level="following"))
    await watch(await make.viewer(muted), "thread", thread.id, WatchLevel(level="muted"))
    made = await summarise(asker, thread.id, Summary(body=WORDS))
    await edit(asker, thread.id, made.number, EditedPost(body=f"{WORDS}!", revision=1, upto=3))
    await deliver_all()
    told = await Notice.all().values_list("member_id", "kind")
    assert told == [(follower.id, "summary")]


async def test_a_summary_takes_no_comments_but_replies_may_name_it() -> None:
    thread, asker = await _asked(1)
    made = await summarise(asker, thread.id, Summary(body=WORDS))
    with pytest.raises(Missing):
        await answer(asker, thread.id, NewPost(body="Is that so?", parent=made.number))
    talk, starter = await _asked(1, kind="discussion")
    made = await summarise(starter, talk.id, Summary(body=WORDS))
    reply = await answer(starter, talk.id, NewPost(body="Is that so, really?", parent=made.number))
    assert (await Post.get(id=reply.id)).position == 2


Kind = Callable[[Thread], int]


async def test_programs_write_it_too(client: httpx2.AsyncClient) -> None:
    thread, _ = await _asked(1)
    token = await make.token(await Member.get(name="Mara"))
    path = f"/api/v1/threads/{thread.id}/summary"
    made = await client.post(path, json={"body": WORDS}, headers=token)
    assert made.status_code == 201
    again = await client.post(path, json={"body": f"{WORDS} Again."}, headers=token)
    assert again.status_code == 409
    assert "Nothing of yours is lost" in again.json()["detail"]

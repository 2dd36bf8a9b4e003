"""Limits on writing: how often, how much, told how, kept where."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx2
import pytest

from base import settings
from base.clock import now
from base.errors import Invalid, TooMany
from base.limit_numbers import NUMBERS
from base.limits import forget_limits
from forum.actions.answer import NewPost, answer
from forum.actions.ask import Question, ask
from forum.actions.edit import EditedPost, edit
from forum.actions.pace import opened_now
from forum.actions.vote import vote
from forum.models import Post, PostRevision, Thread, Vote
from members.models import Member
from members.viewer import Viewer
from tests import builders as make
from tests.site import open_client, settings_for
from tests.statements import statements

pytestmark = pytest.mark.anyio
TITLE, BODY = "How do you answer reviews in the evening?", "We answer within a day and would like to be faster."


@pytest.fixture
async def limited(database: str, tmp_path: Path) -> AsyncIterator[settings.Settings]:
    before = settings.get()
    forget_limits()
    yield settings_for(tmp_path, database, limit_numbers=dict(NUMBERS))
    settings.use(before)


def _later(monkeypatch: pytest.MonkeyPatch, by: timedelta) -> None:
    at = now() + by
    monkeypatch.setattr("forum.actions.pace.now", lambda: at)


async def _known(trust: int = 1) -> Viewer:
    return await make.viewer(await make.member(trust=trust))


async def _newcomer(*, wrote_ago: timedelta | None = timedelta(hours=2)) -> Viewer:
    """Make a newcomer who wrote something already, so long ago."""
    made = await make.member(trust=0)
    if wrote_ago is not None:
        await make.post(await make.thread(), author=made, at=now() - wrote_ago)
    return await make.viewer(made)


async def _start(viewer: Viewer, **more: Any) -> int:
    return (await ask(viewer, Question.read({"title": TITLE, "body": BODY} | more))).id


async def _own(viewer: Viewer) -> Thread:
    """Return a question of the viewer's, which they asked hours ago: guests write in no other."""
    return await make.thread(author=await Member.get(id=viewer.member_id), at=now() - timedelta(hours=2))


@pytest.mark.usefixtures("limited")
@pytest.mark.parametrize(("newcomer", "topic", "post"), [(False, 15, 5), (True, 120, 30)])
async def test_there_is_a_pause_between_two_texts_and_it_is_told(
    monkeypatch: pytest.MonkeyPatch, newcomer: bool, topic: int, post: int
) -> None:
    who = await (_newcomer() if newcomer else _known())
    thread = await _start(who)
    with pytest.raises(TooMany, match=r"You can post again in \d+ (second|minute)s?\.") as refused:
        await _start(who)
    assert topic - 5 <= refused.value.retry_after <= topic
    with pytest.raises(TooMany) as refused:
        await answer(who, thread, NewPost(body=BODY))
    assert post - 5 <= refused.value.retry_after <= post
    _later(monkeypatch, timedelta(seconds=post + 1))
    await answer(who, thread, NewPost(body=BODY))
    with pytest.raises(TooMany):
        await _start(who)
    _later(monkeypatch, timedelta(seconds=topic + 1))
    await _start(who)


@pytest.mark.usefixtures("limited")
async def test_staff_and_leaders_are_not_held_up() -> None:
    region = await make.region()
    leader = await make.member(trust=0)
    await make.grant(leader, "community_leader", "region", region.id)
    for who in (await make.viewer(await make.editor()), await make.viewer(leader)):
        for _ in range(4):
            thread = await _start(who)
            await answer(who, thread, NewPost(body=f"{BODY} https://a.org https://b.org https://c.org"))


@pytest.mark.usefixtures("limited")
async def test_twenty_threads_are_a_day_and_the_oldest_frees_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    author = await make.member()
    for hour in range(20):
        await make.thread(author=author, at=now() - timedelta(hours=23) + timedelta(hours=hour))
    who = await make.viewer(author)
    with pytest.raises(TooMany, match=r"20 threads within a day.*in 60 minutes") as refused:
        await _start(who)
    assert 3_590 <= refused.value.retry_after <= 3_600
    _later(monkeypatch, timedelta(hours=1, seconds=1))
    await _start(who)


@pytest.mark.usefixtures("limited")
async def test_the_first_day_of_a_newcomer_is_shorter_than_the_second(monkeypatch: pytest.MonkeyPatch) -> None:
    author = await make.member(trust=0)
    threads = [await make.thread(author=author, at=now() - timedelta(hours=hour)) for hour in (1, 2, 3)]
    who = await make.viewer(author)
    with pytest.raises(TooMany, match="On your first day here you can start 3 threads"):
        await _start(who)
    for minute in range(10):
        await make.post(threads[0], author=author, at=now() - timedelta(minutes=minute + 5))
    with pytest.raises(TooMany, match="On your first day here you can write 10"):
        await answer(who, threads[0].id, NewPost(body=BODY))
    _later(monkeypatch, timedelta(hours=21, minutes=1))
    await answer(who, threads[0].id, NewPost(body=BODY))
    await Member.filter(id=author.id).update(trust=1)
    await answer(await make.viewer(author), threads[0].id, NewPost(body=f"{BODY} Again.", once="x"))


@pytest.mark.usefixtures("limited")
async def test_a_newcomers_first_text_takes_as_long_as_typing() -> None:
    who = await _newcomer(wrote_ago=None)
    for opened in ("", "made up", opened_now()):
        with pytest.raises(TooMany, match="faster than people type") as refused:
            await _start(who, opened=opened)
        assert refused.value.retry_after == 3
    assert not await Post.filter(author_id=who.id).exists()


@pytest.mark.usefixtures("limited")
async def test_a_form_that_was_open_long_enough_lets_a_first_text_through(monkeypatch: pytest.MonkeyPatch) -> None:
    who, opened = await _newcomer(wrote_ago=None), opened_now()
    _later(monkeypatch, timedelta(seconds=5))
    await _start(who, opened=opened)


@pytest.mark.usefixtures("limited")
async def test_the_limits_count_the_person_behind_a_mask() -> None:
    author, mask = await make.member(), await make.member(state="mask")
    thread = await make.thread()
    await make.post(thread, author=mask)
    plain = await make.viewer(author)
    masked = Viewer(id=plain.id, trust=1, audiences=plain.audiences, masks={f"thread:{thread.id}": mask.id})
    with pytest.raises(TooMany):
        await answer(masked, (await make.thread()).id, NewPost(body=BODY))
    await answer(plain, thread.id, NewPost(body=BODY))


@pytest.mark.usefixtures("limited")
@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("https://a.example https://b.example https://c.example", "at most 2 links"),
        ("[a](https://a.example) [b](https://b.example) [c](https://c.example)", "at most 2 links"),
        ("![one](/files/1/one.png) ![two](/files/2/two.png)", "at most 1 picture;"),
    ],
)
async def test_a_newcomers_text_has_little_of_what_advertisers_want(body: str, words: str) -> None:
    who, text = await _newcomer(), f"{BODY} {body}"
    thread = await _own(who)
    with pytest.raises(Invalid, match=words):
        await answer(who, thread.id, NewPost(body=text))
    await answer(await _known(), thread.id, NewPost(body=text))


@pytest.mark.usefixtures("limited")
async def test_links_to_this_site_and_the_same_link_twice_are_free() -> None:
    own = settings.get().address
    text = f"{BODY} {own}/t/1 {own}/t/2 {own}/t/3 /t/4 https://a.example https://a.example https://b.example"
    newcomer = await _newcomer()
    made = await answer(newcomer, (await _own(newcomer)).id, NewPost(body=text))
    post = await Post.get(id=made.id)
    with pytest.raises(Invalid, match="at most 2 links"):
        who = await make.viewer(await Member.get(id=post.author_id))  # type: ignore[attr-defined]
        await edit(who, post.thread_id, 2, EditedPost(body=f"{text} https://c.example", revision=1))  # type: ignore[attr-defined]


@pytest.mark.usefixtures("limited")
async def test_ten_people_are_mentioned_at_most() -> None:
    thread, names = await make.thread(), " ".join([f"@{(await make.member()).handle}" for _ in range(11)])
    with pytest.raises(Invalid, match="This mentions 11 people; 10 is the most in one text"):
        await answer(await _known(), thread.id, NewPost(body=f"{BODY} {names}"))
    with pytest.raises(Invalid, match="2 is the most while you are new here"):
        newcomer = await _newcomer()
        await answer(newcomer, (await _own(newcomer)).id, NewPost(body=f"{BODY} {names}"))
    await answer(await make.viewer(await make.editor()), thread.id, NewPost(body=f"{BODY} {names}"))


@pytest.mark.usefixtures("limited")
async def test_votes_and_edits_of_a_day_are_counted() -> None:
    who = await _known()
    thread = await make.thread(author=await Member.get(id=who.member_id))
    posts = [await make.post(thread) for _ in range(2)]
    await Vote.bulk_create([Vote(post_id=posts[0].id, member_id=who.member_id, created_at=now())])
    others = [await make.post(thread) for _ in range(49)]
    await Vote.bulk_create([Vote(post_id=one.id, member_id=who.member_id, created_at=now()) for one in others])
    with pytest.raises(TooMany, match="50 posts useful"):
        await vote(who, thread.id, posts[1].number)
    opening = await Post.get(thread_id=thread.id, number=1)
    await PostRevision.bulk_create(
        [
            PostRevision(post_id=posts[0].id, number=number, body="x", editor_id=who.member_id, created_at=now())
            for number in range(2, 32)
        ]
    )
    with pytest.raises(TooMany, match="edited 30 times"):
        await edit(who, thread.id, 1, EditedPost(body=f"{BODY} More.", revision=opening.revision))


@pytest.mark.usefixtures("limited")
async def test_two_at_once_are_one_too_many() -> None:
    who, thread = await _known(), await make.thread()
    sent = [answer(who, thread.id, NewPost(body=f"{BODY} {number}")) for number in range(5)]
    done = await asyncio.gather(*sent, return_exceptions=True)
    assert [type(one) for one in done if isinstance(one, Exception)] == [TooMany] * 4
    assert await Post.filter(author_id=who.member_id).count() == 1


@pytest.mark.usefixtures("limited")
async def test_limits_cost_few_statements() -> None:
    who = await _newcomer()
    thread = await _own(who)
    await Post.filter(author_id=who.member_id).update(created_at=now() - timedelta(hours=3))
    with statements() as sent:
        await answer(who, thread.id, NewPost(body=BODY))
    assert len(sent) <= 20, sent


Door = Callable[[httpx2.AsyncClient, Thread], Awaitable[httpx2.Response]]


async def _by_form(client: httpx2.AsyncClient, thread: Thread) -> httpx2.Response:
    return await client.post(f"/t/{thread.id}/answer", data={"body": f"{BODY} <Again>", "once": "again"})


async def _by_comment(client: httpx2.AsyncClient, thread: Thread) -> httpx2.Response:
    return await client.post(f"/t/{thread.id}/answer", data={"body": f"{BODY} <Again>", "parent": "1"})


async def _by_asking(client: httpx2.AsyncClient, thread: Thread) -> httpx2.Response:
    return await client.post("/ask/discussion", data={"title": TITLE, "body": f"{BODY} <Again>"})


@pytest.mark.parametrize("send", [_by_form, _by_comment, _by_asking])
async def test_who_is_held_up_gets_the_same_form_with_what_was_typed(limited: settings.Settings, send: Door) -> None:
    async with open_client() as client:
        author = await make.member()
        thread = await make.thread(author=author)
        await make.sign_in(client, author)
        answered = await send(client, thread)
    assert answered.status_code == 429
    wait = int(answered.headers["retry-after"])
    assert 1 <= wait <= 15
    assert f'data-wait="{wait}"' in answered.text
    assert f"You can post again in {wait} second" in answered.text
    assert f"{BODY} &lt;Again&gt;</textarea>" in answered.text
    assert await Post.all().count() == 1


async def test_programs_are_told_as_a_problem(limited: settings.Settings) -> None:
    async with open_client() as client:
        author = await make.member()
        thread, token = await make.thread(author=author), await make.token(author)
        path = f"/api/v1/threads/{thread.id}/posts"
        answered = await client.post(path, json={"body": BODY}, headers=token)
    assert answered.status_code == 429
    assert answered.headers["content-type"] == "application/problem+json"
    assert 1 <= int(answered.headers["retry-after"]) <= 5
    assert "You can post again in" in answered.json()["detail"]


def test_numbers_are_known_and_not_negative(tmp_path: Path) -> None:
    for wrong, words in (({"topic_pauze": 3}, "knows no topic_pauze"), ({"post_pause": -1}, "must be 0 or more")):
        with pytest.raises(ValueError, match=words):
            settings.Settings(data_dir=tmp_path, limit_numbers=wrong)


def test_the_documentation_lists_every_number() -> None:
    page = (Path(__file__).parents[2] / "docs" / "limits.md").read_text()
    assert [name for name, number in NUMBERS.items() if f"| `{name}` | {number} |" not in page] == []

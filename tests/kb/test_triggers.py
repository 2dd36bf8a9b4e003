"""Many replies below a practice, and pages elsewhere that are gone, ask for a new check; readers see no change."""

import threading
from datetime import datetime, timedelta
from typing import Any

import httpx2
import pytest

from app.commands.links import check_pages
from base.clock import now
from base.db import execute, rows
from base.journal.deliver import deliver_all
from base.journal.models import Entry
from base.outward import NO_HOST, Pace
from forum.actions.answer import NewPost, answer
from forum.actions.summarise import Summary, summarise
from kb.actions.check_pages import note_answer, pages_to_check
from kb.actions.follow_pages import follow_all_pages
from kb.actions.follow_replies import KINDS, follow_replies
from kb.actions.verify import StillTrue, verify
from kb.models import Article, ArticleRevision, LinkedPage
from kb.queries.article import show_article
from kb.queries.desk import DeskRow, desk
from kb.queries.recheck import recheck
from kb.triggers import MANY_REPLIES
from members.models import Member, Notice
from members.viewer import VISITOR
from tests import builders as make
from tests.kb.conftest import Scene

pytestmark = pytest.mark.anyio

URL = "https://guide.example/hospitals"


async def told(member: Member, words: str) -> list[str]:
    return [one.text for one in await Notice.filter(member_id=member.id, text__contains=words).order_by("id")]


async def changed(scene: Scene) -> list[DeskRow]:
    return next([*lane.rows] for lane in await desk(scene.editor) if lane.name == "changed")


async def reply(scene: Scene, times: int) -> None:
    author = await make.viewer(scene.eva)
    for number in range(times):
        await answer(author, scene.thread.id, NewPost(body=f"We do it in yet another way, number {number}."))
    await deliver_all()


async def test_many_replies_are_told_once_a_check(client: httpx2.AsyncClient, scene: Scene) -> None:
    id_ = await scene.published()
    await deliver_all()
    await reply(scene, MANY_REPLIES - 1)
    # What sums them up is not one more.
    await summarise(scene.editor, scene.thread.id, Summary(body="Give every account one owner, and a deputy."))
    await deliver_all()
    assert await changed(scene) == []
    assert (await recheck(scene.editor, id_)).replies == ()
    await reply(scene, 3)
    assert [(row.id, row.replies) for row in await changed(scene)] == [(id_, 12)]
    assert len(await told(scene.ruth, "new replies stand in the threads it rests on")) == 1
    assert (await show_article(VISITOR, id_)).detail.verification == "verified"
    await follow_replies(await Entry.filter(kind__in=KINDS))
    assert await Entry.filter(kind="article.many_replies").count() == 1
    await make.sign_in(client, scene.ruth)
    page = (await client.get(f"/kb/{id_}/recheck")).text
    assert "12 new replies in a thread it rests on:" in page
    assert "#post-4" in page
    assert "12 new replies" in (await client.get("/desk?lane=changed")).text
    await verify(scene.editor, id_, StillTrue(note="Read all of them."))
    assert await changed(scene) == []
    await reply(scene, MANY_REPLIES)
    assert len(await told(scene.ruth, "new replies stand in the threads it rests on")) == 2


async def test_replies_taken_back_and_hidden_ones_do_not_count(client: httpx2.AsyncClient, scene: Scene) -> None:
    id_ = await scene.published()
    for state in ("published", "deleted"):
        for _ in range(MANY_REPLIES - 1):
            await make.post(scene.thread, author=scene.eva, state=state)
    await reply(scene, 1)
    await execute("UPDATE posts SET state = 'deleted' WHERE number = 4")
    assert await changed(scene) == []
    await execute("UPDATE posts SET state = 'published' WHERE number = 4")
    assert [one.count for one in (await recheck(scene.editor, id_)).replies] == [MANY_REPLIES]


async def linking(scene: Scene, *urls: str) -> Article:
    text = "\n".join(f"See [this]({url})." for url in urls)
    return await make.article("Governing accounts", author=scene.ruth, sections={"steps": text, "privacy": "None."})


async def hours_pass(hours: int) -> None:
    """Let what was asked lie further back."""
    for page in await LinkedPage.all():
        passed = timedelta(hours=hours)
        moved = {name: at - passed for name in ("checked_at", "failing_since") if (at := getattr(page, name))}
        await LinkedPage.filter(id=page.id).update(**moved)


async def answered(*statuses: int, hours: int = 25) -> list[int]:
    told_of = []
    for status in statuses:
        told_of.append(await note_answer(URL, status))
        await hours_pass(hours)
    return told_of


async def test_rows_follow_the_published_version(client: httpx2.AsyncClient, scene: Scene) -> None:
    made = await linking(scene, URL, "http://commonplace.test/kb/1", "/kb/2", URL, "https://x.example/" + "y" * 500)
    await follow_all_pages()
    await note_answer(URL, 404)
    await follow_all_pages()
    page = await LinkedPage.get()
    assert (page.url, page.status) == (URL, 404)
    await ArticleRevision.filter(article_id=made.id).update(sections={"steps": "See https://other.example."})
    await follow_all_pages()
    assert [one.url for one in await LinkedPage.all()] == ["https://other.example"]


@pytest.mark.parametrize(
    ("statuses", "told_of"),
    [
        ((404, 404), [0, 1]),
        ((404, 410, 404), [0, 1, 0]),
        ((NO_HOST, 404), [0, 1]),
        ((404, 200, 404), [0, 0, 0]),
        ((404, 503, 404), [0, 0, 1]),
        ((404, 503), [0, 0]),
        ((403, 429, 500, 0), [0, 0, 0, 0]),
        ((404, 404, 503, 404), [0, 1, 0, 0]),
        ((404, 404, 200, 404, 404), [0, 1, 0, 0, 1]),
    ],
)
async def test_when_a_page_is_gone(scene: Scene, statuses: tuple[int, ...], told_of: list[int]) -> None:
    await linking(scene, URL)
    await follow_all_pages()
    assert await answered(*statuses) == told_of


async def test_two_checks_on_one_day_are_not_enough(scene: Scene) -> None:
    await linking(scene, URL)
    await follow_all_pages()
    assert await answered(404, 404, 404, hours=8) == [0, 0, 0]
    assert await answered(404) == [1]


async def test_a_dead_page_is_told_once_and_clears_itself(client: httpx2.AsyncClient, scene: Scene) -> None:
    made = await linking(scene, URL)
    await follow_all_pages()
    await answered(404)
    assert await changed(scene) == []
    await answered(404, 404)
    await deliver_all()
    await deliver_all()
    assert await told(scene.ruth, "is gone") == [f"A page it links to is gone: {URL}"]
    assert [(row.id, row.gone) for row in await changed(scene)] == [(made.id, 1)]
    assert (await show_article(VISITOR, made.id)).detail.verification == "verified"
    await make.sign_in(client, scene.ruth)
    page = (await client.get(f"/kb/{made.id}/recheck")).text
    assert "A page it links to is gone since" in page
    assert f'href="{URL}"' in page
    assert "1 dead link" in (await client.get("/desk?lane=changed")).text
    await answered(503)
    assert len(await changed(scene)) == 1
    await answered(200)
    assert await changed(scene) == []
    assert (await recheck(scene.editor, made.id)).pages == ()


async def test_a_check_takes_it_off_the_desk(scene: Scene) -> None:
    made = await linking(scene, URL)
    await follow_all_pages()
    await answered(404, 404)
    assert len(await changed(scene)) == 1
    await verify(scene.editor, made.id, StillTrue(note="It holds without that page."))
    await answered(404)
    assert await changed(scene) == []


async def test_what_was_checked_does_not_come_back_with_another_page(scene: Scene) -> None:
    other = "https://other.example/"
    made = await linking(scene, URL, other)
    await follow_all_pages()
    await answered(404, 404)
    await verify(scene.editor, made.id, StillTrue(note="It holds without that page."))
    for _ in range(2):
        await note_answer(other, 410)
        await hours_pass(25)
    assert [row.gone for row in await changed(scene)] == [1]
    assert [one.url for one in (await recheck(scene.editor, made.id)).pages] == [other]
    await note_answer(other, 200)
    assert await changed(scene) == []
    assert (await recheck(scene.editor, made.id)).pages == ()


async def test_a_check_before_it_was_found_does_not_count(scene: Scene) -> None:
    made = await linking(scene, URL)
    await follow_all_pages()
    await answered(404)
    await verify(scene.editor, made.id, StillTrue(note="It holds."))
    assert await answered(404) == [1]
    assert [(row.id, row.gone) for row in await changed(scene)] == [(made.id, 1)]


async def test_a_timer_need_not_be_punctual(scene: Scene) -> None:
    await linking(scene, URL)
    await follow_all_pages()
    assert await answered(404, 404, hours=21) == [0, 1]


async def test_a_version_that_is_published_meanwhile_is_followed(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    made = await linking(scene, URL)
    first = await ArticleRevision.get(article_id=made.id)
    published: list[int] = []

    async def read(sql: str, *values: Any) -> list[dict[str, Any]]:
        found = await rows(sql, *values)
        if "article_revisions" in sql and not published:
            values_of = {name: getattr(first, name) for name in first._meta.db_fields if name != "id"}
            await ArticleRevision.create(**values_of | {"number": 2, "sections": {"steps": "See https://new.example."}})
            await Article.filter(id=made.id).update(published_revision=2)
            published.append(2)
        return found

    monkeypatch.setattr("kb.queries.published.rows", read)
    await follow_all_pages()
    assert [one.url for one in await LinkedPage.all()] == ["https://new.example"]


async def test_without_a_resolver_nothing_is_gone(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    known = {"https://93.184.215.14/": 200}
    monkeypatch.setattr("app.commands.links.ask", lambda url, *_: known.get(url, NO_HOST))
    await linking(scene, URL, "https://93.184.215.14/", "https://other.example/")
    for _ in range(2):
        done = await check_pages(0, json_=True, pace=Pace(0))
        assert (done.asked, done.answered, done.missing, done.unclear, done.reached) == (3, 1, 0, 2, False)
        assert "Nothing could be reached, so nothing is marked as gone" in done.text()
        await hours_pass(25)
    assert await LinkedPage.filter(status=NO_HOST).count() == 0
    assert await LinkedPage.filter(checked_at=None).count() == 2
    known["https://other.example/"] = 404
    done = await check_pages(0, json_=True, pace=Pace(0))
    assert (done.missing, done.reached, "reached" in done.text()) == (2, True, False)
    assert (await LinkedPage.get(url=URL)).status == NO_HOST


async def test_hosts_take_turns_and_none_is_asked_twice_at_once(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    busy: list[str] = []
    all_others = threading.Event()

    def ask(url: str, *_: Any) -> int:
        host = url[8]
        assert host not in busy
        busy.append(host)
        if host == "s":
            all_others.wait(30)
        busy.remove(host)
        asked.append(host)
        if len(asked) == 6:
            all_others.set()
        return 200

    monkeypatch.setattr("app.commands.links.ask", ask)
    monkeypatch.setattr("app.commands.links._AT_ONCE", 2)
    await linking(scene, *(f"https://a.example/{number}" for number in range(4)))
    await linking(scene, "https://slow.example/", "https://b.example/", "https://c.example/")
    assert (await check_pages(20, json_=True)).answered == 7
    assert asked[:3] == ["a", "b", "c"]
    assert asked[-1] == "s"


async def test_links_that_are_left_out_are_told(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kb.actions.follow_pages.MOST", 2)
    monkeypatch.setattr("app.commands.links.ask", lambda *_: 200)
    await linking(
        scene, "https://x.example/" + "y" * 500, "http://commonplace.test/kb/1", *(URL + one for one in "abc")
    )
    done = await check_pages(20, json_=True)
    assert (done.asked, done.left_out) == (2, 2)
    assert "Links left out: 2, longer than 500 characters" in done.text()


async def test_the_longest_unasked_come_first(scene: Scene) -> None:
    urls = [f"https://{letter}.example/" for letter in "abcd"]
    await linking(scene, *urls)
    await make.article("Gone", state="obsolete", sections={"steps": "https://never.example"})
    await follow_all_pages()
    at = now()
    for number, url in enumerate(urls[:3]):
        await LinkedPage.filter(url=url).update(checked_at=at - timedelta(hours=30 + number))
    assert await pages_to_check(at - timedelta(hours=20)) == [urls[3], urls[2], urls[1], urls[0]]
    assert await pages_to_check(at - timedelta(hours=31)) == [urls[3], urls[2]]


async def test_the_command_asks_each_once_and_goes_on(
    client: httpx2.AsyncClient, scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def ask(url: str, *_: Any) -> int:
        asked.append(url)
        if len(asked) == 3 and "c.example" in url:
            raise RuntimeError("stopped")
        return {"a": 200, "b": 404}.get(url[8], 0)

    monkeypatch.setattr("app.commands.links.ask", ask)
    monkeypatch.setattr("app.commands.links._AT_ONCE", 1)
    await linking(scene, "https://a.example/", "https://b.example/", "https://c.example/")
    await linking(scene, "https://a.example/")
    with pytest.raises(RuntimeError, match="stopped"):
        await check_pages(20, json_=True)
    done = await check_pages(20, json_=True, pace=Pace(0))
    assert [url[8] for url in asked] == ["a", "b", "c", "c"]
    assert (done.asked, done.unclear) == (1, 1)
    assert done.text().startswith("1 pages asked: 0 answer, 0 do not exist, 1 unclear;")
    states = {(one.url[8], one.status) for one in await LinkedPage.all()}
    assert states == {("a", 200), ("b", 404), ("c", 0)}
    first: datetime | None = (await LinkedPage.filter(status=404).get()).failing_since
    assert first is not None

"""Reads of articles: what counts, how it is written down, and that what is read most stands first."""

import asyncio
from datetime import timedelta

import httpx2
import pytest

from app.chores import write_down
from base.clock import now
from forum.models import Thread
from kb.actions.write_reads import forget_reads, write_reads
from kb.models import Article, ArticleReads, Nomination
from kb.queries.desk import desk
from kb.queries.desk_rows import Asked, nominated
from kb.queries.health import health
from kb.reads import READS, opened
from members.models import Member
from search_index.models import SearchLog
from tests import builders as make
from tests.kb.conftest import Scene
from tests.statements import statements

pytestmark = pytest.mark.anyio


@pytest.fixture(autouse=True)
def nothing_read() -> None:
    READS.take()


def article_path(made: Article) -> str:
    return f"/kb/{made.id}-{made.slug}"


async def test_what_counts_as_a_read(client: httpx2.AsyncClient, scene: Scene) -> None:
    made = await make.article("Replying to reviews", author=scene.ruth)
    draft = await make.article("Not yet", author=scene.ruth, state="draft")
    path = article_path(made)
    await client.get(path)
    await make.sign_in(client, scene.ana)
    await client.get(path)
    assert READS.take() == {(made.id, now().date()): 2}
    for headers in ({"sec-purpose": "prefetch;prerender"}, {"purpose": "prefetch"}, {"user-agent": "Somebot/2.1"}):
        await client.get(path, headers=headers)
    await client.head(path)
    for other in (f"{path}.json", f"{path}.md", f"/kb/{made.id}", f"/kb/{made.id}-wrong", f"/kb/{draft.id}"):
        await client.get(other)
    for who in (scene.ruth, scene.tomasz):
        await make.sign_in(client, who)
        assert (await client.get(path)).status_code == 200
    assert READS.take() == {}


async def test_an_owner_who_is_no_editor_is_no_reader(client: httpx2.AsyncClient, scene: Scene) -> None:
    made = await make.article("Replying to reviews", author=scene.ruth, owner_id=scene.ana.id)
    await make.sign_in(client, scene.ana)
    await client.get(article_path(made))
    assert READS.take() == {}


async def test_reading_writes_nothing_until_the_chore(client: httpx2.AsyncClient, scene: Scene) -> None:
    made = await make.article("Replying to reviews")
    with statements() as sent:
        await client.get(article_path(made))
    assert not [sql for sql in sent if not sql.lstrip().upper().startswith(("SELECT", "WITH"))]
    assert not await ArticleReads.exists()
    await write_down()
    opened(made.id)
    await asyncio.gather(write_reads(), write_reads())
    assert [(one.day, one.reads) for one in await ArticleReads.all()] == [(now().date(), 2)]


async def test_an_article_that_is_gone_is_left_out(scene: Scene) -> None:
    made = await make.article()
    opened(made.id)
    opened(made.id + 1000)
    assert await write_reads() == 2
    assert await ArticleReads.all().count() == 1


async def test_what_could_not_be_written_is_kept(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken(*_: object) -> int:
        raise RuntimeError("no database")

    monkeypatch.setattr("kb.actions.write_reads.execute", broken)
    opened(7)
    with pytest.raises(RuntimeError, match="no database"):
        await write_reads()
    opened(7)
    assert list(READS.take().values()) == [2]


async def test_old_days_are_forgotten(scene: Scene) -> None:
    made, today = await make.article(), now().date()
    READS.hold({(made.id, today - timedelta(days=days)): 1 for days in (0, 399, 401)})
    await write_reads()
    assert await forget_reads() == 1
    assert await ArticleReads.all().count() == 2


async def test_what_is_read_most_and_unchecked_longest_stands_first(client: httpx2.AsyncClient, scene: Scene) -> None:
    at = now()
    for title, reads, days in (("Seldom", 2, 400), ("Often", 30, 100), ("Fresh", 40, 10), ("Never", 0, 900)):
        made = await make.article(title, due_at=at - timedelta(days=1), verified_at=at - timedelta(days=days))
        if reads:
            await ArticleReads.create(article_id=made.id, day=at.date() - timedelta(days=3), reads=reads)
            await ArticleReads.create(article_id=made.id, day=at.date() - timedelta(days=91), reads=5000)
    lane = next(one for one in await desk(scene.editor) if one.name == "overdue")
    assert [(row.title, row.reads) for row in lane.rows] == [
        ("Often", 30), ("Seldom", 2), ("Fresh", 40), ("Never", 0)
    ]  # fmt: skip
    known = await health(scene.editor)
    assert known.reads == 72
    assert [one.title for one in known.most_read] == ["Fresh", "Often", "Seldom"]
    await make.sign_in(client, scene.ruth)
    page = (await client.get("/desk?lane=overdue")).text
    assert "Most read and longest unchecked first: reads of the last 90 days × days since the last check." in page
    assert "72 reads in the last 90 days." in (await client.get("/desk/health")).text


async def test_several_are_verified_with_their_next_days(client: httpx2.AsyncClient, scene: Scene) -> None:
    made = [
        await make.article(f"Practice {days}", due_at=now(), interval_days=days, author=scene.ruth)
        for days in (90, 180)
    ]
    assert await Member.filter(id=scene.tomasz.id).exists()
    await make.sign_in(client, scene.tomasz)
    given = {"articles": [str(one.id) for one in made], "lane": "overdue"}
    refused = await client.post("/desk/verify", data=given)
    assert refused.status_code == 422
    assert "Please say what you checked, or tick that you checked the sources." in refused.text
    assert refused.text.count(" checked aria-label") == 2
    done = await client.post("/desk/verify", data=given | {"note": "Read all of it."})
    first, last = (now() + timedelta(days=days) for days in (90, 180))
    page = (await client.get(done.headers["location"])).text
    assert f"2 verified, next due from {first.day} {first:%b %Y} to {last.day} {last:%b %Y}." in page
    assert page.index("Practice 90") < page.index("Practice 180")
    assert "Verified just now" in page


async def test_nominated_threads_that_are_read_and_searched_for_stand_first(scene: Scene) -> None:
    read, searched, other = [
        await make.thread(title) for title in ("Captions for films", "A consent form for stories", "Something else")
    ]
    for thread in (other, searched, read):
        await Nomination.create(thread_id=thread.id, member_id=scene.ana.id, why="Good.", at=now())
    await Thread.filter(id=read.id).update(views=7)
    await SearchLog.create(query="consent form", day=now().date(), searches=4)
    await SearchLog.create(query="films", day=now().date() - timedelta(days=200), searches=40)
    await SearchLog.create(query="else", day=now().date(), searches=2)
    lane = next(one for one in await desk(scene.editor) if one.name == "nominated")
    assert [(one.title, one.reads, one.searches) for one in lane.rows] == [
        ("Captions for films", 7, 0), ("A consent form for stories", 0, 4), ("Something else", 0, 0),
    ]  # fmt: skip


async def test_searches_are_counted_by_whole_words(scene: Scene) -> None:
    titles = (
        "Starting a newsletter",
        "Star ratings: consent-forms",
        "ÉTÉ DES MUSÉES, what we learnt",
        "Kommt darauf an",
    )
    for title in titles:
        thread = await make.thread(title)
        await Nomination.create(thread_id=thread.id, member_id=scene.ana.id, why="Good.", at=now())
    for query, searches in (("star", 9), ("consent forms", 5), ("été des musées", 4), ("kommt an", 8), ("?!?!", 7)):
        await SearchLog.create(query=query, day=now().date(), searches=searches)
    lane = next(one for one in await desk(scene.editor) if one.name == "nominated")
    assert [(one.title[:4], one.searches) for one in lane.rows] == [("Star", 14), ("ÉTÉ ", 4), ("Star", 0), ("Komm", 0)]


async def test_pages_of_nominated_threads_hang_together(scene: Scene) -> None:
    for number in range(9):
        thread = await make.thread(f"Number {number} about words{number}", votes=number // 4)
        await Nomination.create(thread_id=thread.id, member_id=scene.ana.id, why="Good.", at=now())
        await SearchLog.create(query=f"words{number}", day=now().date(), searches=3 + number)
    for size in (1, 2, 3, 5, 9, 20):
        pages = [await nominated(Asked(scene.editor, "", size, start)) for start in range(0, 9, size)]
        titles = [row["title"][7] for page in pages for row in page]
        assert titles == list("876543210"), size
        assert {row["total"] for page in pages for row in page} == {9}
    assert await nominated(Asked(scene.editor, "", 5, 10)) == []
    with statements() as sent:
        await nominated(Asked(scene.editor, "", 2, 0))
    assert len(sent) == 2

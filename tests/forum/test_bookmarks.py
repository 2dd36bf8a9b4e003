"""Bookmarks: private, found again, reminded of once, shared as a list without notes, and honest of what is gone."""

import asyncio
import csv
import io
import re
from datetime import UTC, date, datetime, timedelta

import httpx2
import pytest

from base.clock import now
from forum.actions.bookmark import Details, Keeping, bookmark, change_bookmark
from forum.actions.reading_lists import MOST as MOST_LISTS
from forum.actions.remind import remind
from forum.models import Bookmark, Post, ReadingList, Thread
from forum.queries.bookmarks import MOST, bookmarks
from forum.queries.thread_page import thread_page
from members.models import Member, Membership, Notice
from members.viewer import VISITOR
from tests import builders as make
from tests.statements import statements

pytestmark = pytest.mark.anyio


async def test_a_thread_a_post_and_a_practice_are_kept_and_let_go(client: httpx2.AsyncClient) -> None:
    mara, thread = await make.member("Mara"), await make.thread()
    post, article = await make.post(thread), await make.article()
    base = f"/t/{thread.id}-{thread.slug}"
    assert "/bookmarks" not in (await client.get(base)).text
    given = {"target": "thread", "id": thread.id}
    assert (await client.post("/bookmarks", data=given)).headers["location"].startswith("/sign-in")
    await make.sign_in(client, mara)
    for what, place in (
        (("thread", thread.id), base), (("post", post.id), base),
        (("article", article.id), f"/kb/{article.id}-{article.slug}"),
    ):  # fmt: skip
        given = {"target": what[0], "id": what[1], "next": place}
        for _ in range(2):
            assert (await client.post("/bookmarks", data=given)).headers["location"] == place
        page = (await client.get(place)).text
        assert page.count('aria-pressed="true"') == 1 or what[0] == "post"
    assert await Bookmark.all().count() == 3
    page = (await client.get(base)).text
    assert page.count('action="/bookmarks/drop"') == 2
    found = (await client.get("/bookmarks")).text
    assert thread.title in found
    assert article.title in found
    await client.post("/bookmarks/drop", data={"target": "post", "id": post.id, "next": base})
    assert await Bookmark.all().count() == 2


async def test_pressed_states_take_no_statement_of_their_own(client: httpx2.AsyncClient) -> None:
    mara, thread = await make.member("Mara"), await make.thread()
    posts = [await make.post(thread) for _ in range(6)]
    viewer = await make.viewer(mara)
    for one in posts[::2]:
        await bookmark(viewer, Keeping(target="post", id=one.id))
    with statements() as sent:
        page = await thread_page(viewer, thread.id)
    assert len(sent) == 2
    assert [one.bookmarked for one in page.others] == [True, False] * 3
    assert (await thread_page(VISITOR, thread.id)).opening.bookmarked is None


@pytest.mark.parametrize("target", ["thread", "post", "article"])
async def test_nobody_keeps_what_they_may_not_see(client: httpx2.AsyncClient, target: str) -> None:
    thread = await make.thread(audience="staff")
    ids = {"thread": thread.id, "post": (await make.post(thread)).id, "article": (await make.article(state="draft")).id}
    await make.sign_in(client, await make.member("Mara"))
    for id_ in (ids[target], 999_999):
        assert (await client.post("/bookmarks", data={"target": target, "id": id_})).status_code == 404
        assert (await client.get(f"/bookmarks/at?target={target}&id={id_}")).status_code == 404
    assert not await Bookmark.exists()


@pytest.mark.parametrize(
    ("remind_me", "on", "due"),
    [
        ("tomorrow", None, datetime(2026, 3, 29, 7, 0, tzinfo=UTC)),  # the clocks go forward that night
        ("week", None, datetime(2026, 4, 4, 7, 0, tzinfo=UTC)),
        ("date", date(2026, 12, 24), datetime(2026, 12, 24, 8, 0, tzinfo=UTC)),
        ("", None, None),
    ],
)
async def test_reminders_are_at_nine_where_the_member_is(
    site: object, monkeypatch: pytest.MonkeyPatch, remind_me: str, on: date | None, due: datetime | None
) -> None:
    monkeypatch.setattr("forum.actions.bookmark.now", lambda: datetime(2026, 3, 28, 22, 30, tzinfo=UTC))
    thread, mara = await make.thread(), await make.member("Mara", timezone="Europe/Amsterdam")
    given = {"target": "thread", "id": thread.id, "remind": remind_me, "on": on or ""}
    await bookmark(await make.viewer(mara), Keeping.read(given))
    assert (await Bookmark.get()).remind_at == due


@pytest.mark.parametrize("on", ["", "2020-01-01", "2190-01-01", "x", "2026-02-31"])
async def test_a_wrong_day_loses_nothing(client: httpx2.AsyncClient, on: str) -> None:
    thread = await make.thread()
    await make.sign_in(client, await make.member("Mara", timezone="Nowhere/Else"))
    given = {"target": "thread", "id": str(thread.id), "note": "Read with Omar", "remind": "date", "on": on}
    answer = await client.post("/bookmarks", data=given)
    assert answer.status_code == 422
    assert "Read with Omar" in answer.text
    assert not await Bookmark.exists()


async def test_a_reminder_comes_once_when_it_is_due(client: httpx2.AsyncClient) -> None:
    thread, mara = await make.thread(), await make.member("Mara")
    viewer = await make.viewer(mara)
    await bookmark(viewer, Keeping(target="thread", id=thread.id, note="Ask Omar", remind="tomorrow"))
    assert await remind() == 0
    await Bookmark.all().update(remind_at=now() - timedelta(seconds=1))
    assert sum(await asyncio.gather(remind(), remind(), remind())) == 1
    assert await remind() == 0
    notice = await Notice.get()
    assert (notice.kind, notice.because, notice.text) == ("reminder", "reminder", "Ask Omar")
    assert (notice.subject, notice.url) == (thread.title, f"/t/{thread.id}-{thread.slug}")
    await make.sign_in(client, mara)
    assert "You wanted to be reminded" in (await client.get("/inbox")).text
    assert "Reminded on" in (await client.get("/bookmarks")).text
    await change_bookmark(viewer, (await Bookmark.get()).id, Details(remind="tomorrow"))
    await Bookmark.all().update(remind_at=now() - timedelta(seconds=1))
    assert await remind() == 1, "a new reminder is another one"


async def test_what_became_of_things_is_said(client: httpx2.AsyncClient) -> None:
    mara, other = await make.member("Mara"), await make.member()
    viewer = await make.viewer(mara)
    first = await make.thread("The first one", author=other)
    double, gone = await make.thread("The double", author=other), await make.thread("Secret now", author=other)
    post = await make.post(first, author=other)
    article = await make.article("Old advice")
    for target, id_ in (("thread", double.id), ("thread", gone.id), ("post", post.id), ("article", article.id)):
        await bookmark(viewer, Keeping(target=target, id=id_))  # type: ignore[arg-type]
    await Thread.filter(id=double.id).update(duplicate_of_id=first.id, resolution="duplicate")
    await Thread.filter(id=gone.id).update(state="hidden")
    await Post.filter(id=post.id).update(state="deleted")
    await type(article).filter(id=article.id).update(state="obsolete")
    await make.sign_in(client, mara)
    page = (await client.get("/bookmarks")).text
    for words in (
        "Asked before:", "Gone, or no longer open to you", "It was deleted; the link leads to its thread.",
        "This practice is no longer recommended",
    ):  # fmt: skip
        assert words in page
    assert "Secret" not in page
    await Bookmark.filter(target_id=gone.id, target="thread").update(remind_at=now() - timedelta(days=1))
    assert await remind() == 1
    notice = await Notice.get()
    assert "Secret" not in notice.subject
    assert "no longer open to you" in notice.text
    await Thread.filter(id=double.id).update(merged_into_id=first.id, state="hidden")
    assert "Merged into another thread" in (await client.get("/bookmarks")).text


async def test_notes_are_edited_in_place_and_found(client: httpx2.AsyncClient) -> None:
    mara, omar = await make.member("Mara"), await make.member("Omar")
    viewer = await make.viewer(mara)
    made = await bookmark(viewer, Keeping(target="thread", id=(await make.thread("About reviews")).id, remind="week"))
    await bookmark(viewer, Keeping(target="thread", id=(await make.thread("About hashtags")).id))
    due = (await Bookmark.get(id=made)).remind_at
    await make.sign_in(client, mara)
    answer = await client.post(f"/bookmarks/{made}", data={"note": "For the <b>Monday</b> round", "remind": "keep"})
    assert answer.status_code == 303
    assert (await Bookmark.get(id=made)).remind_at == due
    assert "For the &lt;b&gt;Monday&lt;/b&gt; round" in (await client.get("/bookmarks")).text
    for q, there, not_there in (("monday", "About reviews", "About hashtags"), ("HASHTAG", "About hashtags", "Monday")):
        page = (await client.get(f"/bookmarks?q={q}")).text
        assert there in page
        assert not_there not in page
    answer = await client.post(f"/bookmarks/{made}", data={"note": "x" * 501})
    assert (answer.status_code, "x" * 501 in answer.text) == (422, True)
    await make.sign_in(client, omar)
    for method, path in (("POST", f"/bookmarks/{made}"), ("POST", f"/bookmarks/{made}/remove")):
        assert (await client.request(method, path, data={"note": "mine"})).status_code == 404
    assert "Monday" not in (await client.get("/bookmarks")).text


async def test_removing_can_be_undone_with_all_that_stood_with_it(client: httpx2.AsyncClient) -> None:
    mara, thread = await make.member("Mara"), await make.thread()
    made = await bookmark(
        await make.viewer(mara),
        Keeping(target="thread", id=thread.id, note="Mine", new_folder="To read", remind="week"),
    )
    before = await Bookmark.get(id=made).values("target_id", "note", "list_id", "remind_at")
    await make.sign_in(client, mara)
    page = (await client.post(f"/bookmarks/{made}/remove")).text
    assert not await Bookmark.exists()
    form = re.search(r'<div class="flashes".*?</form>', page, re.DOTALL)
    assert form is not None
    await client.post("/bookmarks", data=dict(re.findall(r'name="(\w+)" value="([^"]*)"', form[0])))
    assert await Bookmark.get().values("target_id", "note", "list_id", "remind_at") == before


async def test_two_thousand_are_the_most(client: httpx2.AsyncClient) -> None:
    mara, thread = await make.member("Mara"), await make.thread()
    await Bookmark.bulk_create(
        [Bookmark(member=mara, target="post", target_id=10_000 + n, created_at=now()) for n in range(MOST)]
    )
    await make.sign_in(client, mara)
    answer = await client.post("/bookmarks", data={"target": "thread", "id": thread.id})
    assert answer.status_code == 403
    assert "2,000" in answer.text
    viewer = await make.viewer(mara)
    for number, q in ((1, ""), (100, ""), (1, "nothing")):
        with statements() as sent:
            found = await bookmarks(viewer, number, q=q)
        assert len(sent) <= 5
    assert found.page.total == 0


async def _listed(owner: Member, *threads: Thread) -> int:
    viewer = await make.viewer(owner)
    for one in threads:
        await bookmark(viewer, Keeping(target="thread", id=one.id, new_folder="For all", note="zqnote"))
    return (await ReadingList.get(name="For all")).id


async def test_a_shared_list_shows_each_what_they_may_see_without_notes(client: httpx2.AsyncClient) -> None:
    home, away = await make.organisation("Home"), await make.organisation("Away")
    mara, colleague, stranger = [
        await make.member(name, at=at) for name, at in (("Mara", home), ("Colleague", home), ("Stranger", away))
    ]
    await make.grant(mara, "editor")
    list_id = await _listed(mara, await make.thread("Open to all"), await make.thread("zqstaff", audience="staff"))
    await make.sign_in(client, colleague)
    assert (await client.get(f"/bookmarks/lists/{list_id}")).status_code == 404
    await make.sign_in(client, mara)
    await client.post(f"/bookmarks/lists/{list_id}/share")
    assert "zqnote" not in (await client.get(f"/bookmarks/lists/{list_id}")).text
    await make.sign_in(client, colleague)
    page = (await client.get(f"/bookmarks/lists/{list_id}")).text
    for there in ("Open to all", "1 more is not open to you", "Mara"):
        assert there in page
    for secret in ("zqstaff", "zqnote"):
        assert secret not in page
    assert f"/bookmarks/lists/{list_id}" in (await client.get("/bookmarks")).text
    for act in ("share", "unshare", "drop"):
        assert (await client.post(f"/bookmarks/lists/{list_id}/{act}")).status_code == 404
    assert (await client.post(f"/bookmarks/lists/{list_id}", data={"name": "Mine"})).status_code == 404
    await make.sign_in(client, stranger)
    assert (await client.get(f"/bookmarks/lists/{list_id}")).status_code == 404
    await Membership.filter(member=mara).update(state="ended")
    await make.sign_in(client, colleague)
    assert (await client.get(f"/bookmarks/lists/{list_id}")).status_code == 404, "she works there no more"


async def test_folders_are_made_renamed_and_taken_away(client: httpx2.AsyncClient) -> None:
    mara = await make.member("Mara")
    list_id = await _listed(mara, await make.thread())
    await make.sign_in(client, mara)
    assert (await client.post(f"/bookmarks/lists/{list_id}/share")).status_code == 403, "she belongs to none"
    assert (await client.post("/bookmarks/lists", data={"name": "Second"})).status_code == 303
    assert (await client.post("/bookmarks/lists", data={"name": " "})).status_code == 422
    answer = await client.post(f"/bookmarks/lists/{list_id}", data={"name": "Second"})
    assert (answer.status_code, "a folder of this name already" in answer.text) == (422, True)
    await client.post(f"/bookmarks/lists/{list_id}", data={"name": "Third"})
    assert "Third" in (await client.get(f"/bookmarks?folder={list_id}")).text
    await client.post(f"/bookmarks/lists/{list_id}/drop")
    assert (await Bookmark.get()).list_id is None  # type: ignore[attr-defined]
    assert (await client.get(f"/bookmarks?folder={list_id}")).status_code == 404
    for _ in range(MOST_LISTS):
        answer = await client.post("/bookmarks/lists", data={"name": make.some("Folder")})
    assert (answer.status_code, "that is the most" in answer.text) == (422, True)


async def test_all_can_be_taken_along(client: httpx2.AsyncClient) -> None:
    mara = await make.member("Mara")
    for title, note in (("=HYPERLINK(1)", "+1"), ("A [title](x) *with* signs", "")):
        thread = await make.thread(title)
        await bookmark(await make.viewer(mara), Keeping(target="thread", id=thread.id, note=note))
    for form in ("md", "csv", "json"):
        assert (await client.get(f"/bookmarks.{form}", headers={"accept": "text/html"})).status_code in (303, 401)
    await make.sign_in(client, mara)
    found = (await client.get("/bookmarks.json")).json()["bookmarks"]
    assert [one["title"] for one in found] == ["A [title](x) *with* signs", "=HYPERLINK(1)"]
    text = (await client.get("/bookmarks.csv")).text.removeprefix("\ufeff")
    lines = list(csv.DictReader(io.StringIO(text)))
    assert (lines[1]["title"], lines[1]["note"]) == ("'=HYPERLINK(1)", "'+1")
    assert "[title](x)" not in (await client.get("/bookmarks.md")).text


async def test_a_program_does_the_same(client: httpx2.AsyncClient) -> None:
    home = await make.organisation("Home")
    mara, thread = await make.member("Mara", at=home), await make.thread()
    headers = await make.token(mara)
    given = {"target": "thread", "id": thread.id, "note": "By a program"}
    made = (await client.post("/api/v1/bookmarks", json=given, headers=headers)).json()["id"]
    lists = "/api/v1/reading-lists"
    folder = (await client.post(lists, json={"name": "Folder"}, headers=headers)).json()["id"]
    changed = {"note": "New", "folder": folder, "remind": "tomorrow"}
    assert (await client.put(f"/api/v1/bookmarks/{made}", json=changed, headers=headers)).status_code == 204
    one = (await client.get(f"/api/v1/bookmarks/{made}", headers=headers)).json()
    assert (one["note"], one["list"], one["kept"]["title"]) == ("New", "Folder", thread.title)
    assert (await client.get(f"/api/v1/bookmarks?folder={folder}", headers=headers)).json()["total"] == 1
    assert (await client.put(f"{lists}/{folder}", json={"name": "Other"}, headers=headers)).status_code == 204
    assert (await client.put(f"{lists}/{folder}/shared", headers=headers)).status_code == 204
    assert (await client.get(lists, headers=headers)).json()["own"][0]["organisation"] == "Home"
    assert len((await client.get(f"{lists}/{folder}", headers=headers)).json()["entries"]) == 1
    assert (await client.delete(f"{lists}/{folder}/shared", headers=headers)).status_code == 204
    assert (await client.delete(f"{lists}/{folder}", headers=headers)).status_code == 204
    assert (await client.delete(f"/api/v1/bookmarks/{made}", headers=headers)).status_code == 204
    assert not await Bookmark.exists()

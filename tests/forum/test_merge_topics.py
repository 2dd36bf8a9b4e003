"""Merging topics: what moves, what is refused, how it is taken back, and what happens at the same moment."""

import asyncio
from datetime import timedelta
from typing import Any

import httpx2
import pytest

from base.clock import now
from base.db import rows
from base.errors import Conflict, Invalid, Missing, NotSignedIn, Refused
from base.journal.models import Entry
from forum.actions.merge_tags import Merging, merge_tag, part_tags
from forum.actions.opening import Labelled
from forum.actions.tag import tag as label
from forum.actions.watch import WatchLevel, watch
from forum.models import Tag, ThreadTag, Watch
from forum.queries.merges import undoable
from forum.queries.topic_upkeep import kept_topics
from kb.models import ArticleTag
from members.viewer import VISITOR, Viewer
from tests import builders as make
from tests.statements import statements

pytestmark = pytest.mark.anyio


async def _keeper() -> Viewer:
    return await make.viewer(await make.editor())


async def _everything() -> dict[str, Any]:
    """Return all that a merge may change."""
    return {
        "tags": await rows("SELECT * FROM tags ORDER BY id"),
        "threads": await rows("SELECT thread_id, tag_id FROM thread_tags ORDER BY 1, 2"),
        "articles": await rows("SELECT article_id, tag_id FROM article_tags ORDER BY 1, 2"),
        "watches": await rows("SELECT member_id, target, target_id, level, at FROM watches ORDER BY 1, 2, 3"),
    }


async def _world() -> tuple[Tag, Tag]:
    """Make two topics with names, narrower ones, threads, articles and followers, some of them with both."""
    top = await make.tag("media")
    reviews, ratings = await make.tag("reviews"), await make.tag("ratings", parent=top)
    await make.tag("stars", meant=ratings)
    await make.tag("five stars", parent=ratings)
    await make.thread("Has both", tags=[reviews, ratings])
    await make.thread("Has one", tags=[ratings])
    await make.thread("Is hidden", tags=[ratings], state="hidden")
    await make.thread("Has the other", tags=[reviews])
    for tags in ((reviews, ratings), (ratings,)):
        article = await make.article()
        await ArticleTag.bulk_create([ArticleTag(article_id=article.id, tag_id=one.id) for one in tags])
    levels = (("watching", "following"), ("normal", "watching"), ("muted", ""), ("following", ""), ("", "watching"))
    for old, new in levels:
        member = await make.member()
        for level, one in ((old, ratings), (new, reviews)):
            if level:
                await Watch.create(member=member, target="tag", target_id=one.id, level=level, at=now())
    return ratings, reviews


async def test_everything_moves_once_and_comes_back_as_it_was(client: httpx2.AsyncClient) -> None:
    ratings, reviews = await _world()
    before, keeper = await _everything(), await _keeper()
    done = await merge_tag(keeper, "ratings", Merging(into="Reviews"))
    assert (done.slug, done.threads) == ("reviews", 2)
    after = await _everything()
    assert {one["tag_id"] for one in after["threads"] + after["articles"]} == {reviews.id}
    assert (len(after["threads"]), len(after["articles"])) == (4, 2)
    assert {one["target_id"] for one in after["watches"]} == {reviews.id}
    assert [one["level"] for one in after["watches"]] == ["watching", "watching", "muted", "following", "watching"]
    meant = {one["name"]: (one["meant_id"], one["parent_id"]) for one in after["tags"]}
    assert meant["ratings"] == meant["stars"] == (reviews.id, None)
    assert meant["five stars"] == (None, reviews.id)
    for slug in ("ratings", "stars"):
        moved = await client.get(f"/topics/{slug}")
        assert (moved.status_code, moved.headers["location"]) == (302, "/topics/reviews")
    entry = await Entry.get(kind="tag.merged")
    assert (entry.actor_id, entry.subject_id, entry.data["into"]) == (keeper.id, ratings.id, reviews.id)
    assert [one.name for one in await undoable(keeper, "reviews")] == ["ratings"]
    assert await undoable(VISITOR, "reviews") == ()
    await part_tags(keeper, "ratings")
    assert await _everything() == before
    assert await undoable(keeper) == ()
    with pytest.raises(Missing):
        await part_tags(keeper, "ratings")
    await merge_tag(keeper, "ratings", Merging(into="reviews"))
    await part_tags(keeper, "ratings")
    assert await _everything() == before


async def test_what_people_chose_meanwhile_is_left_alone(client: httpx2.AsyncClient) -> None:
    ratings, reviews = await make.tag("ratings"), await make.tag("reviews")
    crisis = await make.tag("crisis")
    moved, changed = await make.thread(tags=[ratings]), await make.thread(tags=[ratings])
    member = await make.viewer(await make.member())
    for one, level in ((ratings, "watching"), (reviews, "following")):
        await watch(member, "tag", one.id, WatchLevel(level=level))  # type: ignore[arg-type]
    keeper = await _keeper()
    await merge_tag(keeper, "ratings", Merging(into="reviews"))
    late = await make.thread(tags=[ratings])
    await label(keeper, changed.id, Labelled(tags=["crisis"]))
    await watch(member, "tag", reviews.id, WatchLevel(level="muted"))
    await part_tags(keeper, "ratings")
    carried = {(row["thread_id"], row["tag_id"]) for row in (await _everything())["threads"]}
    assert carried == {(moved.id, ratings.id), (changed.id, crisis.id), (late.id, reviews.id)}
    assert {one.target_id: one.level for one in await Watch.filter(member_id=member.id, target="tag")} == {
        ratings.id: "watching", reviews.id: "muted",
    }  # fmt: skip


@pytest.mark.usefixtures("database")
class TestMerging:
    async def test_who_may(self) -> None:
        await _world()
        for refused in (VISITOR, await make.viewer(await make.member(trust=3))):
            for act in (merge_tag(refused, "ratings", Merging(into="reviews")), part_tags(refused, "ratings")):
                with pytest.raises((NotSignedIn, Refused)):
                    await act

    async def test_what_cannot_be_merged_says_why(self) -> None:
        keeper = await _keeper()
        first = await make.tag("first")
        third = await make.tag("third", parent=await make.tag("second", parent=first))
        await make.tag("old", deprecated_at=now(), deprecated_why="Too vague.")
        await make.tag("child", parent=await make.tag("parent"))
        await make.tag("another first", meant=first)
        for slug, into, told in (
            ("first", "first", "is this topic itself"), ("first", "another first", "is this topic itself"),
            ("parent", "third", "at most three levels"), ("first", "old", "deprecated"), ("first", "thirst", "Near it"),
        ):  # fmt: skip
            with pytest.raises(Invalid) as wrong:
                await merge_tag(keeper, slug, Merging(into=into))
            assert told in wrong.value.errors["into"], into
        with pytest.raises(Missing):
            await merge_tag(keeper, "another-first", Merging(into="third"))
        assert not await Entry.filter(kind="tag.merged").exists()
        assert third.id

    async def test_what_stays_takes_the_place_of_what_was_above_it(self) -> None:
        top = await make.tag("top")
        middle = await make.tag("middle", parent=top)
        low = await make.tag("low", parent=middle)
        beside = await make.tag("beside", parent=top)
        before, keeper = await _everything(), await _keeper()
        await merge_tag(keeper, "top", Merging(into="low"))
        parents = {one.name: one.parent_id for one in await Tag.all()}  # type: ignore[attr-defined]
        assert parents == {"top": None, "low": None, "middle": low.id, "beside": low.id}
        await part_tags(keeper, "top")
        assert await _everything() == before
        await merge_tag(keeper, "middle", Merging(into="low"))
        assert (await Tag.get(id=low.id)).parent_id == top.id  # type: ignore[attr-defined]
        await part_tags(keeper, "middle")
        assert await _everything() == before
        assert beside.id

    async def test_it_can_be_taken_back_for_ten_minutes_and_in_order(self) -> None:
        keeper = await _keeper()
        for name in ("one", "two", "three"):
            await make.tag(name)
        await merge_tag(keeper, "one", Merging(into="two"))
        await merge_tag(keeper, "two", Merging(into="three"))
        with pytest.raises(Conflict):
            await part_tags(keeper, "one")
        await part_tags(keeper, "two")
        await part_tags(keeper, "one")
        assert await Tag.filter(meant_id=None).count() == 3
        await merge_tag(keeper, "one", Merging(into="two"))
        await Entry.filter(kind="tag.merged").update(at=now() - timedelta(minutes=11))
        assert await undoable(keeper) == ()
        with pytest.raises(Missing):
            await part_tags(keeper, "one")

    async def test_statements_do_not_grow_with_what_moves(self) -> None:
        keeper, counts = await _keeper(), []
        await make.tag("into")
        for number, many in enumerate((2, 9)):
            old = await make.tag(f"old {number}")
            for _ in range(many):
                await make.thread(tags=[old])
                await Watch.create(
                    member=await make.member(), target="tag", target_id=old.id, level="watching", at=now()
                )
            with statements() as sent:
                await merge_tag(keeper, old.slug, Merging(into="into"))
            counts.append(len(sent))
        assert counts[0] == counts[1]

    async def test_who_labels_a_thread_at_the_same_moment_loses_nothing(self) -> None:
        keeper, author = await _keeper(), await make.member(trust=2)
        writer = await make.viewer(author)
        old, into = await make.tag("old"), await make.tag("into")
        other = await make.tag("other")
        threads = [await make.thread(author=author, tags=[other]) for _ in range(6)]
        acts: list[Any] = [label(writer, one.id, Labelled(tags=["other", "old", "new"])) for one in threads]
        acts += [make.thread(author=author, tags=[old]) for _ in range(4)]
        acts += [watch(await make.viewer(await make.member()), "tag", old.id, WatchLevel(level="watching"))]
        acts.insert(5, merge_tag(keeper, "old", Merging(into="into")))
        done = await asyncio.gather(*acts, return_exceptions=True)
        assert not [one for one in done if isinstance(one, BaseException)], done
        assert not await ThreadTag.filter(tag_id=old.id).exists()
        assert await ThreadTag.filter(tag_id=into.id).count() == 10
        assert [one.target_id for one in await Watch.filter(target="tag")] == [into.id]

    async def test_merged_into_each_other_at_once_one_stays(self) -> None:
        keeper, names = await _keeper(), ["one", "two", "three"]
        for name in names:
            await make.thread(tags=[await make.tag(name)])
        pairs = [("one", "two"), ("two", "three"), ("three", "one")]
        done = await asyncio.gather(
            *(merge_tag(keeper, slug, Merging(into=into)) for slug, into in pairs), return_exceptions=True
        )
        assert all(not isinstance(one, BaseException) or isinstance(one, Invalid | Missing) for one in done), done
        [left] = await Tag.filter(meant_id=None)
        assert await ThreadTag.filter(tag_id=left.id).count() == 3


async def test_the_page_asks_first_and_offers_to_take_it_back(client: httpx2.AsyncClient) -> None:
    await _world()
    await make.sign_in(client, await make.member(trust=2))
    assert (await client.get("/topics/ratings/merge?into=reviews")).status_code == 403
    await make.sign_in(client, await make.editor("Ruth"))
    assert "The topic that stays" in (await client.get("/topics/ratings/merge")).text
    page = (await client.get("/topics/ratings/merge?into=reviews")).text
    assert "Merge “ratings” into “reviews”?" in page
    assert "<dt>Threads</dt><dd>2</dd>" in page.replace("\n", "")
    assert "five stars" in page
    assert await Tag.filter(meant_id=None).count() == 4
    wrong = await client.get("/topics/ratings/merge?into=revues")
    assert wrong.status_code == 422
    assert 'value="revues"' in wrong.text
    assert "Near it: reviews" in wrong.text
    assert (await client.post("/topics/ratings/merge", data={"into": ""})).status_code == 422
    done = await client.post("/topics/ratings/merge", data={"into": "reviews"})
    assert (done.status_code, done.headers["location"]) == (303, "/topics/reviews")
    page = (await client.get("/topics/reviews")).text
    assert "“ratings” was merged into “reviews” by Ruth:" in page
    assert 'action="/topics/ratings/part"' in page
    assert 'action="/topics/ratings/part"' in (await client.get("/admin/topics")).text
    moved = await client.get("/topics/ratings")
    # What browsers keep for good would outlast the merge.
    assert (moved.status_code, "max-age" in moved.headers.get("cache-control", "")) == (302, False)
    assert (await client.get("/feeds/topics/ratings.atom")).status_code == 302
    assert (await client.post("/topics/ratings/part")).headers["location"] == "/topics/ratings"
    assert (await client.get("/topics/ratings")).status_code == 200
    assert (await client.post("/topics/ratings/part")).status_code == 404


async def test_names_that_a_viewer_may_not_know_are_not_told(client: httpx2.AsyncClient) -> None:
    reviews = await make.tag("reviews")
    await make.tag("video")
    for name in ("takeover", "lawsuit"):
        hidden = await make.tag(name, parent=reviews if name == "takeover" else None)
        await make.thread(tags=[hidden], audience="org:77")
    await make.tag("stars", parent=await Tag.get(slug="lawsuit"))
    editor = await make.token(await make.editor())
    moves = {"into": "video"}
    seen = await client.get("/api/v1/tags/reviews/merge", params=moves, headers=editor)
    assert seen.json()["narrower"] == []
    await make.sign_in(client, await make.editor())
    assert "takeover" not in (await client.get("/topics/reviews/merge?into=video")).text
    kept = {one.slug: one for one in (await kept_topics(await _keeper())).topics}
    assert (kept.keys(), kept["reviews"].narrower, kept["stars"].parent) == ({"reviews", "video", "stars"}, 0, "")
    page = (await client.post("/topics/video/edit", data={"name": "video", "synonyms": "Lawsuit"})).text
    assert "/topics/lawsuit/merge" not in page
    all_seeing = await make.token(await make.moderator())
    seen = await client.get("/api/v1/tags/reviews/merge", params=moves, headers=all_seeing)
    assert seen.json()["narrower"] == ["takeover"]
    assert (await client.post("/api/v1/tags/video/merge", json={"into": "takeover"}, headers=all_seeing)).is_success
    assert await undoable(await _keeper()) == ()
    kept = {one.slug: one for one in (await kept_topics(await make.viewer(await make.moderator()))).topics}
    assert (kept["reviews"].narrower, kept["stars"].parent) == (1, "lawsuit")


async def test_a_name_in_use_leads_to_merging(client: httpx2.AsyncClient) -> None:
    await make.tag("reviews")
    await make.thread(tags=[await make.tag("ratings")])
    given = {"name": "reviews", "about": "New", "synonyms": "stars, ratings"}
    await make.sign_in(client, await make.member(trust=2))
    page = await client.post("/topics/reviews/edit", data=given)
    assert (page.status_code, "/merge?into" in page.text) == (422, False)
    await make.sign_in(client, await make.editor())
    page = await client.post("/topics/reviews/edit", data=given)
    assert page.status_code == 422
    assert "can merge it" in page.text
    assert 'href="/topics/ratings/merge?into=reviews"' in page.text
    assert 'value="stars, ratings"' in page.text


async def test_the_same_by_program(client: httpx2.AsyncClient) -> None:
    await _world()
    headers, path = await make.token(await make.editor()), "/api/v1/tags/ratings/merge"
    seen = await client.get(path, params={"into": "reviews"}, headers=headers)
    assert seen.json() == {
        "names": ["ratings", "stars"], "narrower": ["five stars"], "seen": {"threads": 2, "articles": 2},
        "followers": 2,
    }  # fmt: skip
    assert (await client.get(path, params={"into": "ratings"}, headers=headers)).status_code == 422
    done = await client.post(path, json={"into": "reviews"}, headers=headers)
    assert done.json() == {"slug": "reviews", "name": "reviews", "threads": 2}
    assert (await client.get("/api/v1/tags/ratings")).json()["slug"] == "reviews"
    assert (await client.delete(path, headers=headers)).status_code == 204
    assert (await client.get("/api/v1/tags/ratings")).json()["slug"] == "ratings"

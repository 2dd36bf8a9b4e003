"""Topics below each other: who may, what is refused, and what lists, pages and search make of it."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import httpx2
import pytest
from tortoise import Tortoise

from app.wiring import SOURCES
from base.clock import now
from base.errors import Invalid, Missing, NotSignedIn, Refused
from base.journal.deliver import deliver_all
from base.journal.models import Entry
from forum.actions.place_tag import Placing, place_tag
from forum.models import Tag, Watch
from forum.queries.listing import Wanted, listing
from forum.queries.topics import Topic, all_topics, topic
from forum.queries.watchers import followers_beside
from kb.models import ArticleTag
from members.viewer import NETWORK, PUBLIC, VISITOR, Viewer
from search_index.engine import Engine, running
from search_index.engines.whoosh.engine import WhooshEngine
from search_index.keep_up import rebuild
from tests import builders as make
from tests.statements import statements

pytestmark = pytest.mark.anyio

MEMBER = Viewer(id=9_999, audiences=frozenset({PUBLIC, NETWORK}))


async def _keeper() -> Viewer:
    return await make.viewer(await make.editor())


@pytest.mark.usefixtures("database")
class TestPlacing:
    async def test_who_may(self) -> None:
        media, reviews = await make.tag("media"), await make.tag("reviews")
        leader = await make.member(trust=3)
        await make.grant(leader, "community_leader", "region", 1)
        for refused in (VISITOR, await make.viewer(await make.member(trust=2)), await make.viewer(leader)):
            with pytest.raises((NotSignedIn, Refused)):
                await place_tag(refused, "reviews", Placing(parent="media"))
        for keeper in (await make.editor(), await make.moderator()):
            await place_tag(await make.viewer(keeper), "reviews", Placing(parent="media"))
            assert (await Tag.get(id=reviews.id)).parent_id == media.id  # type: ignore[attr-defined]
            await place_tag(await make.viewer(keeper), "reviews", Placing(parent=""))
            assert (await Tag.get(id=reviews.id)).parent_id is None  # type: ignore[attr-defined]
        assert [one.data["after"] for one in await Entry.filter(kind="tag.placed").order_by("id")] == [
            media.id, None, media.id, None,
        ]  # fmt: skip

    async def test_any_name_of_the_broader_topic_will_do(self) -> None:
        media = await make.tag("media", slug="press")
        await make.tag("the papers", meant=media)
        for name in ("press", "Media", "The papers", "the-papers"):
            one = await make.tag()
            await place_tag(await _keeper(), one.slug, Placing(parent=name))
            assert (await Tag.get(id=one.id)).parent_id == media.id  # type: ignore[attr-defined]

    async def test_no_circles_and_three_levels(self) -> None:
        first = await make.tag("first")
        second = await make.tag("second", parent=first)
        third = await make.tag("third", parent=second)
        await make.tag("fourth")
        await make.tag("given up", deprecated_at=now(), deprecated_why="Too vague.")
        keeper = await _keeper()
        for slug, parent, told in (
            ("first", "first", "below itself"), ("first", "third", "lies below"), ("second", "third", "lies below"),
            ("fourth", "third", "at most three levels"), ("first", "fourth", "at most three levels"),
            ("fourth", "seconds", "no such topic. Near it: second"), ("fourth", "given up", "deprecated"),
        ):  # fmt: skip
            with pytest.raises(Invalid) as wrong:
                await place_tag(keeper, slug, Placing(parent=parent))
            assert told in wrong.value.errors["parent"], parent
            assert wrong.value.given == {"parent": parent}
        await place_tag(keeper, "third", Placing(parent="first"))
        await place_tag(keeper, "second", Placing(parent="third"))
        with pytest.raises(Missing):
            await place_tag(keeper, "none", Placing(parent="first"))
        assert third.id

    async def test_placed_below_each_other_at_once_make_no_circle(self) -> None:
        keeper, names = await _keeper(), ["one", "two", "three"]
        for name in names:
            await make.tag(name)
        pairs = [("one", "two"), ("two", "three"), ("three", "one")] * 2
        done = await asyncio.gather(
            *(place_tag(keeper, slug, Placing(parent=parent)) for slug, parent in pairs), return_exceptions=True
        )
        assert all(one is None or isinstance(one, Invalid) for one in done), done
        assert len(await Tag.filter(parent_id=None)) == 1


@pytest.mark.usefixtures("database")
class TestBroaderTopics:
    async def test_they_list_and_count_what_narrower_ones_have_once(self) -> None:
        media = await make.tag("media")
        reviews = await make.tag("reviews", parent=media)
        stars = await make.tag("stars", parent=reviews)
        await make.tag("crisis")
        deep = await make.thread(tags=[stars])
        both = await make.thread(tags=[reviews, stars])
        own = await make.thread(tags=[media])
        await make.thread(tags=[stars], audience="network")
        found = await listing(VISITOR, Wanted(tag="media"))
        assert {one.id for one in found.threads} == {deep.id, both.id, own.id}
        entries = (await all_topics(VISITOR)).entries
        assert [(one.name, one.level, one.parent, one.threads) for one in entries] == [
            ("crisis", 1, "", 0), ("media", 1, "", 3), ("reviews", 2, "media", 2), ("stars", 3, "reviews", 2),
        ]  # fmt: skip
        assert (await all_topics(MEMBER)).entries[1].threads == 4
        page = await topic(VISITOR, "reviews")
        assert isinstance(page, Topic)
        assert [one.name for one in page.broader] == ["media"]
        assert [(one.name, one.threads) for one in page.narrower] == [("stars", 2)]
        assert page.related == ()
        page = await topic(VISITOR, "stars")
        assert isinstance(page, Topic)
        assert [one.name for one in page.broader] == ["media", "reviews"]

    async def test_who_may_not_see_what_it_stands_on_is_not_told(self) -> None:
        merger = await make.tag("merger")
        inner = await make.tag("layoffs", parent=merger)
        await make.thread(tags=[inner], audience="network")
        free = await make.tag("empty", parent=inner)
        assert [one.name for one in (await all_topics(VISITOR)).entries] == ["merger", "empty"]
        page = await topic(VISITOR, "merger")
        assert isinstance(page, Topic)
        assert page.narrower == ()
        page = await topic(VISITOR, "empty")
        assert isinstance(page, Topic)
        assert [one.name for one in page.broader] == ["merger"]
        await make.thread(tags=[free])
        assert [one.name for one in (await all_topics(VISITOR)).entries] == ["merger", "layoffs", "empty"]

    async def test_who_follows_them_hears_of_narrower_ones(self) -> None:
        media = await make.tag("media")
        stars = await make.tag("stars", parent=await make.tag("reviews", parent=media))
        follower = await make.member()
        await Watch.create(member=follower, target="tag", target_id=media.id, level="watching", at=now())
        thread = await make.thread(tags=[stars])
        [told] = await followers_beside(thread.id, follower.id)
        assert (told.reason, told.members) == ("Because you watch #media.", {follower.id})

    async def test_old_addresses_of_lists_hold(self) -> None:
        media = await make.tag("media")
        await make.tag("press", meant=media)
        thread = await make.thread(tags=[media])
        assert [one.id for one in (await listing(VISITOR, Wanted(tag="press"))).threads] == [thread.id]


@pytest.fixture
async def engine(client: httpx2.AsyncClient, tmp_path: Path) -> AsyncIterator[Engine]:
    """Run a search engine beside the site."""
    async with running(WhooshEngine(tmp_path / "index")) as opened:
        yield opened


async def test_search_finds_narrower_ones_once_the_journal_has_told(client: httpx2.AsyncClient, engine: Engine) -> None:
    media, reviews = await make.tag("media"), await make.tag("reviews")
    stars = await make.tag("stars", parent=reviews)
    thread = await make.thread("How do you answer reviews?", tags=[stars])
    await make.post(thread, body="Politely, and within one day.")
    article = await make.article("Replying to reviews")
    await ArticleTag.create(article=article, tag=reviews)
    await rebuild(SOURCES)

    async def found(name: str) -> int:
        await deliver_all()
        return len((await client.get("/api/v1/search", params={"tag": name})).json()["hits"])

    assert (await found("media"), await found("reviews")) == (0, 2)
    await place_tag(await _keeper(), "reviews", Placing(parent="media"))
    assert (await found("media"), await found("reviews")) == (2, 2)
    [hit] = (await client.get("/api/v1/search", params={"q": "[media] type:question"})).json()["hits"]
    assert hit["tags"] == ["stars", "media", "reviews"]
    await place_tag(await _keeper(), "reviews", Placing())
    assert (await found("media"), await found("reviews")) == (0, 2)
    assert media.id


async def test_the_pages_show_the_tree(client: httpx2.AsyncClient) -> None:
    media = await make.tag("media", about="Papers and stations.")
    reviews = await make.tag("reviews", parent=media)
    await make.tag("stars", parent=reviews)
    await make.thread("Seen from above", tags=[reviews])
    article = await make.article("Replying to reviews")
    await ArticleTag.create(article=article, tag=reviews)
    page = (await client.get("/topics/media")).text
    assert "Seen from above" in page
    assert f'href="/kb/{article.id}-' in page
    assert "Narrower topics" in page
    assert '<li><a href="/topics/media">media</a></li></ol>' in (await client.get("/topics/reviews")).text
    tree = (await client.get("/topics")).text
    assert tree.index("/topics/media") < tree.index("/topics/reviews") < tree.index("/topics/stars")
    assert tree.count("<ul") - tree.count("</ul>") == 0
    assert f"/kb/{article.id}-" in (await client.get("/practices?tag=media")).text


async def test_the_form_keeps_what_was_typed(client: httpx2.AsyncClient) -> None:
    await make.tag("media")
    await make.tag("reviews", about="What patients write.")
    await make.sign_in(client, await make.member(trust=2))
    assert "Broader topic" not in (await client.get("/topics/reviews/edit")).text
    assert (await client.post("/topics/reviews/place", data={"parent": "media"})).status_code == 403
    await make.sign_in(client, await make.editor())
    assert '<option value="media">' in (await client.get("/topics/reviews/edit")).text
    wrong = await client.post("/topics/reviews/place", data={"parent": "medea"})
    assert wrong.status_code == 422
    assert 'value="medea"' in wrong.text
    assert "“medea”: no such topic. Near it: media." in wrong.text
    assert "What patients write.</textarea>" in wrong.text
    assert (await client.post("/topics/reviews/place", data={"parent": "Media"})).status_code == 303
    headers = await make.token(await make.editor())
    answer = await client.put("/api/v1/tags/reviews/parent", json={"parent": "reviews"}, headers=headers)
    assert (answer.status_code, list(answer.json()["errors"])) == (422, ["parent"])
    assert (await client.put("/api/v1/tags/reviews/parent", json={}, headers=headers)).status_code == 204
    assert (await client.get("/api/v1/tags/reviews")).json()["broader"] == []


@pytest.mark.parametrize("path", ["/topics", "/topics/media", "/practices?tag=media", "/latest?tag=media"])
async def test_statements_do_not_grow_with_the_tree(client: httpx2.AsyncClient, path: str) -> None:
    media = await make.tag("media")
    counts = []
    for turn in range(2):
        for _ in range(5):
            below = await make.tag(parent=media)
            await make.thread(tags=[below, await make.tag(parent=below)])
        with statements() as sent:
            # Another address each time: what was drawn for the first is kept.
            answer = await client.get(path + ("&" if "?" in path else "?") + f"turn={turn}")
            assert answer.status_code == 200
        counts.append(len(sent))
    assert counts[0] == counts[1] <= 5


@pytest.mark.usefixtures("database")
async def test_everything_that_points_at_a_topic_is_known() -> None:
    """Whoever adds a table that points at topics must teach forum/actions/merge_tags.py to move its rows."""
    found = {
        f"{model._meta.db_table}.{name}"
        for model in Tortoise.apps["models"].values()
        for name, field in model._meta.fields_map.items()
        if getattr(field, "related_model", None) is Tag and name in model._meta.fk_fields
    }
    assert found == {"thread_tags.tag", "article_tags.tag", "tags.meant", "tags.parent"}

"""Topics, platforms and feeds: what they show, to whom, and at what cost."""

from datetime import timedelta
from xml.etree import ElementTree

import httpx2
import pytest

from base.clock import now
from base.errors import Missing
from base.web.atom import FeedEntry, feed
from forum.models import Thread
from forum.queries.platforms import all_platforms, platform
from forum.queries.topics import Topic, all_topics, topic
from kb.models import ArticlePlatform, ArticleTag
from members.viewer import NETWORK, PUBLIC, VISITOR, Viewer
from tests import builders as make
from tests.statements import statements

pytestmark = pytest.mark.anyio

MEMBER = Viewer(id=9_999, audiences=frozenset({PUBLIC, NETWORK}))
ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.mark.usefixtures("database")
class TestQueries:
    async def test_counts_leave_out_what_the_viewer_may_not_see(self) -> None:
        reviews, x = await make.tag("reviews"), await make.platform("X")
        await make.tag("ratings", meant=reviews)
        for given in ({}, {"audience": "network"}, {"state": "hidden"}, {"state": "deleted"}):
            await make.thread(tags=[reviews], platforms=[x], **given)  # type: ignore[arg-type]
        for viewer, count in ((VISITOR, 1), (MEMBER, 2), (await make.viewer(await make.moderator()), 2)):
            [one] = (await all_topics(viewer)).entries
            assert (one.name, one.also, one.threads) == ("reviews", ("ratings",), count)
            [other] = await all_platforms(viewer)
            assert (other.name, other.threads) == ("X", count)
            found = await platform(viewer, "x")
            assert getattr(found, "counts", None) == {"question": count}

    async def test_related_labels_come_from_what_the_viewer_may_see(self) -> None:
        reviews, secret, video = await make.tag("reviews"), await make.tag("secret"), await make.tag("video")
        x, forum = await make.platform("X"), await make.platform("Intranet")
        await make.thread(tags=[reviews, video], platforms=[x])
        await make.thread(tags=[reviews, secret], platforms=[forum], audience="network")
        seen = await topic(VISITOR, "reviews")
        assert isinstance(seen, Topic)
        assert ([one.name for one in seen.related], [one.name for one in seen.platforms]) == (["video"], ["X"])
        seen = await topic(MEMBER, "reviews")
        assert isinstance(seen, Topic)
        assert len(seen.related) == len(seen.platforms) == 2


async def test_a_topic_has_its_page(client: httpx2.AsyncClient) -> None:
    reviews = await make.tag("reviews", about="What patients write about us.")
    await make.tag("ratings", meant=reviews)
    await make.thread("Seen by all", tags=[reviews])
    await make.thread("Seen by members", tags=[reviews], audience="network")
    page = (await client.get("/topics/reviews")).text
    assert "What patients write about us." in page
    assert "also: ratings" in page
    assert "Seen by all" in page
    assert "Seen by members" not in page
    moved = await client.get("/topics/ratings")
    assert (moved.status_code, moved.headers["location"]) == (302, "/topics/reviews")
    assert (await client.get("/topics/none")).status_code == 404
    assert 'href="/topics/reviews"' in (await client.get("/topics")).text


@pytest.mark.parametrize("name", ["twitter", "Twitter", "the-bird"])
async def test_another_name_of_a_platform_leads_to_it(client: httpx2.AsyncClient, name: str) -> None:
    await make.platform("X", "Twitter", "The Bird")
    moved = await client.get(f"/platforms/{name}")
    assert (moved.status_code, moved.headers["location"]) == (302, "/platforms/x")
    moved = await client.get(f"/feeds/platforms/{name}.atom")
    assert (moved.status_code, moved.headers["location"]) == (302, "/feeds/platforms/x.atom")


async def test_a_platform_shows_who_works_with_it_to_the_network_only(client: httpx2.AsyncClient) -> None:
    x = await make.platform("X", "Twitter", vendor="X Corp.", status="changed")
    hospital = await make.organisation("Merwe Hospital")
    mara = await make.member("Mara de Wit", at=hospital, platforms=[x])
    page = (await client.get("/platforms/x")).text
    assert "Merwe Hospital" in page
    assert "Mara de Wit" not in page
    assert "also: Twitter" in page
    assert "Changed lately" in page
    await make.sign_in(client, mara)
    assert "/people/mara-de-wit" in (await client.get("/platforms/x")).text
    assert (await client.get("/platforms/none")).status_code == 404
    assert 'href="/platforms/x"' in (await client.get("/platforms")).text


@pytest.mark.parametrize("path", ["/topics", "/topics/reviews", "/platforms", "/platforms/x"])
async def test_statements_do_not_grow(client: httpx2.AsyncClient, path: str) -> None:
    reviews, x = await make.tag("reviews"), await make.platform("X")
    counts = []
    for turn in range(2):
        for _ in range(8):
            await make.thread(tags=[reviews, await make.tag()], platforms=[x, await make.platform()])
            await make.member(platforms=[x])
        with statements() as sent:
            # Another address each time: what was drawn for the first is kept.
            assert (await client.get(path, params={"turn": turn})).status_code == 200
        counts.append(len(sent))
    assert counts[0] == counts[1] <= 5


@pytest.mark.parametrize(
    "path",
    ["/latest", "/questions", "/case-studies", "/discussions", "/announcements", "/topics/reviews", "/platforms/x"],
)
async def test_every_list_has_a_feed(client: httpx2.AsyncClient, path: str) -> None:
    reviews, x = await make.tag("reviews & more <b>", slug="reviews"), await make.platform("X")
    kinds = {"/case-studies": "case_study", "/discussions": "discussion", "/announcements": "announcement"}
    kind = kinds.get(path, "question")
    await make.thread("Members only", kind=kind, audience="network", tags=[reviews], platforms=[x])
    older = await make.thread("Older", kind=kind, tags=[reviews], platforms=[x], at=now() - timedelta(days=2))
    newer = await make.thread("<b>New</b> & ]]> \"quoted\" 'é' 🎉", kind=kind, tags=[reviews], platforms=[x])
    await Thread.filter(id=newer.id).update(excerpt="a\x07b\ufffe")
    answer = await client.get(f"/feeds{path}.atom")
    assert answer.headers["content-type"] == "application/atom+xml; charset=utf-8"
    root = ElementTree.fromstring(answer.content)
    assert [entry.findtext(f"{ATOM}title") for entry in root.iter(f"{ATOM}entry")] == [newer.title, "Older"]
    [first, _] = root.iter(f"{ATOM}entry")
    assert first.findtext(f"{ATOM}id") == f"http://commonplace.test/t/{newer.id}"
    assert first.findtext(f"{ATOM}summary") == "a\ufffdb\ufffd"
    assert {one.get("term") for one in first.iter(f"{ATOM}category")} == {"X", "reviews & more <b>"}
    assert root.findtext(f"{ATOM}updated", "").startswith(str(newer.active_at)[:10])
    assert older.title in answer.text
    assert f'href="/feeds{path}.atom"' in (await client.get(path)).text


@pytest.mark.parametrize("path", ["/feeds/none.atom", "/feeds/topics/none.atom", "/feeds/platforms/none.atom"])
async def test_there_is_no_feed_of_nothing(client: httpx2.AsyncClient, path: str) -> None:
    assert (await client.get(path)).status_code == 404


@pytest.mark.usefixtures("site")
async def test_a_feed_is_well_formed_whatever_it_holds() -> None:
    everything = "".join(chr(code) for code in (*range(0x2100), *range(0xD7F0, 0xE010), *range(0xFFF0, 0x10010)))
    entry = FeedEntry(
        id="/t/1", url="/t/1", title=everything, updated=now(), published=now(), author=everything,
        summary=everything, categories=(everything,),
    )  # fmt: skip
    root = ElementTree.fromstring(feed(title=everything, url="/a", page_url="/b", entries=[entry]).body)
    assert len(root.findall(f"{ATOM}entry")) == 1


async def test_articles_about_a_topic_stand_on_its_page(client: httpx2.AsyncClient) -> None:
    reviews, x = await make.tag("reviews"), await make.platform("X")
    article = await make.article("Replying to reviews")
    await ArticleTag.create(article=article, tag=reviews)
    await ArticlePlatform.create(article=article, platform=x)
    for path in ("/topics/reviews", "/platforms/x"):
        assert f'href="/kb/{article.id}-' in (await client.get(path)).text


async def test_a_topic_that_stands_on_what_one_may_not_see_is_not_named(database: str) -> None:
    merger = await make.tag("merger")
    await make.thread("What will happen to us?", audience="network", tags=[merger])
    assert [one.name for one in (await all_topics(VISITOR)).entries] == []
    with pytest.raises(Missing):
        await topic(VISITOR, "merger")
    assert [one.name for one in (await all_topics(MEMBER)).entries] == ["merger"]
    assert isinstance(await topic(MEMBER, "merger"), Topic)

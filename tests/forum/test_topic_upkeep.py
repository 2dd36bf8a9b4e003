"""The list of all topics for those who keep them in order."""

import httpx2
import pytest

from base.clock import now
from base.errors import NotSignedIn, Refused
from forum.models import Tag, Watch
from forum.queries.topic_upkeep import kept_topics
from kb.models import ArticleTag
from members.viewer import VISITOR
from tests import builders as make
from tests.statements import statements

pytestmark = pytest.mark.anyio


async def test_it_says_what_there_is(client: httpx2.AsyncClient) -> None:
    media = await make.tag("media")
    reviews = await make.tag("reviews", parent=media)
    await make.tag("Ratings", meant=reviews)
    await make.tag("vague", deprecated_at=now(), deprecated_why="Use reviews.")
    await make.thread(tags=[reviews])
    await make.thread(tags=[reviews], audience="org:77")
    await ArticleTag.create(article=await make.article(), tag=reviews)
    await Watch.create(member=await make.member(), target="tag", target_id=reviews.id, level="watching", at=now())
    for refused in (VISITOR, await make.viewer(await make.member(trust=3))):
        with pytest.raises((NotSignedIn, Refused)):
            await kept_topics(refused)
    editor = await make.viewer(await make.editor())
    [one] = (await kept_topics(editor, "rating")).topics
    assert (one.name, one.parent, one.also, one.threads, one.articles, one.followers) == (
        "reviews", "media", ("Ratings",), 1, 1, 1,
    )  # fmt: skip
    moderator = await make.viewer(await make.moderator())
    assert (await kept_topics(moderator, "REV")).topics[0].threads == 2
    for only, names in (
        ("", ["media", "reviews", "vague"]), ("top", ["media", "vague"]), ("unused", ["media", "vague"]),
        ("deprecated", ["vague"]), ("nonsense", ["media", "reviews", "vague"]),
    ):  # fmt: skip
        assert [one.name for one in (await kept_topics(editor, only=only)).topics] == names
    await make.sign_in(client, await make.editor())
    page = (await client.get("/admin/topics?q=rev")).text
    assert 'href="/topics/reviews/merge"' in page
    assert 'value="rev"' in page
    assert "/admin/topics" in (await client.get("/topics")).text
    headers = await make.token(await make.editor())
    found = (await client.get("/api/v1/admin/tags?only=deprecated", headers=headers)).json()
    assert (found["total"], found["tags"][0]["deprecated_why"]) == (1, "Use reviews.")


async def test_it_is_paged_and_costs_the_same(client: httpx2.AsyncClient) -> None:
    await make.sign_in(client, await make.editor())
    counts = []
    for round_ in range(2):
        await Tag.bulk_create([Tag(slug=f"t-{round_}-{one}", name=f"Topic {round_} {one:03}") for one in range(120)])
        with statements() as sent:
            page = await client.get("/admin/topics?page=3")
        assert page.status_code == 200
        counts.append(len(sent))
    assert counts[0] == counts[1]
    assert "Topic 0 100" in page.text
    assert (await client.get("/admin/topics?page=9")).status_code == 404
    assert (await client.get("/admin/topics?page=x")).status_code == 404
    assert "No topic is like that." in (await client.get("/admin/topics?q=zzz")).text
    assert (await client.get("/topics")).status_code == 200

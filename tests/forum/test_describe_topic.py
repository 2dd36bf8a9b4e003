"""Describing topics and following topics and platforms."""

import asyncio

import httpx2
import pytest

from base.errors import Invalid, Missing, NotSignedIn, Refused
from base.journal.models import Entry
from forum.actions.describe_tag import TagText, describe_tag
from forum.models import Tag, Watch
from members.viewer import VISITOR
from tests import builders as make

pytestmark = pytest.mark.anyio


@pytest.mark.usefixtures("database")
class TestDescribing:
    async def test_who_may(self) -> None:
        await make.tag("reviews")
        leader = await make.member()
        await make.grant(leader, "community_leader", "region", 1)
        people = {
            "visitor": VISITOR, "newcomer": await make.viewer(await make.member(trust=0)),
            "member": await make.viewer(await make.member(trust=1)),
            "trusted": await make.viewer(await make.member(trust=2)), "leader": await make.viewer(leader),
            "editor": await make.viewer(await make.editor()), "moderator": await make.viewer(await make.moderator()),
        }  # fmt: skip
        for name, viewer in people.items():
            try:
                await describe_tag(viewer, "reviews", TagText(name="reviews", about=f"By the {name}."))
            except (NotSignedIn, Refused):
                assert name in ("visitor", "newcomer", "member")
            else:
                assert (await Tag.get()).about == f"By the {name}."
                assert name in ("trusted", "leader", "editor", "moderator")

    async def test_other_names_lead_to_it_and_can_be_given_up(self) -> None:
        main = await make.tag("reviews")
        unused = await make.tag("stars")
        old = await make.tag("ratings", meant=main)
        await make.thread(tags=[main])
        trusted = await make.viewer(await make.member(trust=2))
        await describe_tag(trusted, "reviews", TagText(name="reviews", synonyms=["Stars", "feedback", "reviews"]))
        assert {one.name: one.meant_id for one in await Tag.all()} == {  # type: ignore[attr-defined]
            "reviews": None, "stars": main.id, "feedback": main.id, "ratings": None,
        }  # fmt: skip
        assert (await Entry.get(kind="tag.renamed")).subject_id == main.id
        assert old.id != unused.id

    async def test_what_is_in_use_or_means_something_else_stays(self) -> None:
        main, other = await make.tag("reviews"), await make.tag("video")
        await make.tag("film", meant=other)
        await make.thread(tags=[await make.tag("crisis")])
        staff = await make.viewer(await make.editor())
        for name in ("video", "crisis", "film"):
            with pytest.raises(Invalid) as wrong:
                await describe_tag(staff, "reviews", TagText(name="reviews", synonyms=[name]))
            assert list(wrong.value.errors) == ["synonyms"]
        with pytest.raises(Missing):
            await describe_tag(staff, "film", TagText(name="film"))
        assert await Tag.filter(meant_id=main.id).count() == 0

    async def test_only_staff_rename(self) -> None:
        await make.tag("reviews")
        with pytest.raises(Invalid) as wrong:
            await describe_tag(await make.viewer(await make.member(trust=3)), "reviews", TagText(name="Reviews!"))
        assert list(wrong.value.errors) == ["name"]
        await describe_tag(await make.viewer(await make.editor()), "reviews", TagText(name="Online reviews"))
        assert ((await Tag.get()).name, (await Tag.get()).slug) == ("Online reviews", "reviews")


async def test_the_form_keeps_what_was_typed(client: httpx2.AsyncClient) -> None:
    main = await make.tag("reviews", about="What <b>patients</b> write.")
    await make.tag("ratings", meant=main)
    await make.sign_in(client, await make.member(trust=2))
    assert "/topics/reviews/edit" in (await client.get("/topics/reviews")).text
    page = (await client.get("/topics/reviews/edit")).text
    assert "What &lt;b&gt;patients&lt;/b&gt; write.</textarea>" in page
    assert 'value="ratings"' in page
    moved = await client.get("/topics/ratings/edit")
    assert moved.headers["location"] == "/topics/reviews/edit"
    wrong = await client.post("/topics/reviews/edit", data={"name": "x", "about": "Kept", "synonyms": "y"})
    assert wrong.status_code == 422
    assert "Kept</textarea>" in wrong.text
    given = {"name": "reviews", "about": "New", "synonyms": "stars"}
    assert (await client.post("/topics/reviews/edit", data=given)).status_code == 303
    assert "also: stars" in (await client.get("/topics/reviews")).text
    await make.sign_in(client, await make.member(trust=1))
    assert "/topics/reviews/edit" not in (await client.get("/topics/reviews")).text
    assert (await client.get("/topics/reviews/edit")).status_code == 403


@pytest.mark.parametrize("path", ["/topics/reviews", "/platforms/x"])
async def test_a_label_is_followed_and_left(client: httpx2.AsyncClient, path: str) -> None:
    await make.tag("reviews")
    await make.platform("X", "Twitter")
    assert "Tell me of new threads" not in (await client.get(path)).text
    assert (await client.post(f"{path}/follow", data={"level": "watching"})).headers["location"].startswith("/sign-in")
    member = await make.member()
    await make.sign_in(client, member)
    assert "Tell me of new threads" in (await client.get(path)).text
    assert (await client.post(f"{path}/follow", data={"level": "watching"})).headers["location"] == path
    page = (await client.get(path)).text
    assert "1 person is told of new threads." in page
    assert "You follow it: stop" in page
    await client.post(f"{path}/follow", data={"level": "normal"})
    assert "Members who follow it are told" in (await client.get(path)).text
    assert (await client.post(f"{path}/follow", data={"level": "loudly"})).status_code == 422
    assert await Watch.all().count() == 1


async def test_signing_in_to_follow_leads_back(client: httpx2.AsyncClient) -> None:
    await make.tag("follow-up")
    assert 'href="/sign-in?next=/topics/follow-up"' in (await client.get("/topics/follow-up")).text


async def test_the_same_by_program(client: httpx2.AsyncClient) -> None:
    await make.tag("reviews")
    await make.platform("X", "Twitter")
    headers = await make.token(await make.member(trust=2))
    for path in ("/api/v1/tags/reviews", "/api/v1/platforms/x"):
        assert (await client.put(f"{path}/watch", json={"level": "watching"}, headers=headers)).status_code == 204
        assert (await client.get(path, headers=headers)).json()["follows"] is True
    given = {"name": "reviews", "about": "New", "synonyms": ["stars"]}
    assert (await client.put("/api/v1/tags/reviews", json=given, headers=headers)).status_code == 204
    assert (await client.get("/api/v1/tags/stars")).json()["about"] == "New"
    assert (await client.put("/api/v1/tags/none", json=given, headers=headers)).status_code == 404
    assert (
        await client.put("/api/v1/platforms/twitter/watch", json={"level": "muted"}, headers=headers)
    ).status_code == 404


@pytest.mark.usefixtures("database")
async def test_a_name_given_twice_at_once_belongs_to_one_topic() -> None:
    moderator, topics = (
        await make.viewer(await make.moderator()),
        [await make.tag("reviews"), await make.tag("ratings")],
    )
    acts = [
        describe_tag(moderator, one.slug, TagText(name=one.name, synonyms=["stars", f"more {one.name}"]))
        for one in topics * 3
    ]
    done = await asyncio.gather(*acts, return_exceptions=True)
    assert all(one is None or isinstance(one, Invalid) for one in done), done
    assert None in done
    assert (await Tag.get(slug="stars")).meant_id in {one.id for one in topics}  # type: ignore[attr-defined]

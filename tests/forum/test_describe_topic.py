"""Describing topics and following topics and platforms."""

import asyncio
from datetime import timedelta

import httpx2
import pytest

from base.clock import now
from base.errors import Invalid, Missing, NotSignedIn, Refused
from base.journal.models import Entry
from forum.actions.describe_tag import Renamed, TagText, describe_tag
from forum.actions.merge_tags import Merging, merge_tag
from forum.models import Tag, Watch
from members.viewer import VISITOR
from tests import builders as make

pytestmark = pytest.mark.anyio


@pytest.mark.usefixtures("database")
class TestDescribing:
    async def test_who_may(self) -> None:
        used = await make.tag("reviews")
        leader, far_leader, region = await make.member(), await make.member(), await make.region()
        await make.grant(leader, "community_leader", "region", region.id)
        await make.grant(far_leader, "community_leader", "region", (await make.region()).id)
        await make.thread(tags=[used], region_id=region.id)
        await make.thread(tags=[used])
        people = {
            "visitor": VISITOR, "newcomer": await make.viewer(await make.member(trust=0)),
            "member": await make.viewer(await make.member(trust=1)),
            "trusted": await make.viewer(await make.member(trust=2)), "leader": await make.viewer(leader),
            "far leader": await make.viewer(far_leader),
            "editor": await make.viewer(await make.editor()), "moderator": await make.viewer(await make.moderator()),
        }  # fmt: skip
        for name, viewer in people.items():
            try:
                await describe_tag(viewer, "reviews", TagText(name="reviews", about=f"By the {name}."))
            except (NotSignedIn, Refused):
                assert name in ("visitor", "newcomer", "member", "far leader")
            else:
                assert (await Tag.get()).about == f"By the {name}."
                assert name in ("trusted", "leader", "editor", "moderator")

    async def test_other_names_lead_to_it_and_can_be_given_up(self) -> None:
        main = await make.tag("reviews")
        unused = await make.tag("stars")
        old = await make.tag("ratings", meant=main)
        await make.thread(tags=[main])
        trusted = await make.viewer(await make.member(trust=2))
        await describe_tag(
            trusted, "reviews", TagText(name="reviews", synonyms=["Stars", "feedback", "reviews"], were=["ratings"])
        )
        assert {one.name: one.meant_id for one in await Tag.all()} == {  # type: ignore[attr-defined]
            "reviews": None, "stars": main.id, "feedback": main.id, "ratings": None,
        }  # fmt: skip
        assert (await Entry.get(kind="tag.renamed")).subject_id == main.id
        assert old.id != unused.id

    async def test_only_what_one_was_told_of(self) -> None:
        secret = await make.tag("takeover")
        await make.thread(tags=[secret], audience="org:77")
        trusted = await make.viewer(await make.member(trust=2))
        with pytest.raises(Missing):
            await describe_tag(trusted, "takeover", TagText(name="takeover", about="What is it?"))
        assert (await Tag.get()).about == ""

    async def test_names_are_given_up_by_who_saw_them(self) -> None:
        main = await make.tag("reviews")
        await make.tag("ratings", meant=main)
        trusted = await make.viewer(await make.member(trust=2))
        with pytest.raises(Renamed, match="new: ratings"):
            await describe_tag(trusted, "reviews", TagText(name="reviews", about="New", synonyms=["stars"]))
        gone = TagText(name="reviews", synonyms=["ratings", "stars"], were=["ratings", "stars"])
        with pytest.raises(Renamed, match="taken away: stars") as late:
            await describe_tag(trusted, "reviews", gone)
        assert (late.value.names, late.value.present) == (("ratings",), ("ratings",))
        assert {one.name for one in await Tag.filter(about="")} == {"reviews", "ratings"}
        assert await Tag.filter(meant_id=main.id).count() == 1

    async def test_what_was_merged_does_not_come_apart(self) -> None:
        for name in ("reviews", "ratings"):
            await make.thread(tags=[await make.tag(name)])
        trusted, editor = await make.viewer(await make.member(trust=2)), await make.viewer(await make.editor())
        await merge_tag(editor, "ratings", Merging(into="reviews"))
        without = TagText(name="reviews", were=["ratings"])
        for viewer in (trusted, editor):
            with pytest.raises(Invalid, match="ratings: this was merged into this topic a few minutes ago"):
                await describe_tag(viewer, "reviews", without)
        await Entry.filter(kind="tag.merged").update(at=now() - timedelta(minutes=11))
        with pytest.raises(Invalid, match="Only editors and moderators"):
            await describe_tag(trusted, "reviews", without)
        assert (await Tag.get(slug="ratings")).meant_id is not None  # type: ignore[attr-defined]
        await describe_tag(editor, "reviews", without)
        assert (await Tag.get(slug="ratings")).meant_id is None  # type: ignore[attr-defined]
        await describe_tag(editor, "reviews", TagText(name="reviews", synonyms=["ratings"]))
        await describe_tag(trusted, "reviews", without)

    async def test_a_merged_topic_that_was_renamed_stays_as_it_is(self) -> None:
        main = await make.tag("reviews")
        await make.tag("Stars, ratings", slug="stars", meant=main)
        await make.tag("Voices online", slug="voices", meant=main)
        names = ["Stars", "ratings", "Voices online"]
        editor = await make.viewer(await make.editor())
        await describe_tag(editor, "reviews", TagText(name="reviews", about="New", synonyms=names, were=names))
        assert {one.slug for one in await Tag.filter(meant_id=main.id)} == {"stars", "voices"}
        assert await Tag.all().count() == 3

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
    given = {"name": "reviews", "about": "New", "synonyms": "stars", "were": "ratings"}
    assert (await client.post("/topics/reviews/edit", data=given)).status_code == 303
    assert "also: stars" in (await client.get("/topics/reviews")).text
    await make.sign_in(client, await make.member(trust=1))
    assert "/topics/reviews/edit" not in (await client.get("/topics/reviews")).text
    assert (await client.get("/topics/reviews/edit")).status_code == 403


async def test_a_form_from_before_a_merge_undoes_nothing(client: httpx2.AsyncClient) -> None:
    main = await make.tag("appointments")
    await make.tag("no-shows", meant=main)
    await make.thread(tags=[await make.tag("accessibility")])
    editor, trusted = await make.editor(), await make.token(await make.member(trust=2))
    headers, path = await make.token(editor), "/api/v1/tags/accessibility/merge"
    assert (await client.post(path, json={"into": "appointments"}, headers=headers)).status_code == 200
    old = {"name": "appointments", "about": "Coming and not coming.", "synonyms": ["no-shows"]}
    for were in ({}, {"were": ["no-shows"]}):
        late = await client.put("/api/v1/tags/appointments", json=old | were, headers=trusted)
        assert late.status_code == 409
        assert "accessibility" in late.text
    await make.sign_in(client, editor)
    form = {
        "name": "appointments",
        "about": "Coming and not coming.",
        "synonyms": "no-shows, dates",
        "were": "no-shows",
    }
    page = await client.post("/topics/appointments/edit", data=form)
    assert page.status_code == 409
    assert "changed while you were writing (new: accessibility)" in page.text
    assert "Coming and not coming.</textarea>" in page.text
    assert 'value="no-shows, dates, accessibility"' in page.text
    assert 'name="were" value="accessibility, no-shows"' in page.text
    form |= {"synonyms": "no-shows, dates, accessibility", "were": "accessibility, no-shows"}
    assert (await client.post("/topics/appointments/edit", data=form)).status_code == 303
    assert (await client.delete(path, headers=headers)).status_code == 204
    assert (await Tag.get(slug="accessibility")).meant_id is None  # type: ignore[attr-defined]
    late = await client.post("/topics/appointments/edit", data=form)
    assert (late.status_code, "taken away: accessibility" in late.text) == (409, True)


@pytest.mark.parametrize("path", ["/topics/reviews", "/platforms/x"])
async def test_a_label_is_followed_and_left(client: httpx2.AsyncClient, path: str) -> None:
    await make.tag("reviews")
    await make.platform("X", "Twitter")
    assert "Tell me of" not in (await client.get(path)).text
    assert (await client.post(f"{path}/follow", data={"level": "watching"})).headers["location"].startswith("/sign-in")
    member = await make.member()
    await make.sign_in(client, member)
    assert '<option value="normal" selected>' in (await client.get(path)).text
    assert (await client.post(f"{path}/follow", data={"level": "watching"})).headers["location"] == path
    page = (await client.get(path)).text
    assert "1 person is told of new threads." in page
    assert '<option value="watching" selected>' in page
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

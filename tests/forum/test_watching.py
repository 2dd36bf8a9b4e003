"""Following people, organisations, categories and labels: who hears of what, never of who is masked, and one page."""

from typing import Any

import httpx2
import pytest

from base.clock import now
from base.errors import Invalid, Missing, Refused
from base.journal.deliver import deliver_all
from forum.actions.answer import NewPost, answer
from forum.actions.ask import Question, ask
from forum.actions.start_thread import NewThread, start_thread
from forum.actions.tidy_watches import Tidying, tidy_watches
from forum.actions.watch import WatchLevel, watch
from forum.models import Thread, Watch
from forum.queries.watching import watching
from members.models import Member, Notice
from tests import builders as make
from tests.forum.told import told
from tests.statements import statements

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("database", "wired")]
BODY = "We would like to know how others do this."


async def _fresh() -> set[tuple[str, str, str]]:
    await deliver_all()
    await Notice.all().delete()
    return set()


async def _follow(target: str, target_id: int, *levels: str) -> None:
    for level in levels:
        who = await make.member(level, at=None)
        await Watch.create(member=who, target=target, target_id=target_id, level=level, at=now())


async def _question(author: Member, **more: Any) -> Thread:
    given = {"title": "How do you answer reviews?", "body": BODY} | more
    return await Thread.get(id=(await ask(await make.viewer(author), Question(**given))).id)


async def test_of_a_person_both_levels_hear_of_threads_and_one_of_answers() -> None:
    jonas = await make.member("Jonas")
    await _follow("member", jonas.id, "watching", "following", "normal", "muted")
    await _question(jonas)
    assert await told() == {
        ("watching", "thread", "Because you watch Jonas."),
        ("following", "thread", "Because you follow Jonas."),
    }
    notice = await Notice.filter(member__name="watching").get()
    assert (notice.because, notice.because_id) == ("member", jonas.id)
    await _fresh()
    thread = await make.thread()
    await answer(await make.viewer(jonas), thread.id, NewPost(body="We did it like this, for two weeks."))
    heard = await told()
    assert ("watching", "answer", "Because you watch Jonas.") in heard
    assert not [one for one in heard if one[0] in ("following", "normal", "muted")]


async def test_of_an_organisation_threads_for_it_and_answers_of_its_people() -> None:
    hospital = await make.organisation("St Mary")
    mara = await make.member("Mara", at=hospital)
    await _follow("organisation", hospital.id, "watching", "following", "muted")
    await start_thread(
        NewThread(kind="question", title="For us?", body=BODY, author_id=mara.id, organisation_id=hospital.id)
    )
    assert await told() == {
        ("watching", "thread", "Because you watch St Mary."),
        ("following", "thread", "Because you follow St Mary."),
    }
    await _fresh()
    thread = await make.thread()
    await answer(await make.viewer(mara), thread.id, NewPost(body="We did it like this, for two weeks."))
    assert {one for one in await told() if one[0] in ("watching", "following", "muted")} == {
        ("watching", "answer", "Because you watch St Mary.")
    }


async def test_nobody_hears_of_who_is_masked() -> None:
    hospital = await make.organisation("St Mary")
    mara = await make.member("Mara", at=hospital)
    await _follow("member", mara.id, "watching")
    await _follow("organisation", hospital.id, "following")
    mask = await make.member("A member", state="mask", email=None)
    started = await start_thread(NewThread(kind="question", title="Masked?", body=BODY, author_id=mask.id))
    assert await told() == set()
    await make.post(await Thread.get(id=started.id), author=mask)
    assert await told() == set()
    with pytest.raises(Missing):
        await watch(await make.viewer(await make.member()), "member", mask.id, WatchLevel(level="watching"))


async def test_who_may_not_see_it_does_not_hear_of_it() -> None:
    hospital = await make.organisation("St Mary")
    mara = await make.member("Mara", at=hospital)
    await _follow("member", mara.id, "watching")
    colleague = await make.member("Colleague", at=hospital)
    await Watch.create(member=colleague, target="member", target_id=mara.id, level="watching", at=now())
    await _question(mara, audience="network")
    assert {name for name, *_ in await told()} == {"Colleague"}


async def test_what_a_muted_person_writes_makes_no_notice_even_a_mention() -> None:
    mara, jonas = await make.member("Mara"), await make.member("Jonas")
    thread = await _question(mara)
    await Watch.create(member=mara, target="member", target_id=jonas.id, level="muted", at=now())
    await answer(await make.viewer(jonas), thread.id, NewPost(body="Hello @mara, we did it like this, for two weeks."))
    assert await told() == set()
    await answer(await make.viewer(await make.member("Nia")), thread.id, NewPost(body="We did it quite otherwise."))
    assert {name for name, *_ in await told()} == {"Mara", "Jonas"}, "Jonas follows what he answered"


async def test_a_muted_label_is_stronger_than_a_followed_one_but_not_than_the_thread_itself() -> None:
    youtube, recruiting = await make.tag("YouTube"), await make.tag("recruiting")
    mara, jonas = await make.member("Mara"), await make.member("Jonas")
    for target, level in ((youtube, "following"), (recruiting, "muted")):
        await Watch.create(member=mara, target="tag", target_id=target.id, level=level, at=now())
    started = await start_thread(
        NewThread(kind="discussion", title="Both", body=BODY, author_id=jonas.id, tag_ids=(youtube.id, recruiting.id))
    )
    assert await told() == set()
    await Watch.create(member=mara, target="thread", target_id=started.id, level="following", at=now())
    nia = await make.viewer(await make.member("Nia"))
    await answer(nia, started.id, NewPost(body="We did it like this, for two weeks."))
    assert ("Mara", "reply", "Because you follow this thread.") in await told()


async def test_who_watches_a_label_hears_of_answers_unless_the_thread_is_set_otherwise() -> None:
    youtube = await make.tag("YouTube")
    thread = await make.thread(tags=[youtube])
    await _follow("tag", youtube.id, "watching", "following")
    quiet = await make.member("Quiet")
    await Watch.create(member=quiet, target="tag", target_id=youtube.id, level="watching", at=now())
    await Watch.create(member=quiet, target="thread", target_id=thread.id, level="normal", at=now())
    jonas = await make.viewer(await make.member("Jonas"))
    await answer(jonas, thread.id, NewPost(body="We did it like this, for two weeks."))
    assert {one for one in await told() if one[0] in ("watching", "following", "Quiet")} == {
        ("watching", "answer", "Because you watch #YouTube.")
    }


async def test_nobody_follows_themselves_or_what_they_may_not_see() -> None:
    mara = await make.member("Mara")
    viewer, level = await make.viewer(mara), WatchLevel(level="watching")
    with pytest.raises(Refused):
        await watch(viewer, "member", mara.id, level)
    pending = await make.organisation("Pending", state="pending")
    for target, target_id in (("organisation", pending.id), ("member", 999), ("category", 999), ("platform", 999)):
        with pytest.raises(Missing):
            await watch(viewer, target, target_id, level)  # type: ignore[arg-type]
    gone = await make.member("Gone", state="gone")
    with pytest.raises(Missing):
        await watch(viewer, "member", gone.id, level)


async def _much(mara: Member) -> None:
    for target, one in (
        ("thread", await make.thread("How do you answer reviews?")), ("tag", await make.tag("YouTube")),
        ("platform", await make.platform("Mastodon")), ("category", await make.category("Consent")),
        ("member", await make.member("Jonas")), ("organisation", await make.organisation("St Mary")),
    ):  # fmt: skip
        await Watch.create(member=mara, target=target, target_id=one.id, level="watching", at=now())


async def test_one_page_manages_everything(client: httpx2.AsyncClient) -> None:
    mara = await make.member("Mara")
    await make.sign_in(client, mara)
    assert "You follow nothing yet" in (await client.get("/settings/watching")).text
    await _much(mara)
    page = (await client.get("/settings/watching")).text
    for words in ("How do you answer reviews?", "#YouTube", "Mastodon", "Consent", "Jonas", "St Mary"):
        assert words in page
    for link in ("/topics/youtube", "/platforms/mastodon", "/latest?category=consent", "/people/jonas"):
        assert f'href="{link}"' in page
    assert "Mastodon" not in (await client.get("/settings/watching?kind=tag")).text
    assert "#YouTube" in (await client.get("/settings/watching?q=tube")).text
    assert "Nothing like that" in (await client.get("/settings/watching?q=nothing")).text
    ids = await Watch.filter(target__in=["tag", "platform"]).values_list("id", flat=True)
    await client.post("/settings/watching", data={"ids": [str(one) for one in ids], "level": "muted"})
    assert set(await Watch.filter(level="muted").values_list("target", flat=True)) == {"tag", "platform"}
    await client.post("/settings/watching", data={"ids": str(ids[0]), "level": "remove"})
    assert not await Watch.filter(id=ids[0]).exists()
    answer = await client.post("/settings/watching", data={"level": "muted"})
    assert (answer.status_code, "Please tick what you mean first." in answer.text) == (422, True)
    for path in ("?kind=x", "?level=x", "?page=7"):
        assert (await client.get(f"/settings/watching{path}")).status_code == 404


async def test_others_watches_are_nobodys_business() -> None:
    mara, omar = await make.member("Mara"), await make.member("Omar")
    await _much(mara)
    ids = list(await Watch.all().values_list("id", flat=True))
    assert await tidy_watches(await make.viewer(omar), Tidying(ids=ids, level="remove")) == 0
    assert await Watch.all().count() == len(ids)
    with pytest.raises(Invalid):
        await tidy_watches(await make.viewer(omar), Tidying(ids=list(range(1, 300)), level="remove"))
    assert (await watching(await make.viewer(omar))).entries == ()


async def test_what_is_gone_says_so_and_can_be_removed(client: httpx2.AsyncClient) -> None:
    mara = await make.member("Mara")
    thread = await make.thread("A secret title")
    await Watch.create(member=mara, target="thread", target_id=thread.id, level="watching", at=now())
    await Thread.filter(id=thread.id).update(state="hidden")
    await make.sign_in(client, mara)
    page = (await client.get("/settings/watching")).text
    assert "No longer open to you" in page
    assert "secret" not in page


async def test_a_thousand_are_paged_in_two_statements() -> None:
    mara = await make.member("Mara")
    await Watch.bulk_create(
        [Watch(member=mara, target="tag", target_id=number, level="watching", at=now()) for number in range(1, 1001)]
    )
    viewer = await make.viewer(mara)
    with statements() as sent:
        found = await watching(viewer, 20)
    assert (len(sent), len(found.entries), found.page.total, found.page.pages) == (2, 50, 1000, 20)


async def test_people_organisations_and_categories_have_the_control(client: httpx2.AsyncClient) -> None:
    mara, jonas = await make.member("Mara"), await make.member("Jonas")
    await make.organisation("St Mary")
    await make.category("Consent")
    places = {
        "/people/jonas": "/people/jonas/follow",
        "/organisations/st-mary": "/organisations/st-mary/follow",
        "/latest?category=consent": "/categories/consent/follow",
    }
    for place in places:
        assert "Sign in to follow" in (await client.get(place)).text
    await make.sign_in(client, mara)
    for place, path in places.items():
        assert f'action="{path}"' in (await client.get(place)).text
        assert (await client.post(path, data={"level": "following"})).headers["location"] == place
        assert '<option value="following" selected>' in (await client.get(place)).text
        assert (await client.post(path, data={"level": "loudly"})).status_code == 422
    assert "/people/mara/follow" not in (await client.get("/people/mara")).text
    headers = await make.token(mara)
    given = {"target": "member", "id": jonas.id, "level": "muted"}
    assert (await client.put("/api/v1/watches", json=given, headers=headers)).json() == {"before": "following"}
    found = (await client.get("/api/v1/watches?level=muted", headers=headers)).json()
    assert [one["name"] for one in found["watches"]] == ["Jonas"]

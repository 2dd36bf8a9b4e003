"""People who might help with a question: who is offered, why, and that each is asked once."""

import asyncio
from datetime import timedelta

import httpx2
import pytest

from base.clock import now
from base.errors import Conflict, Invalid
from base.journal.deliver import deliver_all
from forum.actions.suggest_people import People, suggest_people
from forum.models import QuestionAsk, QuestionDetails, Thread
from forum.queries.suggested import MOST_FOR_ONE, suggested_page
from members.models import Member, Membership, Notice, NoticeSwitch, Platform, Region
from tests import builders as make
from tests.members.inviting import become
from tests.members.outline import faults_of
from tests.statements import statements

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("database")]


class Cast:
    """A question about a platform in a region with a leader."""

    region: Region
    lucien: Member
    asker: Member
    platform: Platform
    thread: Thread


async def cast() -> Cast:
    made = Cast()
    made.region, made.platform = await make.region("Europe"), await make.platform("Mastodon")
    home = await make.organisation("Home", region=made.region)
    made.lucien = await make.member("Lucien", at=home, platforms=[made.platform])
    made.asker = await make.member("Asker", at=home, platforms=[made.platform])
    await make.grant(made.lucien, "community_leader", "region", made.region.id)
    made.thread = await make.thread(
        "Does anybody run an account there?", author=made.asker, platforms=[made.platform], region_id=made.region.id
    )
    await QuestionDetails.create(thread_id=made.thread.id)
    return made


async def offered(people: Cast) -> dict[str, list[tuple[str, str, str, str]]]:
    found = await suggested_page(await make.viewer(people.lucien), people.thread.id)
    return {one.name: [(r.kind, r.about, r.since, r.until) for r in one.reasons] for one in found.helpers}


async def test_who_is_offered_and_why() -> None:
    people = await cast()
    stopped, lapsed = await make.organisation("Stopped"), await make.organisation("Lapsed", state="lapsed")
    for place, status, since, until in ((stopped, "tried_stopped", "2022", "2025-03"), (lapsed, "using", "2020", "")):
        await make.use(place, people.platform, status=status, since=since, until=until)
    await make.member("Both", at=stopped, platforms=[people.platform])
    await make.member("Organisation", at=stopped)
    await make.member("Of a lapsed one", at=lapsed)
    answered = await make.member("Answered")
    other = await make.thread("Another about the same platform", platforms=[people.platform])
    await make.post(other, author=answered, kind="answer")
    secret = await make.thread(
        "For a circle of its own only", platforms=[people.platform], audience=f"org:{stopped.id}"
    )
    await make.post(secret, author=await make.member("Answered in a circle"), kind="answer")
    await make.post(people.thread, author=await make.member("Is in it", platforms=[people.platform]))
    deaf = await make.member("Not to be asked", platforms=[people.platform])
    await NoticeSwitch.create(member=deaf, because="asked", at=now())
    await make.member("Suspended", platforms=[people.platform], state="suspended")
    await make.member("Works with another", platforms=[await make.platform("Other")])
    assert await offered(people) == {
        "Both": [("works", "Mastodon", "", ""), ("tried_stopped", "Mastodon", "2022", "2025-03")],
        "Organisation": [("tried_stopped", "Mastodon", "2022", "2025-03")],
        "Answered": [("answered", "", "", "")],
    }
    assert next(iter(await offered(people))) == "Both", "the best first"


async def test_nobody_is_offered_who_may_not_read_it() -> None:
    people = await cast()
    await make.member("Outside", platforms=[people.platform])
    inside = await make.organisation("Inside", region=people.region)
    await make.member("Of the region", at=inside, platforms=[people.platform])
    await Thread.filter(id=people.thread.id).update(audience=f"region:{people.region.id}")
    assert list(await offered(people)) == ["Of the region"]


async def test_what_is_for_colleagues_alone_is_no_reason() -> None:
    people = await cast()
    away = await make.organisation("Away", region=people.region)
    await make.member("Hidden", at=away, platforms=[people.platform], platforms_for="organisation")
    home = await Membership.get(member=people.lucien).select_related("organisation")
    await make.member("Colleague", at=home.organisation, platforms=[people.platform], platforms_for="organisation")
    assert list(await offered(people)) == ["Colleague"]


async def test_those_who_are_asked_are_told_once(client: httpx2.AsyncClient) -> None:
    people = await cast()
    for name in ("Mara", "Joel", "Ana"):
        await make.member(name, platforms=[people.platform])
    at = f"/t/{people.thread.id}/people"
    await become(client, people.lucien)
    form = await client.get(at)
    assert (form.status_code, faults_of(form.text), "Works with Mastodon" in form.text) == (200, [], True)
    before = (await Thread.get(id=people.thread.id)).version
    answer = await client.post(at, data={"people": ["mara", "joel"]})
    assert (answer.status_code, answer.headers["location"].startswith(f"/t/{people.thread.id}")) == (303, True)
    assert (await Thread.get(id=people.thread.id)).version > before, "the page says how many were asked"
    await deliver_all()
    told = await Notice.filter(kind="asked").select_related("member")
    assert {one.member.name for one in told} == {"Mara", "Joel"}
    assert {(one.reason, one.because) for one in told} == {("Lucien thinks that you can help.", "asked")}
    await deliver_all()
    assert await Notice.filter(kind="asked").count() == 2
    assert (await QuestionDetails.get(thread_id=people.thread.id)).people_asked == 2
    assert list(await offered(people)) == ["Ana"]
    page = (await client.get(at)).text
    assert ("Asked already" in page, faults_of(page)) == (True, [])
    again = await client.post(at, data={"people": ["mara", "ana"]})
    assert (again.status_code, "was asked meanwhile" in again.text, faults_of(again.text)) == (422, True, [])
    assert 'value="ana" checked' in again.text, "what was ticked stays"
    assert await QuestionAsk.all().count() == 2


async def test_a_wrong_choice() -> None:
    people = await cast()
    helpers = [await make.member(platforms=[people.platform]) for _ in range(6)]
    viewer = await make.viewer(people.lucien)
    for given in ([], [one.handle for one in helpers], ["nobody-of-that-name"], [people.asker.handle], ["lucien"]):
        with pytest.raises(Invalid):
            await suggest_people(viewer, people.thread.id, People(people=given))
    await Thread.filter(id=people.thread.id).update(resolution="solved")
    with pytest.raises(Conflict, match="no more answers"):
        await suggest_people(viewer, people.thread.id, People(people=[helpers[0].handle]))
    await Thread.filter(id=people.thread.id).update(resolution="unanswered")
    for _ in range(MOST_FOR_ONE):
        await QuestionAsk.create(thread_id=people.thread.id, member_id=(await make.member()).id, at=now())
    with pytest.raises(Conflict, match="At most 15"):
        await suggest_people(viewer, people.thread.id, People(people=[helpers[0].handle]))
    assert not await Notice.exists()


async def test_two_at_once_ask_nobody_twice() -> None:
    people = await cast()
    mara = await make.member("Mara", platforms=[people.platform])
    viewers = [await make.viewer(people.lucien), await make.viewer(await make.moderator())]
    done = await asyncio.gather(
        *(suggest_people(one, people.thread.id, People(people=[mara.handle])) for one in viewers),
        return_exceptions=True,
    )
    assert sorted(str(type(one).__name__) for one in done) in (["Conflict", "int"], ["Invalid", "int"])
    assert await QuestionAsk.all().count() == 1


async def test_who_may(client: httpx2.AsyncClient) -> None:
    people = await cast()
    await make.member("Mara", platforms=[people.platform])
    elsewhere = await make.member("Amina")
    await make.grant(elsewhere, "community_leader", "region", (await make.region("Africa")).id)
    at = f"/api/v1/threads/{people.thread.id}/people"
    for who in (people.asker, elsewhere, await make.editor(), await make.member()):
        await become(client, who)
        assert (await client.get(at)).status_code == 403, who.name
        assert (await client.post(at, json={"people": ["mara"]})).status_code == 403, who.name
    talk = await make.thread("A discussion has nothing to ask", kind="discussion", region_id=people.region.id)
    await become(client, people.lucien)
    assert (await client.get(f"/api/v1/threads/{talk.id}/people")).status_code == 403
    found = (await client.get(at)).json()
    assert ([one["handle"] for one in found["helpers"]], found["most"]) == (["mara"], 5)
    assert (await client.post(at, json={"people": ["mara"]})).json() == {"asked": 1}
    await become(client, await make.moderator())
    assert [one["handle"] for one in (await client.get(at)).json()["asked"]] == ["mara"]


async def test_who_was_asked_often_stands_below() -> None:
    people = await cast()
    for name in ("Often", "Seldom"):
        await make.member(name, platforms=[people.platform])
    often = await Member.get(name="Often")
    for days in (1, 2, 15):
        other = await make.thread("One of many other questions")
        await QuestionAsk.create(thread_id=other.id, member_id=often.id, at=now() - timedelta(days=days))
    found = await suggested_page(await make.viewer(people.lucien), people.thread.id)
    assert [(one.name, one.lately) for one in found.helpers] == [("Seldom", 0), ("Often", 2)]


async def test_a_fixed_number_of_statements(client: httpx2.AsyncClient) -> None:
    people = await cast()
    await become(client, people.lucien)
    counts = []
    for more in (1, 12):
        for _ in range(more):
            await make.member(platforms=[people.platform], at=await make.organisation())
        with statements() as sent:
            await client.get(f"/t/{people.thread.id}/people")
        counts.append(len(sent))
    assert counts[0] == counts[1] <= 7

"""The desk of a region: what stands there, for whom, and that leaders reach no further than their region."""

from datetime import timedelta
from typing import Any

import httpx2
import pytest

from base.clock import now
from base.journal.deliver import deliver_all
from forum.models import Thread
from members.actions.keep_region import RegionForm, keep_region
from members.models import Member, Membership, Organisation, Region
from members.viewer import OPERATOR
from tests import builders as make
from tests.members.inviting import become
from tests.members.outline import faults_of
from tests.members.test_requests import asked
from tests.statements import statements

pytestmark = pytest.mark.anyio
LONG_AGO = timedelta(days=3)


class Cast:
    """Two regions, each with an organisation, a leader and a question."""

    europe: Region
    africa: Region
    lucien: Member
    amina: Member
    near: Thread
    far: Thread


async def cast() -> Cast:
    made = Cast()
    made.europe, made.africa = (
        await make.region("Europe", countries="NL,FR"),
        await make.region("Africa", countries="KE"),
    )
    home = await make.organisation("Near Hospital", region=made.europe)
    away = await make.organisation("Far Hospital", region=made.africa)
    long = {"created_at": now() - timedelta(days=400)}
    made.lucien, made.amina = await make.member("Lucien", at=home, **long), await make.member("Amina", at=away, **long)
    await make.grant(made.lucien, "community_leader", "region", made.europe.id)
    await make.grant(made.amina, "community_leader", "region", made.africa.id)
    made.near = await question(
        "A question from near by", made.europe, author=await make.member("Asker", at=home, **long)
    )
    made.far = await question("A question from far away", made.africa)
    return made


async def question(title: str, region: Region | None, **more: Any) -> Thread:
    return await make.thread(title, **{"at": now() - LONG_AGO, "region_id": region.id if region else None} | more)


async def titles(client: httpx2.AsyncClient, lane: str, region: str = "europe") -> list[str]:
    found = (await client.get(f"/api/v1/regions/{region}/desk?lane={lane}")).json()
    return [row["title"] for row in next(one for one in found["lanes"] if one["name"] == lane)["rows"]]


async def test_questions_without_an_answer_for_two_days(client: httpx2.AsyncClient) -> None:
    people = await cast()
    await question("An older one of the region", people.europe, at=now() - timedelta(days=9))
    await question("Asked an hour ago, so not yet", people.europe, at=now() - timedelta(hours=47))
    await question("It has an answer already", people.europe, resolution="answered")
    await question("It was closed meanwhile, too", people.europe, resolution="closed")
    await question("Hidden while it is looked at", people.europe, state="hidden")
    await question("No question but a discussion", people.europe, kind="discussion")
    await question("Of no region at all, for nobody", None)
    org = await make.organisation("Elsewhere", region=people.europe)
    await question("For the people of one organisation", people.europe, audience=f"org:{org.id}")
    await question("For the people of the region", people.europe, audience=f"region:{people.europe.id}")
    await become(client, people.lucien)
    assert await titles(client, "unanswered") == [
        "An older one of the region", "A question from near by", "For the people of the region",
    ]  # fmt: skip
    nia = await make.moderator("Nia")
    await become(client, nia)
    assert "For the people of one organisation" in await titles(client, "unanswered")


async def test_newcomers_with_their_first_post(client: httpx2.AsyncClient) -> None:
    people = await cast()
    home, away = (
        await make.organisation("North", region=people.europe),
        await make.organisation("South", region=people.africa),
    )
    fresh = await make.member("Fresh", at=home)
    await make.member("Silent", at=home, created_at=now() - timedelta(days=29))
    await make.member("Known for long", at=home, created_at=now() - timedelta(days=31))
    await make.member("Suspended", at=home, state="suspended")
    await make.member("Far away", at=away)
    await make.member("Guest")
    closed = await make.organisation("Closed")
    await make.post(await make.thread("Not for Lucien to see", audience=f"org:{closed.id}"), author=fresh)
    await make.post(people.near, author=fresh)
    await become(client, people.lucien)
    found = (await client.get("/api/v1/regions/europe/desk?lane=newcomers")).json()
    rows = next(one for one in found["lanes"] if one["name"] == "newcomers")["rows"]
    assert [(row["title"], row["place"], row["state"]) for row in rows] == [
        ("Fresh", "North", "A question from near by"), ("Silent", "North", ""),
    ]  # fmt: skip
    page = (await client.get("/regions/europe/desk?lane=newcomers")).text
    assert ("Not for Lucien" in page, "No post yet" in page, faults_of(page)) == (False, True, [])


async def test_what_waits_and_what_needs_a_hand(client: httpx2.AsyncClient) -> None:
    people = await cast()
    number = await asked(await make.member("Camille"))
    well = await make.organisation("Well kept", region=people.europe)
    for name in ("One", "Two"):
        await make.member(name, at=well, role="org_admin")
    old = await make.organisation("Old ledger", region=people.europe)
    for name in ("Three", "Four"):
        await make.member(name, at=old, role="org_admin")
    await make.use(old, await make.platform("Mastodon"), checked_at=now() - timedelta(days=366))
    waits = await make.member("Daan")
    await Membership.create(member=waits, organisation=well, state="pending", main=False, since=now())
    gone = await make.organisation("Gone", region=people.europe, state="lapsed")
    await Membership.create(
        member=await make.member("Piet"), organisation=gone, state="pending", main=False, since=now()
    )
    await become(client, people.lucien)
    assert await titles(client, "organisations") == ["Clinique du Lac"]
    assert await titles(client, "people") == ["Daan"]
    assert await titles(client, "care") == ["Near Hospital", "Old ledger"]
    page = (await client.get("/regions/europe/desk")).text
    assert faults_of(page) == []
    for words in (f"/organisation-requests/{number}", "/organisations/well-kept/invitations", "No administrator"):
        assert words in page, words
    assert "/organisations/old-ledger/platforms" in page
    menu = page.partition('href="/region-desks"')[2].partition("</a>")[0]
    assert ">2<" in menu, "an organisation and a person"


async def test_the_way_to_ones_desk(client: httpx2.AsyncClient) -> None:
    people = await cast()
    await become(client, people.lucien)
    answer = await client.get("/region-desks")
    assert (answer.status_code, answer.headers["location"]) == (303, "/regions/europe/desk")
    nia = await make.moderator("Nia")
    await asked(await make.member("Camille"))
    await asked(await make.member("Nobody"), name="Nowhere", country="AQ", domain="", website="")
    await become(client, nia)
    page = (await client.get("/region-desks")).text
    assert ("/regions/europe/desk" in page, "/regions/africa/desk" in page, faults_of(page)) == (True, True, [])
    assert ("1 organisation waits" in page, "1 belongs to no region" in page) == (True, True)
    member = await make.member("Mara")
    await become(client, member)
    assert (await client.get("/region-desks")).status_code == 403
    assert "/region-desks" not in (await client.get("/people")).text


async def test_a_desk_is_for_who_looks_after_the_region(client: httpx2.AsyncClient) -> None:
    people = await cast()
    expired = await make.member("Expired")
    await make.grant(expired, "community_leader", "region", people.europe.id, until=now() - timedelta(days=1))
    for who, status in (
        (people.lucien, 200), (await make.moderator(), 200), (people.amina, 403), (await make.editor(), 403),
        (await make.member(), 403), (expired, 403),
    ):  # fmt: skip
        await become(client, who)
        for path in ("/regions/europe/desk", "/regions/europe/desk?lane=care", "/api/v1/regions/europe/desk"):
            assert (await client.get(path)).status_code == status, (who.name, path)
    client.cookies.clear()
    assert (await client.get("/regions/europe/desk")).status_code == 303
    await become(client, people.lucien)
    for path in ("/regions/nowhere/desk", "/regions/europe/desk?lane=nothing", "/regions/europe/desk?lane=care&page=x"):
        assert (await client.get(path)).status_code == 404


async def test_pages_and_a_fixed_number_of_statements(client: httpx2.AsyncClient) -> None:
    people = await cast()
    await become(client, people.lucien)
    counts = []
    for more in (1, 30):
        for number in range(more):
            await question(f"A question without an answer {number}", people.europe)
            await make.member(at=await make.organisation(region=people.europe))
            await asked(await make.member(), name=f"Place {more} {number}", domain="", website="")
        waits = await make.organisation(region=people.europe)
        await Membership.create(
            member=await make.member(), organisation=waits, state="pending", main=False, since=now()
        )
        with statements() as glance:
            page = await client.get("/regions/europe/desk")
        with statements() as lane:
            await client.get("/regions/europe/desk?lane=unanswered")
        counts.append((len(glance), len(lane)))
    assert counts[0] == counts[1]
    assert counts[1][0] <= 9
    assert counts[1][1] <= 5
    assert "All 32" in page.text
    second = await client.get("/regions/europe/desk?lane=unanswered&page=2")
    assert (second.status_code, faults_of(second.text)) == (200, [])
    first = await titles(client, "unanswered")
    assert len(first) == 20
    assert (await client.get("/api/v1/regions/europe/desk?lane=unanswered&page=2")).json()["lanes"][0]["total"] == 32


@pytest.mark.parametrize(
    ("act", "body"),
    [
        ("lock", {}), ("close", {"reason": "off_topic"}), ("pin", {"days": "14"}), ("closing", {"quiet_days": "9"}),
        ("move", {"audience": "network", "sure": "network"}), ("merge", {"into": "/t/1"}), ("split", {"posts": "2"}),
        ("people", {"people": "nobody"}), ("labels", {"tags": "one"}), ("convert", {"kind": "discussion"}),
    ],
)  # fmt: skip
async def test_leaders_act_within_their_region_only(client: httpx2.AsyncClient, act: str, body: dict[str, str]) -> None:
    people = await cast()
    await make.post(people.near)
    await make.post(people.far)
    await become(client, people.lucien)
    far = await client.post(f"/t/{people.far.id}/{act}", data=body)
    assert far.status_code == 403, act
    if act == "move":  # what leaves the region is its leader's no longer
        body = body | {"region": str(people.europe.id)}
    near = await client.post(f"/t/{people.near.id}/{act}", data=body)
    assert near.status_code in (303, 422), (act, near.status_code)
    for thread, shown in ((people.near, True), (people.far, False)):
        page = (await client.get(f"/t/{thread.id}-{thread.slug}")).text
        assert ("Look after this thread" in page, f"/t/{thread.id}/people" in page) == (
            shown, shown and act not in ("close", "convert"),
        ), act  # fmt: skip


async def test_leaders_accept_answers_hide_and_bring_back_in_their_region(client: httpx2.AsyncClient) -> None:
    people = await cast()
    near, far = await make.post(people.near), await make.post(people.far)
    await become(client, people.lucien)
    for post, thread, ok in ((near, people.near, True), (far, people.far, False)):
        at = f"/api/v1/threads/{thread.id}/posts/{post.number}"
        assert ((await client.post(f"{at}/accept")).status_code < 300) is ok
        assert ((await client.delete(at)).status_code < 300) is ok
        assert ((await client.post(f"{at}/restore")).status_code < 300) is ok
    opening = f"/api/v1/threads/{people.near.id}/posts/1"
    assert (await client.delete(opening)).status_code < 300
    assert (await Thread.get(id=people.near.id)).state == "deleted"
    assert (await client.get(f"/t/{people.near.id}-{people.near.slug}")).status_code == 200, "or nobody could undo it"
    assert (await client.post(f"{opening}/restore")).status_code < 300
    assert (await Thread.get(id=people.near.id)).state == "published"
    await Thread.filter(id=people.far.id).update(state="hidden")
    assert (await client.get(f"/t/{people.far.id}-{people.far.slug}")).status_code == 404


async def test_what_is_for_a_circle_stays_there(client: httpx2.AsyncClient) -> None:
    people = await cast()
    circle = await make.organisation("Circle", region=people.europe)
    thread = await question("For the people of the circle", people.europe, audience=f"org:{circle.id}")
    await become(client, people.lucien)
    for path in ("", "/people", "/move"):
        assert (await client.get(f"/t/{thread.id}{path}")).status_code == 404, path
    assert (await client.post(f"/t/{thread.id}/lock")).status_code == 404
    await Thread.filter(id=thread.id).update(state="hidden")
    assert (await client.get(f"/t/{thread.id}")).status_code == 404


async def test_threads_follow_their_organisation_into_a_region(client: httpx2.AsyncClient) -> None:
    home = await make.organisation("Dutch", country="NL")
    africa = await make.region("Africa", countries="KE")
    author = await make.member(at=home)
    own = await make.thread("Asked before there was a region", author=author, organisation=home)
    by_hand = await make.thread("Moved by hand to another one", author=author, organisation=home, region_id=africa.id)
    masked = await make.thread("Asked behind a mask, of no organisation", author=author)
    europe = await keep_region(OPERATOR, RegionForm(name="Europe", countries=["NL"]))
    await deliver_all()
    await deliver_all()

    async def regions() -> list[int | None]:
        return [(await Thread.get(id=one.id)).region_id for one in (own, by_hand, masked)]  # type: ignore[attr-defined]

    assert await regions() == [europe, africa.id, None]
    await keep_region(OPERATOR, RegionForm(name="Europe", countries=["BE"]), europe)
    await deliver_all()
    assert await regions() == [None, africa.id, None]


async def test_what_is_a_leaders_is_shown_to_nobody_else(client: httpx2.AsyncClient) -> None:
    people = await cast()
    await asked(await make.member("Camille"))
    mara = await make.member("Mara", at=await Organisation.get(name="Near Hospital"))
    paths = ("/", "/questions", f"/t/{people.near.id}-{people.near.slug}", "/organisations", "/regions/europe")
    for who, shown in ((people.lucien, True), (mara, False), (people.lucien, True), (None, False), (mara, False)):
        client.cookies.clear()
        if who:
            await become(client, who)
        for path in paths:
            page = (await client.get(path)).text
            assert ("/region-desks" in page) is shown, (path, who and who.name)
            assert ("Look after this thread" in page) is (shown and path.startswith("/t/")), (path, who and who.name)

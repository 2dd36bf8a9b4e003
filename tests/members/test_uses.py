"""The platform ledger of an organisation: who keeps it, by page and by program, and what everybody sees of it."""

import asyncio
from datetime import timedelta
from typing import Any

import httpx2
import pytest

from base.clock import now
from base.errors import Invalid
from base.journal.models import Entry
from members.actions.keep_uses import NewUse, add_use
from members.models import Member, Organisation, PlatformAccount, PlatformUse
from tests import builders as make
from tests.members.outline import faults_of
from tests.statements import statements

pytestmark = pytest.mark.anyio
PLACE = "/organisations/st-elisabeth"
KEPT = f"{PLACE}/platforms"
API = f"/api/v1{KEPT}"
USE = {
    "platform": "youtube",
    "status": "using",
    "since": "2019-04",
    "purposes": ["recruitment", "information"],
    "accounts": "https://www.youtube.example/@elisabeth\nhttps://films.example/a,b",
    "team_size_band": "2-3",
    "tools": "A phone",
    "note": "Short films.",
}


async def scene() -> tuple[Organisation, Member]:
    """Make an organisation with its administrator, and two platforms."""
    there = await make.organisation("St. Elisabeth", region=await make.region("Europe"))
    await make.platform("YouTube")
    await make.platform("X", "Twitter")
    return there, await make.member("Olga Admin", at=there, role="org_admin")


async def signed_in(client: httpx2.AsyncClient) -> Organisation:
    there, keeper = await scene()
    await make.sign_in(client, keeper)
    return there


async def kinds() -> list[str]:
    return await Entry.filter(kind__startswith="platform_use.").order_by("id").values_list("kind", flat=True)  # type: ignore[return-value]


async def test_an_administrator_adds_changes_and_removes(client: httpx2.AsyncClient) -> None:
    there = await signed_in(client)
    answer = await client.post(KEPT, data=USE)
    assert (answer.status_code, answer.headers["location"]) == (303, KEPT)
    made = await PlatformUse.get()
    assert (made.status, made.since, made.purposes) == ("using", "2019-04", "information,recruitment")
    assert made.checked_by_id == (await Member.get(name="Olga Admin")).id  # type: ignore[attr-defined]
    page = (await client.get(PLACE)).text
    for words in (
        "since 2019-04",
        'href="https://www.youtube.example/@elisabeth" rel="nofollow noopener"',
        ">films.example/a,b<",
        "Informing patients, Recruitment",
        "2–3 people",
        "Tools: A phone",
        "Short films.",
    ):
        assert words in page, words
    assert faults_of(page) == []
    kept = (await PlatformAccount.get(url="https://films.example/a,b")).id
    form = (await client.get(f"{KEPT}/youtube/edit")).text
    assert "https://films.example/a,b" in form
    assert faults_of(form) == []
    changed = {"status": "tried_stopped", "since": "2019", "until": "2024-11", "why_stopped": "Nobody watched."}
    answer = await client.post(f"{KEPT}/youtube/edit", data=changed | {"accounts": "https://films.example/a,b"})
    assert answer.status_code == 303
    assert [account.id for account in await PlatformAccount.all()] == [kept]
    page = (await client.get(PLACE)).text
    assert "2019 to 2024-11" in page
    assert "Why it was stopped:</b> Nobody watched." in page
    assert faults_of((await client.get(KEPT)).text) == []
    assert (await client.post(f"{KEPT}/youtube/remove")).status_code == 303
    assert not await PlatformUse.exists()
    assert not await PlatformAccount.exists()
    assert (await client.post(f"{KEPT}/youtube/remove")).status_code == 404
    assert (await client.get(f"{KEPT}/youtube/edit")).status_code == 404
    assert await kinds() == ["platform_use.added", "platform_use.changed", "platform_use.removed"]
    assert {entry.subject_id for entry in await Entry.filter(kind__startswith="platform_use.")} == {there.id}


async def test_the_same_by_program(client: httpx2.AsyncClient) -> None:
    _, keeper = await scene()
    key = await make.token(keeper)
    answer = await client.post(API, json=USE | {"accounts": ["https://a.example/x"]}, headers=key)
    assert (answer.status_code, answer.json()) == (201, {"id": (await PlatformUse.get()).id})
    (found,) = (await client.get(API)).json()
    assert (found["platform_slug"], found["status"], found["overdue"]) == ("youtube", "using", False)
    assert found["accounts"] == [{"url": "https://a.example/x", "words": "a.example/x", "gone": False}]
    assert (await client.put(f"{API}/youtube", json={"status": "planning"}, headers=key)).status_code == 204
    assert (await client.put(f"{API}/x", json={"status": "planning"}, headers=key)).status_code == 404
    assert (await client.post(f"{API}/confirm", headers=key)).status_code == 204
    assert (await client.get(API)).json()[0]["status"] == "planning"
    assert (await client.delete(f"{API}/youtube", headers=key)).status_code == 204
    assert (await client.delete(f"{API}/youtube", headers=key)).status_code == 404
    assert (await client.get(API)).json() == []


async def test_who_may(client: httpx2.AsyncClient) -> None:
    there, keeper = await scene()
    await make.use(there, await make.platform("Podcast"))
    leader, far_leader, admin = await make.member("Lea"), await make.member("Far"), await make.member("Ada")
    await make.grant(leader, "community_leader", "region", there.region_id)  # type: ignore[attr-defined]
    await make.grant(far_leader, "community_leader", "region", (await make.region("Asia")).id)
    await make.grant(admin, "admin")
    elsewhere = await make.organisation("Elsewhere")
    people: list[tuple[Member | None, int]] = [
        (None, 303),
        (await make.member("Colleague", at=there), 403),
        (await make.member("Other Admin", at=elsewhere, role="org_admin"), 403),
        (far_leader, 403),
        (await make.editor("Ed"), 403),
        (keeper, 200),
        (leader, 200),
        (await make.moderator("Mo"), 200),
        (admin, 200),
    ]
    for who, status in people:
        name = who.name if who else "visitor"
        if who is not None:
            await make.sign_in(client, who)
        assert (await client.get(KEPT)).status_code == status, name
        assert (await client.get(f"{KEPT}/podcast/edit")).status_code == status, name
        done = 303 if status == 200 else status
        for path, data in (
            (f"{KEPT}/confirm", {}),
            (f"{KEPT}/podcast/edit", {"status": "planning"}),
            (KEPT, USE),
            (f"{KEPT}/youtube/remove", {}),
        ):
            # A visitor who typed something is told so, and gets it back.
            expected = 401 if who is None and data is USE else done
            assert (await client.post(path, data=data)).status_code == expected, (name, path)
        wrong = (await client.post(KEPT, data={"status": "?"})).status_code
        assert wrong == (422 if status == 200 else status), name
        code = {303: 401, 403: 403, 200: 204}[status]
        assert (await client.put(f"{API}/podcast", json={"status": "using"})).status_code == code, name
        assert ("Keep them up to date" in (await client.get(PLACE)).text) == (status == 200), name


@pytest.mark.parametrize("state", ["pending", "lapsed", "archived"])
async def test_a_ledger_is_seen_with_its_organisation_alone(client: httpx2.AsyncClient, state: str) -> None:
    there, keeper = await scene()
    await make.use(there, await make.platform("Podcast"))
    await Organisation.filter(id=there.id).update(state=state)
    other = await make.member("Other", at=await make.organisation("Elsewhere"), role="org_admin")
    for who, status in ((None, 404), (other, 404), (keeper, 200)):
        if who is not None:
            await make.sign_in(client, who)
        assert (await client.get(API)).status_code == status
        assert (await client.get(KEPT)).status_code == status
        assert (await client.post(f"{KEPT}/confirm")).status_code == (303 if status == 200 else 404)


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"platform": ""}, "platform"),
    ({"platform": "nothing"}, "platform"),
    ({"platform": "y" * 61}, "platform"),
    ({"status": "loving"}, "status"),
    ({"since": "last year"}, "since"),
    ({"since": "2019-13"}, "since"),
    ({"since": "2999-01"}, "since"),
    ({"since": "2098"}, "since"),
    ({"until": "2020"}, "until"),
    ({"why_stopped": "No."}, "why_stopped"),
    ({"status": "tried_stopped", "until": "2018"}, "until"),
    ({"status": "tried_stopped", "until": "2019-03"}, "until"),
    ({"status": "tried_stopped", "until": "2098"}, "until"),
    ({"purposes": "spying"}, "purposes.0"),
    ({"team_size_band": "millions"}, "team_size_band"),
    ({"tools": "x" * 201}, "tools"),
    ({"note": "x" * 10_000}, "note"),
    ({"accounts": "javascript:alert(1)"}, "accounts"),
    ({"accounts": "JavaScript://a.example/%0aalert(1)"}, "accounts"),
    ({"accounts": "data:text/html,x"}, "accounts"),
    ({"accounts": "http://a.example/"}, "accounts"),
    ({"accounts": "https://somebody:secret@a.example/"}, "accounts"),
    ({"accounts": "https://a.example@b.example/"}, "accounts"),
    ({"accounts": "https://localhost/"}, "accounts"),
    ({"accounts": "https://[::1"}, "accounts"),
    ({"accounts": "https://"}, "accounts"),
    ({"accounts": 'https://a.example/"><script>'}, "accounts"),
    ({"accounts": "https://a.example/" + "x" * 300}, "accounts"),
    ({"accounts": "\n".join(f"https://a.example/{n}" for n in range(11))}, "accounts"),
]


async def test_what_is_wrong_comes_back_with_what_was_typed(client: httpx2.AsyncClient) -> None:
    there = await signed_in(client)
    await make.use(there, await make.platform("Podcast"))
    for wrong, field in WRONG:
        answer = await client.post(KEPT, data=USE | wrong)
        assert answer.status_code == 422, wrong
        assert f'href="#f-{field.replace(".", "-")}"' in answer.text, wrong
        assert "Short films." in answer.text or "note" in wrong
        assert faults_of(answer.text) == [] or field == "purposes.0", wrong
        assert (await client.post(API, json=USE | wrong)).json()["errors"].keys() == {field}, wrong
        if field != "platform":
            assert (await client.post(f"{KEPT}/podcast/edit", data=USE | wrong)).status_code == 422, wrong
            assert (await client.put(f"{API}/podcast", json=USE | wrong)).status_code == 422, wrong
    assert await PlatformUse.all().count() == 1


async def test_hostile_words_are_words(client: httpx2.AsyncClient) -> None:
    await signed_in(client)
    said = "<script>alert(1)</script>\0 [a](javascript:alert(1)) " + "w" * 600
    accounts = "https://a.example/\0x\n\nhttps://a.example/x\nhttps://" + "w" * 60 + ".example/" + "w" * 200
    answer = await client.post(KEPT, data=USE | {"note": said, "tools": "=1+1\n\0", "accounts": accounts})
    assert answer.status_code == 303
    page = (await client.get(PLACE)).text
    assert "&lt;script&gt;alert(1)" in page
    assert "<script>alert" not in page
    assert 'href="javascript' not in page
    assert await PlatformAccount.all().count() == 2
    for slug in ("no-such", "x" * 400, "%00", "..%2f"):
        assert (await client.post(f"{KEPT}/{slug}/remove")).status_code in (303, 404)
    assert (await client.get(f"/organisations/{'x' * 300}/platforms")).status_code == 404
    for odd in ({"accounts": {"a": 1}}, {"accounts": [1, None]}, {"purposes": {"a": []}}, {"status": ["using"]}):
        assert (await client.post(API, json=USE | {"platform": "x"} | odd)).status_code == 422, odd


async def test_a_platform_stands_once(client: httpx2.AsyncClient) -> None:
    there, keeper = await scene()
    viewer = await make.viewer(keeper)
    given = NewUse.read(USE)
    found = await asyncio.gather(*(add_use(viewer, there.id, given) for _ in range(4)), return_exceptions=True)
    assert sum(isinstance(one, int) for one in found) == 1
    assert all(isinstance(one, int | Invalid) for one in found)
    await make.sign_in(client, keeper)
    answer = await client.post(KEPT, data=USE)
    assert (answer.status_code, await PlatformUse.all().count()) == (422, 1)
    assert "It stands in the ledger already" in answer.text
    assert '<option value="youtube"' not in (await client.get(KEPT)).text


async def test_what_nobody_confirmed_for_a_year_is_marked(client: httpx2.AsyncClient) -> None:
    there = await signed_in(client)
    long_ago = now() - timedelta(days=366)
    await make.use(there, await make.platform("Podcast"), checked_at=long_ago, asks=2, asked_at=long_ago)
    await make.use(there, await make.platform("Fax"), checked_at=long_ago, status="tried_stopped")
    page = (await client.get(KEPT)).text
    assert "Nobody has confirmed 1 entry for a year." in page
    assert (await client.get(PLACE)).text.count("Check overdue") == 1
    assert (await client.post(f"{KEPT}/confirm")).headers["location"] == KEPT
    assert "Nobody has confirmed" not in (await client.get(KEPT)).text
    assert "Check overdue" not in (await client.get(PLACE)).text
    assert await PlatformUse.filter(asks=0, asked_at=None).count() == 2
    assert await kinds() == ["platform_use.confirmed"]


async def test_a_visitor_sees_a_change_at_once(client: httpx2.AsyncClient) -> None:
    there, keeper = await scene()
    assert "Platforms and official accounts" not in (await client.get(PLACE)).text
    await add_use(await make.viewer(keeper), there.id, NewUse.read(USE))
    assert "films.example" in (await client.get(PLACE)).text


async def test_statements_do_not_grow(client: httpx2.AsyncClient) -> None:
    there = await signed_in(client)
    counts = []
    for number in (1, 12):
        for _ in range(number):
            await make.use(there, await make.platform(), "https://a.example/1", "https://a.example/2")
        counts.append(0)
        for path in (KEPT, PLACE):
            with statements() as sent:
                await client.get(path)
            counts[-1] += len(sent)
    assert counts[0] == counts[1]

"""Why somebody is told, and the switch for just that: off on the spot, back with one press, nobody else's."""

import re

import httpx2
import pytest

from base.clock import now
from forum.models import Watch
from members.actions.notify import notify
from members.models import Member, Notice, NoticeSwitch
from members.reasons import FIXED, SORTS, SWITCHES, can_be_switched
from tests import builders as make

pytestmark = pytest.mark.anyio


async def told(member: Member, because: str, because_id: int | None = None, **more: object) -> Notice:
    key = f"{because}:{await Notice.all().count()}"
    about: dict[str, object] = {
        "key": key, "kind": "answer", "group": f"thread:{key}", "subject": "How do you answer reviews?", "text": "",
        "url": "/t/17", "reason": f"Because of {because}.", "because": because, "because_id": because_id,
        "actor_id": None,
    }  # fmt: skip
    await notify([member.id], **about | more)  # type: ignore[arg-type]
    return await Notice.get(key=key)


@pytest.mark.parametrize("because", SWITCHES)
async def test_a_reason_is_switched_off_and_on_again(client: httpx2.AsyncClient, because: str) -> None:
    mara, omar = await make.member("Mara"), await make.member("Omar")
    notice = await told(mara, because)
    await make.sign_in(client, mara)
    assert "Not any more" in (await client.get("/inbox")).text
    answer = await client.post("/inbox/stop", data={"notice": notice.id})
    page = (await client.get(answer.headers["location"])).text
    assert "You will not be told of this any more" in page
    await notify(
        [mara.id, omar.id], key="next", kind="answer", group="g", subject="s", text="", url="/", reason="r",
        because=because, actor_id=None,
    )  # fmt: skip
    assert await Notice.filter(key="next").values_list("member_id", flat=True) == [omar.id]
    undo = re.search(r'action="/inbox/go-on".*?</form>', page, re.DOTALL)
    assert undo is not None
    given = dict(re.findall(r'name="(\w+)" value="([^"]*)"', undo[0]))
    await client.post("/inbox/go-on", data=given)
    assert not await NoticeSwitch.exists()
    assert "You will not be told" not in (await client.get(answer.headers["location"])).text, "an old address lies not"


@pytest.mark.parametrize("because", FIXED)
async def test_what_is_work_stays_and_says_so(client: httpx2.AsyncClient, because: str) -> None:
    mara = await make.member("Mara")
    notice = await told(mara, because)
    await make.sign_in(client, mara)
    page = (await client.get("/inbox")).text
    assert "Not any more" not in page
    assert "Always told" in page or "You asked for this reminder yourself" in page
    assert (await client.post("/inbox/stop", data={"notice": notice.id})).status_code == 403
    assert (await client.put("/api/v1/me/notices", json={"on": [because]})).status_code == 422
    assert not await NoticeSwitch.exists()


async def test_the_switch_lowers_just_what_was_followed(client: httpx2.AsyncClient) -> None:
    mara = await make.member("Mara")
    youtube, other = await make.tag("YouTube"), await make.tag("TikTok")
    for tag in (youtube, other):
        await Watch.create(member=mara, target="tag", target_id=tag.id, level="watching", at=now())
    notice = await told(mara, "tag", youtube.id, reason="Because you watch #YouTube.")
    await make.sign_in(client, mara)
    answer = await client.post("/inbox/stop", data={"notice": notice.id})
    page = (await client.get(answer.headers["location"])).text
    assert "You will not hear of “#YouTube” any more" in page
    assert (await Watch.get(target_id=youtube.id, target="tag")).level == "normal"
    assert (await Watch.get(target_id=other.id, target="tag")).level == "watching"
    assert 'name="level" value="watching"' in page
    await client.post("/inbox/go-on", data={"notice": notice.id, "level": "watching"})
    assert (await Watch.get(target_id=youtube.id, target="tag")).level == "watching"
    headers = await make.token(mara)
    body = {"notice": notice.id, "level": "muted"}
    assert (await client.post("/api/v1/inbox/stop", json=body, headers=headers)).json() == {"level": "watching"}
    assert (await Watch.get(target_id=youtube.id, target="tag")).level == "muted"


async def test_nobody_switches_by_notices_of_others(client: httpx2.AsyncClient) -> None:
    mara, omar = await make.member("Mara"), await make.member("Omar")
    notice = await told(mara, "mention")
    await make.sign_in(client, omar)
    for path in ("/inbox/stop", "/inbox/go-on"):
        assert (await client.post(path, data={"notice": notice.id})).status_code == 404
    assert "You will not" not in (await client.get(f"/inbox?stopped={notice.id}")).text
    assert not await NoticeSwitch.exists()


async def test_settings_list_every_switch(client: httpx2.AsyncClient) -> None:
    mara = await make.member("Mara")
    await make.sign_in(client, mara)
    page = (await client.get("/settings/notices")).text
    assert all(f'value="{one}" checked' in page for one in (*SWITCHES, "auto_follow"))
    await client.post("/settings/notices/reasons", data={"on": ["mention", "own"]})
    off = set(await NoticeSwitch.all().values_list("because", flat=True))
    assert off == {*SWITCHES, "auto_follow"} - {"mention", "own"}
    found = (await client.get("/api/v1/me/notices")).json()
    assert (set(found["on"]), set(found["off"])) == ({"mention", "own"}, off)
    assert (await client.post("/settings/notices/reasons", data={"on": "x"})).status_code == 422


async def test_the_inbox_is_narrowed_by_sort_and_read_by_sort(client: httpx2.AsyncClient) -> None:
    mara = await make.member("Mara")
    for because in [reasons[0] for reasons in SORTS.values()]:
        await told(mara, because, 1)
    await told(mara, "", None, kind="mention")
    await make.sign_in(client, mara)
    counts = {sort: (await client.get(f"/api/v1/inbox?sort={sort}")).json()["total"] for sort in SORTS}
    assert counts == {"answers": 1, "mentions": 2, "followed": 1, "practices": 1, "other": 1}
    assert (await client.get("/inbox?sort=other&show=unread")).status_code == 200
    await client.post("/inbox/read", data={"all": "yes", "sort": "mentions"})
    left = await Notice.filter(read_at=None).values_list("because", flat=True)
    assert sorted(left) == sorted(reasons[0] for sort, reasons in SORTS.items() if sort != "mentions")
    for path in ("/inbox?sort=nonsense", "/inbox?page=9", "/api/v1/inbox?sort=x"):
        assert (await client.get(path)).status_code == 404


async def test_the_badge_counts_to_99(client: httpx2.AsyncClient) -> None:
    mara = await make.member("Mara")
    at = now()
    about = {"member": mara, "kind": "answer", "subject": "s", "url": "/", "reason": "r", "created_at": at}
    await Notice.bulk_create([Notice(key=str(n), group=str(n), **about) for n in range(99)])
    await make.sign_in(client, mara)
    assert (await client.get("/api/v1/inbox/unread")).json()["unread"] == 99
    assert "99+" not in (await client.get("/drafts")).text
    await Notice.create(key="one more", group="g", **about)
    found = (await client.get("/api/v1/inbox/unread")).json()
    assert (found["unread"], found["more"]) == (99, True)
    assert "99+" in (await client.get("/drafts")).text


def test_every_reason_can_be_switched_or_says_why_not() -> None:
    for reasons in SORTS.values():
        for because in reasons:
            assert can_be_switched(because) is (because not in FIXED), because
            assert len(because) <= 14

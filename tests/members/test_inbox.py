"""The inbox and its mail: told once, read anywhere, gathered into one letter, stopped with one click."""

import asyncio
from datetime import timedelta
from email import message_from_bytes
from email.policy import default

import httpx2
import pytest

from base import settings
from base.clock import now
from base.mail.compose import message_of
from base.mail.models import OutgoingMail
from members.actions.gather_mail import MOST_LETTERS_A_DAY, gather_mail
from members.actions.notify import notify
from members.models import Member, Notice
from tests import builders as make
from tests.members.secrets_of import link_in

pytestmark = pytest.mark.anyio


async def tell(*members: Member, actor: Member | None = None, **more: object) -> None:
    given: dict[str, object] = {
        "key": "answer:1",
        "kind": "answer",
        "group": "thread:17",
        "subject": "How do you answer reviews?",
        "text": "We thank them.",
        "url": "/t/17-reviews#post-2",
        "reason": "You asked this question.",
        "because": "own",
        "actor_id": actor.id if actor else None,
    }
    await notify([one.id for one in members], **given | more)  # type: ignore[arg-type]


async def window_passes() -> None:
    past = now() - timedelta(minutes=settings.get().mail_window_minutes, seconds=1)
    await Notice.all().update(created_at=past)


async def test_a_cause_tells_each_member_once_and_not_who_did_it(client: httpx2.AsyncClient) -> None:
    mara, omar = await make.member("Mara"), await make.member("Omar")
    for _ in range(3):
        await tell(mara, omar, actor=omar)
    assert await Notice.all().count() == 1
    notice = await Notice.get()
    assert (notice.member_id, notice.mail_state) == (mara.id, "waiting")  # type: ignore[attr-defined]


@pytest.mark.parametrize("state", ["staged", "suspended", "gone", "unverified"])
async def test_who_is_not_here_is_not_told(client: httpx2.AsyncClient, state: str) -> None:
    await tell(await make.member(state=state))
    assert not await Notice.exists()


async def test_groups_with_unread_first(client: httpx2.AsyncClient) -> None:
    mara, omar = await make.member("Mara"), await make.member("Omar Aziz")
    await tell(mara, key="old", group="thread:1", subject="Read already")
    await Notice.all().update(read_at=now())
    for number in range(7):
        await tell(mara, key=f"a:{number}", actor=omar, text=f"Answer <{number}>")
    await tell(mara, key="later", group="thread:2", subject="Read later", kind="reply")
    await Notice.filter(key="later").update(read_at=now())
    await make.sign_in(client, mara)
    found = (await client.get("/api/v1/inbox")).json()
    assert [group["name"] for group in found["groups"]] == ["thread:17", "thread:2", "thread:1"]
    assert (found["unread"], found["total"]) == (7, 3)
    first = found["groups"][0]
    assert (first["unread"], first["total"], len(first["notices"])) == (7, 7, 5)
    assert first["notices"][0]["text"] == "Answer <6>"
    assert first["opens"] == (await Notice.get(key="a:0")).id, "the first unread one"
    page = (await client.get("/inbox")).text
    for text in ("Omar Aziz answered", "Answer &lt;6&gt;", "You asked this question.", "7 new", "and 2 earlier"):
        assert text in page
    unread = (await client.get("/api/v1/inbox?show=unread")).json()
    assert [group["name"] for group in unread["groups"]] == ["thread:17"]


async def test_opening_leads_there_and_reads_what_is_about_it(client: httpx2.AsyncClient) -> None:
    mara = await make.member("Mara")
    for key in ("a", "b"):
        await tell(mara, key=key)
    await tell(mara, key="c", group="thread:18")
    await make.sign_in(client, mara)
    notice = await Notice.get(key="a")
    for method in ("GET", "POST"):
        answer = await client.request(method, f"/inbox/{notice.id}")
        assert (answer.status_code, answer.headers["location"]) == (303, "/t/17-reviews#post-2")
    assert [one.key for one in await Notice.filter(read_at=None)] == ["c"]


async def test_a_notice_never_leads_off_the_site(client: httpx2.AsyncClient) -> None:
    mara = await make.member("Mara")
    await tell(mara, url="//evil.test/")
    await make.sign_in(client, mara)
    answer = await client.get(f"/inbox/{(await Notice.get()).id}")
    assert answer.headers["location"] == "/inbox"


@pytest.mark.parametrize(
    ("given", "left"),
    [
        ({"notice": "a"}, ["b", "c"]),
        ({"group": "thread:17"}, ["c"]),
        ({"all": "yes"}, []),
        ({"group": "nothing"}, ["a", "b", "c"]),
    ],
)
async def test_mark_as_read(client: httpx2.AsyncClient, given: dict[str, str], left: list[str]) -> None:
    mara = await make.member("Mara")
    for key, group in (("a", "thread:17"), ("b", "thread:17"), ("c", "thread:18")):
        await tell(mara, key=key, group=group)
    await make.sign_in(client, mara)
    data = {"notice": str((await Notice.get(key=given["notice"])).id)} if "notice" in given else given
    assert (await client.post("/inbox/read", data=data)).status_code == 303
    assert [one.key for one in await Notice.filter(read_at=None).order_by("id")] == left


async def test_others_notices_are_nobodys_business(client: httpx2.AsyncClient) -> None:
    mara, omar = await make.member("Mara"), await make.member("Omar")
    await tell(mara)
    notice = await Notice.get()
    assert (await client.get("/inbox")).headers["location"].startswith("/sign-in?next=/inbox")
    await make.sign_in(client, omar)
    assert (await client.get(f"/inbox/{notice.id}")).status_code == 404
    assert (await client.post("/inbox/read", data={"notice": notice.id})).status_code == 404
    await client.post("/inbox/read", data={"all": "yes"})
    assert (await client.post("/api/v1/inbox/read", json={"all": True})).status_code == 204
    assert (await Notice.get()).read_at is None
    assert "reviews" not in (await client.get("/inbox")).text


@pytest.mark.parametrize("door", ["form", "json"])
async def test_both_doors_drop_what_no_database_takes(client: httpx2.AsyncClient, door: str) -> None:
    mara = await make.member("Mara")
    await tell(mara)
    await make.sign_in(client, mara)
    given = {"group": "\0".join((await Notice.get()).group), "\0": "\0"}
    if door == "form":
        answer = await client.post("/inbox/read", data=given)
    else:
        answer = await client.post("/api/v1/inbox/read", json={**given, "more": [{"a": "\0"}]})
    assert answer.status_code in (204, 303)
    assert (await Notice.get()).read_at is not None


async def test_one_letter_for_all_news_of_one_thing(client: httpx2.AsyncClient) -> None:
    mara, omar = await make.member("Mara"), await make.member("Omar Aziz")
    await tell(mara, key="a", actor=omar, text="First <b>")
    assert await gather_mail() == 0, "the window has not passed"
    await window_passes()
    await tell(mara, key="b", text="Second")
    await tell(mara, key="other", group="thread:18", subject="Something else")
    assert await gather_mail() == 1
    assert await gather_mail() == 0
    mail = await OutgoingMail.get()
    assert mail.subject == "2 new answers in “How do you answer reviews?”"
    for text in ("Omar Aziz answered", "> First <b>", "> Second", "/t/17-reviews#post-2", "You asked this question."):
        assert text in mail.text
    assert "First &lt;b&gt;" in mail.html
    assert "style=" in mail.html
    message = message_from_bytes(message_of(mail), policy=default)
    assert message["List-Unsubscribe"].startswith("<http://commonplace.test/unsubscribe?token=")
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    await window_passes()
    assert await gather_mail() == 1
    await tell(mara, key="c")
    await window_passes()
    assert await gather_mail() == 1
    threads = {mail.subject: mail.headers["References"] for mail in await OutgoingMail.all()}
    assert len(threads) == 3
    assert threads["1 new answer in “How do you answer reviews?”"] == message["References"]
    assert threads["1 new answer in “Something else”"] != message["References"]


async def test_what_was_read_meanwhile_is_not_sent(client: httpx2.AsyncClient) -> None:
    mara = await make.member("Mara")
    await tell(mara, key="a")
    await tell(mara, key="b")
    await make.sign_in(client, mara)
    await client.post("/inbox/read", data={"notice": (await Notice.get(key="a")).id})
    await window_passes()
    assert await gather_mail() == 1
    assert (await OutgoingMail.get()).subject.startswith("1 new answer")
    await tell(mara, key="c")
    await client.post("/inbox/read", data={"all": "yes"})
    await window_passes()
    assert await gather_mail() == 0


async def test_what_is_read_while_its_letter_is_written_is_not_sent(
    site: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    mara = await make.member("Mara")
    await tell(mara)
    await window_passes()

    async def read_now(member: Member) -> bool:
        await Notice.filter(member_id=member.id).update(read_at=now())
        return True

    monkeypatch.setattr("members.actions.gather_mail._may_send", read_now)
    assert await gather_mail() == 0
    assert await OutgoingMail.all().count() == 0


async def test_who_wants_no_mail_gets_none(client: httpx2.AsyncClient) -> None:
    silent = await make.member("Silent", mail_notices=False)
    without = await make.member("Without", email=None)
    leaving = await make.member("Leaving")
    await tell(silent, without, leaving)
    await Member.filter(id=leaving.id).update(state="suspended")
    await window_passes()
    assert await gather_mail() == 0
    assert not await OutgoingMail.exists()
    assert await Notice.filter(mail_state="waiting").count() == 0


async def test_two_rounds_at_once_send_one_letter(client: httpx2.AsyncClient) -> None:
    await tell(await make.member("Mara"))
    await window_passes()
    assert sum(await asyncio.gather(gather_mail(), gather_mail())) == 1
    assert await OutgoingMail.all().count() == 1


async def test_no_flood(client: httpx2.AsyncClient) -> None:
    mara = await make.member("Mara")
    at = now()
    for number in range(MOST_LETTERS_A_DAY):
        key = f"notices:{number}"
        await OutgoingMail.create(key=key, to=mara.email, subject="", text="", headers={}, due=at, created_at=at)
    await tell(mara)
    await window_passes()
    assert await gather_mail() == 0


async def test_a_subject_of_a_member_cannot_bend_the_letter(client: httpx2.AsyncClient) -> None:
    mara = await make.member("Mara")
    await tell(mara, subject="Hi\r\nBcc: victim@example.org\r\n\r\nBody {{ site }}")
    await window_passes()
    await gather_mail()
    message = message_from_bytes(message_of(await OutgoingMail.get()), policy=default)
    assert message["Bcc"] is None
    assert "{{ site }}" in message["Subject"] or "{{ site }}" in str(message)


async def test_one_click_stops_the_mail_at_once_and_without_signing_in(client: httpx2.AsyncClient) -> None:
    mara = await make.member("Mara")
    await tell(mara, key="a")
    await window_passes()
    await gather_mail()
    link = link_in(await OutgoingMail.get(), "/unsubscribe")
    await tell(mara, key="b")
    assert (await client.get(link)).status_code == 200
    assert (await Member.get()).mail_notices, "following the link stops nothing"
    answer = await client.post(link, data={"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    assert not (await Member.get()).mail_notices
    await window_passes()
    assert await gather_mail() == 0, "what was gathered already is not sent either"
    await make.sign_in(client, mara)
    await client.post("/settings/notices", data={"mail_notices": "yes"})
    assert (await Member.get()).mail_notices


@pytest.mark.parametrize("token", ["", "x", "MQ.aaaa.bbbb"])
async def test_a_wrong_link_stops_nobodys_mail(client: httpx2.AsyncClient, token: str) -> None:
    await make.member("Mara")
    for method in ("GET", "POST"):
        answer = await client.request(method, "/unsubscribe", params={"token": token})
        assert answer.status_code == 422
    assert (await Member.get()).mail_notices

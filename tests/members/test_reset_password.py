"""A forgotten password: one link, one use, every sign-in ended."""

import asyncio
from datetime import timedelta

import httpx2
import pytest

from base.clock import now
from members.models import Member, Membership, OrganisationDomain, Session
from tests import builders as make
from tests.members.secrets_of import PASSWORD, letters, link_in, token_in, whoami, with_password

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("cheap_hashes")]
NEW = "other unrelated oranges"


async def mara(**more: object) -> Member:
    return await with_password(await make.member("Mara Visser", **more))


async def asked(client: httpx2.AsyncClient, who: Member) -> str:
    answer = await client.post("/forgot", data={"email": str(who.email)})
    assert answer.headers["location"] == "/forgot?sent=1"
    return token_in((await letters(str(who.email)))[-1], "/reset")


async def test_a_new_password_by_letter(client: httpx2.AsyncClient) -> None:
    who = await mara()
    await make.sign_in(client, who)
    token = await asked(client, who)
    (mail,) = await letters()
    shown = await client.get(link_in(mail, "/reset"))
    assert shown.status_code == 200
    assert shown.headers["cache-control"] == "private, no-store"
    assert await whoami(client) == who.handle, "following a link changes nothing"
    done = await client.post("/reset", data={"token": token, "password": NEW})
    assert (done.status_code, done.headers["location"]) == (303, "/sign-in")
    assert await Session.filter(revoked_at=None).count() == 0
    assert await whoami(client) == ""
    for password, status in ((PASSWORD, 422), (NEW, 303)):
        answer = await client.post("/sign-in", data={"email": str(who.email), "password": password})
        assert answer.status_code == status
    assert [mail.subject for mail in await letters()] == [
        "Choose a new password for Commonplace",
        "Your password at Commonplace was changed",
        "Somebody signed in at Commonplace on a new device",
    ], "what was known before is news again"


async def test_a_link_is_good_once(client: httpx2.AsyncClient) -> None:
    who = await mara()
    token = await asked(client, who)
    assert (await client.post("/reset", data={"token": token, "password": NEW})).status_code == 303
    again = await client.post("/reset", data={"token": token, "password": "third unrelated lemons"})
    assert again.status_code == 422
    assert "used or replaced" in again.text
    assert (await client.get("/reset", params={"token": token})).status_code == 422


async def test_at_once_is_once(client: httpx2.AsyncClient) -> None:
    who = await mara()
    token = await asked(client, who)
    answers = await asyncio.gather(
        *(client.post("/reset", data={"token": token, "password": f"{NEW} {number}"}) for number in range(4))
    )
    assert sorted(answer.status_code for answer in answers) == [303, 422, 422, 422]


async def test_any_change_of_the_password_ends_the_link(client: httpx2.AsyncClient) -> None:
    who = await mara()
    token = await asked(client, who)
    await make.sign_in(client, who)
    changed = await client.post("/settings/password", data={"current": PASSWORD, "password": NEW})
    assert changed.status_code == 303
    assert (await client.post("/reset", data={"token": token, "password": NEW})).status_code == 422


async def test_a_new_address_ends_the_link(client: httpx2.AsyncClient) -> None:
    who = await mara()
    token = await asked(client, who)
    await Member.filter(id=who.id).update(email="new@example.org")
    assert (await client.post("/reset", data={"token": token, "password": NEW})).status_code == 422


async def test_a_link_grows_old(client: httpx2.AsyncClient, monkeypatch: pytest.MonkeyPatch) -> None:
    who = await mara()
    token = await asked(client, who)
    later = now() + timedelta(hours=2, minutes=1)
    monkeypatch.setattr("itsdangerous.timed.time.time", later.timestamp)
    answer = await client.post("/reset", data={"token": token, "password": NEW})
    assert answer.status_code == 422
    assert "expired" in answer.text


async def test_nonsense_opens_nothing(client: httpx2.AsyncClient) -> None:
    for token in ["", "x", "a.b.c", "é", "eyJhIjoxfQ.aaaa.bbbb", "x" * 4000]:
        assert (await client.get("/reset", params={"token": token})).status_code == 422
        assert (await client.post("/reset", data={"token": token, "password": NEW})).status_code == 422


@pytest.mark.parametrize("password", ["short", "password1234", "Mara Visser 99", ""])
async def test_a_weak_password_is_refused_and_the_link_stays_good(client: httpx2.AsyncClient, password: str) -> None:
    who = await mara()
    token = await asked(client, who)
    answer = await client.post("/reset", data={"token": token, "password": password})
    assert answer.status_code == 422
    assert 'id="f-password-error"' in answer.text
    assert (await client.post("/reset", data={"token": token, "password": NEW})).status_code == 303


async def test_the_letter_proves_the_mailbox_of_who_waits(client: httpx2.AsyncClient) -> None:
    organisation = await make.organisation("St. Elisabeth")
    await OrganisationDomain.create(organisation=organisation, domain="elisabeth.example", verified_at=now())
    for number, state in enumerate(("unverified", "staged")):
        who = await make.member(f"Waiting {number}", state=state, email=f"w{number}@elisabeth.example", trust=0)
        token = await asked(client, who)
        assert (await client.post("/reset", data={"token": token, "password": NEW})).status_code == 303
        assert (await Member.get(id=who.id)).state == "active"
        assert await Membership.filter(member_id=who.id, organisation_id=organisation.id).exists()


@pytest.mark.parametrize("state", ["suspended", "gone"])
async def test_a_closed_account_gets_no_letter_and_an_old_link_opens_nothing(
    client: httpx2.AsyncClient, state: str
) -> None:
    who = await mara()
    token = await asked(client, who)
    await Member.filter(id=who.id).update(state=state)
    assert (await client.post("/reset", data={"token": token, "password": NEW})).status_code == 422
    before = len(await letters())
    await client.post("/forgot", data={"email": str(who.email)})
    assert len(await letters()) == before


async def test_an_unknown_address_gets_no_letter(client: httpx2.AsyncClient) -> None:
    assert (await client.post("/forgot", data={"email": "nobody@example.org"})).status_code == 303
    assert await letters() == []


async def test_a_mailbox_is_not_flooded(client: httpx2.AsyncClient) -> None:
    who = await mara()
    statuses = [(await client.post("/forgot", data={"email": str(who.email)})).status_code for _ in range(6)]
    assert statuses == [303] * 5 + [429]

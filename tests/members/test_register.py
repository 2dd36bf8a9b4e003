"""Registering: the same answer for everybody, a letter for the mailbox, one use of its link."""

import asyncio
import hashlib
import re
from datetime import timedelta

import httpx2
import pytest

from base import signing
from base.clock import now
from base.journal.models import Entry
from base.origins.models import Origin
from forum.models import Thread
from members.models import Member, Membership, OrganisationDomain
from tests import builders as make
from tests.members.secrets_of import CHEAP, JOINING, PASSWORD, letters, link_in, token_in, whoami

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("cheap_hashes")]
MARA = JOINING["email"]


async def elisabeth(**domain: object) -> None:
    organisation = await make.organisation("St. Elisabeth")
    given = {"domain": "elisabeth.example", "verified_at": now()} | domain
    await OrganisationDomain.create(organisation=organisation, **given)


async def join(client: httpx2.AsyncClient, **more: str) -> httpx2.Response:
    return await client.post("/join", data=JOINING | more)


async def test_register_confirm_and_be_in(client: httpx2.AsyncClient) -> None:
    await elisabeth()
    answer = await join(client, role="Communications officer")
    assert (answer.status_code, answer.headers["location"]) == (303, "/join/sent")
    member = await Member.get()
    assert (member.state, member.handle, member.title) == ("unverified", "mara-visser", "Communications officer")
    assert member.password_hash.startswith("$argon2id$")

    (mail,) = await letters(MARA)
    assert mail.subject == "Please confirm your address at Commonplace"
    assert mail.text.count("/join/confirm?token=") == 1
    link = link_in(mail, "/join/confirm")
    shown = await client.get(link)
    assert shown.status_code == 200
    assert 'name="password"' not in shown.text
    assert (await Member.get()).state == "unverified", "following a link confirms nothing"

    done = await client.post("/join/confirm", data={"token": token_in(mail, "/join/confirm")})
    assert done.status_code == 303
    member = await Member.get()
    assert (member.state, member.trust) == ("active", 1)
    assert member.email_confirmed_at is not None
    place = await Membership.get().prefetch_related("organisation")
    assert (place.organisation.name, place.role, place.state, place.main) == ("St. Elisabeth", "staff", "active", True)
    assert await whoami(client) == "mara-visser"
    kinds = [entry.kind for entry in await Entry.all().order_by("id")]
    assert kinds == ["member.registered", "console.came", "trust.risen", "member.confirmed", "session.started"]


async def test_without_a_proven_domain_one_is_a_guest(client: httpx2.AsyncClient) -> None:
    await elisabeth(verified_at=None)
    await join(client)
    (mail,) = await letters()
    await client.post("/join/confirm", data={"token": token_in(mail, "/join/confirm")})
    member = await Member.get()
    assert (member.state, member.trust) == ("active", 0)
    assert not await Membership.exists()
    assert (await client.get("/api/v1/me")).json()["audiences"] == ["public"]


@pytest.mark.parametrize("domain", ["example", "not-elisabeth.example", "mail.elisabeth.example"])
async def test_only_the_very_domain_counts(client: httpx2.AsyncClient, domain: str) -> None:
    await elisabeth(domain=domain)
    await join(client)
    (mail,) = await letters()
    await client.post("/join/confirm", data={"token": token_in(mail, "/join/confirm")})
    assert not await Membership.exists()


async def test_a_link_confirms_once(client: httpx2.AsyncClient) -> None:
    await join(client)
    (mail,) = await letters()
    token = token_in(mail, "/join/confirm")
    await client.post("/join/confirm", data={"token": token})
    await client.post("/sign-out")
    again = await client.post("/join/confirm", data={"token": token})
    assert again.status_code == 422
    assert "confirmed already" in again.text
    assert await whoami(client) == ""
    assert "confirmed already" in (await client.get(link_in(mail, "/join/confirm"))).text


async def test_two_confirmations_at_once_begin_one_sign_in(client: httpx2.AsyncClient) -> None:
    await join(client)
    (mail,) = await letters()
    data = {"token": token_in(mail, "/join/confirm")}
    answers = await asyncio.gather(*(client.post("/join/confirm", data=data) for _ in range(4)))
    assert sorted(answer.status_code for answer in answers) == [303, 422, 422, 422]


async def test_another_browser_must_know_the_password(client: httpx2.AsyncClient) -> None:
    """Somebody registers with Mara's address and waits for her to confirm: she does not know that password."""
    await join(client)
    (mail,) = await letters()
    token = token_in(mail, "/join/confirm")
    client.cookies.clear()
    shown = await client.get(link_in(mail, "/join/confirm"))
    assert 'name="password"' in shown.text
    for wrong in ("", "not the password"):
        answer = await client.post("/join/confirm", data={"token": token, "password": wrong})
        assert answer.status_code == 422
    assert (await Member.get()).state == "unverified"
    assert (await client.post("/join/confirm", data={"token": token, "password": PASSWORD})).status_code == 303
    assert await whoami(client) == "mara-visser"


async def test_registering_again_ends_the_link_before(client: httpx2.AsyncClient) -> None:
    await join(client)
    (first,) = await letters()
    await join(client, name="Mara V", password="other unrelated oranges")
    first, second = await letters()
    old = await client.post("/join/confirm", data={"token": token_in(first, "/join/confirm")})
    assert old.status_code == 422
    assert (await client.post("/join/confirm", data={"token": token_in(second, "/join/confirm")})).status_code == 303
    assert (await Member.get()).name == "Mara V"


async def test_a_link_grows_old(client: httpx2.AsyncClient, monkeypatch: pytest.MonkeyPatch) -> None:
    await join(client)
    (mail,) = await letters()
    later = now() + timedelta(hours=49)
    monkeypatch.setattr("itsdangerous.timed.time.time", later.timestamp)
    answer = await client.post("/join/confirm", data={"token": token_in(mail, "/join/confirm")})
    assert answer.status_code == 422
    assert "expired" in answer.text


async def test_a_link_for_one_purpose_is_none_for_another(client: httpx2.AsyncClient) -> None:
    await join(client)
    member = await Member.get()
    for purpose in ("reset", "unsubscribe", "session", "note"):
        token = signing.sign(purpose, [member.id, 0, MARA, ""])
        assert (await client.post("/join/confirm", data={"token": token})).status_code == 422
    (mail,) = await letters()
    reset = {"token": token_in(mail, "/join/confirm"), "password": "other unrelated oranges"}
    assert (await client.post("/reset", data=reset)).status_code == 422
    assert (await Member.get()).state == "unverified"


def _without_what_differs(answer: httpx2.Response) -> tuple[int, str, list[str]]:
    names = sorted(name for name in answer.headers if name not in ("x-request-id", "set-cookie"))
    cookies = re.sub(r"=[^;]*", "=", answer.headers.get("set-cookie", ""))
    return answer.status_code, answer.text + answer.headers.get("location", "") + cookies, names


@pytest.mark.parametrize("state", ["active", "unverified", "staged", "suspended"])
async def test_nobody_learns_who_has_an_account(client: httpx2.AsyncClient, state: str) -> None:
    await make.member("Somebody", email="known@elisabeth.example", state=state, password_hash=CHEAP)
    for path, data in (
        ("/join", JOINING),
        ("/join/again", {}),
        ("/forgot", {}),
        ("/sign-in", {"password": "wrong unrelated oranges"}),
        ("/api/v1/register", JOINING),
        ("/api/v1/register/again", {}),
        ("/api/v1/password/forgot", {}),
        ("/api/v1/session", {"password": "wrong unrelated oranges"}),
    ):
        answers = []
        for email in ("known@elisabeth.example", "unknown@elisabeth.example"):
            client.cookies.clear()
            answer = await client.post(path, data=data | {"email": email})
            answers.append(_without_what_differs(answer))
        first, second = answers
        assert first[1].replace("unknown@", "known@") == second[1].replace("unknown@", "known@"), path
        assert (first[0], first[2]) == (second[0], second[2]), path


async def test_an_address_with_an_account_gets_a_letter_that_says_so(client: httpx2.AsyncClient) -> None:
    known = await make.member("Mara Visser", email=MARA, password_hash=CHEAP)
    await join(client, name="Somebody Else")
    (mail,) = await letters(MARA)
    assert mail.subject == "You already have an account at Commonplace"
    assert "Somebody Else" not in mail.text
    found = await Member.get(id=known.id)
    assert (found.name, found.password_hash) == ("Mara Visser", CHEAP)


async def test_a_staged_person_takes_over_their_posts(client: httpx2.AsyncClient) -> None:
    staged = await make.member("M. Visser", email=MARA, state="staged", trust=0, handle="user-17")
    thread = await make.thread(author=staged)
    await join(client, name="Changed By A Stranger")
    found = await Member.get(id=staged.id)
    assert (found.name, found.state) == ("M. Visser", "staged"), "nothing shows before the mailbox is proven"
    mail = (await letters(MARA))[-1]
    assert "Earlier contributions" in mail.text
    await client.post("/join/confirm", data={"token": token_in(mail, "/join/confirm")})
    assert await whoami(client) == "user-17"
    assert (await Member.get(id=staged.id)).state == "active"
    assert (await Thread.get(id=thread.id)).author_id == staged.id  # type: ignore[attr-defined]
    assert await Member.all().count() == 1


async def test_an_import_that_knew_the_hash_of_an_address_gives_its_person_back(client: httpx2.AsyncClient) -> None:
    staged = await make.member("M. Visser", state="staged", trust=0, handle="user-17")
    await Member.filter(id=staged.id).update(email=None)
    proof = hashlib.md5(MARA.encode(), usedforsecurity=False).hexdigest()
    await Origin.create(system="stackexchange:x", kind="email_md5", external_id=proof, subject_id=staged.id)
    await join(client)
    mail = (await letters(MARA))[-1]
    await client.post("/join/confirm", data={"token": token_in(mail, "/join/confirm")})
    assert await whoami(client) == "user-17"
    assert await Member.all().count() == 1


async def test_another_letter_comes_only_to_who_waits(client: httpx2.AsyncClient) -> None:
    await make.member("Active", email="active@example.org", password_hash=CHEAP)
    await make.member("Staged", email="staged@example.org", state="staged")
    await join(client)
    await letters()
    for email in (MARA, "active@example.org", "staged@example.org", "nobody@example.org"):
        assert (await client.post("/join/again", data={"email": email})).status_code == 303
    assert [mail.to for mail in await letters()] == [MARA, MARA]
    mail = (await letters())[-1]
    assert 'name="password"' in (await client.get(link_in(mail, "/join/confirm"))).text, "asking proves no password"


async def test_a_wrong_form_comes_back_with_what_was_typed(client: httpx2.AsyncClient) -> None:
    for wrong, field in [
        ({"name": ""}, "name"),
        ({"name": "M"}, "name"),
        ({"name": "12345"}, "name"),
        ({"name": "Win money at http://evil.example"}, "name"),
        ({"name": "visit evil.com now"}, "name"),
        ({"name": "x" * 81}, "name"),
        ({"email": "mara"}, "email"),
        ({"email": "mara@elisabeth.example\nBcc: x@y.z"}, "email"),
        ({"password": "short"}, "password"),
        ({"password": "Mara Visser 1"}, "password"),
        ({"password": ""}, "password"),
    ]:
        given = JOINING | {"role": "Nurse <b>"} | wrong
        answer = await client.post("/join", data=given)
        assert answer.status_code == 422
        assert f'id="f-{field}-error"' in answer.text
        assert 'value="Nurse &lt;b&gt;"' in answer.text
        assert given["password"] == "" or given["password"] not in answer.text
        assert not await Member.exists()


async def test_two_with_one_name_get_handles_of_their_own(client: httpx2.AsyncClient) -> None:
    for email in ("a@example.org", "b@example.org", "c@example.org"):
        await join(client, email=email)
    assert [m.handle for m in await Member.all().order_by("id")] == ["mara-visser", "mara-visser-2", "mara-visser-3"]


async def test_many_at_once_all_get_in(client: httpx2.AsyncClient) -> None:
    answers = await asyncio.gather(*(join(client, email=f"m{number}@example.org") for number in range(8)))
    assert {answer.status_code for answer in answers} == {303}
    assert len({member.handle for member in await Member.all()}) == 8


async def test_one_address_registered_twice_at_once_is_one_account(client: httpx2.AsyncClient) -> None:
    answers = await asyncio.gather(*(join(client) for _ in range(4)))
    assert {answer.status_code for answer in answers} == {303}
    assert await Member.all().count() == 1


async def test_a_mailbox_is_not_flooded(client: httpx2.AsyncClient) -> None:
    statuses = [(await join(client)).status_code for _ in range(6)]
    assert statuses == [303] * 5 + [429]

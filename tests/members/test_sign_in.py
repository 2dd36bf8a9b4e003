"""Signing in and out: limits, fixation, redirects, what is told and what is not."""

import asyncio
from datetime import timedelta

import httpx2
import pytest

from base import settings
from base.clock import now
from base.signing import sign
from members.actions.write_seen import write_seen
from members.current import SESSION_COOKIE
from members.models import Member, Session, Token
from members.passwords import is_outdated
from members.secrets import hash_secret
from tests import builders as make
from tests.members.secrets_of import PASSWORD, letters, whoami, with_password
from tests.statements import statements

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("cheap_hashes")]
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


async def mara(**more: object) -> Member:
    return await with_password(await make.member("Mara Visser", **more))


async def enter(client: httpx2.AsyncClient, who: Member, password: str = PASSWORD, **more: str) -> httpx2.Response:
    return await client.post("/sign-in", data={"email": str(who.email), "password": password} | more)


async def test_sign_in_and_out(client: httpx2.AsyncClient) -> None:
    who = await mara()
    client.headers["user-agent"] = FIREFOX
    answer = await enter(client, who, next="/questions?tag=a")
    assert (answer.status_code, answer.headers["location"]) == (303, "/questions?tag=a")
    cookie = answer.headers["set-cookie"].lower()
    assert all(word in cookie for word in ("httponly", "samesite=lax", "path=/"))
    assert await whoami(client) == who.handle
    session = await Session.get()
    assert (session.device, session.member_id) == ("Firefox on Linux", who.id)  # type: ignore[attr-defined]
    assert (await Member.get()).last_seen_at is not None
    kept = client.cookies[SESSION_COOKIE]
    assert (await client.post("/sign-out")).status_code == 303
    assert await whoami(client) == ""
    client.cookies.set(SESSION_COOKIE, kept, domain="commonplace.test", path="/")
    assert await whoami(client) == "", "the cookie is dead on the server too"


async def test_the_address_may_be_typed_in_any_case(client: httpx2.AsyncClient) -> None:
    who = await mara()
    answer = await client.post("/sign-in", data={"email": f" {who.email} ".upper(), "password": PASSWORD})
    assert answer.status_code == 303


async def test_one_stays_on_this_site(client: httpx2.AsyncClient) -> None:
    who = await mara()
    for after in [
        "//evil.test",
        "https://evil.test/",
        "/\\evil.test",
        "\\\\evil.test",
        "javascript:alert(1)",
        "/\t/evil.test",
        "/\n//evil.test",
        " //evil.test",
        "http:evil.test",
        "evil",
        "",
    ]:
        answer = await enter(client, who, next=after)
        assert (answer.status_code, answer.headers["location"]) == (303, "/")
        answer = await client.get("/sign-in", params={"next": after})
        assert (answer.status_code, answer.headers["location"]) == (303, "/")


async def test_every_sign_in_has_a_secret_of_its_own_and_ends_the_one_before(client: httpx2.AsyncClient) -> None:
    """Session fixation: a cookie that somebody planted is worth nothing after signing in."""
    planted = sign("session", "planted")
    client.cookies.set(SESSION_COOKIE, planted, domain="commonplace.test", path="/")
    who = await mara()
    await enter(client, who)
    first = client.cookies[SESSION_COOKIE]
    assert first != planted
    assert not await Session.filter(hash=hash_secret("planted")).exists()
    await enter(client, who)
    second = client.cookies[SESSION_COOKIE]
    assert first != second
    assert await Session.filter(revoked_at=None).count() == 1
    client.cookies.set(SESSION_COOKIE, first, domain="commonplace.test", path="/")
    assert await whoami(client) == ""


async def test_only_a_hash_of_the_secret_is_stored(client: httpx2.AsyncClient) -> None:
    await enter(client, await mara())
    stored = (await Session.get()).hash
    assert len(stored) == 64
    assert stored not in client.cookies[SESSION_COOKIE]


async def test_a_nonsense_cookie_is_a_visitor(client: httpx2.AsyncClient) -> None:
    for cookie in ["", "x", "a.b.c", sign.__name__, "🍪", "x" * 5000]:
        answer = await client.get("/people", headers={"cookie": f"{SESSION_COOKIE}={cookie}".encode()})
        assert answer.status_code == 200


async def test_a_cookie_signed_for_something_else_is_a_visitor(client: httpx2.AsyncClient) -> None:
    await enter(client, await mara())
    secret = "whatever"
    for purpose in ("note", "join", "reset"):
        client.cookies.set(SESSION_COOKIE, sign(purpose, secret), domain="commonplace.test", path="/")
        assert await whoami(client) == ""


async def test_a_session_ends_by_time_and_by_suspension(client: httpx2.AsyncClient) -> None:
    who = await mara()
    await enter(client, who)
    await Session.all().update(expires_at=now() - timedelta(seconds=1))
    assert await whoami(client) == ""
    await enter(client, who)
    await Member.filter(id=who.id).update(state="suspended")
    assert await whoami(client) == ""


async def test_a_wrong_password_is_told_at_the_field(client: httpx2.AsyncClient) -> None:
    who = await mara()
    for password in ["wrong unrelated oranges", "x", "x" * 900, PASSWORD + " ", PASSWORD.upper()]:
        answer = await enter(client, who, password)
        assert answer.status_code == 422
        assert 'id="f-password-error"' in answer.text
        assert f'value="{who.email}"' in answer.text
        assert password not in answer.text or password == "x"
        assert not await Session.exists()


async def test_six_failures_a_minute_and_then_not_even_the_right_one(client: httpx2.AsyncClient) -> None:
    who, other = await mara(), await with_password(await make.member("Omar"))
    for _ in range(6):
        assert (await enter(client, who, "wrong unrelated oranges")).status_code == 422
    blocked = await enter(client, who)
    assert blocked.status_code == 429
    assert int(blocked.headers["retry-after"]) > 0
    assert (await enter(client, other)).status_code == 303, "another account is not locked out"


async def test_unknown_addresses_are_limited_alike(client: httpx2.AsyncClient) -> None:
    statuses = [
        (await client.post("/sign-in", data={"email": "no@no.example", "password": "x"})).status_code for _ in range(7)
    ]
    assert statuses == [422] * 6 + [429]


async def test_a_burst_is_counted_too(client: httpx2.AsyncClient) -> None:
    who = await mara()
    answers = await asyncio.gather(*(enter(client, who, f"wrong oranges {number}") for number in range(20)))
    assert sorted(answer.status_code for answer in answers) == [422] * 6 + [429] * 14


async def test_success_costs_nothing(client: httpx2.AsyncClient) -> None:
    who = await mara()
    assert {(await enter(client, who)).status_code for _ in range(12)} == {303}


async def test_unconfirmed_people_are_told_so_only_with_their_password(client: httpx2.AsyncClient) -> None:
    who = await mara(state="unverified")
    wrong = await enter(client, who, "wrong unrelated oranges")
    assert "not confirmed" not in wrong.text
    answer = await enter(client, who)
    assert answer.status_code == 403
    assert "not confirmed" in answer.text
    assert 'action="/join/again"' in answer.text
    assert f'value="{who.email}"' in answer.text
    await client.post("/join/again", data={"email": str(who.email)})
    assert [mail.to for mail in await letters()] == [who.email]


async def test_suspended_people_are_told_so_only_with_their_password(client: httpx2.AsyncClient) -> None:
    who = await mara(state="suspended")
    assert "suspended" not in (await enter(client, who, "wrong unrelated oranges")).text
    answer = await enter(client, who)
    assert (answer.status_code, "suspended" in answer.text) == (403, True)


@pytest.mark.parametrize("state", ["staged", "gone"])
async def test_who_never_joined_has_no_password(client: httpx2.AsyncClient, state: str) -> None:
    who = await make.member("Nobody", state=state)
    assert (await enter(client, who, "")).status_code == 422
    assert (await enter(client, who)).status_code == 422


async def test_an_old_hash_is_made_anew(client: httpx2.AsyncClient, monkeypatch: pytest.MonkeyPatch) -> None:
    who = await mara()
    before = who.password_hash
    monkeypatch.undo()
    assert is_outdated(before)
    assert (await enter(client, who)).status_code == 303
    after = (await Member.get(id=who.id)).password_hash
    assert after != before
    assert not is_outdated(after)
    assert (await enter(client, who)).status_code == 303


async def test_the_answer_for_unknown_people_does_the_same_work(
    client: httpx2.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Hashing is the slow part; it is done as often for an unknown address as for a known one."""
    from members import passwords

    who = await mara()
    worked: list[str] = []
    real = passwords._verify
    monkeypatch.setattr(passwords, "_verify", lambda stored, password: worked.append(stored) or real(stored, password))
    await enter(client, who, "wrong unrelated oranges")
    await client.post("/sign-in", data={"email": "no@no.example", "password": "wrong unrelated oranges"})
    assert len(worked) == 2


async def test_reading_writes_nothing_and_the_chore_writes_who_was_seen(client: httpx2.AsyncClient) -> None:
    who = await mara()
    await enter(client, who)
    header = await make.token(await make.member("Robot"))
    await write_seen()
    long_ago = now() - timedelta(days=3)
    await Session.all().update(seen_at=long_ago)
    await Member.all().update(last_seen_at=long_ago)
    with statements() as sent:
        await client.get("/people")
        await client.get("/api/v1/me", headers=header)
    assert not [sql for sql in sent if sql.split()[0] in ("INSERT", "UPDATE", "DELETE")]
    assert await write_seen() == 2
    assert await write_seen() == 0
    assert (await Session.get()).seen_at > long_ago
    assert (await Member.get(id=who.id)).last_seen_at > long_ago  # type: ignore[operator]
    assert (await Token.get()).used_at is not None


async def test_over_https_the_cookie_never_goes_in_the_clear(client: httpx2.AsyncClient) -> None:
    settings.use(settings.get().model_copy(update={"base_url": "https://commonplace.test"}))
    answer = await enter(client, await mara())
    assert "secure" in answer.headers["set-cookie"].lower()


async def test_signing_out_as_a_visitor_is_harmless(client: httpx2.AsyncClient) -> None:
    assert (await client.post("/sign-out")).status_code == 303
    assert (await client.get("/sign-out")).status_code == 405

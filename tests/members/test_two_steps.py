"""Signing in with two steps: setting up, the second page, codes that are good once, limits, letters."""

import asyncio
import re
from datetime import datetime, timedelta

import httpx2
import pytest

from base.clock import now
from base.journal.models import Entry
from members.actions import spend_code
from members.actions.wait_for_code import SECONDS
from members.current import SESSION_COOKIE
from members.models import Member, RecoveryCode, SecondStep, Session, TwoFactor
from members.two_steps import bare, code_at, hashed, new_codes, new_key, picture, sealed, step_at, step_of
from members.waiting_cookie import COOKIE
from tests import builders as make
from tests.members.secrets_of import PASSWORD, letters, link_in, whoami, with_password
from tests.site import open_client

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("cheap_hashes")]
HERE = "/settings/two-steps"
KEY = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def code(after: int = 0) -> str:
    """Return the code of some half minutes from now."""
    return code_at(KEY, step_at(now()) + after)


async def mara(**more: object) -> Member:
    return await with_password(await make.member("Mara Visser", **more))


async def with_two_steps(who: Member, codes: tuple[str, ...] = ()) -> Member:
    await TwoFactor.create(member=who, secret=sealed(KEY), since=now(), made_at=now())
    for one in codes:
        await RecoveryCode.create(member=who, hash=hashed(who.id, one))
    return who


async def first_step(client: httpx2.AsyncClient, who: Member, **more: str) -> str:
    """Give the password and return the address of the second page."""
    answer = await client.post("/sign-in", data={"email": str(who.email), "password": PASSWORD} | more)
    assert answer.status_code == 303
    where = str(answer.headers["location"])
    assert where.startswith("/sign-in/code?state="), where
    return where


def state_in(where: str) -> str:
    return where.partition("state=")[2].partition("&")[0]


async def give(client: httpx2.AsyncClient, where: str, **given: str) -> httpx2.Response:
    return await client.post("/sign-in/code", data={"state": state_in(where), "next": "/questions"} | given)


# Codes


@pytest.mark.parametrize(
    ("off", "is_right"), [(-61, False), (-60, False), (-30, True), (0, True), (30, True), (60, False)]
)
def test_a_clock_may_be_off_by_one_step_either_way(off: int, is_right: bool) -> None:
    at = datetime(2026, 3, 31, 12, 0, 0, tzinfo=now().tzinfo)
    shown = code_at(KEY, step_at(at + timedelta(seconds=off)))
    assert (step_of(KEY, shown, at) is not None) is is_right
    assert (step_of(KEY, shown, at + timedelta(seconds=29)) is not None) is is_right


def test_the_codes_are_those_of_the_standard() -> None:
    key = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"  # RFC 6238, appendix B, the last six of eight digits
    assert [code_at(key, seconds // 30) for seconds in (59, 1111111109, 2000000000)] == ["287082", "081804", "279037"]


@pytest.mark.parametrize(
    "typed",
    ["123456", " 123 456 ", "123-456", "１２３４５６", "123\u00a0456", "1 2 3 4 5 6", "123456\n", "١٢٣٤٥٦", "۱۲۳۴۵۶"],
)
def test_what_people_put_into_a_code_is_ignored(typed: str) -> None:
    assert bare(typed) == "123456"


def test_secrets_and_codes_are_long_enough() -> None:
    codes = new_codes()
    assert (len(new_key()), len(set(codes)), {len(bare(one)) for one in codes}) == (32, 10, {12})
    assert not set("".join(codes)) & set("01ilo")
    size, path = picture("otpauth://totp/x?secret=" + KEY)
    assert size > 25
    assert re.fullmatch(r"(M\d+ \d+h\d+v1h-\d+z)+", path)


# Setting up


async def begun(client: httpx2.AsyncClient) -> str:
    """Begin to set up, and return the secret that the page shows."""
    answer = await client.post(f"{HERE}/begin")
    assert (answer.status_code, answer.headers["location"]) == (303, f"{HERE}/new")
    page = await client.get(f"{HERE}/new")
    assert page.headers["cache-control"] == "private, no-store"
    found = re.search(r'<code id="secret">([A-Z2-7 ]+)</code>', page.text)
    assert found, page.text
    assert '<svg class="qr"' in page.text
    assert "otpauth://totp/Commonplace:mara" in page.text
    assert all(len(group) == 4 for group in found[1].split())
    return found[1].replace(" ", "")


async def test_set_up_and_off_again(client: httpx2.AsyncClient) -> None:
    who = await mara()
    await make.sign_in(client, who)
    await Session.create(member=who, hash="x", created_at=now(), seen_at=now(), expires_at=now() + timedelta(days=1))
    assert "It takes two minutes" in (await client.get(HERE)).text
    key = await begun(client)
    assert await begun(client) == key, "a page that is loaded again shows the same"
    assert key not in (await TwoFactor.get()).secret
    wrong = await client.post(f"{HERE}/new", data={"code": "000 00"})
    assert (wrong.status_code, "f-code-error" in wrong.text, 'value="000 00"' in wrong.text) == (422, True, True)
    shown = code_at(key, step_at(now()))
    done = await client.post(f"{HERE}/new", data={"code": f"{shown[:3]} {shown[3:]}"})
    assert done.status_code == 200
    codes = re.findall(r"<li><code>([a-z0-9-]+)</code>", done.text)
    assert len(codes) == 10
    assert {one.hash for one in await RecoveryCode.all()} == {hashed(who.id, one) for one in codes}
    assert await whoami(client) == who.handle
    assert await Session.filter(revoked_at=None).count() == 1, "other devices were signed out"
    assert (await client.get(f"{HERE}/new")).headers["location"] == HERE, "the secret is never shown again"
    after = (await client.get(HERE)).text
    assert "10 of them are left" in after
    assert not [one for one in (key, *codes) if one in after]
    sent = await client.post(f"{HERE}/codes.txt", data={"codes": " ".join(codes)})
    assert (sent.status_code, "attachment" in sent.headers["content-disposition"]) == (200, True)
    assert all(one in sent.text for one in codes)
    assert (await client.post(f"{HERE}/codes.txt", data={"codes": "anything else"})).status_code == 404
    other = await client.post(f"{HERE}/codes")
    assert not set(re.findall(r"<li><code>([a-z0-9-]+)</code>", other.text)) & set(codes)
    assert await RecoveryCode.all().count() == 10
    assert (await client.post(f"{HERE}/off")).status_code == 303
    assert not await TwoFactor.exists()
    assert not await RecoveryCode.exists()
    kinds = await Entry.filter(kind__startswith="two_factor.").order_by("id").values_list("kind", flat=True)
    assert kinds == ["two_factor.begun", "two_factor.on", "two_factor.codes_made", "two_factor.off"]
    told = await letters(str(who.email))
    assert [mail.subject for mail in told] == [
        "You sign in at Commonplace with two steps now",
        "You have other recovery codes at Commonplace",
        "Two steps were turned off at Commonplace",
    ]
    assert not [one for mail in told for one in (key, *codes) if one in mail.text + mail.html]


async def test_nothing_is_asked_until_the_first_code(client: httpx2.AsyncClient) -> None:
    who = await mara()
    await make.sign_in(client, who)
    key = await begun(client)
    await client.post("/sign-out")
    answer = await client.post("/sign-in", data={"email": str(who.email), "password": PASSWORD})
    assert answer.headers["location"] == "/"
    assert (await client.get(f"{HERE}/new")).headers["location"] == HERE, "another sign-in is not shown the secret"
    assert (await client.post(f"{HERE}/new", data={"code": code_at(key, step_at(now()))})).status_code == 303
    assert not (await TwoFactor.get()).since


async def test_wrong_first_codes_are_limited(client: httpx2.AsyncClient) -> None:
    await make.sign_in(client, await mara())
    await begun(client)
    statuses = [(await client.post(f"{HERE}/new", data={"code": "x"})).status_code for _ in range(7)]
    assert statuses == [422] * 6 + [429]


# The second page


async def test_sign_in_with_two_steps(client: httpx2.AsyncClient) -> None:
    who = await with_two_steps(await mara())
    where = await first_step(client, who, next="/questions?tag=a")
    assert await whoami(client) == ""
    assert not await Session.exists()
    page = await client.get(where)
    assert page.status_code == 200
    field = re.search(r'<input[^>]*id="f-code"[^>]*>', page.text)
    assert field
    assert 'autocomplete="one-time-code"' in field[0]
    assert 'inputmode="numeric"' in field[0]
    assert "maxlength" not in field[0], "a code with spaces can be pasted"
    shown = code()
    done = await give(client, where, code=f" {shown[:3]} {shown[3:]} ", next="/questions?tag=a")
    assert (done.status_code, done.headers["location"]) == (303, "/questions?tag=a")
    assert await whoami(client) == who.handle
    assert COOKIE not in client.cookies
    assert not await SecondStep.exists()


async def test_one_stays_on_this_site(client: httpx2.AsyncClient) -> None:
    who = await with_two_steps(await mara())
    where = await first_step(client, who, next="//evil.test")
    assert "evil" not in where
    assert (await give(client, where, code=code(), next="https://evil.test/")).headers["location"] == "/"


async def test_a_code_is_taken_once(client: httpx2.AsyncClient) -> None:
    who = await with_two_steps(await mara())
    shown, older = code(), code(-1)
    assert (await give(client, await first_step(client, who), code=shown)).status_code == 303
    for again in (shown, older):
        where = await first_step(client, who)
        answer = await give(client, where, code=again)
        assert (answer.status_code, "f-code-error" in answer.text) == (422, True), "nor one from before it"
    assert (await give(client, where, code=code(1))).status_code == 303


async def test_two_who_bring_the_same_code_at_once(client: httpx2.AsyncClient) -> None:
    who = await with_two_steps(await mara())
    async with open_client() as other:
        places = [(client, await first_step(client, who)), (other, await first_step(other, who))]
        shown = code()
        answers = await asyncio.gather(*(give(one, where, code=shown) for one, where in places))
    assert sorted(answer.status_code for answer in answers) == [303, 422]
    assert await Session.filter(revoked_at=None).count() == 1


async def test_one_state_twice_at_once_begins_one_sign_in(client: httpx2.AsyncClient) -> None:
    who = await with_two_steps(await mara())
    where = await first_step(client, who)
    await asyncio.gather(give(client, where, code=code()), give(client, where, code=code(1)))
    assert await Session.filter(revoked_at=None).count() == 1


async def test_a_recovery_code_twice_at_once(client: httpx2.AsyncClient) -> None:
    who = await with_two_steps(await mara(), ("abcd-efgh-2345", "wxyz-wxyz-2345"))
    async with open_client() as other:
        places = [(client, await first_step(client, who)), (other, await first_step(other, who))]
        answers = await asyncio.gather(*(give(one, where, recovery="ABCD efgh 2345") for one, where in places))
    assert sorted(answer.status_code for answer in answers) == [303, 422]
    assert await RecoveryCode.all().count() == 1
    assert [(mail.subject, "You have 1 left" in mail.text) for mail in await letters()] == [
        ("A recovery code was used at Commonplace", True)
    ]


async def test_a_recovery_code_of_somebody_else_is_nothing(client: httpx2.AsyncClient) -> None:
    who = await with_two_steps(await mara(), ("abcd-efgh-2345",))
    omar = await with_two_steps(await with_password(await make.member("Omar")), ("mnpq-mnpq-2345",))
    answer = await give(client, await first_step(client, who), recovery="mnpq-mnpq-2345")
    assert (answer.status_code, "f-recovery-error" in answer.text) == (422, True)
    assert await RecoveryCode.filter(member_id=omar.id).exists()


async def test_the_state_is_worth_nothing_in_another_browser(client: httpx2.AsyncClient) -> None:
    who = await with_two_steps(await mara())
    where = await first_step(client, who)
    async with open_client() as other:
        assert (await other.get(where)).headers["location"] == "/sign-in"
        assert (await give(other, where, code=code())).headers["location"] == "/sign-in"
        elsewhere = await first_step(other, who)
        assert (await give(other, where, code=code())).headers["location"] == "/sign-in", "nor with a cookie of its own"
        assert await whoami(other) == ""
        assert (await give(other, elsewhere, code=code())).headers["location"] == "/questions"
    assert (await give(client, where, code=code(1))).headers["location"] == "/questions"


async def test_odd_codes_are_wrong_codes(client: httpx2.AsyncClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spend_code, "LIMITS", ())
    who = await with_two_steps(await mara(), ("abcd-efgh-2345",))
    where = await first_step(client, who)
    for odd in ("", " ", "-", "x", "½½½½½½", "🙂", "'; --", "%00", "1" * 200, "1" * 201, "<b>", "12345", "1234567"):
        for field in ("code", "recovery"):
            answer = await give(client, where, **{field: odd})
            assert (answer.status_code, "-error" in answer.text) == (422, True), (field, odd)
    assert (await RecoveryCode.all().count(), await whoami(client)) == (1, "")
    await give(client, where, code="abcd-efgh-2345")
    assert await whoami(client) == who.handle, "a recovery code in the first field is taken, too"


async def test_used_old_and_altered_states(client: httpx2.AsyncClient) -> None:
    who = await with_two_steps(await mara())
    where = await first_step(client, who)
    cookie = client.cookies[COOKIE]
    assert (await give(client, where, code=code(-1))).headers["location"] == "/questions"
    await client.post("/sign-out")
    client.cookies.set(COOKIE, cookie, domain="commonplace.test", path="/")
    assert (await give(client, where, code=code())).headers["location"] == "/sign-in", "used"
    where = await first_step(client, who)
    await SecondStep.all().update(created_at=now() - timedelta(seconds=SECONDS + 1))
    assert (await give(client, where, code=code())).headers["location"] == "/sign-in", "old"
    for state in ("", "x", "a.b.c", state_in(where)[:-2], "x" * 600):
        answer = await client.post("/sign-in/code", data={"state": state, "code": code()})
        assert answer.headers["location"] == "/sign-in", state
    assert await whoami(client) == ""


async def test_a_planted_session_is_worth_nothing(client: httpx2.AsyncClient) -> None:
    """Session fixation: the secret is made when the code is right, and the browser's older sign-in ends."""
    omar = await make.member("Omar")
    await make.sign_in(client, omar)
    before = client.cookies[SESSION_COOKIE]
    who = await with_two_steps(await mara())
    where = await first_step(client, who)
    assert await whoami(client) == omar.handle
    await give(client, where, code=code())
    assert await whoami(client) == who.handle
    client.cookies.clear()
    client.cookies.set(SESSION_COOKIE, before, domain="commonplace.test", path="/")
    assert await whoami(client) == ""


async def test_who_has_two_steps_is_told_only_with_the_password(client: httpx2.AsyncClient) -> None:
    plain, two = await with_password(await make.member("Omar")), await with_two_steps(await mara())
    answers = [
        await client.post("/sign-in", data={"email": email, "password": "wrong unrelated oranges"})
        for email in (str(plain.email), str(two.email), "nobody@no.example")
    ]
    told = {
        (one.status_code, one.text.replace(email, ""), str(one.headers.get("set-cookie")))
        for one, email in zip(answers, (str(plain.email), str(two.email), "nobody@no.example"), strict=True)
    }
    assert len(told) == 1


async def test_suspended_meanwhile(client: httpx2.AsyncClient) -> None:
    who = await with_two_steps(await mara())
    where = await first_step(client, who)
    await Member.filter(id=who.id).update(state="suspended")
    assert (await give(client, where, code=code())).status_code == 403
    assert not await Session.exists()


async def test_a_new_password_leads_through_the_second_step_and_ends_what_waits(client: httpx2.AsyncClient) -> None:
    who = await with_two_steps(await mara())
    where = await first_step(client, who)
    await client.post("/forgot", data={"email": str(who.email)})
    link = link_in((await letters())[0], "/reset")
    done = await client.post(link, data={"password": "other unrelated oranges"})
    assert done.headers["location"] == "/sign-in"
    assert await TwoFactor.filter(since__not_isnull=True).exists()
    assert (await give(client, where, code=code())).headers["location"] == "/sign-in"
    answer = await client.post("/sign-in", data={"email": str(who.email), "password": "other unrelated oranges"})
    assert answer.headers["location"].startswith("/sign-in/code?")


# Guessing


async def test_six_wrong_codes_a_minute_and_then_not_even_the_right_one(client: httpx2.AsyncClient) -> None:
    who, omar = await with_two_steps(await mara()), await with_two_steps(await with_password(await make.member("Omar")))
    where = await first_step(client, who)
    answers = await asyncio.gather(*(give(client, where, code=f"{number:06}") for number in range(9)))
    assert sorted(answer.status_code for answer in answers) == [422] * 6 + [429] * 3
    where = await first_step(client, who)
    blocked = await give(client, where, code=code())
    assert blocked.status_code == 429
    assert int(blocked.headers["retry-after"]) > 0
    assert (await give(client, await first_step(client, omar), code=code())).status_code == 303


async def test_guessing_from_many_addresses_does_not_keep_the_owner_out(
    client: httpx2.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spend_code, "LIMITS", ())
    monkeypatch.setattr(spend_code, "OF_ACCOUNT", "5/day")
    who = await with_two_steps(await mara())
    where = await first_step(client, who)
    for _ in range(5):
        assert (await give(client, where, code="000000")).status_code == 422
    assert (await give(client, where, code=code())).status_code == 429, "from where nobody has signed in"
    dates = {"created_at": now(), "seen_at": now(), "expires_at": now()}
    await Session.create(member=who, hash="x", address="127.0.0.1", revoked_at=now(), **dates)
    assert (await give(client, where, code=code())).status_code == 303


async def test_another_secret_key_lets_nobody_in_and_breaks_nothing(client: httpx2.AsyncClient) -> None:
    who = await mara()
    await TwoFactor.create(member=who, secret="sealed elsewhere", since=now(), made_at=now())
    assert (await give(client, await first_step(client, who), code=code())).status_code == 422


# The same by JSON


async def test_by_json(client: httpx2.AsyncClient) -> None:
    who = await mara()
    await make.sign_in(client, who)
    door = "/api/v1/me/two-factor"
    off = {"is_on": False, "since": None, "codes_left": 0, "due": None, "is_overdue": False}
    off |= {"passkeys": 0, "takes_two": False}
    assert (await client.get(door)).json() == off
    made = (await client.post(f"{door}/begin")).json()
    assert made["address"].startswith("otpauth://totp/Commonplace")
    wrong = await client.post(door, json={"code": "1"})
    assert (wrong.status_code, list(wrong.json()["errors"])) == (422, ["code"])
    codes = (await client.post(door, json={"code": code_at(made["secret"], step_at(now()))})).json()["codes"]
    assert len(codes) == 10
    assert (await client.post(f"{door}/begin")).status_code == 409
    await client.delete("/api/v1/session")
    first = await client.post("/api/v1/session", json={"email": who.email, "password": PASSWORD})
    assert (first.status_code, first.json()["signed_in"]) == (202, False)
    assert await whoami(client) == "", "the door by password does not get around it"
    state = first.json()["state"]
    assert (await client.post("/api/v1/session/code", json={"state": state, "code": "123456"})).status_code == 422
    done = await client.post("/api/v1/session/code", json={"state": state, "recovery": codes[0]})
    assert (done.status_code, done.json()) == (200, {"signed_in": True})
    now_on = (await client.get(door)).json()
    assert (now_on["is_on"], now_on["codes_left"]) == (True, 9)
    assert len((await client.post(f"{door}/codes")).json()["codes"]) == 10
    assert (await client.delete(door)).status_code == 204
    assert (await client.get(door)).json() == off
    assert (await client.delete(door)).status_code == 409


async def test_a_token_can_do_none_of_it(client: httpx2.AsyncClient) -> None:
    who = await with_two_steps(await mara())
    header = await make.token(who)
    door = "/api/v1/me/two-factor"
    for method, path in [("POST", f"{door}/codes"), ("DELETE", door), ("POST", "/api/v1/me/confirmation")]:
        sent = {"json": {"code": code()}} if path.endswith("confirmation") else {}
        assert (await client.request(method, path, headers=header, **sent)).status_code == 403, path
    assert await TwoFactor.exists()

"""Passkeys: made, used to sign in, as the second step and to confirm; and every way in which an answer can be wrong."""

import asyncio
import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx2
import pytest

from base import settings
from base.clock import now
from base.journal.models import Entry
from members.actions import take_passkey
from members.api.passkeys import ENDPOINTS
from members.current import SESSION_COOKIE
from members.models import Member, Passkey, RecoveryCode, Session, SpentChallenge, TwoFactor
from members.passkeys import place, usable_at
from members.waiting_cookie import COOKIE
from tests import builders as make
from tests.members.authenticator import (
    CAN_BE_SYNCED,
    IS_SYNCED,
    PRESENT,
    VERIFIED,
    Authenticator,
    EdDsa,
    Es256,
    Es384,
    Rs256,
    read,
    text,
)
from tests.members.secrets_of import PASSWORD, letters, whoami, with_password
from tests.members.test_two_steps import code, first_step, state_in, with_two_steps
from tests.site import open_client
from tests.statements import statements

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("cheap_hashes", "encrypted")]
DOOR = "/api/v1/me/passkeys"


@pytest.fixture
def encrypted(client: httpx2.AsyncClient) -> None:
    """Let the site stand at an address where browsers allow passkeys."""
    settings.use(settings.get().model_copy(update={"base_url": "https://commonplace.test"}))
    client.base_url = httpx2.URL("https://commonplace.test")


@pytest.fixture
def no_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("members.actions.sign_in.LIMITS", ())
    monkeypatch.setattr("members.actions.sign_in.PER_ADDRESS", "10000/hour")


async def mara(**more: object) -> Member:
    return await with_password(await make.member("Mara Visser", **more))


async def ask(client: httpx2.AsyncClient, door: str, sent: dict[str, Any] | None = None) -> dict[str, Any]:
    answer = await client.post(door, json=sent or {})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def added(client: httpx2.AsyncClient, key: Authenticator | None = None, name: str = "Phone") -> Authenticator:
    """Let who is signed in add a passkey."""
    key = key or Authenticator()
    asked = await ask(client, f"{DOOR}/options")
    sent = {"name": name, "challenge": asked["challenge"], "passkey": key.make(asked["options"])}
    done = await client.post(DOOR, json=sent)
    assert done.status_code == 201, done.text
    return key


async def with_passkey(client: httpx2.AsyncClient, who: Member, key: Authenticator | None = None) -> Authenticator:
    """Give somebody a passkey, and leave the browser as it is when nobody is signed in."""
    await make.sign_in(client, who)
    made = await added(client, key)
    client.cookies.clear()
    return made


async def ask_to_enter(client: httpx2.AsyncClient) -> dict[str, Any]:
    return await ask(client, "/api/v1/session/passkey/options")


async def enter(
    client: httpx2.AsyncClient, asked: dict[str, Any], answer: dict[str, Any], **more: str
) -> httpx2.Response:
    sent = {"passkey": json.dumps(answer), "challenge": asked["challenge"]} | more
    return await client.post("/sign-in/passkey", data=sent)


# Making one


@pytest.mark.parametrize("kind", [Es256, EdDsa, Rs256])
async def test_make_one_and_sign_in_with_nothing_else(client: httpx2.AsyncClient, kind: type[Any]) -> None:
    who = await mara()
    key = await with_passkey(client, who, Authenticator(kind))
    kept = await Passkey.get()
    assert (kept.credential, kept.name, kept.transports, kept.is_synced) == (
        text(key.credential), "Phone", "internal", False,
    )  # fmt: skip
    asked = await ask_to_enter(client)
    assert asked["options"]["allowCredentials"] == [], "nobody has said who they are"
    assert asked["options"]["userVerification"] == "required"
    done = await enter(client, asked, key.use(asked["options"]), next="/questions?tag=a")
    assert (done.status_code, done.headers["location"]) == (303, "/questions?tag=a")
    assert await whoami(client) == who.handle
    assert COOKIE not in client.cookies
    kept = await Passkey.get()
    assert (kept.counter, kept.used_at is not None) == (2, True)


async def test_what_a_browser_is_asked(client: httpx2.AsyncClient) -> None:
    who = await mara()
    await make.sign_in(client, who)
    first = await added(client)
    options = (await ask(client, f"{DOOR}/options"))["options"]
    assert options["rp"] == {"id": "commonplace.test", "name": "Commonplace"}
    assert options["attestation"] == "none"
    assert [one["alg"] for one in options["pubKeyCredParams"]] == [-7, -8, -257]
    assert options["authenticatorSelection"]["residentKey"] == "required"
    assert options["authenticatorSelection"]["userVerification"] == "required"
    assert [one["id"] for one in options["excludeCredentials"]] == [text(first.credential)]
    assert options["user"]["id"] == first.handle, "one handle for all of a member's passkeys"
    assert len(read(first.handle)) == 32
    assert who.handle not in first.handle
    assert str(who.email) not in read(first.handle).decode("latin-1")
    assert len({(await ask(client, f"{DOOR}/options"))["challenge"] for _ in range(5)}) == 5


async def test_a_key_that_vouches_for_itself_and_one_that_is_synced(client: httpx2.AsyncClient) -> None:
    await make.sign_in(client, await mara())
    asked = await ask(client, f"{DOOR}/options")
    key = Authenticator(flags=PRESENT | VERIFIED | CAN_BE_SYNCED | IS_SYNCED)
    sent = {"passkey": key.make(asked["options"], fmt="packed"), "challenge": asked["challenge"]}
    assert (await client.post(DOOR, json=sent)).json()["is_synced"] is True
    assert "On several devices" in (await client.get("/settings/passkeys")).text


BAD_NEW: dict[str, Callable[[Authenticator, dict[str, Any]], dict[str, Any]]] = {
    "of another site": lambda key, options: key.make(options, origin="https://commonplace.test.evil.test"),
    "not encrypted": lambda key, options: key.make(options, origin="http://commonplace.test"),
    "at another port": lambda key, options: key.make(options, origin="https://commonplace.test:8443"),
    "for another host": lambda key, options: key.make(options, host="evil.test"),
    "in a frame": lambda key, options: key.make(options, crossOrigin=True),
    "within another page": lambda key, options: key.make(options, topOrigin="https://evil.test"),
    "another challenge": lambda key, options: key.make(options | {"challenge": text(b"x" * 32)}),
    "an answer for using one": lambda key, options: key.make(options, said="webauthn.get"),
    "its owner was not looked at": lambda key, options: key.make(options, flags=PRESENT),
    "nobody was there": lambda key, options: key.make(options, flags=VERIFIED),
    "an algorithm that was not asked for": lambda key, options: Authenticator(Es384).make(options),
    "an attestation that was not asked for": lambda key, options: key.make(options, fmt="android-safetynet"),
    "an attestation that is right, but was not asked for": lambda key, options: key.make(options, fmt="fido-u2f"),
    "a name that is too long": lambda key, options: Authenticator(credential=b"x" * 1024).make(options),
    "two names": lambda key, options: key.make(options) | {"id": text(b"y" * 32), "rawId": text(b"y" * 32)},
    "another kind": lambda key, options: key.make(options) | {"type": "password"},
    "nothing": lambda key, options: {},
    "no object": lambda key, options: {"id": 1, "rawId": [], "response": "x", "type": "public-key"},
}


@pytest.mark.parametrize("wrong", BAD_NEW)
async def test_what_is_wrong_makes_no_passkey(client: httpx2.AsyncClient, wrong: str) -> None:
    await make.sign_in(client, await mara())
    asked = await ask(client, f"{DOOR}/options")
    answer = BAD_NEW[wrong](Authenticator(), asked["options"])
    sent = {"name": "Phone <b>", "passkey": json.dumps(answer), "challenge": asked["challenge"]}
    told = await client.post("/settings/passkeys/new", data=sent)
    assert (told.status_code, "f-passkey-error" in told.text) == (422, True)
    assert 'value="Phone &lt;b&gt;"' in told.text, "what was typed is kept"
    assert not await Passkey.exists()


async def test_the_challenge_of_another_sign_in_makes_none(client: httpx2.AsyncClient) -> None:
    who = await mara()
    await make.sign_in(client, who)
    asked = await ask(client, f"{DOOR}/options")
    sent = {"passkey": Authenticator().make(asked["options"]), "challenge": asked["challenge"]}
    await make.sign_in(client, who)
    assert (await client.post(DOOR, json=sent)).status_code == 422
    await make.sign_in(client, await make.member("Omar"))
    assert (await client.post(DOOR, json=sent)).status_code == 422
    assert not await Passkey.exists()


async def test_an_answer_makes_one_passkey_and_nobody_else_gets_it(client: httpx2.AsyncClient) -> None:
    who = await mara()
    await make.sign_in(client, who)
    asked = await ask(client, f"{DOOR}/options")
    key = Authenticator()
    sent = {"passkey": key.make(asked["options"]), "challenge": asked["challenge"]}
    answers = await asyncio.gather(*(client.post(DOOR, json=sent) for _ in range(3)))
    assert sorted(answer.status_code for answer in answers) == [201, 422, 422]
    await make.sign_in(client, await make.member("Omar"))
    asked = await ask(client, f"{DOOR}/options")
    sent = {"passkey": key.make(asked["options"]), "challenge": asked["challenge"]}
    told = await client.post(DOOR, json=sent)
    assert (told.status_code, told.json()["errors"]) == (422, {"passkey": "This passkey is in use already."})
    assert (await Passkey.get().select_related("member")).member.id == who.id


async def test_no_more_than_twenty(client: httpx2.AsyncClient) -> None:
    who = await mara()
    await make.sign_in(client, who)
    for number in range(20):
        await Passkey.create(member=who, credential=f"c{number}", handle="h", public_key="k", name="x", made_at=now())
    asked = await ask(client, f"{DOOR}/options")
    sent = {"passkey": Authenticator().make(asked["options"]), "challenge": asked["challenge"]}
    assert (await client.post(DOOR, json=sent)).status_code == 409


# Signing in


async def test_a_challenge_is_answered_once(client: httpx2.AsyncClient) -> None:
    who = await mara()
    key = await with_passkey(client, who, Authenticator(counts=False))
    asked = await ask_to_enter(client)
    answer, cookie = key.use(asked["options"]), client.cookies[COOKIE]
    assert (await enter(client, asked, answer)).status_code == 303
    client.cookies.clear()
    client.cookies.set(COOKIE, cookie, domain="commonplace.test", path="/")
    for again in (answer, key.use(asked["options"])):
        told = await enter(client, asked, again)
        assert (told.status_code, "That took too long" in told.text) == (422, True)
    assert await whoami(client) == ""
    assert await SpentChallenge.all().count() == 2


async def test_one_answer_many_times_at_once_begins_one_sign_in(client: httpx2.AsyncClient) -> None:
    who = await mara()
    key = await with_passkey(client, who, Authenticator(counts=False))
    before = await Session.all().count()
    asked = await ask_to_enter(client)
    answer = key.use(asked["options"])
    answers = await asyncio.gather(*(enter(client, asked, answer) for _ in range(4)))
    assert sorted(one.status_code for one in answers) == [303, 422, 422, 422]
    assert await Session.all().count() == before + 1


async def test_the_answer_is_worth_nothing_in_another_browser(client: httpx2.AsyncClient) -> None:
    who = await mara()
    key = await with_passkey(client, who)
    asked = await ask_to_enter(client)
    answer = key.use(asked["options"])
    async with open_client() as other:
        other.base_url = client.base_url
        assert (await enter(other, asked, answer)).status_code == 422, "without a cookie"
        await ask_to_enter(other)
        assert (await enter(other, asked, answer)).status_code == 422, "with one of its own"
        assert await whoami(other) == ""
    assert (await enter(client, asked, answer)).status_code == 303


async def test_two_pages_of_one_browser_may_both_wait(client: httpx2.AsyncClient) -> None:
    key = await with_passkey(client, await mara())
    first, second = await ask_to_enter(client), await ask_to_enter(client)
    assert first["challenge"] != second["challenge"]
    assert (await enter(client, first, key.use(first["options"]))).status_code == 303


async def test_an_answer_may_take_five_minutes(client: httpx2.AsyncClient, monkeypatch: pytest.MonkeyPatch) -> None:
    key = await with_passkey(client, await mara())
    asked = await ask_to_enter(client)
    monkeypatch.setattr(take_passkey, "SECONDS", -1)
    told = await enter(client, asked, key.use(asked["options"]))
    assert (told.status_code, "That took too long" in told.text) == (422, True)


BAD_USE: dict[str, Callable[[Authenticator, dict[str, Any]], dict[str, Any]]] = {
    "of another site": lambda key, options: key.use(options, origin="https://evil.test"),
    "of a part of this site": lambda key, options: key.use(options, origin="https://a.commonplace.test"),
    "for another host": lambda key, options: key.use(options, host="evil.test"),
    "in a frame": lambda key, options: key.use(options, crossOrigin=True),
    "another challenge": lambda key, options: key.use(options, challenge=text(b"x" * 32)),
    "an answer for making one": lambda key, options: key.use(options, said="webauthn.create"),
    "its owner was not looked at": lambda key, options: key.use(options, flags=PRESENT),
    "nobody was there": lambda key, options: key.use(options, flags=VERIFIED),
    "of nobody": lambda key, options: key.use(options, handle=""),
    "of somebody else": lambda key, options: key.use(options, handle=text(b"x" * 32)),
    "signed by another key": lambda key, options: _named_like(key, Authenticator().use(options, handle=key.handle)),
    "not known here": lambda key, options: Authenticator(handle=key.handle).use(options),
    "no signature": lambda key, options: _with_signature(key.use(options), b""),
    "a broken signature": lambda key, options: _with_signature(key.use(options), b"x" * 70),
    "nothing": lambda key, options: {},
    "too much": lambda key, options: {"id": "x" * 30_000},
}


def _named_like(key: Authenticator, answer: dict[str, Any]) -> dict[str, Any]:
    return answer | {"id": text(key.credential), "rawId": text(key.credential)}


def _with_signature(answer: dict[str, Any], signature: bytes) -> dict[str, Any]:
    return answer | {"response": answer["response"] | {"signature": text(signature)}}


@pytest.mark.parametrize("wrong", BAD_USE)
async def test_what_is_wrong_opens_nothing(client: httpx2.AsyncClient, wrong: str) -> None:
    key = await with_passkey(client, await mara())
    before = await Session.all().count()
    asked = await ask_to_enter(client)
    told = await enter(client, asked, BAD_USE[wrong](key, asked["options"]))
    assert (told.status_code, "f-passkey-error" in told.text) == (422, True)
    assert await Session.all().count() == before
    assert SESSION_COOKIE not in client.cookies
    assert (await enter(client, asked, key.use(asked["options"]))).status_code == 303, "and the right one still does"


async def test_one_sentence_for_whatever_is_wrong(client: httpx2.AsyncClient) -> None:
    """Nobody learns which passkeys are known."""
    key = await with_passkey(client, await mara())
    told = set()
    for wrong in ("not known here", "signed by another key", "its owner was not looked at", "of somebody else"):
        asked = await ask_to_enter(client)
        answer = await enter(client, asked, BAD_USE[wrong](key, asked["options"]))
        told.add((answer.status_code, answer.text))
    assert len(told) == 1


async def test_challenges_are_for_one_purpose(client: httpx2.AsyncClient) -> None:
    who = await mara()
    await make.sign_in(client, who)
    key = await added(client)
    to_confirm = await ask(client, "/api/v1/me/confirmation/options")
    to_enter = await ask_to_enter(client)
    told = await enter(client, to_confirm, key.use(to_confirm["options"]))
    assert told.status_code == 422, "what was asked to confirm does not sign in"
    sent = {"challenge": to_enter["challenge"], "passkey": key.use(to_enter["options"])}
    assert (await client.post("/api/v1/me/confirmation", json=sent)).status_code == 422
    to_make = await ask(client, f"{DOOR}/options")
    sent = {"challenge": to_make["challenge"], "passkey": key.use({"challenge": to_make["options"]["challenge"]})}
    assert (await client.post("/api/v1/me/confirmation", json=sent)).status_code == 422
    other = Authenticator()
    sent = {"challenge": to_confirm["challenge"], "passkey": other.make(to_make["options"])}
    assert (await client.post(DOOR, json=sent)).status_code == 422


async def test_a_counter_that_goes_back_opens_nothing_and_its_owner_is_told(client: httpx2.AsyncClient) -> None:
    who = await mara()
    key = await with_passkey(client, who)
    asked = await ask_to_enter(client)
    assert (await enter(client, asked, key.use(asked["options"]))).status_code == 303
    client.cookies.clear()
    key.counter = 0  # as a copy that was made before would have it
    asked = await ask_to_enter(client)
    told = await enter(client, asked, key.use(asked["options"]))
    assert (told.status_code, "there may be a copy of it" in told.text) == (422, True)
    assert await whoami(client) == ""
    assert (await Passkey.get()).counter == 2
    (letter,) = [one for one in await letters(str(who.email)) if "refused" in one.subject]
    assert "“Phone”" in letter.text
    key.counter = 7
    asked = await ask_to_enter(client)
    assert (await enter(client, asked, key.use(asked["options"]))).status_code == 303


async def test_one_that_does_not_count_is_let_in_each_time(client: httpx2.AsyncClient) -> None:
    key = await with_passkey(client, await mara(), Authenticator(counts=False))
    for _ in range(2):
        client.cookies.clear()
        asked = await ask_to_enter(client)
        assert (await enter(client, asked, key.use(asked["options"]))).status_code == 303


@pytest.mark.parametrize("state", ["suspended", "gone", "unverified", "staged"])
async def test_who_may_not_enter_does_not(client: httpx2.AsyncClient, state: str) -> None:
    who = await mara()
    key = await with_passkey(client, who)
    await Member.filter(id=who.id).update(state=state)
    asked = await ask_to_enter(client)
    assert (await enter(client, asked, key.use(asked["options"]))).status_code == 403
    assert SESSION_COOKIE not in client.cookies


async def test_a_planted_session_is_worth_nothing(client: httpx2.AsyncClient) -> None:
    key = await with_passkey(client, await mara())
    await make.sign_in(client, await make.member("Omar"))
    before = client.cookies[SESSION_COOKIE]
    asked = await ask_to_enter(client)
    assert (await enter(client, asked, key.use(asked["options"]), next="//evil.test")).headers["location"] == "/"
    assert await whoami(client) == "mara-visser"
    client.cookies.clear()
    client.cookies.set(SESSION_COOKIE, before, domain="commonplace.test", path="/")
    assert await whoami(client) == ""


async def test_wrong_answers_are_limited(client: httpx2.AsyncClient) -> None:
    key = await with_passkey(client, await mara())
    asked = await ask_to_enter(client)
    wrong = BAD_USE["signed by another key"]
    answers = await asyncio.gather(*(enter(client, asked, wrong(key, asked["options"])) for _ in range(9)))
    assert sorted(answer.status_code for answer in answers) == [422] * 6 + [429] * 3
    assert (await enter(client, asked, key.use(asked["options"]))).status_code == 429
    other = await with_passkey(client, await with_password(await make.member("Omar")))
    asked = await ask_to_enter(client)
    assert (await enter(client, asked, other.use(asked["options"]))).status_code == 303, "others still get in"


async def test_by_json(client: httpx2.AsyncClient) -> None:
    who = await mara()
    await make.sign_in(client, who)
    key = await added(client)
    (row,) = (await client.get(DOOR)).json()
    assert (row["name"], row["used"]) == ("Phone", None)
    one = f"{DOOR}/{row['id']}"
    assert (await client.patch(one, json={"name": " Blue  key "})).status_code == 204
    assert (await client.patch(one, json={"name": ""})).json()["errors"] == {"name": "Name is needed."}
    assert (await client.get(DOOR)).json()[0]["name"] == "Blue key"
    client.cookies.clear()
    asked = await ask_to_enter(client)
    sent = {"passkey": key.use(asked["options"]), "challenge": asked["challenge"]}
    done = await client.post("/api/v1/session/passkey", json=sent)
    assert (done.status_code, done.json()) == (200, {"signed_in": True})
    assert (await client.delete(one)).status_code == 204
    assert (await client.delete(one)).status_code == 404
    assert (await client.get(DOOR)).json() == []
    kinds = await Entry.filter(kind__startswith="passkey.").order_by("id").values_list("kind", flat=True)
    assert kinds == ["passkey.added", "passkey.renamed", "passkey.removed"]
    assert {f"{one.method} {one.path}" for one in ENDPOINTS} >= {
        f"PATCH {DOOR}/{{id:int}}",
        f"DELETE {DOOR}/{{id:int}}",
    }


async def test_a_token_makes_removes_and_confirms_nothing(client: httpx2.AsyncClient) -> None:
    who = await mara()
    await with_passkey(client, who)
    header = await make.token(who)
    id_ = (await Passkey.get()).id
    assert (await client.get(DOOR, headers=header)).status_code == 200
    assert (await client.post(f"{DOOR}/options", headers=header)).status_code == 403
    assert (await client.post(DOOR, json={}, headers=header)).status_code == 403
    assert (await client.delete(f"{DOOR}/{id_}", headers=header)).status_code == 403
    assert (await client.post("/api/v1/me/confirmation/options", headers=header)).status_code == 409
    assert await Passkey.exists()


async def test_those_of_others_are_not_there(client: httpx2.AsyncClient) -> None:
    await with_passkey(client, await mara())
    id_ = (await Passkey.get()).id
    await make.sign_in(client, await make.member("Omar"))
    for method, path in [
        ("PATCH", f"{DOOR}/{id_}"), ("DELETE", f"{DOOR}/{id_}"), ("GET", f"/settings/passkeys/{id_}"),
        ("POST", f"/settings/passkeys/{id_}"), ("POST", f"/settings/passkeys/{id_}/remove"),
    ]:  # fmt: skip
        more = {"json": {"name": "Mine"}} if path.startswith("/api") and method == "PATCH" else {}
        if method == "POST" and not path.endswith("remove"):
            more = {"data": {"name": "Mine"}}
        assert (await client.request(method, path, **more)).status_code == 404, path
    assert (await Passkey.get()).name == "Phone"


# The pages


async def test_rename_and_remove_on_the_pages(client: httpx2.AsyncClient) -> None:
    who = await mara()
    await make.sign_in(client, who)
    assert "No passkeys yet" in (await client.get("/settings/passkeys")).text
    form = (await client.get("/settings/passkeys/new")).text
    assert 'data-passkey="make"' in form
    assert "Passkeys need JavaScript" in form
    await added(client, name="<b>Phone")
    here = f"/settings/passkeys/{(await Passkey.get()).id}"
    assert "&lt;b&gt;Phone" in (await client.get("/settings/passkeys")).text
    wrong = await client.post(here, data={"name": "x" * 81})
    assert (wrong.status_code, "x" * 81 in wrong.text, "f-name-error" in wrong.text) == (422, True, True)
    assert (await client.post(here, data={"name": "Key"})).headers["location"] == "/settings/passkeys"
    assert "Key" in (await client.get(here)).text
    assert (await client.post(f"{here}/remove")).headers["location"] == "/settings/passkeys"
    assert not await Passkey.exists()
    assert (await client.get(here)).status_code == 404


async def test_adding_and_removing_ask_who_it_is(client: httpx2.AsyncClient) -> None:
    who = await mara()
    await make.sign_in(client, who)
    key = await added(client)
    id_ = (await Passkey.get()).id
    await Session.all().update(created_at=now() - timedelta(minutes=20))
    assert (await client.post(f"{DOOR}/options")).status_code == 403
    assert "Please confirm that it is you" in (await client.get("/settings/passkeys/new")).text
    asks = await client.post(f"/settings/passkeys/{id_}/remove")
    assert (asks.status_code, 'data-options="/api/v1/me/confirmation/options"' in asks.text) == (403, True)
    assert "confirm_password" in asks.text, "the password does, too"
    asked = await ask(client, "/api/v1/me/confirmation/options")
    assert [one["id"] for one in asked["options"]["allowCredentials"]] == [text(key.credential)]
    sent = {"confirm_passkey": json.dumps(key.use(asked["options"])), "confirm_challenge": asked["challenge"]}
    done = await client.post(f"/settings/passkeys/{id_}/remove", data=sent)
    assert (done.status_code, await Passkey.exists()) == (303, False)


async def test_what_was_typed_goes_through_the_page_that_asks_who_it_is(client: httpx2.AsyncClient) -> None:
    who = await mara()
    await make.sign_in(client, who)
    asked = await ask(client, f"{DOOR}/options")
    await Session.all().update(created_at=now() - timedelta(minutes=20))
    answer = json.dumps(Authenticator().make(asked["options"]))
    sent = {"name": "Blue key", "passkey": answer, "challenge": asked["challenge"]}
    page = await client.post("/settings/passkeys/new", data=sent)
    assert (page.status_code, 'value="Blue key"' in page.text) == (403, True)
    done = await client.post("/settings/passkeys/new", data=sent | {"confirm_password": PASSWORD})
    assert (done.status_code, (await Passkey.get()).name) == (303, "Blue key")


async def test_a_wrong_passkey_confirms_nothing(client: httpx2.AsyncClient) -> None:
    who, omar = await mara(), await with_password(await make.member("Omar"))
    foreign = await with_passkey(client, omar)
    await make.sign_in(client, who)
    await added(client)
    await Session.all().update(created_at=now() - timedelta(minutes=20))
    asked = await ask(client, "/api/v1/me/confirmation/options")
    answer = json.dumps(foreign.use(asked["options"]))
    sent = {"confirm_passkey": answer, "confirm_challenge": asked["challenge"], "next": "/settings"}
    told = await client.post("/settings/confirm", data=sent)
    assert (told.status_code, "f-confirm_passkey-error" in told.text) == (422, True)
    assert (await client.post(f"{DOOR}/options")).status_code == 403


@pytest.mark.parametrize(
    ("address", "host", "origin", "is_usable"),
    [
        ("https://commonplace.test", "commonplace.test", "https://commonplace.test", True),
        ("https://Commonplace.test:443/", "commonplace.test", "https://commonplace.test", True),
        ("https://commonplace.test:8443", "commonplace.test", "https://commonplace.test:8443", True),
        ("http://localhost:8000", "localhost", "http://localhost:8000", True),
        ("http://127.0.0.1:8000", "localhost", "http://localhost:8000", True),
        ("http://[::1]:8000", "localhost", "http://localhost:8000", True),
        ("http://commonplace.test", "commonplace.test", "http://commonplace.test", False),
        ("https://192.0.2.7", "192.0.2.7", "https://192.0.2.7", False),
        ("https://bücher.test", "xn--bcher-kva.test", "https://xn--bcher-kva.test", True),
    ],
)
async def test_where_passkeys_are_good(address: str, host: str, origin: str, is_usable: bool) -> None:
    settings.use(settings.get().model_copy(update={"base_url": address}))
    assert (place().host, place().origin, bool(usable_at())) == (host, origin, is_usable)


async def test_behind_a_proxy_the_site_is_where_its_settings_say(client: httpx2.AsyncClient) -> None:
    key = await with_passkey(client, await mara())
    named = {"host": "inside.test:8000", "x-forwarded-host": "evil.test"}
    asked = (await client.post("/api/v1/session/passkey/options", headers=named)).json()
    assert asked["options"]["rpId"] == "commonplace.test"
    sent = {"passkey": key.use(asked["options"]), "challenge": asked["challenge"]}
    assert (await client.post("/api/v1/session/passkey", json=sent, headers=named)).status_code == 200


async def test_where_browsers_allow_none_the_pages_say_so(client: httpx2.AsyncClient) -> None:
    settings.use(settings.get().model_copy(update={"base_url": "http://commonplace.test"}))
    client.base_url = httpx2.URL("http://commonplace.test")
    assert "passkey" not in (await client.get("/sign-in")).text
    await make.sign_in(client, await mara())
    for path in ("/settings/passkeys", "/settings/passkeys/new"):
        found = (await client.get(path)).text
        assert "begins with https" in found
        assert "data-passkey" not in found


async def test_the_script_is_small_and_only_where_there_is_something_to_press(client: httpx2.AsyncClient) -> None:
    script = Path(__file__).parents[2] / "static" / "js" / "passkeys.js"
    assert script.stat().st_size < 8 * 1024
    assert "js/passkeys" in (await client.get("/sign-in")).text
    assert "js/passkeys" not in (await client.get("/join")).text
    await make.sign_in(client, await mara())
    for path, is_there in [
        ("/settings/passkeys/new", True),
        ("/settings/passkeys", False),
        ("/settings/confirm", False),
    ]:
        assert ("js/passkeys" in (await client.get(path)).text) is is_there, path
    await added(client)
    assert "js/passkeys" in (await client.get("/settings/confirm")).text


async def test_a_list_takes_as_many_statements_for_one_as_for_ten(client: httpx2.AsyncClient) -> None:
    who = await mara()
    await make.sign_in(client, who)
    counts = []
    for number in (1, 10):
        for one in range(number):
            name = f"{number}-{one}"
            await Passkey.create(member=who, credential=name, handle="h", public_key="k", name=name, made_at=now())
        for path in ("/settings/passkeys", "/settings/sessions"):
            with statements() as sent:
                assert (await client.get(path)).status_code == 200
            counts.append(len(sent))
    assert counts[:2] == counts[2:]
    assert counts[0] <= 6, "the viewer, the passkeys, and what is on of two steps"


# With two steps


async def test_the_second_step_with_a_passkey(client: httpx2.AsyncClient) -> None:
    who = await with_two_steps(await mara())
    key = await with_passkey(client, who)
    where = await first_step(client, who)
    page = (await client.get(where)).text
    assert 'data-options="/api/v1/session/code/options"' in page
    assert 'id="f-code"' in page, "the app does, too"
    asked = await ask(client, "/api/v1/session/code/options", {"state": state_in(where)})
    assert [one["id"] for one in asked["options"]["allowCredentials"]] == [text(key.credential)]
    sent = {"state": state_in(where), "passkey": json.dumps(key.use(asked["options"])), "next": "/questions"}
    wrong = await client.post("/sign-in/code", data=sent | {"challenge": "x"})
    assert (wrong.status_code, "f-passkey-error" in wrong.text) == (422, True)
    done = await client.post("/sign-in/code", data=sent | {"challenge": asked["challenge"]})
    assert (done.status_code, done.headers["location"]) == (303, "/questions")
    assert await whoami(client) == who.handle
    again = await client.post("/sign-in/code", data=sent | {"challenge": asked["challenge"]})
    assert again.headers["location"] == "/sign-in"


async def test_the_second_step_takes_no_passkey_of_somebody_else(client: httpx2.AsyncClient) -> None:
    who = await with_two_steps(await mara())
    await with_passkey(client, who)
    foreign = await with_passkey(client, await with_password(await make.member("Omar")))
    where = await first_step(client, who)
    asked = await ask(client, "/api/v1/session/code/options", {"state": state_in(where)})
    for handle in ("", foreign.handle):
        sent = {"state": state_in(where), "challenge": asked["challenge"]}
        sent["passkey"] = json.dumps(foreign.use(asked["options"], handle=handle))
        assert (await client.post("/api/v1/session/code", json=sent)).status_code == 422
    assert await whoami(client) == ""
    async with open_client() as other:
        other.base_url = client.base_url
        told = await other.post("/api/v1/session/code/options", json={"state": state_in(where)})
        assert told.status_code == 422, "nobody learns which passkeys somebody has, without the password"


async def test_a_passkey_signs_in_who_has_two_steps_without_a_code(client: httpx2.AsyncClient) -> None:
    who = await with_two_steps(await mara())
    key = await with_passkey(client, who)
    asked = await ask_to_enter(client)
    assert (await enter(client, asked, key.use(asked["options"]))).headers["location"] == "/"
    assert await whoami(client) == who.handle


async def test_it_is_two_steps_for_whom_the_site_asks_them(client: httpx2.AsyncClient) -> None:
    settings.use(settings.get().model_copy(update={"two_factor_for": "everybody", "two_factor_grace_days": 0}))
    who = await mara()  # no chore has noted it yet
    await make.sign_in(client, who)
    assert (await client.get("/questions")).headers["location"] == "/settings/two-steps"
    assert "add a passkey" in (await client.get("/settings/two-steps")).text
    key = await added(client)
    assert (await client.get("/questions")).status_code == 200
    codes = (await client.post("/api/v1/me/two-factor/codes")).json()["codes"]
    assert (await client.post("/settings/tokens", data={"name": "x", "days": "30"})).status_code == 200
    client.cookies.clear()
    where = await first_step(client, who)
    page = (await client.get(where)).text
    assert "Now your passkey." in page
    assert 'id="f-code"' not in page, "there is no app"
    sent = {"state": state_in(where), "recovery": codes[0]}
    assert (await client.post("/sign-in/code", data=sent)).headers["location"] == "/"
    await Session.all().update(created_at=now() - timedelta(minutes=20))
    assert (await client.post("/api/v1/me/confirmation", json={"password": PASSWORD})).status_code == 422
    assert "Recovery code" in (await client.get("/settings/confirm")).text
    asked = await ask(client, "/api/v1/me/confirmation/options")
    sent = {"passkey": key.use(asked["options"]), "challenge": asked["challenge"]}
    assert (await client.post("/api/v1/me/confirmation", json=sent)).status_code == 204
    (row,) = (await client.get(DOOR)).json()
    assert (await client.delete(f"{DOOR}/{row['id']}")).status_code == 204
    assert not await RecoveryCode.exists(), "they stood in for what is gone"
    assert (await client.get("/questions")).headers["location"] == "/settings/two-steps"
    client.cookies.clear()
    answer = await client.post("/sign-in", data={"email": str(who.email), "password": PASSWORD})
    assert answer.headers["location"] == "/", "nobody is locked out"


async def test_who_is_not_asked_signs_in_with_the_password_as_before(client: httpx2.AsyncClient) -> None:
    who = await mara()
    await with_passkey(client, who)
    answer = await client.post("/sign-in", data={"email": str(who.email), "password": PASSWORD})
    assert answer.headers["location"] == "/"
    assert (await client.post("/api/v1/me/two-factor/codes")).status_code == 409


async def test_recovery_codes_stay_for_the_passkeys_when_the_app_goes(client: httpx2.AsyncClient) -> None:
    who = await with_two_steps(await mara(), ("abcd-efgh-2345",))
    await make.sign_in(client, who)
    await added(client)
    assert (await client.post("/settings/two-steps/off")).status_code == 303
    assert (await TwoFactor.exists(), await RecoveryCode.exists()) == (False, True)


async def test_an_administrators_reset_takes_passkeys_away(client: httpx2.AsyncClient) -> None:
    who = await mara()
    key = await with_passkey(client, who)
    ada = await make.member("Ada", at=await make.organisation())
    await make.grant(ada, "admin")
    await make.sign_in(client, ada)
    person = f"/admin/people/{who.id}"
    assert "Their passkeys are removed, too." in (await client.get(person)).text
    done = await client.post(f"{person}/reset-two-steps", data={"why": "Lost the phone, was here in person"})
    assert done.status_code == 303
    assert (await Entry.get(kind="two_factor.reset")).data["passkeys"] == 1
    client.cookies.clear()
    asked = await ask_to_enter(client)
    assert (await enter(client, asked, key.use(asked["options"]))).status_code == 422
    assert any("1 passkey was removed, too." in one.text for one in await letters(str(who.email)))


async def test_a_new_password_leaves_passkeys_and_names_them(client: httpx2.AsyncClient) -> None:
    who = await mara()
    key = await with_passkey(client, who)
    await client.post("/forgot", data={"email": str(who.email)})
    reset = next(one for one in await letters() if "Choose" in one.subject)
    token = reset.text.partition("token=")[2].split()[0]
    assert (await client.post("/reset", data={"token": token, "password": "other unrelated lemons"})).status_code == 303
    changed = (await letters(str(who.email)))[-1]
    assert "the passkey “Phone”" in changed.text
    asked = await ask_to_enter(client)
    assert (await enter(client, asked, key.use(asked["options"]))).status_code == 303


async def test_old_codes_of_the_app_still_count(client: httpx2.AsyncClient) -> None:
    who = await with_two_steps(await mara())
    await with_passkey(client, who)
    where = await first_step(client, who)
    assert (await client.post("/sign-in/code", data={"state": state_in(where), "code": code()})).status_code == 303

"""What goes wrong, or is made to go wrong, between the site, a browser and a provider."""

import asyncio
import socket
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import httpx2
import pytest
from starlette.responses import Response

from base import fetch, settings
from base.clock import now
from base.fetch import NotFetched, Wanted
from members.actions.leave import Leaving, leave
from members.actions.let_go import let_go
from members.models import IdentityLink, Member, Session, SpentState
from members.oidc import metadata, visit
from members.oidc.errors import NoSignIn
from members.oidc.id_token import claims_of, fitting
from tests import builders as make
from tests.members.elsewhere import asked_in, come_back, go, path_of, provider, there_and_back
from tests.members.provider_elsewhere import CLIENT, Idp, public_jwk, running_provider
from tests.members.secrets_of import whoami
from tests.site import open_client

pytestmark = pytest.mark.anyio


@pytest.fixture
def idp(idp: Idp, client: httpx2.AsyncClient) -> Idp:
    settings.use(settings.get().model_copy(update={"sso_networks": "127.0.0.0/8"}))
    return idp


async def nobody_is_in(client: httpx2.AsyncClient) -> None:
    assert await whoami(client) == ""
    assert not await Session.exists()
    assert not await IdentityLink.exists()
    assert not await Member.exists()


# Tokens


@pytest.mark.parametrize("how", ["none", "hs256", "secret", "stranger", "altered"])
async def test_a_signature_that_is_not_right(client: httpx2.AsyncClient, idp: Idp, how: str) -> None:
    await provider(idp)
    idp.twist["sign"] = how
    back = await there_and_back(client, idp)
    assert (back.status_code, "could not be verified" in back.text) == (403, True)
    await nobody_is_in(client)


AT = int(time.time())


@pytest.mark.parametrize(
    "claims",
    [
        {"nonce": "of another request"}, {"nonce": None}, {"nonce": 7}, {"aud": "somebody-else"},
        {"aud": [CLIENT, "somebody-else"]}, {"aud": [CLIENT, "other"], "azp": "other"}, {"azp": "somebody-else"},
        {"aud": None}, {"aud": []}, {"iss": "https://other.example"}, {"iss": None}, {"exp": AT - 300}, {"exp": None},
        {"iat": AT + 86400}, {"iat": None}, {"iat": "soon"}, {"sub": None}, {"sub": ""}, {"sub": "x" * 256},
        {"sub": 17}, {"nbf": AT + 86400}, {"exp": "never"},
        {"exp": float("inf")}, {"sub": "é"}, {"sub": "a\nb"},
    ],
    ids=range(25),
)  # fmt: skip
async def test_a_claim_that_is_not_right(client: httpx2.AsyncClient, idp: Idp, claims: dict[str, Any]) -> None:
    await provider(idp)
    idp.twist["claims"] = claims
    back = await there_and_back(client, idp)
    assert (back.status_code, "could not be verified" in back.text) == (403, True)
    await nobody_is_in(client)


async def test_several_audiences_with_the_right_party_are_taken(client: httpx2.AsyncClient, idp: Idp) -> None:
    await provider(idp)
    idp.twist["claims"] = {"aud": [CLIENT, "other"], "azp": CLIENT}
    assert (await there_and_back(client, idp)).status_code == 303


async def test_a_key_is_taken_only_for_what_it_is_there_for(idp: Idp) -> None:
    key = public_jwk("first", "RS256")
    assert fitting([key], {"alg": "RS256", "kid": "first"})
    assert fitting([{**key, "kid": None}], {"alg": "RS256"})
    for odd in (
        {"use": "enc"},
        {"alg": "RS512"},
        {"kty": "EC"},
        {"kty": "oct", "k": "c2VjcmV0"},
        {"n": "AQAB"},
        {"n": 7},
    ):
        assert not fitting([{**key, **odd}], {"alg": "RS256", "kid": "first"}), odd
    assert not fitting([key], {"alg": "HS256", "kid": "first"})
    assert not fitting([key], {"alg": "ES256", "kid": "first"})


@pytest.mark.parametrize(
    "token", ["", "x", "a.b.c", "é.é.é", "." * 70000, "e30.e30.e30", "eyJhbGciOjF9.e30.e30", "eyJhbGciOltdfQ.e30.e30"]
)
async def test_what_is_no_token(client: httpx2.AsyncClient, idp: Idp, token: str) -> None:
    one = await provider(idp)
    with pytest.raises(NoSignIn):
        await claims_of(one, token, nonce="n")


# The browser


async def test_a_state_is_good_once(client: httpx2.AsyncClient, idp: Idp) -> None:
    await provider(idp)
    url = await go(client)
    cookies = dict(client.cookies)
    first = path_of(idp.answer_to(asked_in(url)))
    assert (await client.get(first)).status_code == 303
    await client.post("/sign-out")
    client.cookies.update(cookies)
    again = path_of(idp.answer_to(asked_in(url)))  # with a code that is fresh
    back = await client.get(again)
    assert (back.status_code, await whoami(client)) == (403, "")
    assert await SpentState.all().count() == 1


async def test_of_two_who_bring_a_state_at_once_one_comes_in(client: httpx2.AsyncClient, idp: Idp) -> None:
    await provider(idp)
    url = await go(client)
    paths = [path_of(idp.answer_to(asked_in(url))) for _ in range(4)]
    cookies = dict(client.cookies)

    async def bring(path: str) -> int:
        async with open_client() as one:
            one.cookies.update(cookies)
            return (await one.get(path)).status_code

    assert sorted(await asyncio.gather(*map(bring, paths))) == [303, 403, 403, 403]
    assert await Session.all().count() == 1


async def test_an_answer_does_not_count_in_another_browser(client: httpx2.AsyncClient, idp: Idp) -> None:
    await provider(idp)
    url = await go(client)
    answer = path_of(idp.answer_to(asked_in(url)))
    async with open_client() as victim:  # led to the attacker's answer, to be signed in as the attacker
        assert (await victim.get(answer)).status_code == 403
        await go(victim)
        assert (await victim.get(answer)).status_code == 403, "neither while on the way itself"
        await nobody_is_in(victim)
    assert (await client.get(answer)).status_code == 303, "and it is not used up by that"


async def test_a_cookie_cannot_be_made_up_or_used_elsewhere(client: httpx2.AsyncClient, idp: Idp) -> None:
    await provider(idp)
    await provider(idp, slug="other-id")
    url = await go(client)
    answer = path_of(idp.answer_to(asked_in(url)))
    name, value = next((name, value) for name, value in client.cookies.items() if name.startswith("commonplace_away_"))
    async with open_client() as other:
        for cookie in ("x", value[:-2] + "xx", "", value + "x"):
            other.cookies.set(name, cookie)
            assert (await other.get(answer)).status_code == 403
        other.cookies.clear()
        other.cookies.set(name, value)
        assert (await other.get(answer.replace("/clinic-id/", "/other-id/"))).status_code == 403
        await nobody_is_in(other)


async def test_a_way_is_open_for_ten_minutes(
    client: httpx2.AsyncClient, idp: Idp, monkeypatch: pytest.MonkeyPatch
) -> None:
    await provider(idp)
    url = await go(client)
    monkeypatch.setattr(visit, "SECONDS", -1)
    assert (await come_back(client, idp, url)).status_code == 403
    await nobody_is_in(client)


async def test_two_ways_may_be_gone_at_once(client: httpx2.AsyncClient, idp: Idp) -> None:
    await provider(idp)
    one, two = await go(client, after="/questions"), await go(client, after="/practices")
    assert (await come_back(client, idp, one)).headers["location"] == "/settings/profile?welcome=1"
    assert (await come_back(client, idp, two)).headers["location"] == "/practices"


@pytest.mark.parametrize("query", ["", "?state=x", "?code=x", "?state=" + "a" * 43 + "&code=x", "?state=%00&code=%00"])
async def test_coming_back_without_having_gone(client: httpx2.AsyncClient, idp: Idp, query: str) -> None:
    await provider(idp)
    back = await client.get(f"/sign-in/with/clinic-id/return{query}")
    assert (back.status_code, "All ways to sign in" in back.text) == (403, True)
    assert not idp.asked
    await nobody_is_in(client)


async def test_a_secret_that_was_kept_by_nobody_else(client: httpx2.AsyncClient, idp: Idp) -> None:
    """PKCE: a code that somebody else intercepted is worth nothing, for the verifier never leaves the browser."""
    await provider(idp)
    url = await go(client)
    idp.codes["stolen"] = asked_in(url) | {"code_challenge": "of-another-browser"}
    answer = path_of(idp.answer_to(asked_in(url)))
    code = answer.partition("code=")[2].partition("&")[0]
    assert (await client.get(answer.replace(code, "stolen"))).status_code == 403
    await nobody_is_in(client)


# Another provider


@pytest.fixture(scope="module")
def another() -> Iterator[Idp]:
    with running_provider() as made:
        yield made


@pytest.fixture
def evil(another: Idp) -> Idp:
    another.reset()
    return another


async def test_an_answer_of_another_provider_is_not_taken(client: httpx2.AsyncClient, idp: Idp, evil: Idp) -> None:
    """Mix-up: the browser is on its way to one provider and comes back with the answer of another."""
    await provider(idp)
    await provider(evil, slug="evil-id", name="Evil")
    idp.twist["answer"] = {"iss": evil.address}
    assert "came from another place" in (await there_and_back(client, idp)).text
    idp.twist["answer"] = {"iss": ""}
    back = await there_and_back(client, idp)
    assert (back.status_code, "came from another place" in back.text) == (403, True), "it says that it names itself"
    assert "token" not in idp.asked + evil.asked, "the code was given to nobody"
    await nobody_is_in(client)
    idp.metadata["authorization_response_iss_parameter_supported"] = False
    metadata.forget_all()
    assert (await there_and_back(client, idp)).status_code == 303, "one that never names itself need not"


async def test_one_provider_cannot_call_itself_another(client: httpx2.AsyncClient, idp: Idp, evil: Idp) -> None:
    evil.metadata = {"issuer": idp.address}
    await provider(evil, slug="evil-id")
    back = await client.get("/sign-in/with/evil-id")
    assert (back.status_code, "does not answer at present" in back.text) == (502, True)


async def test_the_same_subject_elsewhere_is_somebody_else(client: httpx2.AsyncClient, idp: Idp, evil: Idp) -> None:
    await provider(idp)
    await provider(evil, slug="evil-id", trusts_addresses=False)
    await there_and_back(client, idp)
    await client.post("/sign-out")
    evil.person = dict(idp.person)
    assert (await there_and_back(client, evil, "evil-id")).status_code == 403
    assert await whoami(client) == ""


# A provider that is down, slow, or says what it should not


@pytest.mark.parametrize(
    "odd",
    [500, 404, 302, Response("[]", media_type="application/json"), Response("{", media_type="application/json"),
     Response("{}"), Response("x" * (fetch.MOST_BYTES + 1)), Response('{"issuer": 1e999}')],
    ids=range(8),
)  # fmt: skip
async def test_a_discovery_document_that_is_none(client: httpx2.AsyncClient, idp: Idp, odd: Any) -> None:
    await provider(idp)
    idp.twist["discovery"] = odd
    for _ in range(3):
        back = await client.get("/sign-in/with/clinic-id?next=/questions")
        assert (back.status_code, 'href="/sign-in?next=/questions"' in back.text) == (502, True)
    if isinstance(odd, int):
        assert len(idp.asked) == 1, "who is down is left in peace for a moment"


@pytest.mark.parametrize("url", ["javascript:alert(1)", "https:", "https://[", "file:///etc/passwd", "", 7, None])
@pytest.mark.parametrize("name", ["authorization_endpoint", "token_endpoint", "jwks_uri"])
async def test_addresses_that_lead_elsewhere(client: httpx2.AsyncClient, idp: Idp, name: str, url: Any) -> None:
    await provider(idp)
    idp.metadata[name] = url
    assert (await client.get("/sign-in/with/clinic-id")).status_code == 502


@pytest.mark.parametrize("name", ["authorization_endpoint", "token_endpoint", "jwks_uri", "userinfo_endpoint"])
async def test_an_encrypted_provider_leads_nowhere_in_clear(idp: Idp, name: str) -> None:
    one = await provider(idp, issuer="https://id.example")
    said = {"issuer": one.issuer, "authorization_endpoint": "https://id.example/a", "token_endpoint": "https://x.example",
            "jwks_uri": "https://id.example/k"}  # fmt: skip
    assert metadata._read(one, said).keys == "https://id.example/k"
    with pytest.raises(NoSignIn):
        metadata._read(one, {**said, name: "http://127.0.0.1/x"})


@pytest.mark.parametrize(
    "odd",
    [500, Response("{"), Response("[]"), Response('{"id_token": 7}'), Response("{}"), Response('{"id_token":""}')],
    ids=range(6),
)  # fmt: skip
async def test_a_token_answer_that_is_none(client: httpx2.AsyncClient, idp: Idp, odd: Any) -> None:
    await provider(idp)
    idp.twist["token"] = odd
    assert (await there_and_back(client, idp)).status_code == 403
    await nobody_is_in(client)


@pytest.mark.parametrize("keys", [None, {}, "x", [], [None, 7, "x"], [{}], [{"kty": "RSA"}], [{"kty": ["RSA"]}]])
async def test_keys_that_are_none(client: httpx2.AsyncClient, idp: Idp, keys: Any) -> None:
    await provider(idp)
    idp.twist["keys"] = keys
    assert (await there_and_back(client, idp)).status_code == (403 if isinstance(keys, list) else 502)
    await nobody_is_in(client)


async def test_who_turns_back_is_told_so(client: httpx2.AsyncClient, idp: Idp) -> None:
    await provider(idp)
    idp.twist["answer"] = {"code": "", "error": "access_denied", "error_description": "<b>x"}
    back = await there_and_back(client, idp)
    assert (back.status_code, "You did not sign in at Clinic ID" in back.text, "<b>x" in back.text) == (
        403,
        True,
        False,
    )


async def test_a_slow_provider_holds_up_nobody_else(
    client: httpx2.AsyncClient, idp: Idp, monkeypatch: pytest.MonkeyPatch
) -> None:
    await provider(idp)
    monkeypatch.setattr(fetch, "SECONDS", 0.6)
    idp.twist["pause"] = 1.5
    waits = asyncio.create_task(client.get("/sign-in/with/clinic-id"))
    await asyncio.sleep(0.05)
    async with open_client() as other:
        started = time.monotonic()
        assert (await other.get("/sign-in")).status_code == 200
        assert time.monotonic() - started < 1
    assert (await waits).status_code == 502


# The site's own network


@pytest.mark.parametrize(
    ("url", "networks", "is_asked"),
    [
        ("{here}", "127.0.0.0/8", True), ("{here}", "", False), ("{here}", "10.0.0.0/8", False),
        ("https://10.0.0.1/", "", False), ("https://169.254.169.254/", "", False), ("https://[::1]/", "", False),
        ("http://example.org/", "127.0.0.0/8", False), ("https://user@127.0.0.1/", "127.0.0.0/8", False),
        ("ftp://127.0.0.1/", "127.0.0.0/8", False), ("https://[", "127.0.0.0/8", False), ("", "", False),
        ("https://127.0.0.1:99999/", "127.0.0.0/8", False), ("https://xn--/", "", False),
        ("https://127.0.0.1:1/", "127.0.0.0/8", False),
    ],
)  # fmt: skip
async def test_only_what_may_be_asked_is_asked(idp: Idp, url: str, networks: str, is_asked: bool) -> None:
    settings.use(settings.get().model_copy(update={"sso_networks": networks}))
    wanted = Wanted(url.format(here=idp.address) + metadata.WELL_KNOWN)
    if is_asked:
        assert (await fetch.fetch(wanted)).status == 200
    else:
        with pytest.raises(NotFetched):
            await fetch.fetch(wanted)


async def test_http_is_for_this_machine_only(idp: Idp, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.use(settings.get().model_copy(update={"sso_networks": "10.0.0.0/8"}))
    reached: list[tuple[str, int]] = []

    def connect(address: tuple[str, int], timeout: float) -> socket.socket:
        reached.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "create_connection", connect)
    for url in ("http://10.1.2.3/", "https://10.1.2.3/"):
        with pytest.raises(NotFetched):
            await fetch.fetch(Wanted(url))
    assert reached == [("10.1.2.3", 443)]


async def test_secrets_are_neither_shown_nor_written_down(client: httpx2.AsyncClient, idp: Idp) -> None:
    from base.journal.models import Entry
    from tests.members.provider_elsewhere import SECRET

    one = await provider(idp)
    assert SECRET not in one.secret
    await there_and_back(client, idp)
    said = " ".join(str(entry.data) for entry in await Entry.all())
    assert not [word for word in (SECRET, one.secret, "opaque") if word in said]


@pytest.mark.parametrize(
    "odd",
    [{"auth_time": 10**12}, {"auth_time": "x"}, {"name": "\ud800"}, {"groups": [None, {}, "\ud800"]}, {"amr": [[]]}],
)  # fmt: skip
async def test_odd_claims_are_left_out(client: httpx2.AsyncClient, idp: Idp, odd: dict[str, Any]) -> None:
    await provider(idp, roles="x: editor")
    idp.person |= odd
    assert (await there_and_back(client, idp)).status_code == 303
    assert (await there_and_back(client, idp)).status_code == 303


async def test_signing_in_ends_what_was_open_in_the_browser(client: httpx2.AsyncClient, idp: Idp) -> None:
    await provider(idp)
    other = await make.member("Other")
    await make.sign_in(client, other)
    await there_and_back(client, idp)
    assert await whoami(client) == "mara-visser"
    assert await Session.filter(member_id=other.id, revoked_at=None).count() == 0


async def test_who_leaves_stays_by_signing_in_there_and_once_gone_begins_anew(
    client: httpx2.AsyncClient, idp: Idp
) -> None:
    await provider(idp)
    await there_and_back(client, idp)
    mara = await Member.get(email="mara@elisabeth.example")
    for when, state in (("later", "active"), ("now", "gone")):
        at_the_desk = replace(await make.viewer(mara), session_id=1, confirmed_at=now())
        await leave(at_the_desk, Leaving.read({"kind": "erase", "when": when, "understood": True}))
        await let_go()
        assert await whoami(client) == "", "the sign-in here has ended, that at the provider has not"
        await there_and_back(client, idp)
        assert (await Member.get(id=mara.id)).state == state
    fresh = await Member.get(email="mara@elisabeth.example")
    assert fresh.id != mara.id
    assert (await IdentityLink.get()).member_id == fresh.id  # type: ignore[attr-defined]
    assert await whoami(client) == "mara-visser-2", "the handle of who is gone leads to nobody else"

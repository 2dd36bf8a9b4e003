"""The JSON doors that pages do not cover: joining, signing in, errors, the description."""

import httpx2
import pytest

from members.api import ENDPOINTS
from members.models import Member, Notice, Session
from tests import builders as make
from tests.members.secrets_of import CHEAP, JOINING, PASSWORD, letters, token_in, whoami

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("cheap_hashes")]


async def test_join_by_json(client: httpx2.AsyncClient) -> None:
    assert (await client.post("/api/v1/register", json=JOINING)).status_code == 202
    token = token_in((await letters())[0], "/join/confirm")
    without = await client.post("/api/v1/register/confirm", json={"token": token})
    assert (without.status_code, list(without.json()["errors"])) == (422, ["password"])
    done = await client.post("/api/v1/register/confirm", json={"token": token, "password": PASSWORD})
    assert (done.status_code, done.json()) == (200, {"signed_in": True})
    assert await whoami(client) == "mara-visser"
    assert (await client.delete("/api/v1/session")).status_code == 204
    assert await whoami(client) == ""


async def test_sign_in_by_json(client: httpx2.AsyncClient) -> None:
    who = await make.member("Mara", password_hash=CHEAP)
    wrong = await client.post("/api/v1/session", json={"email": who.email, "password": "no"})
    assert wrong.status_code == 422
    assert wrong.headers["content-type"] == "application/problem+json"
    assert "no" not in wrong.json()["errors"].values()
    assert (await client.post("/api/v1/session", json={"email": who.email, "password": PASSWORD})).status_code == 200
    assert await whoami(client) == "mara"
    sessions = (await client.get("/api/v1/me/sessions")).json()
    assert [one["is_this"] for one in sessions] == [True]
    assert (await client.delete("/api/v1/me/sessions")).status_code == 204
    assert (await client.delete(f"/api/v1/me/sessions/{sessions[0]['id']}")).status_code == 204
    assert await Session.filter(revoked_at=None).count() == 0


async def test_reset_by_json(client: httpx2.AsyncClient) -> None:
    who = await make.member("Mara", password_hash=CHEAP)
    assert (await client.post("/api/v1/password/forgot", json={"email": who.email})).status_code == 202
    token = token_in((await letters())[0], "/reset")
    given = {"token": token, "password": "other unrelated oranges"}
    assert (await client.post("/api/v1/password/reset", json=given)).status_code == 204
    assert (await client.post("/api/v1/password/reset", json=given)).status_code == 422


async def test_change_oneself_by_json(client: httpx2.AsyncClient) -> None:
    who = await make.member("Mara", password_hash=CHEAP)
    await make.sign_in(client, who)
    await make.platform("YouTube")
    given = {"name": "Mara V", "languages": ["nl"], "platforms": ["youtube"]}
    me = (await client.patch("/api/v1/me", json=given)).json()
    assert (me["name"], me["languages"], me["platforms"]) == ("Mara V", "Dutch", ["youtube"])
    me = (await client.patch("/api/v1/me", json={"name": "Mara", "bio": "I write."})).json()
    assert (me["name"], me["bio"], me["languages"], me["platforms"]) == ("Mara", "I write.", "Dutch", ["youtube"])
    me = (await client.patch("/api/v1/me", json={"name": "Mara", "platforms": []})).json()
    assert (me["bio"], me["platforms"]) == ("I write.", [])
    changed = await client.post(
        "/api/v1/me/password", json={"current": PASSWORD, "password": "other unrelated oranges"}
    )
    assert changed.status_code == 204
    made = await client.post("/api/v1/me/tokens", json={"name": "x", "days": 3})
    assert made.status_code == 201
    assert made.headers["cache-control"] == "private, no-store"
    (token,) = (await client.get("/api/v1/me/tokens")).json()
    assert "token" not in token
    assert (await client.delete(f"/api/v1/me/tokens/{token['id']}")).status_code == 204
    assert (await client.post("/api/v1/inbox/read", json={})).status_code == 422
    assert not await Notice.exists()


async def test_visitors_get_a_problem_or_what_is_public(client: httpx2.AsyncClient) -> None:
    for one in ENDPOINTS:
        path = one.path.replace("{id:int}", "1").replace("{organisation:int}", "1")  # type: ignore[attr-defined]
        path = path.replace("{handle}", "x").replace("{slug}", "x")
        answer = await client.request(one.method, path, json={})  # type: ignore[attr-defined]
        assert answer.status_code in (200, 204, 401, 404, 422)
        if answer.status_code >= 400:
            assert answer.headers["content-type"] == "application/problem+json"
            assert answer.json()["detail"]
        if "/me" in path or "/admin" in path or "/inbox" in path:
            assert answer.status_code == (422 if answer.status_code == 422 else 401)


async def test_nonsense_is_told_so(client: httpx2.AsyncClient) -> None:
    for body in [b"", b"[]", b"{", b'"x"', b"null", b'{"email": 5, "password": []}', b'{"email": "\\u0000"}']:
        answer = await client.post("/api/v1/session", content=body, headers={"content-type": "application/json"})
        assert answer.status_code == 422
        assert not await Member.exists()


async def test_the_description_knows_every_door(client: httpx2.AsyncClient) -> None:
    paths = (await client.get("/api/openapi.json")).json()["paths"]
    for one in ENDPOINTS:
        assert one.method.lower() in paths[one.path.replace(":int}", "}")]

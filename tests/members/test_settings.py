"""One's own account: profile, password, devices, tokens."""

import re
from datetime import timedelta

import httpx2
import pytest

from base.clock import now
from base.journal.models import Entry
from members.models import Member, Session, Token
from tests import builders as make
from tests.members.secrets_of import CHEAP, PASSWORD, letters, whoami

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("cheap_hashes")]
NEW = "other unrelated oranges"
PROFILE = {"name": "Mara de Visser", "title": "Officer", "bio": "I *do* reviews.", "languages": "Dutch, English, nl"}


async def signed_in(client: httpx2.AsyncClient, name: str = "Mara Visser") -> Member:
    who = await make.member(name, password_hash=CHEAP, password_changed_at=now())
    await make.sign_in(client, who)
    return who


async def test_edit_the_profile(client: httpx2.AsyncClient) -> None:
    who = await signed_in(client)
    for name in ("YouTube", "LinkedIn", "TikTok"):
        await make.platform(name)
    answer = await client.post("/settings/profile", data=PROFILE | {"platforms": ["youtube", "linkedin"]})
    assert (answer.status_code, answer.headers["location"]) == (303, "/people/mara-visser")
    changed = await Member.get(id=who.id)
    assert (changed.name, changed.title, changed.bio) == ("Mara de Visser", "Officer", "I *do* reviews.")
    assert changed.languages == "nl,en"
    assert (await client.get("/api/v1/me")).json()["platforms"] == ["linkedin", "youtube"]
    form = (await client.get("/settings/profile")).text
    assert form.partition('id="f-platforms"')[2].partition("</fieldset>")[0].count(" checked") == 2
    await client.post("/settings/profile", data=PROFILE | {"platforms": "tiktok"})
    assert (await client.get("/api/v1/me")).json()["platforms"] == ["tiktok"]
    await client.post("/settings/profile", data=PROFILE)
    assert (await client.get("/api/v1/me")).json()["platforms"] == []
    kinds = (
        await Entry.filter(subject_id=who.id, kind__startswith="member.").order_by("id").values_list("kind", flat=True)
    )
    assert kinds == ["member.renamed", "member.edited", "member.edited"]


async def test_a_wrong_profile_comes_back(client: httpx2.AsyncClient) -> None:
    who = await signed_in(client)
    await make.platform("YouTube")
    for wrong, field in [
        ({"name": ""}, "name"),
        ({"name": "http://x"}, "name"),
        ({"title": "x" * 121}, "title"),
        ({"bio": "x" * 4001}, "bio"),
        ({"languages": "Klingonese"}, "languages"),
        ({"platforms": "myspace"}, "platforms"),
    ]:
        answer = await client.post("/settings/profile", data=PROFILE | wrong)
        assert answer.status_code == 422
        assert f'id="f-{field}-error"' in answer.text
        assert (await Member.get(id=who.id)).name == "Mara Visser"
        assert (await client.patch("/api/v1/me", json=PROFILE | wrong)).status_code == 422


async def test_change_the_password(client: httpx2.AsyncClient) -> None:
    who = await signed_in(client)
    await Session.create(member=who, hash="x", created_at=now(), seen_at=now(), expires_at=now() + timedelta(days=1))
    wrong = await client.post("/settings/password", data={"current": "wrong", "password": NEW})
    assert (wrong.status_code, "f-current-error" in wrong.text) == (422, True)
    weak = await client.post("/settings/password", data={"current": PASSWORD, "password": "Mara Visser"})
    assert (weak.status_code, "f-password-error" in weak.text, "Mara Visser<" in weak.text) == (422, True, True)
    done = await client.post("/settings/password", data={"current": PASSWORD, "password": NEW})
    assert done.status_code == 303
    assert await whoami(client) == who.handle, "this device stays"
    assert await Session.filter(revoked_at=None).count() == 1
    assert [mail.subject for mail in await letters()] == ["Your password at Commonplace was changed"]


async def test_an_administrator_needs_a_longer_password(client: httpx2.AsyncClient) -> None:
    who = await signed_in(client)
    await make.grant(who, "admin")
    short = await client.post("/settings/password", data={"current": PASSWORD, "password": "vK9#mq2!xLp0"})
    assert (short.status_code, "at least 15" in short.text) == (422, True)
    done = await client.post("/settings/password", data={"current": PASSWORD, "password": NEW})
    assert done.status_code == 303


async def test_guessing_the_password_from_a_stolen_session_is_limited(client: httpx2.AsyncClient) -> None:
    await signed_in(client)
    data = {"current": "wrong", "password": NEW}
    statuses = [(await client.post("/settings/password", data=data)).status_code for _ in range(7)]
    assert statuses == [422] * 6 + [429]


async def test_devices(client: httpx2.AsyncClient) -> None:
    mara = await signed_in(client)
    omar = await make.member("Omar")
    dates = {"created_at": now(), "seen_at": now(), "expires_at": now() + timedelta(days=1)}
    phone = await Session.create(member=mara, hash="a", device="Safari on iPhone", **dates)
    tablet = await Session.create(member=mara, hash="b", device="<b>Tablet", **dates)
    foreign = await Session.create(member=omar, hash="c", device="Omar's", **dates)
    page = (await client.get("/settings/sessions")).text
    assert "Safari on iPhone" in page
    assert "&lt;b&gt;Tablet" in page
    assert "Omar" not in page
    assert (await client.post(f"/settings/sessions/{foreign.id}/end")).status_code == 404
    assert (await client.post(f"/settings/sessions/{phone.id}/end")).status_code == 303
    assert (await client.post(f"/settings/sessions/{phone.id}/end")).status_code == 404
    assert (await client.post("/settings/sessions/others/end")).status_code == 303
    assert (await Session.get(id=tablet.id)).revoked_at is not None
    assert (await Session.get(id=foreign.id)).revoked_at is None
    assert await whoami(client) == mara.handle


async def test_a_token_is_shown_once_and_acts_with_its_owners_rights(client: httpx2.AsyncClient) -> None:
    who = await signed_in(client)
    made = await client.post("/settings/tokens", data={"name": "Report <b>", "days": "30"})
    secret = made.text.partition("<code>")[2].partition("</code>")[0]
    assert secret.startswith("cp_")
    listed = await client.get("/settings/tokens")
    assert secret not in listed.text
    assert "Report &lt;b&gt;" in listed.text
    stored = await Token.get()
    assert secret not in (stored.hash, stored.name)
    assert stored.expires_at is not None
    client.cookies.clear()
    header = {"authorization": f"Bearer {secret}"}
    assert (await client.get("/api/v1/me", headers=header)).json()["handle"] == who.handle
    refused = await client.post("/api/v1/me/tokens", json={"name": "another"}, headers=header)
    assert refused.status_code == 403
    await Token.all().update(expires_at=now())
    assert (await client.get("/api/v1/me", headers=header)).status_code == 401


async def test_a_revoked_token_is_dead(client: httpx2.AsyncClient) -> None:
    await signed_in(client)
    secret = (await client.post("/api/v1/me/tokens", json={"name": "x"})).json()["token"]
    token = await Token.get()
    assert token.expires_at is None
    other = await make.member("Omar")
    await make.sign_in(client, other)
    assert (await client.post(f"/settings/tokens/{token.id}/revoke")).status_code == 404
    await make.sign_in(client, await Member.get(handle="mara-visser"))
    assert (await client.post(f"/settings/tokens/{token.id}/revoke")).status_code == 303
    client.cookies.clear()
    answer = await client.get("/api/v1/me", headers={"authorization": f"Bearer {secret}"})
    assert answer.status_code == 401


async def test_a_wrong_token_form_comes_back(client: httpx2.AsyncClient) -> None:
    await signed_in(client)
    for wrong in [{"name": ""}, {"name": "x" * 81}, {"name": "a", "days": "0"}, {"days": "x", "name": "a"}]:
        assert (await client.post("/settings/tokens", data=wrong)).status_code == 422
        assert not await Token.exists()


async def test_mail_on_and_off(client: httpx2.AsyncClient) -> None:
    await signed_in(client)
    await client.post("/settings/notices", data={})
    assert not (await Member.get()).mail_notices
    box = re.search(r'<input[^>]*name="mail_notices"[^>]*>', (await client.get("/settings/notices")).text)
    assert box is not None
    assert "checked" not in box[0]
    await client.put("/api/v1/me/mail", json={"mail_notices": True})
    assert (await Member.get()).mail_notices


async def test_settings_are_for_members(client: httpx2.AsyncClient) -> None:
    for path in [
        "/settings",
        "/settings/profile",
        "/settings/notices",
        "/settings/password",
        "/settings/sessions",
        "/settings/tokens",
    ]:
        answer = await client.get(path)
        assert (answer.status_code, answer.headers["location"]) == (303, f"/sign-in?next={path}")

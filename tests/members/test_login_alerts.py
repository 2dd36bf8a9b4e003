"""Letters that tell what is done to an account: new devices, passkeys, passwords, two steps, tokens."""

from datetime import timedelta

import httpx2
import pytest

from base.clock import now
from base.journal.models import Entry
from base.mail.models import OutgoingMail
from members.actions.make_token import make_token
from members.actions.reset_password import NewPassword, reset_password
from members.device_cookie import COOKIE
from members.devices import network_of
from members.links import reset_link
from members.models import KnownDevice, Member, Passkey, Session, Token
from members.viewer import VISITOR
from tests import builders as make
from tests.members.secrets_of import JOINING, PASSWORD, letters, link_in, whoami, with_password
from tests.site import open_client

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("cheap_hashes")]
NEW = "Somebody signed in at Commonplace on a new device"
OTHER = "other unrelated lemons"
AGENT = {"user-agent": "Mozilla/5.0 (Windows NT 10.0) Firefox/140.0"}


async def mara(**more: object) -> Member:
    return await with_password(await make.member("Mara Visser", **more))


async def enter(client: httpx2.AsyncClient, who: Member, password: str = PASSWORD) -> None:
    answer = await client.post("/sign-in", data={"email": str(who.email), "password": password}, headers=AGENT)
    assert answer.status_code == 303, answer.text


async def told(who: Member, subject: str = NEW) -> list[OutgoingMail]:
    return [one for one in await letters(str(who.email)) if one.subject == subject]


# New devices


async def test_the_first_sign_in_is_no_news_and_the_same_browser_never_is(client: httpx2.AsyncClient) -> None:
    who = await mara()
    for _ in range(3):
        await enter(client, who)
        await client.post("/sign-out")
    assert COOKIE in client.cookies
    assert await told(who) == []
    assert await KnownDevice.all().count() == 1


async def test_who_joins_is_told_nothing_when_they_confirm_and_come_back(client: httpx2.AsyncClient) -> None:
    await client.post("/join", data=JOINING)
    link = link_in((await letters())[0], "/join/confirm")
    await client.post(link)
    await client.post("/sign-out")
    who = await Member.get(email=JOINING["email"])
    await enter(client, who)
    assert await told(who) == []


async def test_a_new_browser_is_news_once(client: httpx2.AsyncClient) -> None:
    who = await mara(timezone="Europe/Amsterdam")
    await enter(client, who)
    async with open_client() as other:
        await enter(other, who)
        await other.post("/sign-out")
        await enter(other, who)
    (letter,) = await told(who)
    for text in (letter.text, letter.html):
        assert "Firefox on Windows" in text
        assert "127.0.0.0/24" in text
        assert "(Europe/Amsterdam)" in text
        assert "http://commonplace.test/settings/sessions" in text
        assert "http://commonplace.test/forgot" in text
    assert "127.0.0.1" not in letter.text, "the network is enough"
    entry = await Entry.get(kind="session.new_device")
    assert entry.data == {"session": (await Session.filter(member_id=who.id).order_by("id"))[1].id}


async def test_a_failed_sign_in_gives_the_browser_nothing(client: httpx2.AsyncClient) -> None:
    who = await mara()
    await client.post("/sign-in", data={"email": str(who.email), "password": "wrong unrelated oranges"})
    assert COOKIE not in client.cookies
    assert not await KnownDevice.exists()


async def test_a_browser_that_two_share_is_known_to_each(client: httpx2.AsyncClient) -> None:
    who, omar = await mara(), await with_password(await make.member("Omar"))
    async with open_client() as other:
        await enter(other, omar)
    await enter(client, who)
    before = client.cookies[COOKIE]
    await client.post("/sign-out")
    await enter(client, omar)
    assert len(await told(omar)) == 1, "that Mara uses it says nothing"
    assert len({one.hash for one in await KnownDevice.all()}) == 3
    assert before.split(".")[0] == client.cookies[COOKIE].split(".")[0]
    await client.post("/sign-out")
    await enter(client, omar)
    assert len(await told(omar)) == 1


async def test_a_made_up_cookie_is_a_new_browser(client: httpx2.AsyncClient) -> None:
    who = await mara()
    await enter(client, who)
    async with open_client() as other:
        for value in ("x", client.cookies[COOKIE][:-2] + "xx", ""):
            other.cookies.clear()
            other.cookies.set(COOKIE, value, domain="commonplace.test", path="/")
            await enter(other, who)
    assert len(await told(who)) == 3


async def test_by_json_too(client: httpx2.AsyncClient) -> None:
    who = await mara()
    for _ in range(2):
        assert (
            await client.post("/api/v1/session", json={"email": who.email, "password": PASSWORD})
        ).status_code == 200
    assert await told(who) == []
    client.cookies.clear()
    await client.post("/api/v1/session", json={"email": who.email, "password": PASSWORD})
    assert len(await told(who)) == 1


async def test_what_was_signed_out_from_the_list_is_news_again(client: httpx2.AsyncClient) -> None:
    who = await mara()
    await enter(client, who)
    async with open_client() as other:
        await enter(other, who)
        theirs = (await Session.filter(member_id=who.id, revoked_at=None).order_by("-id"))[0]
        await client.post(f"/settings/sessions/{theirs.id}/end")
        await enter(other, who)
        assert len(await told(who)) == 2
        await client.post("/settings/sessions/others/end")
        await enter(other, who)
        assert len(await told(who)) == 3
    await client.post("/sign-out")
    await enter(client, who)
    assert len(await told(who)) == 3, "the one that threw the others out is still known"


async def test_old_browsers_are_forgotten(client: httpx2.AsyncClient) -> None:
    who = await mara()
    await enter(client, who)
    await KnownDevice.all().update(seen_at=now() - timedelta(days=401))
    async with open_client() as other:
        await enter(other, who)
    assert await KnownDevice.all().count() == 1


@pytest.mark.parametrize(
    ("address", "network"),
    [("192.0.2.77", "192.0.2.0/24"), ("2001:db8:1:2::3", "2001:db8:1::/48"), ("", ""), ("testclient", "")],
)
def test_of_the_place_we_know_the_network(address: str, network: str) -> None:
    assert network_of(address) == network


async def test_nobody_is_written_to_who_is_suspended_meanwhile(client: httpx2.AsyncClient) -> None:
    who = await mara()
    await enter(client, who)
    async with open_client() as other:
        await enter(other, who)
    await Member.filter(id=who.id).update(state="suspended")
    assert await told(who) == []


async def test_sign_out_everywhere(client: httpx2.AsyncClient) -> None:
    who = await mara()
    await enter(client, who)
    async with open_client() as other:
        await enter(other, who)
        page = (await client.get("/settings/sessions")).text
        assert page.count("Firefox on Windows") >= 2
        assert "This one" in page
        done = await client.post("/settings/sessions/all/end")
        assert (done.status_code, done.headers["location"]) == (303, "/sign-in")
        assert (await whoami(client), await whoami(other)) == ("", "")
    await enter(client, who)
    assert (await client.delete("/api/v1/me/sessions/all")).status_code == 204
    assert await whoami(client) == ""


# Passkeys and tokens


async def test_a_token_is_told_of(client: httpx2.AsyncClient) -> None:
    who = await mara()
    await enter(client, who)
    await client.post("/settings/tokens", data={"name": "Monthly report", "days": "30"})
    (letter,) = await told(who, "A token was made for your account at Commonplace")
    assert "“Monthly report”" in letter.text
    assert "Firefox on Windows" in letter.text
    assert "http://commonplace.test/settings/tokens" in letter.text
    secret = await make_token(who.id, "By the operator")
    assert len(await told(who, "A token was made for your account at Commonplace")) == 2
    assert not [one for one in await letters() if secret in one.text + one.html]


async def passkey(who: Member, name: str = "Phone") -> Passkey:
    return await Passkey.create(member=who, credential=name, handle="h", public_key="k", name=name, made_at=now())


async def test_a_removed_passkey_is_told_of(client: httpx2.AsyncClient) -> None:
    who = await mara()
    await enter(client, who)
    await client.post(f"/settings/passkeys/{(await passkey(who)).id}/remove")
    (letter,) = await told(who, "A passkey was removed from your account at Commonplace")
    assert "“Phone”" in letter.text
    assert "Firefox on Windows" in letter.text
    assert "http://commonplace.test/settings/passkeys" in letter.text


# Passwords


async def test_a_changed_password_says_what_still_opens_the_account(client: httpx2.AsyncClient) -> None:
    who = await mara()
    await enter(client, who)
    await make_token(who.id, "Report")
    await passkey(who)
    await client.post("/settings/password", data={"current": PASSWORD, "password": OTHER})
    (letter,) = await told(who, "Your password at Commonplace was changed")
    assert "the passkey “Phone”" in letter.text
    assert "1 token for programs" in letter.text
    assert "Firefox on Windows" in letter.text
    assert "link in our letter" not in letter.text
    assert await Token.filter(revoked_at=None).count() == 1, "who knew the password keeps their programs"


async def test_a_forgotten_password_ends_tokens_and_leaves_passkeys(client: httpx2.AsyncClient) -> None:
    who = await mara()
    header = {"authorization": f"Bearer {await make_token(who.id, 'Report')}"}
    await make_token(who.id, "Other")
    foreign = await make.token(await make.member("Omar"))
    await passkey(who)
    await enter(client, who)
    assert (await client.get("/api/v1/me", headers=header)).status_code == 200
    token = reset_link(who).partition("token=")[2]
    await reset_password(VISITOR, NewPassword(token=token, password=OTHER))
    assert (await client.get("/api/v1/me", headers=header)).status_code == 401
    assert (await client.get("/api/v1/me", headers=foreign)).status_code == 200
    assert await whoami(client) == ""
    assert await Passkey.all().count() == 1
    (letter,) = await told(who, "Your password at Commonplace was changed")
    assert "2 tokens for programs were ended." in letter.text
    assert "link in our letter" in letter.text
    assert "the passkey “Phone”" in letter.text
    assert await Entry.filter(kind="token.revoked", actor_id=who.id).count() == 2
    await enter(client, who, OTHER)
    assert len(await told(who)) == 1, "no browser is taken for known any more"

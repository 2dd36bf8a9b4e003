"""A private site, seen from the people it concerns: the switch, joining, waiting, letters."""

from datetime import timedelta

import httpx2
import pytest

from base import settings
from base.clock import now
from base.journal.models import Entry
from forum.banners import look_again
from forum.models import Thread
from members.actions.gather_mail import gather_mail
from members.actions.notify import notify
from members.models import Membership, Notice, Organisation, Session
from members.rules import listed_to_be_told, may_join
from tests import builders as make
from tests.members.inviting import ACCOUNT, MARA, hospital, invite, link_for_several
from tests.members.secrets_of import CHEAP, JOINING, PASSWORD, letters, link_in
from tests.statements import statements

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("cheap_hashes")]
WORD = {"kind": "answer", "group": "thread:1", "subject": "A subject", "text": "A text", "url": "/t/1", "reason": "r"}


def private(**more: object) -> None:
    settings.lay_under({"private": True, **more})


async def test_switching_asks_again_who_one_is_and_stands_in_the_journal(client: httpx2.AsyncClient) -> None:
    ada = await make.member("Ada", password_hash=CHEAP)
    await make.grant(ada, "admin")
    await make.sign_in(client, ada)
    await Session.filter(member_id=ada.id).update(created_at=now() - timedelta(hours=1), confirmed_at=None)
    form = {"private": "true", "was.private": "false", "joining": "open", "was.joining": "open"}
    asked = await client.post("/admin/settings/readers", data=form)
    assert asked.status_code == 403
    assert "confirm_password" in asked.text
    assert not settings.get().private
    done = await client.post("/admin/settings/readers", data=form | {"confirm_password": PASSWORD})
    assert done.headers["location"] == "/admin/settings/readers"
    assert settings.get().private
    entry = await Entry.get(kind="settings.changed")
    assert (entry.actor_id, entry.data) == (ada.id, {"changes": {"private": {"before": False, "after": True}}})
    assert (await client.get("/admin/settings/readers")).status_code == 200
    client.cookies.clear()
    assert (await client.get("/")).headers["location"] == "/sign-in?next=/"


async def test_the_setup_asks_for_whom_the_site_is(client: httpx2.AsyncClient) -> None:
    from app.setup_link import setup_address

    token = (await setup_address()).partition("token=")[2]
    assert "Who may read" in (await client.get(f"/setup?token={token}")).text
    form = {"token": token, "site_name": "River", "private": "true", "was.private": "false"}
    assert (await client.post("/setup", data=form)).status_code == 303
    assert settings.get().private
    # The setup itself goes on, for who has its address.
    assert (await client.get(f"/setup/administrator?token={token}")).status_code == 200
    assert (await client.get("/setup/administrator?token=x")).status_code == 404
    who = {"token": token, "name": "Sam Root", "email": "sam@river.example", "password": "violet anvil thirteen"}
    assert (await client.post("/setup/administrator", data=who)).headers["location"] == "/setup/mail"
    assert (await client.get("/setup/mail")).status_code == 200


async def test_the_doors_say_nothing_of_what_is_inside(client: httpx2.AsyncClient) -> None:
    shown = await make.thread("An announcement for all", kind="announcement")
    await Thread.filter(id=shown.id).update(banner_until=now() + timedelta(days=1))
    await look_again()
    assert "An announcement for all" in (await client.get("/sign-in")).text
    private()
    for path in (
        "/sign-in",
        "/join",
        "/about",
        "/guidelines",
        "/forgot",
        "/join/confirm?token=x",
        "/invitation/x",
        "/metrics",
        "/static/nothing",
    ):
        text = (await client.get(path)).text
        for word in ("An announcement for all", "og:", "ld+json", 'action="/search"', "/questions", "opensearch"):
            assert word not in text, (path, word)
        assert '<meta name="robots" content="noindex">' in text
    assert (await client.get("/robots.txt")).text == "User-agent: *\nDisallow: /\n"
    answer = await client.get("/t/1-x?page=2")
    assert answer.headers["location"] == "/sign-in?next=/t/1-x%3Fpage%3D2"
    assert "This site is for its members" in (await client.get(answer.headers["location"])).text
    # What was to be written is not, and nobody is led back to it.
    assert (await client.post("/ask/question")).headers["location"] == "/sign-in?next=/"
    assert (await client.get("/questions", headers={"Accept": "application/json"})).status_code == 401
    await make.sign_in(client, await make.member(at=await make.organisation()))
    assert "An announcement for all" in (await client.get("/")).text


async def test_a_guest_is_told_what_to_wait_for_and_comes_in_when_confirmed(client: httpx2.AsyncClient) -> None:
    private()
    home = await make.organisation("River Hospital")
    guest = await make.member("Gina", email="gina@river.example", trust=0)
    await make.sign_in(client, guest)
    assert (await client.get("/questions")).headers["location"] == "/waiting"
    assert (await client.get("/inbox/events", headers={"Accept": "text/event-stream"})).status_code == 204
    text = (await client.get("/waiting")).text
    assert "gina@river.example" in text
    assert "River Hospital" not in text
    place = await Membership.create(member=guest, organisation=home, state="pending", main=False, since=now())
    assert "River Hospital" in (await client.get("/waiting")).text
    assert (await client.get("/settings")).status_code == 200
    await Organisation.filter(id=home.id).update(state="pending")
    text = (await client.get("/waiting")).text
    assert "You have asked that it joins:" in text
    assert "Its administrators see that" not in text, "it has none yet"
    await Organisation.filter(id=home.id).update(state="active")
    await Membership.filter(id=place.id).update(state="active", main=True)
    assert (await client.get("/questions")).status_code == 200
    assert (await client.get("/waiting")).headers["location"] == "/"


async def test_nobody_waits_where_the_site_is_open(client: httpx2.AsyncClient) -> None:
    assert (await client.get("/waiting")).headers["location"].startswith("/sign-in?next=")
    await make.sign_in(client, await make.member(trust=0))
    assert (await client.get("/waiting")).headers["location"] == "/"


async def test_joining_a_private_site_ends_in_waiting(client: httpx2.AsyncClient) -> None:
    private()
    assert (await client.post("/join", data=JOINING)).headers["location"] == "/join/sent"
    link = link_in((await letters(MARA))[-1], "/join/confirm")
    done = await client.post("/join/confirm", data={"token": link.partition("token=")[2]})
    assert done.headers["location"] == "/settings/profile?welcome=1"
    text = (await client.get(done.headers["location"])).text
    assert "opens to you as soon as you are confirmed" in text
    assert (await client.get("/")).headers["location"] == "/waiting"


async def test_joining_by_invitation_only(client: httpx2.AsyncClient) -> None:
    assert may_join("open")
    assert not may_join("invitation")
    there = await hospital()
    _, letter_link = await invite(client, there)
    _, link = await link_for_several(client, there)
    private(joining="invitation")
    text = (await client.get("/join")).text
    assert "takes an invitation" in text
    assert 'name="email"' not in text
    for answer in (await client.post("/join", data=JOINING), await client.post("/api/v1/register", json=JOINING)):
        assert answer.status_code == 403
        assert "takes an invitation" in answer.text
    assert await Entry.filter(kind="member.registered").count() == 0
    assert (await client.get(link)).status_code == 200
    several = await client.post(link, data=ACCOUNT | {"email": "second@elisabeth.example"})
    assert several.status_code == 303, several.text
    assert (await client.get(letter_link)).status_code == 200
    assert (await client.post(letter_link, data=ACCOUNT)).status_code == 303
    assert (await client.get("/questions")).status_code == 200


async def test_guests_of_a_private_site_get_no_word_of_it(client: httpx2.AsyncClient) -> None:
    home = await make.organisation()
    guest, mara, nia = await make.member(trust=0), await make.member(at=home), await make.moderator()
    left = await make.member(at=home)
    await Membership.filter(member_id=left.id).update(state="left")
    everybody = [guest.id, mara.id, nia.id, left.id]
    await notify(everybody, key="before", because="own", actor_id=None, **WORD)
    assert await Notice.all().count() == 4
    private(mail_window_minutes=0)
    assert await notify(everybody, key="after", because="own", actor_id=None, **WORD) == 2
    await gather_mail()
    told = {mail.to for mail in await letters()}
    assert told == {mara.email, nia.email}
    assert listed_to_be_told(False, now()).sql == "1 = 1"


async def test_files_of_the_design_ask_the_database_nothing(client: httpx2.AsyncClient) -> None:
    private()
    with statements() as sent:
        assert (await client.get("/static/app.css")).status_code == 200
    assert sent == []

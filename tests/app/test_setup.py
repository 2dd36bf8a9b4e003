"""A new site is set up in the browser, by whoever holds the address that the start printed."""

import asyncio
import re
from urllib.parse import urlsplit

import httpx2
import pytest

from app.setup_link import setup_address
from base import settings
from base.db import rows
from base.journal.deliver import deliver_all
from base.signing import sign
from members.queries.staff import holders
from tests.builders import grant, member, sign_in

pytestmark = pytest.mark.anyio
WHO = {"name": "Sam Root", "email": "sam@river.example", "password": "violet anvil thirteen"}


@pytest.fixture(autouse=True)
def cheap_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    from argon2 import PasswordHasher

    monkeypatch.setattr("members.passwords._hasher", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


@pytest.fixture
async def token(client: httpx2.AsyncClient) -> str:
    return urlsplit(await setup_address()).query.removeprefix("token=")


async def test_a_site_is_set_up_in_four_steps(client: httpx2.AsyncClient, token: str) -> None:
    text = (await client.get(f"/setup?token={token}")).text
    assert "What is this site called?" in text
    answer = await client.post("/setup", data={"token": token, "site_name": "River Hospitals", "language": "en"})
    assert answer.headers["location"] == f"/setup/administrator?token={token}"
    assert "River Hospitals" in (await client.get(answer.headers["location"])).text
    answer = await client.post("/setup/administrator", data={"token": token, **WHO})
    assert answer.headers["location"] == "/setup/mail"
    assert "How do letters leave?" in (await client.get("/setup/mail")).text
    answer = await client.post("/setup/mail", data={"do": "keep", "mail_from": "forum@river.example"})
    assert answer.headers["location"] == "/setup/samples"
    assert settings.get().mail_from == "forum@river.example"
    assert (await client.post("/setup/samples", data={"samples": "no"})).headers["location"] == "/setup/done"
    assert "River Hospitals is ready" in (await client.get("/setup/done")).text
    assert len(await holders("admin")) == 1


async def test_without_the_token_nobody_gets_in(client: httpx2.AsyncClient, token: str) -> None:
    for wrong in ("", "x", sign("reset", 1), f"{token}x"):
        assert (await client.get(f"/setup?token={wrong}")).status_code == 404
        assert (await client.post("/setup", data={"token": wrong, "site_name": "Mine"})).status_code == 404
        assert (await client.get(f"/setup/administrator?token={wrong}")).status_code == 404
        assert (await client.post("/setup/administrator", data={"token": wrong, **WHO})).status_code == 404
    for path in ("/setup/mail", "/setup/samples", "/setup/done"):
        assert (await client.get(path)).headers["location"].startswith("/sign-in")
    assert await holders("admin") == set()
    assert settings.get().site_name == "Commonplace"


async def test_the_token_opens_nothing_once_somebody_runs_the_site(client: httpx2.AsyncClient, token: str) -> None:
    assert (await client.get(f"/setup?token={token}")).status_code == 200
    await grant(await member("Ada Admin"), "admin")
    assert (await client.get(f"/setup?token={token}")).status_code == 404
    assert (await client.post("/setup", data={"token": token, "site_name": "Mine"})).status_code == 404
    assert (await client.post("/setup/administrator", data={"token": token, **WHO})).status_code == 404
    assert await setup_address() == ""


async def test_two_who_have_the_address_do_not_both_get_in(client: httpx2.AsyncClient, token: str) -> None:
    forms = [{"token": token, **WHO, "email": f"{name}@river.example"} for name in ("one", "two", "three")]
    answers = await asyncio.gather(*(client.post("/setup/administrator", data=form) for form in forms))
    assert sorted(answer.status_code for answer in answers) == [303, 404, 404]
    assert len(await holders("admin")) == 1


async def test_the_token_ends_after_a_week(
    client: httpx2.AsyncClient, token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.setup_link.SECONDS", -1)
    assert (await client.get(f"/setup?token={token}")).status_code == 404


async def test_faults_are_told_and_what_was_typed_is_kept(client: httpx2.AsyncClient, token: str) -> None:
    answer = await client.post("/setup", data={"token": token, "site_name": "x" * 70, "language": "english"})
    assert answer.status_code == 422
    assert "may have at most 60 characters" in answer.text
    assert "x" * 70 in answer.text
    for wrong in ("short", "password password", "sam root river sam"):
        answer = await client.post("/setup/administrator", data={"token": token, **WHO, "password": wrong})
        assert answer.status_code == 422
        assert "A password needs" in answer.text or "This password is" in answer.text
        assert 'value="sam@river.example"' in answer.text
        assert f'value="{wrong}"' not in answer.text
    answer = await client.post("/setup/administrator", data={"token": token, **WHO, "email": "sam"})
    assert "one whole e-mail address" in answer.text
    answer = await client.post("/setup/administrator", data={"token": token, "name": "", "email": "x", "password": "y"})
    assert answer.text.count('class="wrong"') == 3
    assert await holders("admin") == set()


async def test_samples_are_made_by_the_journal_and_nobody_in_them_can_sign_in(client: httpx2.AsyncClient) -> None:
    ada = await member("Ada Admin")
    await grant(ada, "admin")
    await sign_in(client, ada)
    assert "Please choose one." in (await client.post("/setup/samples", data={})).text
    await client.post("/setup/samples", data={"samples": "yes"})
    waiting = (await client.get("/setup/done")).text
    assert "being made" in waiting
    assert 'http-equiv="refresh"' in waiting
    await deliver_all()
    text = (await client.get("/setup/done")).text
    assert "The samples are there." in text
    assert "refresh" not in text
    assert await rows("SELECT id FROM members WHERE password_hash <> ''") == []
    assert await holders("admin", "moderator", "editor") == {ada.id}
    again = await client.post("/setup/samples", data={"samples": "yes"})
    assert again.status_code == 303
    await deliver_all()


async def test_the_front_page_says_what_is_left_to_administrators_until_it_is_put_away(
    client: httpx2.AsyncClient,
) -> None:
    await sign_in(client, await member("Just Somebody"))
    assert "Next steps" not in (await client.get("/")).text
    assert (await client.post("/admin/next-steps/hide")).status_code == 403
    ada = await member("Ada Admin")
    await grant(ada, "admin")
    await sign_in(client, ada)
    text = (await client.get("/")).text
    assert "Next steps" in text
    assert re.search(r'class="done".*?Let people in', text, re.DOTALL)
    assert (await client.post("/admin/next-steps/hide")).status_code == 303
    assert "Next steps" not in (await client.get("/")).text


async def test_a_trial_shows_what_the_server_answers(client: httpx2.AsyncClient) -> None:
    ada = await member("Ada Admin")
    await grant(ada, "admin")
    await sign_in(client, ada)
    server = await asyncio.start_server(_refuse, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    form = {
        "do": "try", "to": "you@river.example", "mail_server": "127.0.0.1", "mail_port": str(port), "mail_tls": "none",
        "mail_password": "deep secret",
    }  # fmt: skip
    async with server:
        text = (await client.post("/setup/mail", data=form)).text
    assert "The letter was not taken." in text
    assert "550 5.7.1 We do not know you" in text
    assert f'value="{port}"' in text
    assert "deep secret" not in text
    assert settings.get().mail_server == ""
    assert "is needed" in (await client.post("/setup/mail", data={"do": "try", "to": ""})).text


ANSWERS = {b"EHLO": b"250 mail.test\r\n", b"MAIL": b"550 5.7.1 We do not know you\r\n"}


async def _refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"220 mail.test\r\n")
    while line := await reader.readline():
        word = line[:4].upper()
        writer.write(ANSWERS.get(word, b"250 ok\r\n"))
        if word == b"QUIT":
            break
    writer.close()
    await writer.wait_closed()

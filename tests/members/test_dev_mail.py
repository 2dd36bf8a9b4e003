"""Mail written on this machine: shown here and to nobody else."""

import httpx2
import pytest

from base import settings
from base.mail import Letter, post_office, send
from tests.members.outline import faults_of
from tests.members.secrets_of import JOINING, letters, token_in

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("cheap_hashes")]
HERE = {"host": "127.0.0.1:8000"}


@pytest.fixture
def on_loopback(client: httpx2.AsyncClient) -> None:
    settings.use(settings.get().model_copy(update={"base_url": "", "host": "127.0.0.1", "port": 8000}))


@pytest.mark.usefixtures("on_loopback")
async def test_letters_newest_first_with_links_that_work(client: httpx2.AsyncClient) -> None:
    assert "No letters yet" in (await client.get("/dev/mail", headers=HERE)).text
    await send(Letter(key="a", to="first@example.org", subject="First", text="x"))
    await client.post("/join", data=JOINING, headers=HERE)
    await letters()
    await post_office()
    page = (await client.get("/dev/mail", headers=HERE)).text
    assert faults_of(page) == []
    assert page.index("Please confirm") < page.index("First")
    mail = (await letters())[-1]
    shown = await client.get(f"/dev/mail/{mail.id}", headers=HERE)
    assert faults_of(shown.text) == []
    token = mail.text.partition("/join/confirm?token=")[2].split()[0]
    assert f'<a href="/join/confirm?token={token}" rel' in shown.text
    assert (await client.get("/dev/mail/999", headers=HERE)).status_code == 404


@pytest.mark.usefixtures("on_loopback")
async def test_a_letter_is_shown_as_text(client: httpx2.AsyncClient) -> None:
    text = 'See <script>alert(1)</script> javascript:alert(1) https://x.example/"onmouseover=alert(1) and (http://y.example/a).'
    await send(Letter(key="a", to="a@example.org", subject="<b>Bold</b>", text=text))
    shown = (await client.get("/dev/mail/1", headers=HERE)).text
    assert faults_of(shown) == []
    assert "<script>alert" not in shown
    assert "<b>Bold" not in shown
    assert 'href="http://y.example/a"' in shown
    assert 'href="javascript' not in shown


@pytest.mark.usefixtures("on_loopback")
@pytest.mark.parametrize(
    ("changes", "headers"),
    [
        ({"mail_server": "smtp.example.org"}, HERE),
        ({"host": "0.0.0.0"}, HERE),
        ({"base_url": "https://forum.example.org"}, HERE),
        ({"behind_proxy": True}, HERE),
        ({}, HERE | {"x-forwarded-for": "203.0.113.9"}),
        ({}, {"host": "rebound.evil.test:8000"}),
        ({}, {"host": "127.0.0.1.evil.test"}),
    ],
)
async def test_nobody_else_sees_it(
    client: httpx2.AsyncClient, changes: dict[str, object], headers: dict[str, str]
) -> None:
    await send(Letter(key="a", to="a@example.org", subject="Secret", text="x"))
    assert (await client.get("/dev/mail", headers=HERE)).status_code == 200
    settings.use(settings.get().model_copy(update=changes))
    for path in ("/dev/mail", "/dev/mail/1"):
        answer = await client.get(path, headers=headers)
        assert answer.status_code == 404
        assert "Secret" not in answer.text


async def test_the_letter_itself_names_the_public_address(client: httpx2.AsyncClient) -> None:
    await client.post("/join", data=JOINING)
    assert token_in((await letters())[0], "/join/confirm")

"""Whatever a form met with, who typed a text into it gets it back."""

from html import unescape
from typing import Any

import httpx2
import pytest
from tortoise.exceptions import OperationalError

from forum.models import Post
from forum.pages import thread as thread_pages
from members.models import Session
from tests import builders as make

pytestmark = pytest.mark.anyio
TEXT = "We ask for <consent> twice, and\nkeep the second answer & the date."


def shown(answer: httpx2.Response) -> list[str]:
    """Return the texts that a page gives back, in fields that can be copied from."""
    return [unescape(one.partition(">")[2].partition("</textarea>")[0]) for one in answer.text.split("<textarea")[1:]]


@pytest.fixture
async def address(client: httpx2.AsyncClient) -> str:
    thread = await make.thread("How do you ask for consent?")
    await make.sign_in(client, await make.member("Mara", at=await make.organisation()))
    return f"/t/{thread.id}/answer"


async def test_whose_sign_in_has_ended_meanwhile(client: httpx2.AsyncClient, address: str) -> None:
    await Session.all().delete()
    answer = await client.post(address, data={"body": TEXT})
    assert answer.status_code == 401
    assert shown(answer) == [TEXT]
    assert 'href="/sign-in?next=/t/1" target="_blank"' in answer.text
    assert answer.text.count("<h1") == 1
    with_file = {"file": ("a.png", b"", "image/png")}
    answer = await client.post(address, data={"body": TEXT}, files=with_file)
    assert (answer.status_code, shown(answer)) == (401, [TEXT])
    short = await client.post(address, data={"body": "Short"})
    assert (short.status_code, short.headers["location"]) == (303, "/sign-in?next=/t/1")


async def test_what_is_gone_meanwhile(client: httpx2.AsyncClient, address: str) -> None:
    answer = await client.post("/t/999/answer", data={"body": TEXT, "once": "a key of the form, hidden"})
    assert answer.status_code == 404
    assert TEXT in shown(answer)


async def test_the_database_takes_nothing(
    client: httpx2.AsyncClient, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def full(*_: Any, **__: Any) -> None:
        raise OperationalError("database or disk is full")

    monkeypatch.setattr(Post, "create", full)
    monkeypatch.setattr("forum.actions.answer.answer", full)
    monkeypatch.setattr(thread_pages, "answer", full, raising=False)
    client._transport.raise_app_exceptions = False  # type: ignore[attr-defined]
    answer = await client.post(address, data={"body": TEXT})
    assert answer.status_code == 503
    assert TEXT in answer.text
    assert answer.headers["content-type"].startswith("text/plain")


async def test_secrets_are_not_given_back(client: httpx2.AsyncClient, address: str) -> None:
    await Session.all().delete()
    sent = {"current": "correct horse battery staple", "password": "another horse battery staple"}
    answer = await client.post("/settings/password", data=sent)
    assert "horse" not in answer.text


async def test_a_form_whose_files_were_taken_already(client: httpx2.AsyncClient, address: str) -> None:
    files = {"file": ("notes.txt", b"what was agreed", "text/plain")}
    answer = await client.post("/t/999/answer", data={"body": TEXT}, files=files)
    assert answer.status_code == 404
    assert TEXT in shown(answer)[0]

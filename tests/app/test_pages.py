"""The pages of the top floor: front page, words, machines, administration."""

import xml.etree.ElementTree as ET

import httpx2
import pytest

from app.demo.fill import fill_demo
from base.clock import now
from base.journal.models import Delivery, Entry
from members.models import Member
from tests.builders import grant, member, platform, sign_in, thread
from tests.statements import statements

pytestmark = pytest.mark.anyio


async def admin() -> Member:
    found = await member("Ada Admin")
    await grant(found, "admin")
    return found


async def test_an_empty_site_invites(client: httpx2.AsyncClient) -> None:
    text = (await client.get("/")).text
    assert text.count("<h1") == 1
    assert "Nothing here yet" in text
    assert "Every question has an answer" in (await client.get("/?tab=unanswered")).text


async def test_the_front_page_shows_what_one_may_see(client: httpx2.AsyncClient) -> None:
    await thread(title="A public question for all", audience="public")
    await thread(title="A network question for some", audience="network")
    text = (await client.get("/")).text
    assert "A public question for all" in text
    assert "A network question for some" not in text


async def test_members_see_what_waits_in_their_platforms(client: httpx2.AsyncClient) -> None:
    video, post = await platform("YouTube"), await platform("Letters")
    ann = await member("Ann Lee", platforms=[video])
    await thread(title="Unanswered about videos", platforms=[video])
    await thread(title="Unanswered about letters", platforms=[post])
    await sign_in(client, ann)
    card = (await client.get("/")).text.partition("Unanswered in your platforms")[2]
    assert "Unanswered about videos" in card
    assert "Unanswered about letters" not in card


async def test_the_front_page_costs_the_same_with_many_rows(
    client: httpx2.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.queries.network._KEEP_SECONDS", 0.0)
    await thread()
    await client.get("/")
    await thread()
    with statements() as few:
        await client.get("/")
    for _ in range(30):
        await thread()
    with statements() as many:
        await client.get("/")
    assert len(many) == len(few) <= 7


@pytest.mark.parametrize("path", ["/about", "/guidelines", "/accessibility", "/writing-help", "/api"])
async def test_pages_of_words(client: httpx2.AsyncClient, path: str) -> None:
    answer = await client.get(path)
    assert answer.status_code == 200
    assert answer.text.count("<h1") == 1


async def test_machines_are_answered(client: httpx2.AsyncClient) -> None:
    await thread(title="A public question for all")
    await thread(title="A network question for some", audience="network")
    assert "Sitemap: http://commonplace.test/sitemap.xml" in (await client.get("/robots.txt")).text
    addresses = [
        place.text or "" for place in ET.fromstring((await client.get("/sitemap.xml")).content).iter() if place.text
    ]
    assert any("a-public-question" in address for address in addresses)
    assert not any("a-network-question" in address for address in addresses)
    assert "{searchTerms}" in (await client.get("/opensearch.xml")).text
    contact = (await client.get("/.well-known/security.txt")).text
    assert {line.partition(":")[0] for line in contact.splitlines()} == {
        "Contact", "Expires", "Preferred-Languages", "Canonical", "Policy"
    }  # fmt: skip
    assert "three working days" in (await client.get("/.well-known/security-policy.txt")).text
    described = (await client.get("/api/openapi.json")).json()
    assert described["openapi"] == "3.1.0"
    assert "/api/v1/threads" in described["paths"]
    assert "/api/v1/search" in described["paths"]


@pytest.mark.parametrize("path", ["/admin", "/admin/journal"])
async def test_administration_is_for_administrators(client: httpx2.AsyncClient, path: str) -> None:
    assert (await client.get(path)).status_code == 303
    await sign_in(client, await member("Ann Lee"))
    assert (await client.get(path)).status_code == 403
    await sign_in(client, await admin())
    assert (await client.get(path)).status_code == 200


async def test_dead_letters_are_shown_and_tried_again(client: httpx2.AsyncClient) -> None:
    await sign_in(client, await admin())
    entry = await Entry.create(kind="thread.asked", subject_id=1, at=now())
    dead = await Delivery.create(
        entry=entry, subscriber="search_index", due=now(), tries=8, dead=True, error="Boom: no"
    )
    text = (await client.get("/admin/journal")).text
    assert "Boom: no" in text
    answer = await client.post("/admin/journal/retry", data={"id": str(dead.id)})
    assert answer.status_code == 303
    again = await Delivery.get(id=dead.id)
    assert (again.dead, again.tries) == (False, 0)
    assert (await client.post("/admin/journal/retry", data={"id": "9" * 40})).status_code == 422
    assert await Entry.filter(kind="delivery.retried", subject_id=dead.id).exists()


async def test_every_page_of_the_demonstration_stands(client: httpx2.AsyncClient) -> None:
    await fill_demo()
    await sign_in(client, await admin())
    for path in (
        "/",
        "/admin",
        "/admin/journal",
        "/practices",
        "/questions",
        "/case-studies",
        "/discussions",
        "/people",
    ):
        assert (await client.get(path)).status_code == 200, path

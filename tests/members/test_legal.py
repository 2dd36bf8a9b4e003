"""Legal documents: versions that never change, accepted by who joins and again when they change; nothing is ticked."""

from datetime import timedelta
from typing import Any

import httpx2
import pytest

from base.clock import now
from base.db import rows
from base.settings import Settings
from members.models import Consent, LegalText, Member, Session
from tests import builders as make
from tests.members.secrets_of import PASSWORD
from tests.statements import statements

pytestmark = pytest.mark.anyio
Client = httpx2.AsyncClient
TEXT = "We keep what you write, and nothing more than we need."


async def published(client: Client, document: str = "terms", **more: Any) -> LegalText:
    """Publish a version as an administrator; signs out afterwards."""
    admin = await make.member()
    await make.grant(admin, "admin")
    await make.sign_in(client, admin)
    given = {"document": document, "title": f"Our {document}", "text": TEXT} | more
    answer = await client.post("/api/v1/legal", json=given)
    assert answer.status_code == 201, answer.text
    client.cookies.clear()
    made = answer.json()
    return await LegalText.filter(document=document, version=made["version"]).order_by("-id").first()  # type: ignore[return-value]


@pytest.fixture
async def mara(site: Settings) -> Member:
    return await make.member("Mara")


async def test_members_are_asked_on_the_next_page_and_only_once(client: Client, mara: Member) -> None:
    await published(client)
    await make.sign_in(client, mara)
    answer = await client.get("/questions?sort=new")
    assert answer.status_code == 303
    assert answer.headers["location"] == "/legal/accept?next=%2Fquestions%3Fsort%3Dnew"
    # The script that listens for notices is not led to a form.
    assert (await client.get("/inbox/events", headers={"Accept": "text/event-stream"})).status_code == 204
    form = await client.get(answer.headers["location"])
    assert form.status_code == 200
    assert '" checked' not in form.text
    assert "Our terms" in form.text
    wrong = await client.post("/legal/accept", data={"next": "/questions?sort=new"})
    assert wrong.status_code == 422
    assert "Please read and accept: Our terms." in wrong.text
    assert not await Consent.all().exists()
    right = await client.post("/legal/accept", data={"next": "/questions?sort=new", "accept": "terms:1"})
    assert right.headers["location"] == "/questions?sort=new"
    assert (await client.get("/questions")).status_code == 200
    said = await Consent.get(member_id=mara.id)
    assert (said.what, said.version, said.value) == ("terms", 1, "accepted")
    assert "version 1" in (await client.get("/settings/data")).text


@pytest.mark.parametrize(
    "path",
    ["/legal", "/legal/terms", "/legal/terms?version=1", "/settings/data", "/settings/data/leave", "/guidelines",
     "/api/v1/legal", "/api/v1/legal/terms", "/api/v1/me/data", "/api/v1/me/consents", "/about"],
)  # fmt: skip
async def test_what_is_needed_to_decide_stays_open(client: Client, mara: Member, path: str) -> None:
    await published(client)
    await make.sign_in(client, mara)
    assert (await client.get(path)).status_code == 200


async def test_signing_out_a_copy_and_programs(client: Client, mara: Member) -> None:
    await published(client)
    await make.sign_in(client, mara)
    told = await client.get("/api/v1/threads", headers={"accept": "application/json"})
    assert told.status_code == 403
    assert "/legal" in told.json()["detail"]
    assert (await client.post("/settings/data/copy")).headers["location"] == "/settings/data"
    assert (await client.post("/sign-out")).status_code == 303
    assert (await client.get("/questions")).status_code == 200


async def test_what_somebody_is_sending_is_taken_first(client: Client, mara: Member) -> None:
    thread = await make.thread()
    await published(client)
    await make.sign_in(client, mara)
    sent = await client.post(f"/t/{thread.id}/answer", data={"body": "What I typed for an hour must not be lost."})
    assert "/legal/accept" not in sent.headers.get("location", "")
    assert (await rows("SELECT COUNT(*) AS n FROM posts WHERE thread_id = ?", thread.id))[0]["n"] == 2


async def test_small_changes_translations_and_days_to_come_ask_nobody(client: Client, mara: Member) -> None:
    await published(client)
    await make.sign_in(client, mara)
    await client.post("/legal/accept", data={"accept": "terms:1"})
    await published(client, text="A comma was missing, and is not any more.")
    await published(
        client, language="nl", version=2, text="Wij bewaren wat u schrijft, en niets meer.", is_significant=True
    )
    later = (now() + timedelta(days=9)).date().isoformat()
    await published(client, effective_on=later, is_significant=True)
    await make.sign_in(client, mara)
    assert (await client.get("/questions")).status_code == 200
    await LegalText.filter(version=3).update(effective_on=now().date())
    await make.act("legal.published")
    assert (await client.get("/questions")).headers["location"].startswith("/legal/accept")
    assert (
        await client.post("/legal/accept", data={"accept": "terms:1"})
    ).status_code == 422  # an old one is not enough
    assert (await client.post("/api/v1/me/consents/documents", json={"accept": ["terms:3"]})).status_code == 204
    assert (await client.get("/questions")).status_code == 200


async def test_what_was_announced_is_asked_for_on_its_day_whatever_was_accepted_since(
    client: Client, mara: Member
) -> None:
    await published(client)
    later = (now() + timedelta(days=9)).date().isoformat()
    announced = await published(client, effective_on=later, is_significant=True)
    await published(client, "privacy")  # published after it, in force before it
    await make.sign_in(client, mara)
    await client.post("/legal/accept", data={"accept": ["terms:1", "privacy:1"]})
    assert (await client.get("/questions")).status_code == 200
    await LegalText.filter(id=announced.id).update(effective_on=now().date())
    await make.act("legal.published", announced.id)
    assert (await client.get("/questions")).status_code == 303
    await client.post("/legal/accept", data={"accept": "terms:2"})
    assert (await client.get("/questions")).status_code == 200


async def test_old_versions_stay_readable_as_they_were(client: Client) -> None:
    await published(client)
    await published(client, text="Something else stands here by now, for everybody.", is_significant=True)
    assert "Something else" in (await client.get("/legal/terms")).text
    old = (await client.get("/legal/terms?version=1")).text
    assert TEXT in old
    assert "not the version in force" in old
    for path in ("/legal/terms?version=9", "/legal/terms?version=x", "/legal/nothing", "/legal/privacy"):
        assert (await client.get(path)).status_code == 404, path


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"document": "gossip"}, "document"),
        ({"title": ""}, "title"),
        ({"text": "short"}, "text"),
        ({"effective_on": "2020-01-01"}, "effective_on"),
        ({"version": 7}, "version"),
        ({"language": "<b>"}, "language"),
    ],
)
async def test_a_wrong_version_is_told_at_its_field(client: Client, given: dict[str, Any], field: str) -> None:
    admin = await make.member()
    await make.grant(admin, "admin")
    await make.sign_in(client, admin)
    sent = {"document": "terms", "title": "Our terms", "text": TEXT} | given
    answer = await client.post("/api/v1/legal", json=sent)
    assert answer.status_code == 422
    assert field in answer.json()["errors"]
    page = await client.post("/admin/legal", data=sent)
    assert page.status_code == 422
    assert not await LegalText.all().exists()


async def test_only_administrators_publish_and_prove_it_first(client: Client, mara: Member) -> None:
    sent = {"document": "terms", "title": "Mine", "text": TEXT}
    await make.sign_in(client, mara)
    assert (await client.post("/admin/legal", data=sent)).status_code == 403
    assert (await client.get("/admin/legal")).status_code == 403
    await make.grant(mara, "admin")
    long_ago = now() - timedelta(hours=1)
    await Session.all().update(created_at=long_ago, confirmed_at=long_ago)
    asked = await client.post("/admin/legal", data=sent)
    assert "Please confirm" in asked.text
    assert TEXT in asked.text  # what was typed goes through
    assert not await LegalText.all().exists()


async def test_a_document_cannot_bring_scripts(client: Client) -> None:
    await published(client, text="<script>alert(1)</script> and [x](javascript:alert(1)), which is text.")
    assert "<script>alert" not in (await client.get("/legal/terms")).text


async def test_joining_asks_and_writes_it_down(client: Client, site: Settings) -> None:
    form = {"name": "New Person", "email": "new@example.org", "password": PASSWORD}
    await published(client)
    await published(client, "privacy")
    page = await client.get("/join")
    assert page.text.count('name="accept"') == 2
    assert '" checked' not in page.text
    wrong = await client.post("/join", data=form | {"accept": "terms:1"})
    assert wrong.status_code == 422
    assert "Please read and accept: Our privacy." in wrong.text
    assert "Please read and accept: Our terms." not in wrong.text
    assert not await Member.filter(email="new@example.org").exists()
    right = await client.post("/join", data=form | {"accept": ["terms:1", "privacy:1"]})
    assert right.status_code == 303
    member = await Member.get(email="new@example.org")
    assert await Consent.filter(member_id=member.id).count() == 2
    await Member.filter(id=member.id).update(state="active")
    await make.sign_in(client, member)
    assert (await client.get("/questions")).status_code == 200


@pytest.mark.parametrize(
    ("what", "value", "status"),
    [("credit", "name", 303), ("contact", "yes", 303), ("contact", "name", 422), ("terms", "yes", 422)],
)
async def test_free_consents_are_given_and_taken_back(
    client: Client, mara: Member, what: str, value: str, status: int
) -> None:
    await make.sign_in(client, mara)
    page = await client.get("/settings/data")
    assert '" checked' not in page.text
    assert (await client.post("/settings/data/consents", data={"what": what, "value": value})).status_code == status
    if status == 303:
        assert (await client.post("/settings/data/consents", data={"what": what, "value": "no"})).status_code == 303
        said = (await client.get("/api/v1/me/consents")).json()["consents"]
        assert said[what] == "no"
        assert [one["value"] for one in said["said"]] == ["no", value]  # both stay


async def test_a_page_costs_no_statement_more(client: Client, mara: Member) -> None:
    await make.sign_in(client, mara)
    await client.get("/settings/data")
    with statements() as sent:
        assert (await client.get("/settings/data")).status_code == 200
    assert len(sent) <= 6


async def test_shared_pages_are_not_given_to_who_must_accept(client: Client, mara: Member) -> None:
    """A page kept for all members is no way around, and nobody else is held up by one who is."""
    other = await make.member("Other", legal_upto=10**9)
    await published(client)
    await make.sign_in(client, other)
    for _ in range(3):
        assert (await client.get("/questions")).status_code == 200
    await make.sign_in(client, mara)
    assert (await client.get("/questions")).status_code == 303
    await make.sign_in(client, other)
    assert (await client.get("/questions")).status_code == 200

"""What an organisation decides for its people: letters without content, who is told of case studies, whom to ask."""

from datetime import timedelta
from typing import Any

import httpx2
import pytest

from base.clock import now
from base.db import execute
from base.journal.deliver import deliver_all
from base.journal.models import Entry
from base.mail.models import OutgoingMail
from members.actions.gather_mail import gather_mail
from members.actions.notify import notify
from members.models import Member, Membership, Notice, Organisation, Session
from members.queries.mail_content import may_quote_to
from tests import builders as make
from tests.members.inviting import Hospital, become, hospital
from tests.members.outline import faults_of

pytestmark = pytest.mark.anyio
TITLE = "A patient in room four"
TEXT = "The words that nobody outside may read"


async def policies(client: httpx2.AsyncClient, there: Hospital, **given: str) -> httpx2.Response:
    key = await make.token(there.grace)
    client.cookies.clear()
    return await client.put(
        f"/api/v1/organisations/{there.organisation.slug}/console/policies", json=given, headers=key
    )


async def tell(who: Member, key: str = "thread:1", **more: Any) -> None:
    nosy = await Member.get_or_none(name="Nosy Parker") or await make.member("Nosy Parker")
    given: dict[str, Any] = {
        "key": key, "kind": "answer", "group": "thread:1", "subject": TITLE, "text": TEXT,
        "url": "/t/1-a-patient-in-room-four", "reason": "Because you watch #oncology.", "because": "thread",
        "because_id": 1, "actor_id": nosy.id,
    }  # fmt: skip
    await notify([who.id], **given | more)
    await execute("UPDATE notices SET created_at = ?", now() - timedelta(hours=1))


async def test_the_page_keeps_policies_and_shows_what_is_wrong(client: httpx2.AsyncClient) -> None:
    there = await hospital()
    path = f"/organisations/{there.organisation.slug}/console/settings"
    await Organisation.filter(id=there.organisation.id).update(term_start="2024-01-01", term_end="2026-12-31")
    await become(client, there.grace)
    page = (await client.get(path)).text
    assert "It is not enforced yet" in page
    assert "2024" in page
    assert faults_of(page) == []
    wrong = await client.post(path, data={"privacy_contact": "not an address", "signoff": "approve"})
    assert wrong.status_code == 422
    assert 'value="not an address"' in wrong.text
    given = {"privacy_contact": "DPO@Elisabeth.example", "signoff": "approve", "mail_content": "none"}
    assert (await client.post(path, data=given)).status_code == 303
    found = await Organisation.get(id=there.organisation.id)
    assert (found.privacy_contact, found.signoff, found.mail_content) == ("dpo@elisabeth.example", "approve", "none")
    entry = await Entry.get(kind="console.policies_set")
    assert entry.data["before"] == {"privacy_contact": "", "signoff": "none", "mail_content": "full"}
    assert entry.data["after"]["mail_content"] == "none"
    assert (await client.post(path, data=given)).status_code == 303
    assert await Entry.filter(kind="console.policies_set").count() == 1, "nothing changed, nothing is written down"
    await Session.all().update(created_at=now() - timedelta(hours=1))
    assert (await client.post(path, data=given | {"mail_content": "full"})).status_code == 403
    api = (
        await client.get(path.replace("/organisations", "/api/v1/organisations").replace("settings", "policies"))
    ).json()
    assert api["signoff"] == "approve"


async def letter_to(who: Member) -> OutgoingMail:
    return await OutgoingMail.get(to=who.email)


async def test_letters_say_nothing_of_what_was_written(client: httpx2.AsyncClient) -> None:
    there = await hospital()
    mara, guest = await make.member("Mara", at=there.organisation), await make.member("Guest")
    assert (await policies(client, there, mail_content="none")).status_code == 204
    for who in (mara, guest):
        await tell(who, "one")
        await tell(who, "two", kind="comment")
    assert await gather_mail() == 2
    bare, full = await letter_to(mara), await letter_to(guest)
    assert TITLE in full.subject
    assert TEXT in full.text
    everything = f"{bare.subject}\n{bare.text}\n{bare.html}\n{bare.headers}"
    for word in ("patient", "room", "outside", "Nosy", "oncology", "answer", "/t/", "St. Elisabeth"):
        assert word in f"{full.subject}{full.text}{full.html}St. Elisabeth", word
        assert word not in everything, word
    assert bare.subject == "2 new things in your inbox"
    for part in (bare.text, bare.html):
        assert "http://commonplace.test/inbox" in part
    assert "unsubscribe" in bare.headers["List-Unsubscribe"]
    assert "References" not in bare.headers, "nor which letters are about the same"
    assert (await Notice.filter(member=mara).first()).text == TEXT, "the inbox says it all"  # type: ignore[union-attr]


@pytest.mark.parametrize(("state", "quotes"), [("active", False), ("paused", False), ("left", True), ("pending", True)])
async def test_whose_letters(client: httpx2.AsyncClient, state: str, quotes: bool) -> None:
    there, other = await hospital(), await hospital("Other", domain="other.example")
    mara = await make.member("Mara", at=other.organisation)
    await Membership.create(member=mara, organisation=there.organisation, state=state, since=now(), main=False)
    await policies(client, there, mail_content="none")
    await tell(mara)
    await gather_mail()
    assert (TEXT in (await letter_to(mara)).text) is quotes


async def test_letters_that_wait_are_written_anew(client: httpx2.AsyncClient) -> None:
    there = await hospital()
    mara, guest = await make.member("Mara", at=there.organisation), await make.member("Guest")
    sent = await make.member("Sent", at=there.organisation)
    for who in (mara, guest, sent):
        await tell(who, f"to:{who.id}")
    assert await gather_mail() == 3
    await OutgoingMail.filter(to=sent.email).update(state="sent")
    await policies(client, there, mail_content="none")
    assert not await OutgoingMail.filter(to=mara.email).exists()
    assert await gather_mail() == 1
    assert TEXT not in (await letter_to(mara)).text
    assert TEXT in (await letter_to(guest)).text
    assert await OutgoingMail.filter(to=sent.email).count() == 1


@pytest.mark.parametrize(("policy", "are_told"), [("none", False), ("notify", True), ("approve", True)])
async def test_administrators_are_told_of_case_studies(client: httpx2.AsyncClient, policy: str, are_told: bool) -> None:
    there = await hospital()
    mara = await make.member("Mara", at=there.organisation)
    await policies(client, there, signoff=policy)
    case = await make.thread("What we tried", kind="case_study", author=mara, organisation=there.organisation)
    question = await make.thread("A question", author=mara, organisation=there.organisation)
    for thread in (case, question):
        await make.act("thread.shared", thread.id)
    await deliver_all()
    found = await Notice.filter(member=there.grace, key__startswith="signoff:").values_list("key", flat=True)
    assert found == ([f"signoff:{case.id}"] if are_told else [])


async def test_terms_are_kept_by_the_staff_of_the_site(client: httpx2.AsyncClient) -> None:
    boss, there = await make.member("Boss"), await hospital()
    await make.grant(boss, "admin")
    given = {"name": "St. Elisabeth", "country": "nl", "term_start": "2025-01-01", "term_end": "2024-01-01"}
    await become(client, boss)
    path = f"/admin/organisations/{there.organisation.id}"
    wrong = await client.post(path, data=given)
    assert wrong.status_code == 422
    assert "cannot end before it began" in wrong.text
    assert (
        await client.post(path, data=given | {"term_end": "2025-12-31", "staff_band": "500-999"})
    ).status_code == 303
    found = await Organisation.get(id=there.organisation.id)
    assert (str(found.term_start), str(found.term_end), found.staff_band) == ("2025-01-01", "2025-12-31", "500-999")
    assert "2025-12-31" in (await client.get(path)).text
    entry = await Entry.filter(kind="organisation.edited").order_by("-id").first()
    assert entry is not None
    assert entry.data["after"]["term_end"] == "2025-12-31"


async def test_a_policy_that_comes_while_a_letter_is_written(
    client: httpx2.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = await hospital()
    mara = await make.member("Mara", at=there.organisation)
    await tell(mara)
    asked: list[bool] = []

    async def meanwhile(member_id: int) -> bool:
        asked.append(await may_quote_to(member_id))
        await Organisation.filter(id=there.organisation.id).update(mail_content="none")
        return asked[-1]

    monkeypatch.setattr("members.actions.gather_mail.may_quote_to", meanwhile)
    assert await gather_mail() == 0
    assert asked == [True, False]
    assert not await OutgoingMail.exists()
    assert await gather_mail() == 1
    assert TEXT not in (await letter_to(mara)).text

"""Inviting into an organisation: one, a list, a link; what the list shows; sending again and taking back."""

import asyncio
import time
from datetime import timedelta

import httpx2
import pytest

from base.clock import now
from base.journal.deliver import deliver_all
from base.journal.models import Entry
from base.limit_numbers import NUMBERS
from base.mail.models import OutgoingMail
from base.settings import Settings
from members.actions.remind_invited import remind_invited
from members.models import Invitation, Member, Membership
from tests import builders as make
from tests.members.inviting import ACCOUNT, MARA, Hospital, become, hospital, invite, link_for_several
from tests.members.outline import faults_of
from tests.members.secrets_of import letters
from tests.site import settings_for
from tests.statements import statements

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("cheap_hashes")]


async def states() -> dict[str, bool]:
    """Return the invited addresses, and whether a letter was sent."""
    return {one.email: one.sent_at is not None for one in await Invitation.all().order_by("email")}


async def test_the_letter_says_who_invites_and_where(client: httpx2.AsyncClient) -> None:
    there = await hospital()
    await invite(client, there, name="Mara Visser", welcome="We would love to have you.\nGrace")
    (mail,) = await letters(MARA)
    assert mail.subject == "Grace of St. Elisabeth invites you to Commonplace"
    for words in ("Hello Mara Visser,", "to join St. Elisabeth", "> We would love to have you.\n> Grace", "do nothing"):
        assert words in mail.text
    assert "/invitation/" in mail.html
    assert mail.key == f"invitation:{(await Invitation.get()).id}:1"
    await deliver_all()
    assert await OutgoingMail.all().count() == 1


async def test_a_wrong_form_comes_back_with_what_was_typed(client: httpx2.AsyncClient) -> None:
    there = await hospital()
    await make.member("Omar", at=there.organisation, email="omar@elisabeth.example")
    await invite(client, there, "known@elisabeth.example")
    await become(client, there.grace)
    good = {"email": MARA, "name": "Mara Visser", "title": "Nurse <b>", "role": "staff", "welcome": "Hello <i>"}
    for wrong, field in [
        ({"email": "mara"}, "email"),
        ({"email": "omar@elisabeth.example"}, "email"),
        ({"email": "known@elisabeth.example"}, "email"),
        ({"email": "mara@elsewhere.example"}, "outside"),
        ({"name": "http://evil.example"}, "name"),
        ({"role": "king"}, "role"),
        ({"welcome": "Look at https://evil.example"}, "welcome"),
        ({"welcome": "x" * 601}, "welcome"),
    ]:
        answer = await client.post(f"{there.path}/one", data=good | wrong)
        assert (answer.status_code, faults_of(answer.text)) == (422, []), wrong
        assert f'id="f-{field}-error"' in answer.text
        assert 'value="Nurse &lt;b&gt;"' in answer.text
    assert await states() == {"known@elisabeth.example": True}


async def test_an_address_outside_of_the_domains_is_ticked(client: httpx2.AsyncClient) -> None:
    there = await hospital()
    await invite(client, there, "mara@elsewhere.example", outside="yes")
    assert await states() == {"mara@elsewhere.example": True}


async def test_what_colleagues_may_do(client: httpx2.AsyncClient) -> None:
    there = await hospital()
    mara = await make.member("Mara", at=there.organisation, trust=2)
    await become(client, mara)
    page = await client.get(f"{there.path}/one")
    assert ("org_admin" in page.text, faults_of(page.text)) == (False, [])
    assert (await client.post(f"{there.path}/one", data={"email": "a@elisabeth.example"})).status_code == 303
    assert (await client.post(f"{there.path}/one", data={"email": "b@elsewhere.example"})).status_code == 303
    assert await states() == {"a@elisabeth.example": True, "b@elsewhere.example": False}, "the other one is held"
    admin = {"email": "c@elisabeth.example", "role": "org_admin"}
    assert (await client.post(f"{there.path}/one", data=admin)).status_code == 403
    assert (await client.get(f"{there.path}/list")).status_code == 403
    for path in ("list", "list/send"):
        answer = await client.post(f"{there.path}/{path}", data={"lines": "d@elisabeth.example"})
        assert answer.status_code == 403
    held = await Invitation.get(email="b@elsewhere.example")
    assert (await client.post(f"{there.path}/{held.id}/again")).status_code == 403, "an administrator lets it go"
    listed = await client.get(there.path)
    assert (
        "b@elsewhere.example" in listed.text,
        "/again" in listed.text.partition("b@elsewhere")[2].partition("</tr>")[0],
    ) == (
        True,
        False,
    )
    await become(client, there.grace)
    assert (await client.post(f"{there.path}/{held.id}/again")).status_code == 303
    assert len(await letters("b@elsewhere.example")) == 1


async def test_colleagues_see_their_own_invitations(client: httpx2.AsyncClient) -> None:
    there = await hospital()
    other, _ = await invite(client, there)
    mara = await make.member("Mara", at=there.organisation, trust=2)
    await become(client, mara)
    await client.post(f"{there.path}/one", data={"email": "a@elisabeth.example"})
    page = await client.get(there.path)
    assert ("a@elisabeth.example" in page.text, MARA in page.text) == (True, False)
    for act in ("again", "revoke"):
        assert (await client.post(f"{there.path}/{other.id}/{act}")).status_code == 404
    own = await Invitation.get(email="a@elisabeth.example")
    assert (await client.post(f"{there.path}/{own.id}/revoke")).status_code == 303


async def test_ten_a_day(client: httpx2.AsyncClient, tmp_path: object, database: str, site: Settings) -> None:
    settings_for(site.data_dir, database, limit_numbers=dict(NUMBERS))
    there = await hospital()
    mara = await make.member("Mara", at=there.organisation, trust=2)
    for who, last in ((mara, 429), (there.grace, 303)):
        await become(client, who)
        data = [{"email": f"{who.handle}-{number}@elisabeth.example"} for number in range(11)]
        statuses = [(await client.post(f"{there.path}/one", data=one)).status_code for one in data]
        assert statuses == [303] * 10 + [last]
    await Invitation.filter(invited_by=mara).update(created_at=now() - timedelta(days=2))
    await become(client, mara)
    assert (await client.post(f"{there.path}/one", data={"email": MARA})).status_code == 303


async def test_one_address_invited_twice_at_once_is_invited_once(client: httpx2.AsyncClient) -> None:
    there = await hospital()
    await become(client, there.grace)
    answers = await asyncio.gather(*(client.post(f"{there.path}/one", data={"email": MARA}) for _ in range(3)))
    assert sorted(one.status_code for one in answers) == [303, 422, 422]
    assert await Invitation.all().count() == 1


LIST = "\r\n".join([
    "\ufeffName;E-mail;Role",
    "Anna Bakker;anna@elisabeth.example;Nurse",
    "Ben;ben@elsewhere.example;",
    "Cleo;cleo@outside.example;",
    "Omar;omar@elisabeth.example;",
    "Known;known@elisabeth.example;",
    "Anna again;ANNA@elisabeth.example;",
    "Bad;nobody;",
    "=1+1;formula@elisabeth.example;",
])  # fmt: skip


async def with_known(client: httpx2.AsyncClient) -> Hospital:
    there = await hospital()
    await make.member("Omar", at=there.organisation, email="omar@elisabeth.example")
    await make.member("Elsewhere", email="ben@elsewhere.example")
    await invite(client, there, "known@elisabeth.example")
    await become(client, there.grace)
    return there


async def test_a_list_is_checked_line_by_line_before_anything_is_sent(client: httpx2.AsyncClient) -> None:
    there = await with_known(client)
    answer = await client.post(f"/api/v1{there.path}/check", json={"lines": LIST})
    fates = {line["number"]: line["fate"] for line in answer.json()["lines"]}
    assert fates == {2: "send", 3: "outside", 4: "outside", 5: "member", 6: "invited", 7: "double", 8: "bad", 9: "bad"}
    page = await client.post(f"{there.path}/list", data={"lines": LIST, "welcome": "Do come <b>"})
    assert (page.status_code, faults_of(page.text)) == (200, [])
    assert page.text.count('name="also"') == 2
    assert 'value="Do come &lt;b&gt;"' in page.text
    assert "Anna Bakker;anna@elisabeth.example;Nurse" in page.text, "what was typed is kept"
    assert await Invitation.all().count() == 1, "nothing is sent by looking"


async def test_a_list_is_sent_and_what_is_not_ticked_is_held(client: httpx2.AsyncClient) -> None:
    there = await with_known(client)
    data = {"lines": LIST, "also": "ben@elsewhere.example", "welcome": "Do come"}
    for _ in range(2):
        assert (await client.post(f"{there.path}/list/send", data=data)).status_code == 303
        assert await states() == {
            "anna@elisabeth.example": True,
            "ben@elsewhere.example": True,
            "cleo@outside.example": False,
            "known@elisabeth.example": True,
        }, "sending the same list again sends nothing twice"
    anna = await Invitation.get(email="anna@elisabeth.example")
    assert (anna.name, anna.title, anna.role, anna.welcome) == ("Anna Bakker", "Nurse", "staff", "Do come")
    assert len(await letters("anna@elisabeth.example")) == 1
    assert await letters("cleo@outside.example") == []
    kinds = await Entry.filter(kind__startswith="invitation.").order_by("id").values_list("kind", flat=True)
    assert kinds == ["invitation.sent", "invitation.sent", "invitation.held"]


async def test_a_file_counts_like_what_is_typed(client: httpx2.AsyncClient) -> None:
    there = await hospital()
    await become(client, there.grace)
    file = ("colleagues.csv", "Zoë Müller;zoe@elisabeth.example".encode("cp1252"), "text/csv")
    page = await client.post(f"{there.path}/list", data={"lines": "anna@elisabeth.example"}, files={"file": file})
    assert (page.status_code, "Zoë Müller" in page.text, "anna@" in page.text) == (200, True, True)


@pytest.mark.parametrize("lines", ["", "  \n", "Name,E-mail\n", "a@b.example\n" * 1001, "x" * 500_001])
async def test_a_list_that_cannot_be_read_comes_back(client: httpx2.AsyncClient, lines: str) -> None:
    there = await hospital()
    await become(client, there.grace)
    for path in ("list", "list/send"):
        answer = await client.post(f"{there.path}/{path}", data={"lines": lines, "welcome": "Do come"})
        assert (answer.status_code, "f-lines-error" in answer.text, "Do come" in answer.text) == (422, True, True)
        assert faults_of(answer.text) == []
    assert not await Invitation.exists()


async def test_a_thousand_lines(client: httpx2.AsyncClient) -> None:
    there = await hospital()
    await become(client, there.grace)
    lines = [f"Colleague Number{chr(97 + number % 26)};m{number}@elsewhere.example;Nurse" for number in range(1000)]
    counts = []
    for some in (lines[:10], lines[10:]):
        data = {"lines": "\n".join(some), "all_outside": "yes"}
        began = time.monotonic()
        assert (await client.post(f"{there.path}/list", data=data)).status_code == 200
        with statements() as sent:
            assert (await client.post(f"{there.path}/list/send", data=data)).status_code == 303
        counts.append(len([one for one in sent if "journal_" not in one]))
        assert time.monotonic() - began < 8
    assert counts[0] + 2 >= counts[1], counts
    assert await Invitation.filter(sent_at__not_isnull=True).count() == 1000
    assert await Entry.filter(kind="invitation.sent").count() == 21, "letters are owed fifty at a time"
    page = await client.get(f"{there.path}?sort=name&page=2")
    assert (page.status_code, faults_of(page.text)) == (200, [])


async def test_statements_of_the_list_do_not_grow(client: httpx2.AsyncClient) -> None:
    there = await hospital()
    await become(client, there.grace)
    await client.get(there.path)
    sizes = []
    for start in (0, 40):
        await client.post(
            f"{there.path}/list/send", data={"lines": "\n".join(f"m{start + n}@elisabeth.example" for n in range(20))}
        )
        await client.get(there.path)
        with statements() as sent:
            await client.get(there.path)
        sizes.append(len(sent))
    assert sizes[0] == sizes[1] <= 8


async def test_states_sorting_and_pages(client: httpx2.AsyncClient) -> None:
    there = await hospital()
    _, path = await invite(client, there, "accepted@elisabeth.example")
    await client.post(path, data=ACCOUNT)
    _, path = await invite(client, there, "opened@elisabeth.example")
    await client.get(path)
    for email in ("sent", "expired", "revoked", "held"):
        await invite(client, there, f"{email}@elisabeth.example")
    at = now() - timedelta(seconds=1)
    await Invitation.filter(email__startswith="expired").update(expires_at=at)
    await Invitation.filter(email__startswith="revoked").update(revoked_at=at)
    await Invitation.filter(email__startswith="held").update(sent_at=None)
    await become(client, there.grace)
    found = (await client.get(f"/api/v1{there.path}?sort=name")).json()
    assert [(one["email"].partition("@")[0], one["state"]) for one in found["invitations"]] == [
        (state, state) for state in ("accepted", "expired", "held", "opened", "revoked", "sent")
    ]
    assert found["counts"] == dict.fromkeys(("sent", "opened", "held", "accepted", "expired", "revoked"), 1)
    for state in found["counts"]:
        page = await client.get(f"{there.path}?state={state}")
        assert f"{state}@elisabeth.example" in page.text
        assert (page.text.count("@elisabeth.example<"), faults_of(page.text)) == (1, []), state
    assert (await client.get(f"{there.path}?state=nonsense")).status_code == 422
    assert (await client.get(f"{there.path}?page=nonsense")).status_code == 404


async def test_take_back_and_send_again(client: httpx2.AsyncClient) -> None:
    there = await hospital()
    invitation, path = await invite(client, there)
    await Invitation.filter(id=invitation.id).update(expires_at=now() - timedelta(days=1))
    await become(client, there.grace)
    assert (await client.post(f"{there.path}/{invitation.id}/again")).status_code == 303
    assert len(await letters(MARA)) == 2
    assert (await Invitation.get(id=invitation.id)).expires_at > now() + timedelta(days=89)
    statuses = [(await client.post(f"/api/v1/invitations/{invitation.id}/letter")).status_code for _ in range(3)]
    assert statuses == [204, 204, 429], "a mailbox is not flooded"
    assert (await client.post(f"{there.path}/{invitation.id}/revoke")).status_code == 303
    assert (await Invitation.get(id=invitation.id)).revoked_at is not None
    client.cookies.clear()
    assert (await client.get(path)).status_code == 404
    await become(client, there.grace)
    for act in ("again", "revoke"):
        other = await client.post(f"{there.path}/999/{act}")
        assert other.status_code == 404
    assert (await client.delete(f"/api/v1/invitations/{invitation.id}")).status_code == 409
    kinds = await Entry.filter(kind__startswith="invitation.").order_by("id").values_list("kind", flat=True)
    assert kinds == ["invitation.sent"] * 4 + ["invitation.revoked"]
    assert (await client.post(f"{there.path}/one", data={"email": MARA})).status_code == 303, "a new one may be made"


async def test_what_was_taken_back_is_not_sent(client: httpx2.AsyncClient) -> None:
    there = await hospital()
    await become(client, there.grace)
    await client.post(f"{there.path}/one", data={"email": MARA})
    await client.post(f"{there.path}/{(await Invitation.get()).id}/revoke")
    assert await letters(MARA) == [], "the letter was still owed"


async def test_a_link_for_several(client: httpx2.AsyncClient) -> None:
    there = await hospital()
    await become(client, there.grace)
    assert (await client.get(f"{there.path}/link")).status_code == 200
    for wrong, field in [
        ({"most_uses": "0"}, "most_uses"),
        ({"most_uses": "501"}, "most_uses"),
        ({"days": "91"}, "days"),
    ]:
        answer = await client.post(f"{there.path}/link", data={"most_uses": "5", "days": "7"} | wrong)
        assert (answer.status_code, f"f-{field}-error" in answer.text) == (422, True)
    assert (await client.post(f"{there.path}/link", data={"most_uses": "5", "days": "7"})).status_code == 303
    assert "/invitation/" in (await client.get(there.path)).text
    await become(client, await make.member("Mara", at=there.organisation, trust=2))
    assert (await client.post(f"{there.path}/link", data={"most_uses": "11"})).status_code == 422
    assert (await client.post(f"{there.path}/link", data={"most_uses": "10"})).status_code == 303
    assert await letters() == [], "a link for several is sent by who made it"


async def test_a_reminder_after_a_week_once(client: httpx2.AsyncClient, monkeypatch: pytest.MonkeyPatch) -> None:
    there = await hospital()
    for email in ("a", "revoked", "expired", "young", "held", "accepted"):
        await invite(client, there, f"{email}@elisabeth.example")
    await link_for_several(client, there)
    week, at = now() - timedelta(days=7, seconds=1), now() - timedelta(seconds=1)
    await Invitation.exclude(email="young@elisabeth.example").update(sent_at=week)
    for email, changes in (
        ("revoked", {"revoked_at": at}), ("expired", {"expires_at": at}), ("held", {"sent_at": None}),
        ("accepted", {"used": 1}),
    ):  # fmt: skip
        await Invitation.filter(email=f"{email}@elisabeth.example").update(**changes)
    before = len(await letters())
    assert await remind_invited() == 1
    (_, reminder) = await letters("a@elisabeth.example")
    assert reminder.subject == "Your invitation to Commonplace still waits"
    assert "a week ago" in reminder.text
    assert await remind_invited() == 0
    assert len(await letters()) == before + 1
    assert await Entry.filter(kind="invitation.reminded").count() == 1


async def test_killed_while_reminding_reminds_once(client: httpx2.AsyncClient, monkeypatch: pytest.MonkeyPatch) -> None:
    await invite(client, await hospital())
    await Invitation.all().update(sent_at=now() - timedelta(days=8))

    async def die(*given: object, **more: object) -> int:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("base.journal.record", die)
        with pytest.raises(KeyboardInterrupt):
            await remind_invited()
    assert (await Invitation.get()).reminded_at is None, "noted and owed together, or not at all"
    assert sum(await asyncio.gather(remind_invited(), remind_invited())) == 1
    await letters()
    await Entry.filter(kind="invitation.reminded").update(at=now())
    from base.journal.models import Delivery

    entry = await Entry.get(kind="invitation.reminded")
    await Delivery.create(entry=entry, subscriber="invitation_letters", due=now())  # handed over a second time
    assert len(await letters(MARA)) == 2


async def test_pages_are_sound_and_empty_at_first(client: httpx2.AsyncClient) -> None:
    there = await hospital()
    await become(client, there.grace)
    for path in ("", "/one", "/list", "/link"):
        answer = await client.get(f"{there.path}{path}")
        assert (answer.status_code, faults_of(answer.text)) == (200, []), path
    assert "Nobody is invited yet" in (await client.get(there.path)).text
    assert f'href="{there.path}"' in (await client.get("/organisations/st-elisabeth")).text


async def test_hostile_words_stay_words(client: httpx2.AsyncClient) -> None:
    there = await hospital("<img src=x>")
    await become(client, there.grace)
    lines = '"<img src=x>",<img src=x>\n<img src=x>;mara@elsewhere.example\n'
    page = await client.post(f"{there.path}/list", data={"lines": lines, "welcome": "<img src=x>"})
    assert (page.status_code, "<img" in page.text, faults_of(page.text)) == (200, False, [])
    _, path = await invite(client, there, title="<img src=x>", welcome="<img src=x>")
    for shown in (await client.get(path), await client.get(path[:-1])):
        assert "<img" not in shown.text
    assert "<img" not in (await letters(MARA))[-1].html


async def test_who_may_come_to_these_pages(client: httpx2.AsyncClient) -> None:
    there, other = await hospital(region=await make.region("Europe")), await hospital("Other", domain="other.example")
    await there.organisation.fetch_related("region")
    inside, outside = await make.member("Leads here"), await make.member("Leads elsewhere")
    assert there.organisation.region is not None
    await make.grant(inside, "community_leader", "region", there.organisation.region.id)
    await make.grant(outside, "community_leader", "region", (await make.region()).id)
    admin = await make.member("Admin")
    await make.grant(admin, "admin")
    people: dict[str, tuple[Member, int]] = {
        "T1": (await make.member("T1", at=there.organisation, trust=1), 403),
        "T2": (await make.member("T2", at=there.organisation, trust=2), 200),
        "T2 elsewhere": (await make.member("T2 elsewhere", at=other.organisation, trust=2), 403),
        "org admin": (there.grace, 200),
        "other org's admin": (other.grace, 403),
        "leader in scope": (inside, 200),
        "leader out of scope": (outside, 403),
        "moderator": (await make.moderator(), 200),
        "admin": (admin, 200),
    }
    for name, (who, status) in people.items():
        await become(client, who)
        for path in (there.path, f"{there.path}/one", f"{there.path}/link", f"/api/v1{there.path}"):
            assert (await client.get(path)).status_code == status, (name, path)
    client.cookies.clear()
    assert (await client.get(there.path)).headers["location"].startswith("/sign-in")
    await become(client, there.grace)
    await Membership.filter(member=there.grace).update(state="left")
    await make.act()
    assert (await client.get(there.path)).status_code == 403


async def test_pending_organisations_invite_nobody(client: httpx2.AsyncClient) -> None:
    there = await hospital(state="lapsed")
    await become(client, there.grace)
    assert (await client.get(there.path)).status_code == 403
    assert (await client.get("/organisations/nowhere/invitations")).status_code == 404

"""Accepting an invitation: by whom, once, with what; and what is not given away."""

import asyncio
from datetime import timedelta

import httpx2
import pytest

from base import signing
from base.clock import now
from base.journal.models import Entry
from members.actions.forget_unconfirmed import forget_unconfirmed
from members.models import Invitation, InvitationUse, Member, Membership, OrganisationDomain
from tests import builders as make
from tests.members.inviting import ACCOUNT, MARA, become, hospital, invite, link_for_several
from tests.members.outline import faults_of
from tests.members.secrets_of import CHEAP, PASSWORD, letters, link_of, token_in, whoami, with_password

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("cheap_hashes")]


async def places(email: str = MARA) -> list[tuple[str, str, bool]]:
    return list(await Membership.filter(member__email=email).order_by("id").values_list("role", "state", "main"))


async def test_open_accept_and_be_in(client: httpx2.AsyncClient) -> None:
    there = await hospital()
    invitation, path = await invite(client, there, name="Mara Visser", title="Nurse", welcome="Do come!\nWe miss you.")
    shown = await client.get(path)
    assert (shown.status_code, faults_of(shown.text)) == (200, [])
    for words in ("St. Elisabeth", "Grace of St. Elisabeth", "Do come!", 'value="Mara Visser"', 'value="Nurse"', MARA):
        assert words in shown.text
    assert 'name="email"' not in shown.text, "the address is fixed"
    assert "no-store" in shown.headers["cache-control"]
    answer = await client.post(path, data=ACCOUNT | {"email": "eve@evil.example"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/settings/profile?welcome=1")
    mara = await Member.get(email=MARA)
    assert (mara.state, mara.trust, mara.title) == ("active", 1, "Nurse")
    assert mara.email_confirmed_at is not None
    assert await places() == [("staff", "active", True)]
    assert await whoami(client) == "mara-visser"
    done = await Invitation.get(id=invitation.id)
    assert (done.used, done.opened_at is not None, done.accepted_at is not None) == (1, True, True)
    assert not await Member.filter(email="eve@evil.example").exists()
    kinds = await Entry.filter(kind__startswith="invitation.").order_by("id").values_list("kind", flat=True)
    assert kinds == ["invitation.sent", "invitation.opened", "invitation.accepted"]
    assert len(await letters(MARA)) == 1, "no second letter: the link proved the mailbox"


async def test_as_administrator_of_the_organisation(client: httpx2.AsyncClient) -> None:
    there = await hospital()
    _, path = await invite(client, there, role="org_admin")
    assert "administrator of the organisation" in (await client.get(path)).text
    await client.post(path, data=ACCOUNT)
    assert await places() == [("org_admin", "active", True)]


async def test_opening_uses_nothing_up(client: httpx2.AsyncClient) -> None:
    """Mail scanners open every link, several times."""
    invitation, path = await invite(client, await hospital())
    for _ in range(3):
        assert (await client.get(path, headers={"user-agent": "SomeBot/1.0"})).status_code == 200
    assert (await client.head(path)).status_code == 200
    assert (await Invitation.get(id=invitation.id)).opened_at is None, "a robot is nobody"
    for _ in range(3):
        await client.get(path)
    assert await Entry.filter(kind="invitation.opened").count() == 1
    assert not await Member.filter(email=MARA).exists()
    assert (await client.post(path, data=ACCOUNT)).status_code == 303


async def test_a_used_link_is_refused(client: httpx2.AsyncClient) -> None:
    _, path = await invite(client, await hospital())
    await client.post(path, data=ACCOUNT)
    client.cookies.clear()
    for answer in (await client.get(path), await client.post(path, data=ACCOUNT | {"name": "Eve"})):
        assert (answer.status_code, faults_of(answer.text)) == (404, [])
        assert "accepted already" in answer.text
        assert "Grace of St. Elisabeth can send you a new one" in answer.text
    assert await whoami(client) == ""
    assert await Member.filter(email=MARA).count() == 1


async def test_two_at_once_give_one_success(client: httpx2.AsyncClient) -> None:
    _, path = await invite(client, await hospital())
    answers = await asyncio.gather(*(client.post(path, data=ACCOUNT) for _ in range(4)))
    assert sorted(answer.status_code for answer in answers) == [303, 404, 404, 404]
    assert await Member.filter(email=MARA).count() == 1
    assert await InvitationUse.all().count() == 1


@pytest.mark.parametrize("change", ["revoked", "expired", "held", "lapsed", "suspended", "gone"])
async def test_what_opens_no_longer(client: httpx2.AsyncClient, change: str) -> None:
    there = await hospital()
    invitation, path = await invite(client, there)
    one = Invitation.filter(id=invitation.id)
    if change == "lapsed":
        there.organisation.state = "lapsed"
        await there.organisation.save()
    elif change == "suspended":
        await Member.filter(id=there.grace.id).update(state="suspended")
    elif change == "gone":
        await one.delete()
    else:
        at = now() - timedelta(seconds=1)
        await one.update(
            **{"revoked": {"revoked_at": at}, "expired": {"expires_at": at}, "held": {"sent_at": None}}[change]
        )
    for answer in (await client.get(path), await client.post(path, data=ACCOUNT), await client.get(f"/api/v1{path}")):
        assert answer.status_code == 404
        assert "<form" not in answer.text.partition("<main")[2]
    assert not await Member.filter(email=MARA).exists()


async def test_altered_links_open_nothing(client: httpx2.AsyncClient) -> None:
    invitation, path = await invite(client, await hospital())
    moment = int(invitation.created_at.timestamp() * 1_000_000)
    values = [invitation.id, moment]
    for token in (
        path.rpartition("/")[2][:-1],
        "x",
        "x" * 3000,
        signing.sign("invitation", [invitation.id, moment + 1]),
        signing.sign("invitation", [invitation.id + 1, moment]),
        *(signing.sign(purpose, values) for purpose in ("reset", "join", "session")),
    ):
        answer = await client.get(f"/invitation/{token}")
        assert answer.status_code == 404, token[:40]
        assert "no longer valid" in answer.text
        assert "St. Elisabeth" not in answer.text
        assert (await client.post(f"/invitation/{token}", data=ACCOUNT)).status_code == 404


async def test_trying_links_is_counted(client: httpx2.AsyncClient) -> None:
    statuses = [(await client.get("/invitation/nonsense")).status_code for _ in range(61)]
    assert statuses == [404] * 60 + [429]


async def test_a_wrong_form_comes_back(client: httpx2.AsyncClient) -> None:
    _, path = await invite(client, await hospital())
    for wrong, field in [
        ({"name": ""}, "name"),
        ({"password": "short"}, "password"),
        ({"password": "mara elisabeth"}, "password"),
        ({"guidelines": ""}, "guidelines"),
        ({"guidelines": None}, "guidelines"),
        ({"role": "x" * 121}, "role"),
    ]:
        given = {name: value for name, value in (ACCOUNT | wrong).items() if value is not None}
        answer = await client.post(path, data=given)
        assert (answer.status_code, faults_of(answer.text)) == (422, []), wrong
        assert f'id="f-{field}-error"' in answer.text
        assert PASSWORD not in answer.text
    assert not await Member.filter(email=MARA).exists()


@pytest.mark.parametrize("state", ["unverified", "staged"])
async def test_an_account_that_nobody_confirmed_is_taken_over(client: httpx2.AsyncClient, state: str) -> None:
    await make.member("M. Visser", email=MARA, state=state, trust=0, password_hash=CHEAP, handle="user-17")
    _, path = await invite(client, await hospital())
    new = "other unrelated oranges"
    assert (await client.post(path, data=ACCOUNT | {"password": new})).status_code == 303
    mara = await Member.get(email=MARA)
    assert (mara.handle, mara.state) == ("user-17", "active")
    assert mara.name == ("M. Visser" if state == "staged" else "Mara Visser")
    client.cookies.clear()
    old = await client.post("/sign-in", data={"email": MARA, "password": PASSWORD})
    assert old.status_code == 422, "who registered with her address does not know this password"


async def test_who_has_an_account_signs_in_and_accepts(client: httpx2.AsyncClient) -> None:
    mara = await with_password(await make.member("Mara Visser", email=MARA))
    there = await hospital()
    _, path = await invite(client, there)
    shown = await client.get(path)
    assert ("have an account" in shown.text, 'name="password"' in shown.text, faults_of(shown.text)) == (
        True,
        False,
        [],
    )
    assert f"/sign-in?next={path}" in shown.text
    refused = await client.post(path, data=ACCOUNT)
    assert (refused.status_code, await whoami(client)) == (303, ""), "the link alone signs nobody in"
    await client.post("/sign-in", data={"email": MARA, "password": PASSWORD})
    own = await client.get(path)
    assert ("signed in as Mara Visser" in own.text, faults_of(own.text)) == (True, [])
    done = await client.post(path)
    assert (done.status_code, done.headers["location"]) == (303, "/organisations/st-elisabeth")
    assert await places() == [("staff", "active", True)]
    assert await Member.filter(email=MARA).count() == 1
    assert (await Member.get(id=mara.id)).password_hash == CHEAP
    assert (await client.post(path)).status_code == 404


async def test_somebody_else_who_is_signed_in_cannot_accept(client: httpx2.AsyncClient) -> None:
    there, omar = await hospital(), await make.member("Omar")
    _, path = await invite(client, there)
    await become(client, omar)
    shown = await client.get(path)
    assert ("Sign out" in shown.text, "signed in as Omar" in shown.text, faults_of(shown.text)) == (True, True, [])
    assert (await client.post(path)).status_code == 403
    assert await places("omar@example.org") == []


async def test_suspended_people_are_not_let_in(client: httpx2.AsyncClient) -> None:
    await make.member("Mara", email=MARA, state="suspended")
    _, path = await invite(client, await hospital())
    assert (await client.get(path)).status_code == 403
    assert (await client.post(path, data=ACCOUNT)).status_code == 403
    assert await places() == []


async def test_a_second_organisation_stands_beside_the_first(client: httpx2.AsyncClient) -> None:
    first, second = await hospital(), await hospital("Second", domain="")
    await make.member("Mara", at=first.organisation, role="org_admin", email=MARA)
    _, path = await invite(client, second, outside="yes")
    await become(client, await Member.get(email=MARA))
    await client.post(path)
    assert await places() == [("org_admin", "active", True), ("staff", "active", False)]


async def test_nobody_loses_a_role_and_who_left_comes_back(client: httpx2.AsyncClient) -> None:
    there = await hospital()
    mara = await make.member("Mara", email=MARA)
    await Membership.create(
        member=mara, organisation=there.organisation, state="left", main=False, since=now(), until=now()
    )
    _, path = await invite(client, there)
    await become(client, mara)
    await Membership.filter(member=mara).update(role="org_admin", state="active", main=True)
    await client.post(path)
    assert await places() == [("org_admin", "active", True)]


async def test_revoking_changes_nothing_for_who_came(client: httpx2.AsyncClient) -> None:
    there = await hospital()
    invitation, path = await invite(client, there)
    await client.post(path, data=ACCOUNT)
    await become(client, there.grace)
    answer = await client.delete(f"/api/v1/invitations/{invitation.id}")
    assert answer.status_code == 409
    assert await places() == [("staff", "active", True)]


async def accept_and_confirm(client: httpx2.AsyncClient, path: str, email: str) -> httpx2.Response:
    client.cookies.clear()
    answer = await client.post(path, data=ACCOUNT | {"email": email})
    assert (answer.status_code, answer.headers["location"]) == (303, "/join/sent")
    assert not (await Member.get(email=email)).email_confirmed_at
    mail = (await letters(email))[-1]
    return await client.post("/join/confirm", data={"token": token_in(mail, "/join/confirm")})


async def test_a_link_for_several_still_wants_the_mailbox_confirmed(client: httpx2.AsyncClient) -> None:
    there = await hospital()
    invitation, path = await link_for_several(client, there, 3)
    shown = await client.get(path)
    assert ('name="email"' in shown.text, faults_of(shown.text)) == (True, [])
    assert (await accept_and_confirm(client, path, MARA)).status_code == 303
    assert await places() == [("staff", "active", True)], "her address is in the confirmed domain"
    assert (await accept_and_confirm(client, path, "omar@elsewhere.example")).status_code == 303
    assert await places("omar@elsewhere.example") == [("staff", "pending", False)]
    assert "org:" not in " ".join((await client.get("/api/v1/me")).json()["audiences"])
    assert (await Invitation.get(id=invitation.id)).used == 2
    await become(client, there.grace)
    omar = await Member.get(email="omar@elsewhere.example")
    page = await client.get(there.path)
    assert ("elsewhere.example" in page.text, faults_of(page.text)) == (True, [])
    assert (await client.post(f"{there.path}/let-in", data={"member": omar.id})).status_code == 303
    assert await places(omar.email) == [("staff", "active", True)]


async def test_who_waits_can_be_turned_away(client: httpx2.AsyncClient) -> None:
    there = await hospital()
    _, path = await link_for_several(client, there)
    await accept_and_confirm(client, path, "eve@elsewhere.example")
    eve = await Member.get(email="eve@elsewhere.example")
    assert (await client.post(f"{there.path}/let-in", data={"member": eve.id})).status_code == 403, "not by herself"
    await become(client, there.grace)
    assert (await client.post(f"{there.path}/turn-away", data={"member": eve.id})).status_code == 303
    assert await places("eve@elsewhere.example") == [("staff", "declined", False)]
    assert (await client.post(f"{there.path}/turn-away", data={"member": "nonsense"})).status_code == 404


async def test_a_link_for_several_lets_no_more_in_than_it_says(client: httpx2.AsyncClient) -> None:
    there = await hospital()
    _, path = await link_for_several(client, there, 1)
    tokens = []
    for email in ("a@elisabeth.example", "b@elisabeth.example"):
        await client.post(path, data=ACCOUNT | {"email": email})
        tokens.append(token_in((await letters(email))[-1], "/join/confirm"))
    await OrganisationDomain.all().delete()  # else the address itself would let them in
    for token in tokens:
        data = {"token": token, "password": PASSWORD}
        assert (await client.post("/join/confirm", data=data)).status_code == 303, "both have their account"
    assert await Membership.filter(state="pending").count() == 1
    client.cookies.clear()
    closed = await client.get(path)
    assert (closed.status_code, "as many people" in closed.text) == (404, True)


async def test_who_never_confirms_uses_nothing_up(client: httpx2.AsyncClient) -> None:
    invitation, path = await link_for_several(client, await hospital(), 2)
    await client.post(path, data=ACCOUNT | {"email": MARA})
    await Member.filter(email=MARA).update(created_at=now() - timedelta(days=15))
    assert await forget_unconfirmed() == 1
    assert (await Invitation.get(id=invitation.id)).used == 0
    assert not await InvitationUse.exists()


async def test_a_link_for_several_tells_nobody_who_has_an_account(client: httpx2.AsyncClient) -> None:
    await make.member("Known", email="known@elisabeth.example", password_hash=CHEAP)
    _, path = await link_for_several(client, await hospital())
    answers = []
    for email in ("known@elisabeth.example", "other@elisabeth.example"):
        client.cookies.clear()
        answer = await client.post(path, data=ACCOUNT | {"email": email})
        answers.append((answer.status_code, answer.headers["location"], answer.text))
    assert answers[0] == answers[1]
    assert "already have an account" in (await letters("known@elisabeth.example"))[-1].subject
    assert not await InvitationUse.filter(member__email="known@elisabeth.example").exists()


async def test_a_member_accepts_a_link_for_several_once(client: httpx2.AsyncClient) -> None:
    there = await hospital()
    invitation, path = await link_for_several(client, there)
    await become(client, await make.member("Omar"))
    assert (await client.post(path)).status_code == 303
    assert await places("omar@example.org") == [("staff", "pending", False)]
    again = await client.post(path)
    assert (again.status_code, again.headers["location"]) == (303, path)
    assert (await Invitation.get(id=invitation.id)).used == 1


async def test_who_belongs_already_uses_no_link_up(client: httpx2.AsyncClient) -> None:
    there = await hospital()
    invitation, path = await link_for_several(client, there)
    await become(client, there.grace)
    assert (await client.post(f"/api/v1{path}")).status_code == 409
    assert (await Invitation.get(id=invitation.id)).used == 0


async def test_by_a_link_for_several_nobody_becomes_administrator(client: httpx2.AsyncClient) -> None:
    there = await hospital()
    invitation, path = await link_for_several(client, there)
    await Invitation.filter(id=invitation.id).update(role="org_admin")  # no door makes such a row
    await accept_and_confirm(client, path, MARA)
    assert await places() == [("staff", "active", True)]


async def test_who_left_is_let_in_by_people_again(client: httpx2.AsyncClient) -> None:
    there = await hospital()
    mara = await make.member("Mara", email=MARA)
    await Membership.create(
        member=mara, organisation=there.organisation, state="left", main=False, since=now(), until=now()
    )
    _, path = await link_for_several(client, there)
    await become(client, mara)
    await client.post(path)
    assert await places() == [("staff", "pending", False)]


async def test_without_an_organisation_one_is_a_guest(client: httpx2.AsyncClient) -> None:
    invitation, path = await invite(client, await hospital())
    await Invitation.filter(id=invitation.id).update(organisation_id=None)
    await OrganisationDomain.all().delete()
    assert (await client.get(path)).status_code == 200
    assert (await client.post(path, data=ACCOUNT)).status_code == 303
    assert (await Member.get(email=MARA)).state == "active"
    assert await places() == []


async def test_who_invited_is_shown_to_the_staff(client: httpx2.AsyncClient) -> None:
    there, other = await hospital(), await hospital("Other", domain="other.example")
    _, path = await invite(client, there)
    await client.post(path, data=ACCOUNT)
    plain = await make.member("Plain", at=there.organisation, trust=2)
    for who, sees in ((there.grace, True), (await make.moderator(), True), (other.grace, False), (plain, False)):
        await become(client, who)
        page = await client.get("/people/mara-visser")
        assert ("Invited by" in page.text, faults_of(page.text)) == (sees, []), who.name
    client.cookies.clear()
    assert "Invited by" not in (await client.get("/people/mara-visser")).text


async def test_the_same_through_the_api(client: httpx2.AsyncClient) -> None:
    there = await hospital()
    _, path = await invite(client, there)
    shown = (await client.get(f"/api/v1{path}")).json()
    assert (shown["organisation"], shown["email"], shown["standing"]) == ("St. Elisabeth", MARA, "new")
    wrong = await client.post(f"/api/v1{path}/account", json=ACCOUNT | {"email": MARA, "guidelines": False})
    assert (wrong.status_code, list(wrong.json()["errors"])) == (422, ["guidelines"])
    done = await client.post(f"/api/v1{path}/account", json=ACCOUNT | {"email": "other@x.example", "guidelines": True})
    assert done.json() == {"organisation": "St. Elisabeth", "asked": "", "signed_in": True}
    assert (await whoami(client), await Member.filter(email=MARA).count()) == ("mara-visser", 1)
    _, several = await link_for_several(client, there)
    header = await make.token(await make.member("Omar"))
    accepted = await client.post(f"/api/v1{several}", headers=header)
    assert accepted.json() == {"organisation": "", "asked": "St. Elisabeth"}
    assert (await client.post(f"/api/v1{several}")).status_code == 401


async def test_the_letter_that_was_sent_again_opens_the_same(client: httpx2.AsyncClient) -> None:
    there = await hospital()
    invitation, first = await invite(client, there)
    await become(client, there.grace)
    await client.post(f"{there.path}/{invitation.id}/again")
    client.cookies.clear()
    second = link_of((await letters(MARA))[-1])
    assert [(await client.get(path)).status_code for path in (first, second)] == [200, 200]
    await client.post(second, data=ACCOUNT)
    client.cookies.clear()
    assert [(await client.get(path)).status_code for path in (first, second)] == [404, 404]

"""Invitations in the wrong hands: of who was removed, in letters that lead elsewhere, as a way to learn addresses."""

import time

import httpx2
import pytest

from base.clock import now
from base.web.spreadsheet import _cell
from members.actions.let_in import Declining, decline
from members.actions.place import remove
from members.actions.remove_leaver import Leaving, remove_leaver
from members.colleagues import read_colleagues
from members.models import Invitation, InvitationUse, Member, Membership
from tests import builders as make
from tests.members.inviting import ACCOUNT, MARA, become, hospital, invite, link_for_several
from tests.members.secrets_of import letters, link_of

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("line", ["a" + " " * 900 + "<" + "@" * 900, "<" + "@" * 1900 + " b", "a@" * 900])
def test_no_line_of_a_list_takes_long(line: str) -> None:
    began = time.process_time()
    read_colleagues("\n".join([line] * 50))
    assert time.process_time() - began < 5, "it took minutes"


@pytest.mark.parametrize("change", [{"state": "left"}, {"role": "staff"}])
async def test_who_may_no_longer_invite_has_no_open_invitations(
    client: httpx2.AsyncClient, change: dict[str, str]
) -> None:
    at = await hospital()
    _, link = await invite(client, at, role="org_admin", outside="yes")
    _, several = await link_for_several(client, at)
    await Membership.filter(member_id=at.grace.id).update(**change)
    await Member.filter(id=at.grace.id).update(trust=0)
    for one in (link, several):
        assert (await client.get(one)).status_code == 404
        assert (await client.post(one, data=ACCOUNT | {"email": MARA})).status_code == 404
    assert not await Member.filter(email=MARA).exists()


@pytest.mark.parametrize(
    "welcome", ["Sign in at hospital-login.com/verify", "write to it@evil.eu", "see www.evil", "go to evil。com now"]
)
async def test_the_words_of_an_inviter_lead_nowhere(client: httpx2.AsyncClient, welcome: str) -> None:
    at = await hospital()
    await become(client, at.grace)
    given = {"email": MARA, "role": "staff", "welcome": welcome}
    refused = await client.post(f"{at.path}/one", data=given)
    assert refused.status_code == 422
    assert "without addresses" in refused.text
    assert welcome in refused.text.replace("&#39;", "'")
    good = given | {"welcome": "Welcome, Mara. We meet at 9.30, in room 2."}
    assert (await client.post(f"{at.path}/one", data=good)).status_code == 303


async def test_what_somebody_else_answered_is_not_carried_out(client: httpx2.AsyncClient) -> None:
    evil, good = await hospital("Evil", domain=""), await hospital()
    _, several = await link_for_several(client, evil)
    answered = await client.post(several, data=ACCOUNT | {"email": MARA, "name": "Eve"})
    assert answered.status_code in (200, 303)
    assert await InvitationUse.exists()
    _, link = await invite(client, good)
    await client.post(link, data=ACCOUNT)
    mara = await Member.get(email=MARA)
    assert [one.organisation_id for one in await Membership.filter(member_id=mara.id)] == [good.organisation.id]  # type: ignore[attr-defined]


async def test_only_who_waits_is_let_in(client: httpx2.AsyncClient) -> None:
    at, other = await hospital(), await make.member("Xavier")
    await become(client, at.grace)
    for act in ("let-in", "turn-away"):
        assert (await client.post(f"{at.path}/{act}", data={"member": str(other.id)})).status_code == 404
    assert not await Membership.filter(member_id=other.id).exists()


async def test_a_mailbox_is_not_filled(client: httpx2.AsyncClient) -> None:
    at = await hospital()
    await become(client, at.grace)
    answers = []
    for _ in range(6):
        answer = await client.post(f"/api/v1{at.path}", json={"email": MARA})
        answers.append(answer.status_code)
        if answer.status_code == 201:
            await client.delete(f"/api/v1/invitations/{answer.json()['id']}") if "id" in answer.json() else None
    assert answers.count(429) >= 3
    assert len(await letters(MARA)) <= 3


def test_a_cell_is_no_formula_where_cells_end_at_semicolons() -> None:
    assert _cell('well;=HYPERLINK("http://evil")\n=1+1') == "well;'=HYPERLINK(\"http://evil\")\n'=1+1"
    assert _cell("a, -b; 'c") == "a, '-b; 'c"
    assert _cell(-3) == "-3"
    assert _cell("2024-05-01; well") == "2024-05-01; well"


@pytest.mark.parametrize("how", ["remove", "take out", "decline"])
async def test_an_invitation_of_before_brings_nobody_back(client: httpx2.AsyncClient, how: str) -> None:
    at = await hospital()
    mara = await make.member("Mara", email="mara@old.example")
    _, link = await invite(client, at, "mara@old.example", role="org_admin", outside="yes")
    await Membership.create(
        member=mara, organisation=at.organisation, since=now(), state="pending" if how == "decline" else "active"
    )
    boss = await make.viewer(at.grace)
    if how == "remove":
        await remove_leaver(boss, at.organisation.id, mara.id, Leaving())
    elif how == "decline":
        await decline(boss, at.organisation.id, mara.id, Declining())
    else:
        await remove(boss, mara.id, at.organisation.id)
    await become(client, mara)
    assert (await client.post(link, data={})).status_code == 404
    assert (await Membership.get(member=mara)).state in ("left", "declined")


@pytest.mark.parametrize("by", ["page", "api"])
async def test_a_leader_invites_administrators_only_where_there_is_none(client: httpx2.AsyncClient, by: str) -> None:
    at, region, near = await hospital(), await make.region("Europe"), await make.member("Near")
    at.organisation.region = region  # type: ignore[assignment]
    await at.organisation.save()
    await make.grant(near, "community_leader", "region", region.id)
    await become(client, near)

    async def ask(email: str, role: str = "org_admin") -> httpx2.Response:
        if by == "page":
            return await client.post(f"{at.path}/one", data={"email": email, "role": role})
        return await client.post(f"/api/v1{at.path}", json={"email": email, "role": role})

    refused = await ask(MARA)
    assert (refused.status_code, "only its own administrators and the people who run" in refused.text) == (403, True)
    form = (await client.get(f"{at.path}/one")).text
    assert ("They come as staff." in form, 'name="role"' in form) == (True, False)
    assert (await ask("staff@elisabeth.example", "staff")).is_success or by == "page"
    await Member.filter(id=at.grace.id).update(state="suspended")
    assert 'name="role"' in (await client.get(f"{at.path}/one")).text, "nobody can use the role that is there"
    for email in (MARA, "second@elisabeth.example"):
        assert (await ask(email)).status_code in (200, 201, 303)
    first, second = [link_of((await letters(email))[-1]) for email in (MARA, "second@elisabeth.example")]
    client.cookies.clear()
    assert (await client.post(first, data=ACCOUNT)).status_code == 303
    assert (await Membership.get(member__email=MARA)).role == "org_admin"
    client.cookies.clear()
    assert (await client.get(second)).status_code == 404, "by now somebody runs it"
    await become(client, near)
    again = await Invitation.get(email="second@elisabeth.example")
    assert (await client.post(f"/api/v1/invitations/{again.id}/letter")).status_code == 403


async def test_nobody_comes_by_an_invitation_of_their_own(client: httpx2.AsyncClient) -> None:
    at, region, near = await hospital(), await make.region("Europe"), await make.member("Near", trust=2)
    at.organisation.region = region  # type: ignore[assignment]
    await at.organisation.save()
    await make.grant(near, "community_leader", "region", region.id)
    await Membership.all().update(role="staff")  # where somebody runs it, a leader invites no administrator at all
    await become(client, near)
    given = {"email": near.email, "role": "org_admin", "outside": "yes"}
    assert (await client.post(f"{at.path}/one", data=given)).status_code == 303
    link = link_of((await letters(str(near.email)))[-1])
    assert (await client.post(link, data={})).status_code == 403
    assert not await Membership.filter(member=near).exists()


async def test_words_of_an_inviter_stay_on_the_site_where_an_organisation_wants_that(
    client: httpx2.AsyncClient,
) -> None:
    at, quiet = await hospital(), await make.organisation("Quiet", mail_content="none")
    await make.member("Mara", email="mara@quiet.example", at=quiet)
    for email in ("mara@quiet.example", "nobody@else.example"):
        _, link = await invite(client, at, email, outside="yes", welcome="About the patient in room four")
        (letter,) = await letters(email)
        assert ("room four" in f"{letter.text}{letter.html}") is (email == "nobody@else.example")
        assert "room four" in (await client.get(link)).text

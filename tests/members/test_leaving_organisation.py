"""Leaving an organisation by oneself: what ends, what stays, who is told, and who hands over first."""

import httpx2
import pytest

from base.clock import now
from base.journal.models import Entry
from members.models import IdentityLink, Invitation, Member, Membership, Provider, Session, Token
from tests import builders as make
from tests.members.elsewhere import provider
from tests.members.inviting import become, hospital
from tests.members.outline import faults_of
from tests.members.provider_elsewhere import Idp
from tests.members.test_console import told
from tests.statements import statements

pytestmark = pytest.mark.anyio
WHERE = "/settings/organisations"


async def leave(client: httpx2.AsyncClient, by: str, organisation_id: int) -> httpx2.Response:
    if by == "page":
        return await client.post(f"{WHERE}/{organisation_id}/leave")
    return await client.delete(f"/api/v1/me/organisations/{organisation_id}")


@pytest.mark.parametrize("by", ["page", "api"])
async def test_somebody_leaves_and_those_who_run_it_are_told(client: httpx2.AsyncClient, by: str) -> None:
    there = await hospital()
    mara = await make.member("Mara", email="mara@elisabeth.example", at=there.organisation, trust=2)
    thread, token = await make.thread(author=mara), await make.token(mara)
    await Invitation.create(
        organisation=there.organisation, email=mara.email, token_hash="x", invited_by=there.grace, created_at=now(),
        expires_at=now(),
    )  # fmt: skip
    await become(client, mara)
    page = (await client.get(WHERE)).text
    assert faults_of(page) == []
    for sentence in (
        "you become a guest", "former staff of St. Elisabeth", "You come back only when its people let you in",
    ):  # fmt: skip
        assert sentence in page
    assert "You administrate it no longer" not in page
    assert WHERE in (await client.get(f"/organisations/{there.organisation.slug}")).text
    assert WHERE in (await client.get("/settings")).text
    assert (await leave(client, by, there.organisation.id)).status_code == (303 if by == "page" else 204)
    place = await Membership.get(member=mara)
    assert (place.state, place.role, place.main, place.until is not None) == ("left", "staff", False, True)
    assert (await make.viewer(await Member.get(id=mara.id))).audiences == {"public"}
    assert (await Member.get(id=mara.id)).trust == 0
    assert (await Invitation.get(email=mara.email)).revoked_at is not None
    assert await Session.filter(member=mara, revoked_at=None).exists(), "how they come in is theirs"
    assert await Token.filter(member=mara, revoked_at=None).exists()
    assert (await client.get("/api/v1/me", headers=token)).status_code == 200
    assert await told(there.grace) == ["Somebody has left St. Elisabeth"]
    assert await told(mara) == []
    page = (await client.get(WHERE, follow_redirects=True)).text
    assert "You belong to no organisation" in page
    assert "former staff of St. Elisabeth" in (await client.get(f"/t/{thread.id}-{thread.slug}")).text
    kinds = await Entry.filter(kind__in=("member.removed", "console.left")).values_list("kind", "actor_id")
    assert sorted(kinds) == [("console.left", mara.id), ("member.removed", mara.id)]
    await become(client, there.grace)
    assert "left by themselves" in (await client.get(f"/organisations/{there.organisation.slug}/console/journal")).text
    inbox = (await client.get("/inbox")).text
    assert "Mara has left" in inbox
    again = await leave(client, by, there.organisation.id)
    assert again.status_code in (303, 403), "the last administrator"


@pytest.mark.parametrize("by", ["page", "api"])
async def test_the_last_administrator_hands_over_first(client: httpx2.AsyncClient, by: str) -> None:
    there = await hospital()
    mara = await make.member("Mara", at=there.organisation)
    await become(client, there.grace)
    page = (await client.get(WHERE)).text
    assert "Nobody else administers St. Elisabeth" in page
    assert f"{WHERE}/{there.organisation.id}/leave" not in page
    refused = await leave(client, by, there.organisation.id)
    assert (refused.status_code, "This is the last administrator" in refused.text) == (403, True)
    await Membership.filter(member=mara).update(role="org_admin")
    await Member.filter(id=mara.id).update(state="suspended")
    assert (await leave(client, by, there.organisation.id)).status_code == 403, "a closed account runs nothing"
    await Member.filter(id=mara.id).update(state="active")
    assert "You administrate it no longer" in (await client.get(WHERE)).text
    assert (await leave(client, by, there.organisation.id)).status_code in (303, 204)
    assert (await Membership.get(member=there.grace)).state == "left"


async def test_nothing_is_left_where_one_does_not_belong(client: httpx2.AsyncClient) -> None:
    there, other, closed = (
        await hospital(),
        await make.organisation("Other"),
        await make.organisation("X", state="pending"),
    )
    mara = await make.member("Mara")
    places = {}
    for at, state in ((there.organisation, "paused"), (other, "pending")):
        places[state] = await Membership.create(member=mara, organisation=at, state=state, main=False, since=now())
    await become(client, mara)
    page = (await client.get(WHERE)).text
    assert "Your place here is suspended" in page
    assert f"/organisations/{other.slug}/ask/back" in page
    answers = [(await leave(client, "api", id_)) for id_ in (there.organisation.id, other.id, closed.id, 999_999)]
    assert {(one.status_code, one.json()["detail"]) for one in answers} == {
        (404, "You do not belong to this organisation.")
    }
    assert {state: (await Membership.get(id=one.id)).state for state, one in places.items()} == {
        "paused": "paused", "pending": "pending",
    }  # fmt: skip


async def test_who_belongs_elsewhere_too_stays_in_the_network(client: httpx2.AsyncClient, idp: Idp) -> None:
    there, other = await hospital(), await make.organisation("Other")
    mara = await make.member("Mara", at=there.organisation)
    await Membership.create(member=mara, organisation=other, main=False, since=now())
    of = await provider(idp, of=there.organisation)
    await IdentityLink.create(provider=of, subject="m", member=mara, created_at=now())
    await become(client, mara)
    found = {one["name"]: one for one in (await client.get("/api/v1/me/organisations")).json()}
    assert (found["Other"]["is_way_in"], found["St. Elisabeth"]["is_way_in"]) == (False, True)
    assert not found["Other"]["makes_guest"]
    page = (await client.get(WHERE)).text
    assert "you become a guest" not in page
    assert page.count("Its own sign-in may no longer open your account") == 1
    await leave(client, "page", there.organisation.id)
    viewer = await make.viewer(mara)
    assert (viewer.organisation_name, "network" in viewer.audiences) == ("Other", True)
    await Provider.all().delete()


async def test_a_page_asks_again_who_one_is(client: httpx2.AsyncClient) -> None:
    there = await hospital()
    mara = await make.member("Mara", at=there.organisation)
    await become(client, mara)
    await Session.all().update(created_at=now().replace(year=2020), confirmed_at=None)
    assert (await leave(client, "page", there.organisation.id)).status_code == 403
    token = await make.token(mara)
    client.cookies.clear()
    assert (await client.delete(f"/api/v1/me/organisations/{there.organisation.id}", headers=token)).status_code == 204


async def test_the_list_takes_one_statement_whatever_stands_in_it(client: httpx2.AsyncClient) -> None:
    mara = await make.member("Mara", at=await make.organisation("One"))
    await become(client, mara)

    async def cost() -> int:
        with statements() as sent:
            assert (await client.get(WHERE)).status_code == 200
        return len(sent)

    before = await cost()
    for name in ("Two", "Three"):
        await Membership.create(member=mara, organisation=await make.organisation(name), main=False, since=now())
    assert await cost() == before

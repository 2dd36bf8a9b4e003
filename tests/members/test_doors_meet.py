"""Where two doors meet: each was built without the other."""

from datetime import timedelta

import httpx2
import pytest
from structlog.testing import capture_logs

from base import settings
from base.clock import now
from base.db import transaction
from base.errors import TooMany
from base.journal.deliver import deliver_all
from members.actions import spend_code
from members.actions.let_in import Declining, decline, let_in
from members.actions.remove_leaver import Leaving, remove_leaver
from members.actions.welcome_domain import welcome_domain
from members.models import Consent, Member, Membership, Notice, OrganisationDomain, Session
from members.viewer import Viewer
from tests import builders as make
from tests.members.elsewhere import come_back, elisabeth, provider, there_and_back
from tests.members.inviting import ACCOUNT, hospital, invite, link_for_several
from tests.members.provider_elsewhere import Idp
from tests.members.secrets_of import JOINING, PASSWORD, letters, token_in, whoami, with_password
from tests.members.test_legal import published

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("cheap_hashes")]
Client = httpx2.AsyncClient
MARA = "mara@elisabeth.example"


@pytest.fixture
def idp(idp: Idp, client: Client) -> Idp:
    settings.use(settings.get().model_copy(update={"sso_networks": "127.0.0.0/8"}))
    return idp


# Compulsory providers


async def test_joining_where_a_provider_is_compulsory_keeps_what_was_typed(client: Client, idp: Idp) -> None:
    await provider(idp, of=await elisabeth(), is_compulsory=True)
    await published(client)
    answer = await client.post("/join", data=JOINING | {"role": "Nurse", "accept": "terms:1"})
    assert answer.status_code == 403
    assert "signs in through Clinic ID" in answer.text
    assert 'value="Nurse"' in answer.text


async def test_an_invitation_where_a_provider_is_compulsory_says_so_in_its_form(client: Client, idp: Idp) -> None:
    there = await hospital()
    _, link = await invite(client, there)
    _, several = await link_for_several(client, there)
    await provider(idp, of=there.organisation, is_compulsory=True)
    for path in (link, several):
        answer = await client.post(path, data=ACCOUNT | {"email": MARA})
        assert answer.status_code == 403
        assert "signs in through Clinic ID" in answer.text
        assert 'value="Nurse"' in answer.text


# Joining by invitation alone


async def test_a_provider_of_the_site_makes_no_account_where_joining_takes_an_invitation(
    client: Client, idp: Idp
) -> None:
    await provider(idp)
    settings.use(settings.get().model_copy(update={"joining": "invitation"}))
    answer = await there_and_back(client, idp)
    assert answer.status_code == 403
    assert "takes an invitation" in answer.text
    assert not await Member.filter(email=MARA).exists()


async def test_an_organisations_provider_is_its_invitation(client: Client, idp: Idp) -> None:
    await provider(idp, of=await elisabeth())
    settings.use(settings.get().model_copy(update={"joining": "invitation"}))
    assert (await there_and_back(client, idp)).status_code == 303


# Roles of groups


async def test_groups_do_not_take_the_last_administrator_of_an_organisation(client: Client, idp: Idp) -> None:
    there = await elisabeth()
    await provider(idp, of=there, roles="bosses: org_admin")
    idp.person["groups"] = ["bosses"]
    await there_and_back(client, idp)
    mine = await Membership.get(organisation=there)
    assert mine.role == "org_admin"
    await make.member("Colleague", at=there)
    await client.post("/sign-out")
    idp.person["groups"] = []
    assert (await there_and_back(client, idp)).status_code == 303
    assert (await Membership.get(id=mine.id)).role == "org_admin", "nobody would run it"
    await make.member("Another", at=there, role="org_admin")
    await client.post("/sign-out")
    await there_and_back(client, idp)
    assert (await Membership.get(id=mine.id)).role == "staff"


async def test_a_role_by_group_raises_trust_at_once(client: Client, idp: Idp) -> None:
    await provider(idp, roles="mods: moderator")
    idp.person["groups"] = ["mods"]
    await there_and_back(client, idp)
    assert (await Member.get(email=MARA)).trust == 1
    await client.post("/sign-out")
    idp.person["groups"] = []
    await there_and_back(client, idp)
    assert (await Member.get(email=MARA)).trust == 0


async def test_an_organisations_provider_does_not_confirm_for_who_holds_a_role(client: Client, idp: Idp) -> None:
    there = await elisabeth()
    await provider(idp, of=there)
    await there_and_back(client, idp)
    mara = await Member.get(email=MARA)
    await make.grant(mara, "admin")
    answer = await client.post("/settings/confirm/with/clinic-id", data={"next": "/admin"})
    assert answer.status_code == 403, answer.text


# Who has left


async def test_who_left_and_asked_is_not_let_in_by_a_link_for_several(client: Client) -> None:
    there = await hospital()
    _, several = await link_for_several(client, there)
    lea = await make.member("Lea", email="lea@elisabeth.example")
    await Membership.create(
        member=lea, organisation=there.organisation, state="left", main=False, since=now(), until=now()
    )
    client.cookies.clear()
    await make.sign_in(client, lea)
    asked = await client.post(f"/organisations/{there.organisation.slug}/ask", data={"words": "Again?"})
    assert asked.status_code == 303, asked.text
    assert (await Membership.get(member=lea)).state == "pending"
    await client.post(several)
    assert (await Membership.get(member=lea)).state == "pending"


async def test_who_left_and_asked_is_not_let_in_by_the_provider(client: Client, idp: Idp) -> None:
    there = await elisabeth()
    await provider(idp, of=there)
    mara = await with_password(await make.member("Mara", email=MARA))
    await Membership.create(
        member=mara, organisation=there, state="pending", main=False, since=now(), until=now() - timedelta(days=1),
        was="left",
    )  # fmt: skip
    await there_and_back(client, idp)
    await client.post("/sign-in/link", data={"password": PASSWORD})
    assert await whoami(client) == "mara"
    assert (await Membership.get(member=mara)).state == "pending"


@pytest.mark.parametrize("again", ["asks", "asks and takes it back", "nothing"])
@pytest.mark.parametrize("state", ["declined", "left"])
async def test_who_was_turned_away_waits_when_the_provider_brings_them(
    client: Client, idp: Idp, state: str, again: str
) -> None:
    there = await elisabeth()
    await provider(idp, of=there)
    grace = await make.member("Grace", at=there, role="org_admin")
    mara = await with_password(await make.member("Mara", email=MARA, trust=0))
    if state == "declined":
        await Membership.create(member=mara, organisation=there, state="pending", main=False, since=now())
        await decline(await make.viewer(grace), there.id, mara.id, Declining())
    else:
        await Membership.create(member=mara, organisation=there, since=now())
        await remove_leaver(await make.viewer(grace), there.id, mara.id, Leaving())
    await make.sign_in(client, mara)
    if again.startswith("asks"):
        assert (await client.post("/organisations/elisabeth/ask", data={"words": "Again?"})).status_code == 303
    if again.endswith("back"):
        await client.post("/organisations/elisabeth/ask/back")
        assert (await Membership.get(member=mara)).state == state
    client.cookies.clear()
    await there_and_back(client, idp)
    await client.post("/sign-in/link", data={"password": PASSWORD})
    assert await whoami(client) == "mara"
    place = await Membership.get(member=mara)
    assert (place.state, place.was) == ("pending", state)
    assert (await make.viewer(mara)).audiences == {"public"}
    await deliver_all()
    assert await Notice.filter(member=grace, subject="Somebody asks to belong to Elisabeth").exists()
    await decline(await make.viewer(grace), there.id, mara.id, Declining())
    assert (await Membership.get(member=mara)).state == state, "who was declined is no former staff"
    await client.post("/organisations/elisabeth/ask", data={})
    await let_in(await make.viewer(grace), there.id, mara.id)
    place = await Membership.get(member=mara)
    assert (place.state, place.was, place.until) == ("active", "", None)


@pytest.mark.parametrize("state", ["declined", "left"])
async def test_who_was_turned_away_waits_when_the_address_brings_them(client: Client, state: str) -> None:
    there = await elisabeth()
    await client.post("/join", data=JOINING | {"name": "Mara", "email": MARA})
    mara = await Member.get(email=MARA)
    await Membership.create(member=mara, organisation=there, state=state, main=False, since=now(), until=now())
    answer = await client.post("/join/confirm", data={"token": token_in((await letters(MARA))[-1], "/join/confirm")})
    assert (answer.status_code, await whoami(client)) == (303, "mara")
    place = await Membership.get(member=mara)
    assert (place.state, place.was) == ("pending", state)
    assert (await Member.get(id=mara.id)).trust == 0


@pytest.mark.parametrize("state", ["declined", "left", "pending"])
async def test_a_domain_that_is_confirmed_brings_in_nobody_who_was_turned_away(client: Client, state: str) -> None:
    there = await make.organisation("Elisabeth")
    mara = await make.member("Mara", email=MARA, email_confirmed_at=now())
    await Membership.create(member=mara, organisation=there, state=state, main=False, since=now(), was="declined")
    async with transaction():
        assert await welcome_domain(there.id, ["elisabeth.example"]) == 0
    assert (await Membership.get(member=mara)).state == state


async def test_nothing_is_said_to_be_given_to_who_is_paused(client: Client, idp: Idp) -> None:
    from base.journal.models import Entry

    there = await elisabeth()
    await provider(idp, of=there)
    mara = await with_password(await make.member("Mara", email=MARA))
    await Membership.create(member=mara, organisation=there, state="paused", main=False, since=now())
    await there_and_back(client, idp)
    await client.post("/sign-in/link", data={"password": PASSWORD})
    assert await whoami(client) == "mara"
    assert (await Membership.get(member=mara)).state == "paused"
    assert not await Entry.filter(kind="member.placed").exists()


async def test_a_domain_given_up_meanwhile_is_spoken_for_no_more(client: Client, idp: Idp) -> None:
    there = await elisabeth()
    await provider(idp, of=there)
    mara = await with_password(await make.member("Mara", email=MARA))
    await there_and_back(client, idp)
    await OrganisationDomain.all().delete()
    answer = await client.post("/sign-in/link", data={"password": PASSWORD})
    assert answer.status_code == 403
    assert not await Membership.filter(member=mara).exists()


@pytest.mark.parametrize("back", ["", "place", "domain"])
async def test_a_provider_opens_no_account_of_who_belongs_elsewhere(client: Client, idp: Idp, back: str) -> None:
    there = await elisabeth()
    await provider(idp, of=there)
    mara = await make.member("Mara", email="mara@river.example", at=there)
    await make.sign_in(client, mara)
    away = await client.post("/api/v1/me/links/clinic-id")
    await come_back(client, idp, away.json()["url"])
    await client.post("/sign-out")
    await there_and_back(client, idp)
    assert await whoami(client) == "mara"
    # She moves on, to where what others there write is nothing to whoever runs that provider.
    await Membership.filter(member=mara).update(state="left", main=False, until=now())
    await Membership.create(member=mara, organisation=await make.organisation("River"), since=now())
    assert "Clinic ID" not in (await client.get("/settings/confirm")).text
    await client.post("/sign-out")
    if back == "place":
        await Membership.filter(member=mara, organisation=there).update(state="active", until=None)
    if back == "domain":
        await OrganisationDomain.create(organisation=there, domain="river.example", verified_at=now())
    answer = await there_and_back(client, idp)
    assert (answer.status_code, await whoami(client)) == ((303, "mara") if back else (403, ""))


# Consents


async def test_what_a_stranger_accepted_is_not_accepted(client: Client, idp: Idp) -> None:
    await published(client)
    await client.post("/join", data=JOINING | {"accept": "terms:1"})
    await provider(idp)
    client.cookies.clear()
    await there_and_back(client, idp)
    assert await whoami(client) == ""
    mara = await Member.get(email=MARA)
    assert mara.legal_upto == 0
    assert not await Consent.filter(member=mara).exists()


async def test_what_a_stranger_accepted_is_not_accepted_after_a_reset(client: Client) -> None:
    await published(client)
    await client.post("/join", data=JOINING | {"accept": "terms:1"})
    await client.post("/forgot", data={"email": MARA})
    token = token_in((await letters(MARA))[-1], "/reset")
    done = await client.post("/reset", data={"token": token, "password": "nine other tall poplars"})
    assert done.status_code == 303, done.text
    mara = await Member.get(email=MARA)
    assert (mara.state, mara.legal_upto) == ("active", 0)
    assert not await Consent.filter(member=mara).exists()


# Private sites


async def test_documents_and_own_data_on_a_private_site(client: Client) -> None:
    await published(client)
    settings.lay_under({"private": True})
    client.cookies.clear()
    for path in ("/legal", "/legal/terms", "/api/v1/legal", "/api/v1/legal/terms"):
        assert (await client.get(path)).status_code == 200, path
    assert (await client.get("/settings/data")).status_code == 303
    guest = await make.member("Gina", trust=0)
    await make.sign_in(client, guest)
    led = await client.get("/waiting")
    assert led.headers["location"] == "/legal/accept?next=%2Fwaiting"
    form = await client.get(led.headers["location"])
    assert form.status_code == 200
    for path in ("/settings/data", "/settings/data/leave", "/api/v1/me/data", "/api/v1/me/consents"):
        assert (await client.get(path)).status_code == 200, path
    done = await client.post("/legal/accept", data={"next": "/waiting", "accept": "terms:1"})
    assert done.headers["location"] == "/waiting"
    assert (await client.get("/waiting")).status_code == 200


# Letters, and the log


async def test_who_is_leaving_is_told_what_is_done_to_the_account(client: Client) -> None:
    mara = await with_password(await make.member("Mara", email=MARA))
    await Member.filter(id=mara.id).update(state="leaving")
    await client.post("/forgot", data={"email": MARA})
    token = token_in((await letters(MARA))[-1], "/reset")
    await client.post("/reset", data={"token": token, "password": "nine other tall poplars"})
    assert "password" in (await letters(MARA))[-1].subject.lower()
    assert len(await letters(MARA)) == 2


async def test_the_log_names_no_invitation(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    _, link = await invite(client, await hospital())

    async def broken(*_: object) -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr("members.pages.invited.found_invitation", broken)
    with capture_logs() as logged:
        assert (await client.get(link)).status_code == 500
    (line,) = [one for one in logged if one["log_level"] == "error"]
    assert line["path"] == "/invitation/(signed)"


@pytest.mark.parametrize("path", ["/questions/?a=b", "/sign-in/?a=b"])
async def test_no_answer_names_the_host_that_a_request_names(client: Client, path: str) -> None:
    answer = await client.get(path, headers={"Host": "evil.test"})
    assert answer.status_code == 307
    assert answer.headers["location"] == path.replace("/?", "?")


async def test_giving_up_a_domain_asks_again_who_one_is(client: Client) -> None:
    there = await hospital()
    await with_password(there.grace)
    await make.sign_in(client, there.grace)
    await Session.filter(member_id=there.grace.id).update(created_at=now() - timedelta(hours=1), confirmed_at=None)
    where = f"/organisations/{there.organisation.slug}/console/domains/give-up"
    assert (await client.post(where, data={"domain": "elisabeth.example"})).status_code == 403
    assert await OrganisationDomain.all().count() == 1
    proof = {"domain": "elisabeth.example", "confirm_password": PASSWORD}
    assert (await client.post(where, data=proof)).status_code == 303
    assert await OrganisationDomain.all().count() == 0


async def test_a_forgotten_address_is_not_where_somebody_usually_is(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    mara = await make.member("Mara")
    await make.sign_in(client, mara)
    await Session.all().update(address="")
    nobody = Viewer(address="")
    monkeypatch.setattr(spend_code, "OF_ACCOUNT", "1/day")
    await spend_code._count_failure(nobody, mara.id, "123456")
    with pytest.raises(TooMany):
        await spend_code._check_tries(nobody, mara.id, "123456")

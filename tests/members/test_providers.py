"""Keeping providers, linked sign-ins, an organisation's own door, and what each costs."""

from datetime import timedelta

import httpx2
import pytest

from base import settings
from base.clock import now
from base.journal.models import Entry
from base.sealing import unseal
from members.models import IdentityLink, Invitation, Member, Membership, Organisation, Provider, Session
from members.oidc.exchange import PURPOSE
from members.queries.providers import check_door, ways_in
from tests import builders as make
from tests.members.elsewhere import asked_in, come_back, elisabeth, provider, there_and_back
from tests.members.outline import faults_of
from tests.members.provider_elsewhere import CLIENT, SECRET, Idp
from tests.members.secrets_of import PASSWORD, letters, link_in, whoami, with_password
from tests.site import open_client
from tests.statements import statements

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("cheap_hashes")]
MARA = "mara@elisabeth.example"
ADMIN = "/admin/providers"


@pytest.fixture
def idp(idp: Idp, client: httpx2.AsyncClient) -> Idp:
    settings.use(settings.get().model_copy(update={"sso_networks": "127.0.0.0/8"}))
    return idp


async def admin(client: httpx2.AsyncClient) -> Member:
    made = await with_password(await make.member("Ada Admin", email="ada@elisabeth.example"))
    await make.grant(made, "admin")
    await make.sign_in(client, made)
    return made


def form(idp: Idp, **more: str) -> dict[str, str]:
    return {
        "name": "Clinic ID", "issuer": idp.address, "client_id": CLIENT, "secret": SECRET, "two_steps": "said",
        "scopes": "openid email", "email_claim": "email", "verified_claim": "email_verified", "name_claim": "name",
        "groups_claim": "groups", "roles": "",
    } | more  # fmt: skip


# Administrators


async def test_add_test_turn_on_change_and_remove(client: httpx2.AsyncClient, idp: Idp) -> None:
    await admin(client)
    assert "Nobody signs in elsewhere yet" in (await client.get(ADMIN)).text
    empty = (await client.get(f"{ADMIN}/new")).text
    assert not faults_of(empty)
    added = await client.post(f"{ADMIN}/new", data=form(idp, trusts_addresses="yes"))
    one = await Provider.get()
    here = f"{ADMIN}/{one.id}"
    assert (added.status_code, added.headers["location"]) == (303, here)
    assert (one.slug, one.is_on, one.trusts_addresses, one.is_compulsory) == ("clinic-id", False, True, False)
    assert unseal(PURPOSE, one.secret) == SECRET
    assert (await client.get("/sign-in/with/clinic-id")).status_code == 404, "it is off at first"
    page = (await client.get(here)).text
    assert not faults_of(page)
    assert "http://commonplace.test/sign-in/with/clinic-id/return" in page
    assert SECRET not in page
    assert one.secret not in page
    tested = await client.post(f"{here}/test")
    assert ("It answers as it should" in tested.text, f"{idp.address}/token" in tested.text) == (True, True)
    assert not faults_of(tested.text)
    await client.post(f"{here}/switch", data={"to": "on"})
    assert (await client.get("/sign-in/with/clinic-id")).status_code == 303
    await client.post(here, data=form(idp, secret="", name="Renamed", roles="a:b: editor"))
    one = await Provider.get()
    assert (one.name, one.roles, one.trusts_addresses) == ("Renamed", "a:b: editor", False)
    assert unseal(PURPOSE, one.secret) == SECRET, "an empty secret leaves the one that is kept"
    assert "Renamed" in (await client.get(ADMIN)).text
    assert not faults_of((await client.get(ADMIN)).text)
    await client.post(f"{here}/switch", data={"to": "off"})
    assert not (await Provider.get()).is_on
    assert (await client.post(f"{here}/remove")).headers["location"] == ADMIN
    assert not await Provider.exists()
    entries = await Entry.filter(kind__startswith="provider.").order_by("id")
    assert [one.kind.partition(".")[2] for one in entries] == ["added", "turned_on", "changed", "turned_off", "removed"]
    assert SECRET not in str([one.data for one in entries])


async def test_the_real_trouble_is_shown(client: httpx2.AsyncClient, idp: Idp) -> None:
    await admin(client)
    one = await provider(idp)
    idp.metadata = {"issuer": "https://somebody.else"}
    assert "It calls itself" in (await client.post(f"{ADMIN}/{one.id}/test")).text
    idp.twist["discovery"] = 503
    assert "openid-configuration answers 503" in (await client.post(f"{ADMIN}/{one.id}/test")).text
    idp.reset()
    idp.published = []
    assert "None of its keys signs" in (await client.post(f"{ADMIN}/{one.id}/test")).text
    settings.use(settings.get().model_copy(update={"sso_networks": ""}))
    assert "in the networks of the setting sso_networks" in (await client.post(f"{ADMIN}/{one.id}/test")).text


@pytest.mark.parametrize(
    ("field", "value"),
    [("name", "x"), ("issuer", "http://id.example"), ("issuer", "https://id.example/?x=1"), ("issuer", "javascript:x"),
     ("issuer", "https://a@id.example"), ("client_id", ""), ("slug", "Not A Word"), ("slug", "-x"), ("scopes", "email"),
     ("roles", "editors editor"), ("roles", "x: org_admin"), ("roles", ": editor"), ("email_claim", "e mail"),
     ("two_steps", "perhaps"), ("organisation", "nowhere"), ("is_compulsory", "yes")],
)  # fmt: skip
async def test_what_makes_no_sense_is_told_at_its_field(
    client: httpx2.AsyncClient, idp: Idp, field: str, value: str
) -> None:
    await admin(client)
    given = form(idp, secret="typed") | {field: value}
    answer = await client.post(f"{ADMIN}/new", data=given)
    assert (answer.status_code, f"f-{field}-error" in answer.text) == (422, True), answer.text
    assert "typed" not in answer.text
    assert 'value="groups"' in answer.text, "nothing typed is lost"
    assert not await Provider.exists()


async def test_http_is_taken_only_where_the_operator_allows_it(client: httpx2.AsyncClient, idp: Idp) -> None:
    await admin(client)
    settings.use(settings.get().model_copy(update={"sso_networks": ""}))
    answer = await client.post(f"{ADMIN}/new", data=form(idp))
    assert (answer.status_code, "f-issuer-error" in answer.text) == (422, True)


async def test_another_address_is_another_place(client: httpx2.AsyncClient, idp: Idp) -> None:
    await admin(client)
    one, other = await provider(idp), await make.member("Other")
    await IdentityLink.create(provider=one, subject="x", member=other, created_at=now())
    moved = form(idp, issuer="https://new.example", secret="")
    refused = await client.post(f"{ADMIN}/{one.id}", data=moved)
    assert (refused.status_code, "f-secret-error" in refused.text) == (422, True), "a kept secret goes nowhere else"
    assert await IdentityLink.exists()
    assert (await client.post(f"{ADMIN}/{one.id}", data=moved | {"secret": "new"})).status_code == 303
    assert not await IdentityLink.exists()


async def test_an_organisation_has_one_provider(client: httpx2.AsyncClient, idp: Idp) -> None:
    await admin(client)
    here = await elisabeth()
    given = form(idp, organisation="elisabeth", is_compulsory="yes")
    assert (await client.post(f"{ADMIN}/new", data=given)).status_code == 303
    second = await client.post(f"{ADMIN}/new", data=given | {"slug": "second"})
    assert (second.status_code, "f-organisation-error" in second.text) == (422, True)
    taken = await client.post(f"{ADMIN}/new", data=form(idp))
    assert (taken.status_code, "f-slug-error" in taken.text) == (422, True)
    one = await Provider.get(organisation_id=here.id)
    await here.domains.all().delete()  # type: ignore[attr-defined]
    on = await client.post(f"{ADMIN}/{one.id}/switch", data={"to": "on"})
    assert (on.status_code, (await Provider.get()).is_on) == (303, False)


async def test_it_is_a_sensitive_act(client: httpx2.AsyncClient, idp: Idp) -> None:
    await admin(client)
    one = await provider(idp)
    await Session.all().update(confirmed_at=now() - timedelta(minutes=16))
    for path, given in ((f"{ADMIN}/new", form(idp, slug="second")), (f"{ADMIN}/{one.id}", form(idp)),
                        (f"{ADMIN}/{one.id}/switch", {"to": "off"}), (f"{ADMIN}/{one.id}/remove", {})):  # fmt: skip
        asked = await client.post(path, data=given)
        assert (asked.status_code, SECRET in asked.text) == (403, False), "a secret is not carried in a page"
    assert (await client.put(f"/api/v1{ADMIN}/{one.id}", json=form(idp))).status_code == 403
    assert await Provider.filter(is_on=True).count() == 1


# An organisation's own door


@pytest.mark.parametrize("email", [MARA, "nobody@elisabeth.example", "MARA@ELISABETH.EXAMPLE"])
async def test_an_address_leads_to_its_organisations_provider(client: httpx2.AsyncClient, idp: Idp, email: str) -> None:
    await make.member("Mara Visser", email=MARA)
    assert "through my organisation" not in (await client.get("/sign-in")).text
    await provider(idp, of=await elisabeth())
    assert "through my organisation" in (await client.get("/sign-in")).text
    given = {"email": email, "password": "", "way": "organisation", "next": "/questions"}
    led = await client.post("/sign-in", data=given)
    assert (led.status_code, led.headers["cache-control"]) == (200, "private, no-store")
    assert not faults_of(led.text)
    url = led.text.partition("0;url=")[2].partition('"')[0].replace("&amp;", "&")
    assert asked_in(url)["login_hint"] == email.lower()
    assert (await come_back(client, idp, url)).status_code == 303


async def test_other_addresses_are_told_that_there_is_none(client: httpx2.AsyncClient, idp: Idp) -> None:
    await provider(idp, of=await elisabeth())
    for email, sentence in (("x@other.example", "No organisation here has a sign-in of its own"), ("x", "one whole")):
        told = await client.post("/sign-in", data={"email": email, "way": "organisation"})
        assert (told.status_code, sentence in told.text) == (422, True)
    await Organisation.all().update(state="lapsed")
    assert (await client.post("/sign-in", data={"email": MARA, "way": "organisation"})).status_code == 422


async def test_a_compulsory_provider_closes_the_door_for_passwords(client: httpx2.AsyncClient, idp: Idp) -> None:
    here = await elisabeth()
    await provider(idp, of=here, is_compulsory=True)
    await with_password(await make.member("Mara Visser", email=MARA))
    answers = []
    for email, password in ((MARA, PASSWORD), (MARA, "wrong"), ("nobody@elisabeth.example", PASSWORD)):
        told = await client.post("/sign-in", data={"email": email, "password": password})
        assert told.status_code == 403
        assert "signs in through Clinic ID, and not with a password or passkey" in told.text
        assert "/sign-in/with/clinic-id?next=/" in told.text
        assert not faults_of(told.text)
        answers.append(told.text.replace(email, "…"))
    assert len(set(answers)) == 1, "it depends on the domain alone"
    assert (await client.post("/api/v1/session", json={"email": MARA, "password": PASSWORD})).status_code == 403
    new = {"name": "Eve", "email": "eve@elisabeth.example", "password": "hfu3-dk4z-kkw"}
    join = await client.post("/join", data=new)
    assert (join.status_code, "f-email-error" in join.text) == (403, True)
    assert await whoami(client) == ""
    await Provider.all().update(is_on=False)
    await client.post("/sign-in", data={"email": MARA, "password": PASSWORD})
    assert await whoami(client) == "mara-visser", "a provider that is off closes nothing"


async def test_a_letter_of_before_opens_no_compulsory_domain(client: httpx2.AsyncClient, idp: Idp) -> None:
    here = await elisabeth()
    await client.post("/join", data={"name": "Eve", "email": "eve@elisabeth.example", "password": "hfu3-dk4z-kkw"})
    link = link_in((await letters("eve@elisabeth.example"))[0], "/join/confirm")
    await provider(idp, of=here, is_compulsory=True)
    token = link.partition("token=")[2]
    assert (await client.post("/join/confirm", data={"token": token})).status_code == 403
    from members.links import invitation_token

    invited = await Invitation.create(
        organisation=here, email="new@elisabeth.example", created_at=now(), sent_at=now(),
        expires_at=now() + timedelta(days=9),
    )  # fmt: skip
    given = {"name": "New", "password": "hfu3-dk4z-kkw", "guidelines": "yes", "email": "new@elisabeth.example"}
    path = f"/invitation/{invitation_token(invited.id, invited.created_at)}"
    assert (await client.post(path, data=given)).status_code == 403
    assert await whoami(client) == ""


async def test_who_runs_the_site_has_a_door_of_their_own(client: httpx2.AsyncClient, idp: Idp) -> None:
    await provider(idp, of=await elisabeth(), is_compulsory=True)
    ada = await with_password(await make.member("Ada Admin", email="ada@elisabeth.example"))
    await with_password(await make.member("Mara Visser", email=MARA))
    await make.grant(ada, "admin")
    assert (await client.post("/sign-in", data={"email": ada.email, "password": PASSWORD})).status_code == 403
    page = (await client.get("/sign-in?door=staff")).text
    assert 'name="door" value="staff"' in page
    assert not faults_of(page)
    wrong = [
        await client.post("/sign-in", data={"email": email, "password": "wrong", "door": "staff"})
        for email in (str(ada.email), MARA, "nobody@elisabeth.example")
    ]
    assert {one.status_code for one in wrong} == {422}, "nobody learns who runs the site"
    right = await client.post("/sign-in", data={"email": MARA, "password": PASSWORD, "door": "staff"})
    assert (right.status_code, await whoami(client)) == (403, "")
    await client.post("/sign-in", data={"email": ada.email, "password": PASSWORD, "door": "staff"})
    assert await whoami(client) == "ada-admin"


async def test_a_compulsory_provider_closes_others_too(client: httpx2.AsyncClient, idp: Idp) -> None:
    await provider(idp)
    await there_and_back(client, idp)
    await client.post("/sign-out")
    await provider(idp, of=await elisabeth(), is_compulsory=True, slug="elisabeth-id", name="Elisabeth ID")
    back = await there_and_back(client, idp)
    assert (back.status_code, "signs in through Elisabeth ID" in back.text) == (403, True)
    await IdentityLink.all().delete()
    await Member.all().delete()
    assert (await there_and_back(client, idp)).status_code == 403, "neither is an account made there"


# Linked sign-ins


async def linking(client: httpx2.AsyncClient, idp: Idp, slug: str = "clinic-id") -> httpx2.Response:
    answer = await client.post(f"/settings/links/{slug}")
    assert (answer.status_code, 'http-equiv="refresh"' in answer.text) == (200, True), answer.text
    return await come_back(client, idp, answer.text.partition("0;url=")[2].partition('"')[0].replace("&amp;", "&"))


async def test_link_and_unlink(client: httpx2.AsyncClient, idp: Idp) -> None:
    await provider(idp, trusts_addresses=False)
    mara = await with_password(await make.member("Mara Visser", email=MARA))
    await make.sign_in(client, mara)
    assert "Link Clinic ID" in (await client.get("/settings/links")).text
    idp.person |= {"email": "private@elsewhere.example", "email_verified": False}
    assert (await linking(client, idp)).headers["location"] == "/settings/links"
    page = (await client.get("/settings/links")).text
    assert ("private@elsewhere.example" in page, faults_of(page)) == (True, [])
    async with open_client() as elsewhere:
        await there_and_back(elsewhere, idp)
        assert await whoami(elsewhere) == "mara-visser"
        link = await IdentityLink.get()
        await client.post(f"/settings/links/{link.id}/remove")
        assert await whoami(elsewhere) == "", "what was begun by it may be somebody else's"
    assert not await IdentityLink.exists()
    assert await whoami(client) == "mara-visser"
    told = [mail.subject for mail in await letters(MARA) if "new device" not in mail.subject]
    assert told == [f"A sign-in was {what} your account at Commonplace" for what in ("linked to", "taken off")]


async def test_a_sign_in_opens_one_account(client: httpx2.AsyncClient, idp: Idp) -> None:
    one = await provider(idp)
    other = await make.member("Other")
    await IdentityLink.create(provider=one, subject="mara-1", member=other, created_at=now())
    await make.sign_in(client, await make.member("Mara Visser", email=MARA))
    back = await linking(client, idp)
    assert (back.status_code, "opens another account already" in back.text) == (409, True)
    assert (await IdentityLink.get()).member_id == other.id  # type: ignore[attr-defined]


async def test_linking_begins_with_a_form_and_ends_in_the_same_sign_in(client: httpx2.AsyncClient, idp: Idp) -> None:
    """Else somebody could lead a member's browser through, with their own sign-in open at the provider."""
    await provider(idp)
    await make.sign_in(client, await make.member("Mara Visser", email=MARA))
    assert (await client.get("/settings/links/clinic-id")).status_code == 405
    cross = await client.post("/settings/links/clinic-id", headers={"Origin": "https://evil.test"})
    assert cross.status_code == 403
    answer = await client.post("/settings/links/clinic-id")
    url = answer.text.partition("0;url=")[2].partition('"')[0].replace("&amp;", "&")
    await make.sign_in(client, await make.member("Somebody Else"))
    assert (await come_back(client, idp, url)).status_code == 403
    await Session.all().update(confirmed_at=now() - timedelta(minutes=16))
    assert (await client.post("/settings/links/clinic-id")).status_code == 403
    assert not await IdentityLink.exists()


async def test_only_people_of_an_organisation_link_its_provider(client: httpx2.AsyncClient, idp: Idp) -> None:
    here = await elisabeth()
    await provider(idp, of=here)
    mara = await make.member("Mara Visser", email="mara@other.example")
    await make.sign_in(client, mara)
    assert (await client.post("/settings/links/clinic-id")).headers["location"] == "/settings/links"
    await Membership.create(member=mara, organisation=here, since=now())
    await make.grant(mara, "moderator")
    refused = await client.post("/settings/links/clinic-id")
    assert refused.headers["location"] == "/settings/links", "nor does it open the account of who holds a role"
    await mara.grants.all().delete()  # type: ignore[attr-defined]
    assert (await linking(client, idp)).headers["location"] == "/settings/links"
    assert (await IdentityLink.get()).member_id == mara.id  # type: ignore[attr-defined]


async def test_the_last_way_in_stays(client: httpx2.AsyncClient, idp: Idp) -> None:
    here = await elisabeth()
    await provider(idp, of=here, is_compulsory=True)
    idp.person["auth_time"] = int(now().timestamp())
    await there_and_back(client, idp)
    link = await IdentityLink.get()
    await client.post(f"/settings/links/{link.id}/remove")
    assert await IdentityLink.exists(), "passwords and letters open nothing at this domain"
    await Provider.all().update(is_compulsory=False)
    await client.post(f"/settings/links/{link.id}/remove")
    assert not await IdentityLink.exists(), "a letter for a forgotten password is a way in"
    await client.post(f"/settings/links/{link.id}/remove")


async def test_nobody_takes_off_anothers(client: httpx2.AsyncClient, idp: Idp) -> None:
    one = await provider(idp)
    other = await IdentityLink.create(
        provider=one, subject="x", member=await make.member("Other"), created_at=now()
    )  # fmt: skip
    await make.sign_in(client, await make.member("Mara Visser", email=MARA))
    await client.post(f"/settings/links/{other.id}/remove")
    assert await IdentityLink.exists()


# Programs


async def test_the_same_for_programs(client: httpx2.AsyncClient, idp: Idp) -> None:
    ways = "/api/v1/session/ways"
    assert (await client.get(ways)).json() == {"site": [], "organisation": None, "password": True}
    await admin(client)
    await elisabeth()
    path = f"/api/v1{ADMIN}"
    given = form(idp) | {"organisation": "elisabeth", "is_compulsory": True}
    made = (await client.post(path, json=given)).json()["id"]
    assert (await client.post(f"{path}/{made}/test")).json()["trouble"] == ""
    assert (await client.post(f"{path}/{made}/switch", json={"is_on": True})).status_code == 204
    assert [one["is_on"] for one in (await client.get(path)).json()] == [True]
    shown = await client.get(f"{path}/{made}")
    assert (shown.json()["has_secret"], SECRET in shown.text) == (True, False)
    found = (await client.get(ways, params={"email": MARA})).json()
    assert (found["organisation"]["slug"], found["password"]) == ("clinic-id", False)
    assert (await client.put(f"{path}/{made}", json=given | {"name": "Renamed", "secret": ""})).status_code == 204
    assert (await client.delete(f"{path}/{made}")).status_code == 204
    await provider(idp)
    begun = await client.post("/api/v1/me/links/clinic-id")
    assert (await come_back(client, idp, begun.json()["url"])).headers["location"] == "/settings/links"
    mine = (await client.get("/api/v1/me/links")).json()
    assert [one["slug"] for one in mine["links"]] == ["clinic-id"]
    assert (await client.delete(f"/api/v1/me/links/{mine['links'][0]['id']}")).status_code == 204
    assert not await IdentityLink.exists()


# What it costs


async def test_pages_take_a_fixed_number_of_statements(client: httpx2.AsyncClient, idp: Idp) -> None:
    here = await elisabeth()

    async def cost(path: str) -> int:
        with statements() as sent:
            assert (await client.get(path)).status_code == 200
        return len(sent)

    paths = ("/sign-in", "/settings/links", ADMIN)
    before = [await cost("/sign-in")]
    mara = await admin(client)
    before += [await cost(path) for path in paths[1:]]
    for number in range(3):
        one = await provider(idp, slug=f"id-{number}", of=here if number == 0 else None)
        await IdentityLink.create(provider=one, subject="x", member=mara, created_at=now())
    after = [await cost(path) for path in paths[1:]]
    client.cookies.clear()
    assert [await cost("/sign-in"), *after] == before
    with statements() as sent:
        assert len((await ways_in()).site) == 2
        await check_door(MARA)
    assert len(sent) == 2

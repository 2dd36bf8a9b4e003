"""Organisations, regions and platforms: added and edited by who may."""

import asyncio

import httpx2
import pytest

from base.clock import now
from base.errors import Invalid
from base.journal.models import Entry
from members.actions.keep_organisation import Particulars, add_organisation, edit_organisation
from members.models import Member, Membership, Organisation, OrganisationDomain, Platform, Region
from tests import builders as make
from tests.members.outline import faults_of

pytestmark = pytest.mark.anyio
NORD = {"name": "Clinic Nord", "type": "clinic", "country": "DE", "languages": "German", "domains": "nord.example"}


async def admin(client: httpx2.AsyncClient) -> Member:
    made = await make.member("Ada Admin")
    await make.grant(made, "admin")
    await make.sign_in(client, made)
    return made


async def test_add_and_edit_an_organisation(client: httpx2.AsyncClient) -> None:
    await admin(client)
    region = await make.region("Europe")
    answer = await client.post("/admin/organisations/new", data=NORD | {"region": region.id, "about": "We *are*."})
    assert (answer.status_code, answer.headers["location"]) == (303, "/admin/organisations")
    made = await Organisation.get()
    assert (made.slug, made.country, made.languages, made.region_id) == ("clinic-nord", "DE", "de", region.id)  # type: ignore[attr-defined]
    domain = await OrganisationDomain.get()
    assert (domain.domain, domain.verified_at is not None) == ("nord.example", True)
    assert "We <em>are</em>" in (await client.get("/organisations/clinic-nord")).text
    form = (await client.get(f"/admin/organisations/{made.id}")).text
    assert faults_of(form) == []
    assert 'value="nord.example"' in form
    changed = NORD | {"name": "Klinik Nord", "domains": "klinik.example, nord.example", "state": "lapsed"}
    await client.post(f"/admin/organisations/{made.id}", data=changed)
    found = await Organisation.get()
    assert (found.name, found.slug, found.state, found.region_id) == ("Klinik Nord", "clinic-nord", "lapsed", None)  # type: ignore[attr-defined]
    assert {one.domain for one in await OrganisationDomain.all()} == {"klinik.example", "nord.example"}
    await client.post(f"/admin/organisations/{made.id}", data=NORD | {"domains": ""})
    assert not await OrganisationDomain.exists()
    kinds = await Entry.filter(kind__startswith="organisation.").values_list("kind", flat=True)
    assert sorted(kinds) == ["organisation.added", "organisation.moved", "organisation.renamed", "organisation.renamed"]
    await client.post("/admin/organisations/new", data=NORD)
    assert await Organisation.filter(slug="clinic-nord-2").exists()


async def test_a_wrong_form_comes_back(client: httpx2.AsyncClient) -> None:
    await admin(client)
    other = await make.organisation("Other")
    await OrganisationDomain.create(organisation=other, domain="taken.example", verified_at=now())
    for wrong, field in (
        ({"name": ""}, "name"),
        ({"type": "palace"}, "type"),
        ({"country": "XX"}, "country"),
        ({"region": "999"}, "region"),
        ({"domains": "gmail.com"}, "domains"),
        ({"domains": "nodots"}, "domains"),
        ({"domains": "taken.example"}, "domains"),
        ({"website": "javascript:alert(1)"}, "website"),
        ({"languages": "Klingonese"}, "languages"),
    ):
        answer = await client.post("/admin/organisations/new", data=NORD | wrong)
        assert answer.status_code == 422, wrong
        assert f'id="f-{field}-error"' in answer.text, wrong
        assert faults_of(answer.text) == []
    assert await Organisation.all().count() == 1


async def test_a_new_domain_lets_its_guests_in(client: httpx2.AsyncClient) -> None:
    await admin(client)
    proven = await make.member("Proven", email="p@nord.example", email_confirmed_at=now(), trust=0)
    await make.member("Unproven", email="u@nord.example", state="unverified")
    elsewhere = await make.member("Elsewhere", email="e@south.nord.example", email_confirmed_at=now())
    placed = await make.member(
        "Placed", email="q@nord.example", email_confirmed_at=now(), at=await make.organisation("First")
    )
    await client.post("/admin/organisations/new", data=NORD)
    made = await Organisation.get(slug="clinic-nord")
    there = {one.member_id for one in await Membership.filter(organisation_id=made.id)}  # type: ignore[attr-defined]
    assert there == {proven.id}
    assert not await Membership.filter(member_id=elsewhere.id).exists()
    assert await Membership.filter(member_id=placed.id).count() == 1
    assert (await Member.get(id=proven.id)).trust == 1


async def test_regions_and_platforms(client: httpx2.AsyncClient) -> None:
    await admin(client)
    given = {"name": "Low Countries", "countries": "Netherlands, be", "languages": "Dutch, French", "about": "Flat."}
    await client.post("/admin/regions/new", data=given)
    region = await Region.get()
    assert (region.slug, region.countries, region.languages) == ("low-countries", "NL,BE", "nl,fr")
    await client.post(f"/admin/regions/{region.id}", data=given | {"name": "Benelux", "countries": "NL, BE, LU"})
    assert (await Region.get()).name == "Benelux"
    await client.post("/admin/platforms/new", data={"name": "X", "aliases": "Twitter, X/Twitter", "vendor": "X Corp."})
    platform = await Platform.get().prefetch_related("aliases")
    assert {alias.slug for alias in platform.aliases} == {"twitter", "xtwitter"}  # type: ignore[attr-defined]
    await client.post(f"/admin/platforms/{platform.id}", data={"name": "X", "aliases": "Twitter", "status": "changed"})
    assert (await Platform.get()).status == "changed"
    for path, wrong, field in (
        ("/admin/regions/new", given | {"name": "Low Countries", "countries": "Atlantis"}, "countries"),
        ("/admin/regions/new", given | {"countries": "Germany"}, "name"),
        ("/admin/platforms/new", {"name": "X"}, "name"),
        ("/admin/platforms/new", {"name": "Bird", "aliases": "twitter"}, "aliases"),
        ("/admin/platforms/new", {"name": ""}, "name"),
    ):
        answer = await client.post(path, data=wrong)
        assert (answer.status_code, f'id="f-{field}-error"' in answer.text) == (422, True), (path, wrong)
        assert faults_of(answer.text) == []


async def test_lists_and_forms_are_sound_and_for_administrators(client: httpx2.AsyncClient) -> None:
    paths = [
        f"/admin/{what}{more}" for what in ("organisations", "regions", "platforms") for more in ("", "/new", "/1")
    ]
    plain = await make.moderator("Plain")
    for who, status in ((None, 303), (plain, 403)):
        if who is not None:
            await make.sign_in(client, who)
        for path in paths:
            assert (await client.get(path)).status_code == status
            if not path.endswith("s"):
                assert (await client.post(path, data=NORD)).status_code == status
    assert not await Organisation.exists()
    await admin(client)
    for path in paths:
        answer = await client.get(path)
        assert answer.status_code == (404 if path.endswith("/1") else 200)
        assert faults_of(answer.text) == []
    await make.organisation("<b>One", slug="one", about="<script>")
    await make.region("<b>Two", slug="two")
    await make.platform("<b>Three", "<i>Four", slug="three")
    for path in paths:
        answer = await client.get(path)
        assert answer.status_code == 200
        assert "<b>" not in answer.text
        assert faults_of(answer.text) == [], path


async def test_an_organisation_is_described_by_its_own(client: httpx2.AsyncClient) -> None:
    there, other = await make.organisation("St. Elisabeth"), await make.organisation("Other")
    keeper = await make.member("Keeper", at=there, role="org_admin")
    staff = await make.member("Staff", at=there)
    path, given = "/organisations/st-elisabeth/edit", {"about": "We *are*.", "languages": "nl", "name": "Mine now"}
    await make.sign_in(client, staff)
    assert (await client.get(path)).status_code == (await client.post(path, data=given)).status_code == 403
    assert path not in (await client.get("/organisations/st-elisabeth")).text
    await make.sign_in(client, keeper)
    assert (await client.get(f"/organisations/{other.slug}/edit")).status_code == 403
    assert path in (await client.get("/organisations/st-elisabeth")).text
    assert faults_of((await client.get(path)).text) == []
    wrong = await client.post(path, data=given | {"website": "ftp://x"})
    assert (wrong.status_code, "f-website-error" in wrong.text) == (422, True)
    assert (await client.post(path, data=given)).status_code == 303
    found = await Organisation.get(id=there.id)
    assert (found.about, found.languages, found.name) == ("We *are*.", "nl", "St. Elisabeth")


async def test_the_same_through_the_api(client: httpx2.AsyncClient) -> None:
    await admin(client)
    region = (await client.post("/api/v1/admin/regions", json={"name": "Europe", "countries": ["NL"]})).json()["id"]
    made = await client.post("/api/v1/admin/organisations", json=NORD | {"domains": ["nord.example"], "region": region})
    assert made.status_code == 201
    path = f"/api/v1/admin/organisations/{made.json()['id']}"
    assert (await client.put(path, json=NORD | {"name": "Nord"})).status_code == 200
    described = await client.put("/api/v1/organisations/clinic-nord", json={"about": "About us."})
    assert described.status_code == 200
    found = await Organisation.get()
    assert (found.name, found.about) == ("Nord", "About us.")
    platform = await client.post("/api/v1/admin/platforms", json={"name": "X", "aliases": ["Twitter"]})
    again = await client.put(f"/api/v1/admin/platforms/{platform.json()['id']}", json={"name": "X", "vendor": "V"})
    assert (platform.status_code, again.status_code) == (201, 200)
    assert (await client.put(f"/api/v1/admin/regions/{region}", json={"name": "Africa"})).status_code == 200
    assert (await client.put("/api/v1/admin/regions/99", json={"name": "Nowhere"})).status_code == 404


@pytest.mark.usefixtures("database")
async def test_two_administrators_add_the_same_organisation_at_once() -> None:
    boss = await make.member()
    await make.grant(boss, "admin")
    given = Particulars(name="Hospital of Both", domains=["both.example"])
    viewer = await make.viewer(boss)
    done = await asyncio.gather(*(add_organisation(viewer, given) for _ in range(4)), return_exceptions=True)
    assert [one for one in done if not isinstance(one, Invalid)] == [(await Organisation.get()).id]
    other = await make.organisation()
    acts = (edit_organisation(viewer, other.id, Particulars(name="Other", domains=["o.example"])) for _ in range(4))
    assert await asyncio.gather(*acts) == [None] * 4

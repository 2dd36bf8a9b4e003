"""Regions: a country belongs to one, organisations follow their countries, and leaders help within theirs."""

import asyncio

import httpx2
import pytest

from base.errors import Invalid
from base.journal.models import Entry
from members.actions.keep_region import RegionForm, keep_region
from members.models import Organisation, Region
from members.viewer import OPERATOR
from tests import builders as make
from tests.members.inviting import become
from tests.members.outline import faults_of

pytestmark = pytest.mark.anyio


async def _keep(name: str, *countries: str, region_id: int | None = None) -> int:
    return await keep_region(OPERATOR, RegionForm(name=name, countries=list(countries)), region_id)


async def _regions() -> dict[str, str]:
    return {
        one.name: one.region.slug if one.region else "" for one in await Organisation.all().select_related("region")
    }


async def test_a_country_belongs_to_one_region(client: httpx2.AsyncClient) -> None:
    await make.region("Africa", countries="KE,GH")
    admin = await make.member("Ada")
    await make.grant(admin, "admin")
    await become(client, admin)
    given = {"name": "Europe", "countries": "Kenya, Netherlands, Ghana", "languages": "Dutch"}
    answer = await client.post("/admin/regions/new", data=given)
    assert (answer.status_code, faults_of(answer.text)) == (422, [])
    assert "Ghana, Kenya belong to Africa already. Take it out there first." in answer.text
    assert 'value="Kenya, Netherlands, Ghana"' in answer.text
    assert (await client.post("/admin/regions/new", data=given | {"countries": "Netherlands"})).status_code == 303


async def test_two_at_once_cannot_take_the_same_country(database: str) -> None:
    one, two = await _keep("One", "NL"), await _keep("Two", "BE")
    done = await asyncio.gather(
        _keep("One", "NL", "DE", region_id=one), _keep("Two", "BE", "DE", region_id=two), return_exceptions=True
    )
    assert sorted(isinstance(each, Invalid) for each in done) == [False, True], done
    assert sum("DE" in region.countries for region in await Region.all()) == 1


async def test_organisations_follow_their_countries(database: str) -> None:
    africa = await _keep("Africa", "KE")
    for name, country, region in (("Dutch", "NL", None), ("By hand", "NL", africa), ("Kenyan", "KE", africa)):
        await make.organisation(name, country=country, region_id=region)
    europe = await _keep("Europe", "NL", "FR")
    assert await _regions() == {"Dutch": "europe", "By hand": "africa", "Kenyan": "africa"}
    moved = await Entry.filter(kind="organisation.moved")
    assert [one.data for one in moved] == [{"region_id": europe, "before": None}]
    await _keep("Europe", "FR", region_id=europe)
    assert await _regions() == {"Dutch": "", "By hand": "africa", "Kenyan": "africa"}
    await _keep("Europe", "FR", "NL", region_id=europe)
    assert await _regions() == {"Dutch": "europe", "By hand": "africa", "Kenyan": "africa"}


async def test_leaders_help_to_describe_what_is_in_their_region(client: httpx2.AsyncClient) -> None:
    europe, africa = await make.region("Europe"), await make.region("Africa")
    near = await make.organisation("Near", region=europe)
    far = await make.organisation("Far", region=africa)
    leader = await make.member("Lucien", at=near)
    await make.grant(leader, "community_leader", "region", europe.id)
    await become(client, leader)
    for place, status in ((near, 303), (far, 403)):
        at = f"/organisations/{place.slug}"
        assert (await client.post(f"{at}/edit", data={"about": "New words"})).status_code == status
        assert (f"{at}/edit" in (await client.get(at)).text) is (status == 303)
        assert (await client.get(f"{at}/platforms/edit")).status_code in (404, 200, 403)
    assert (await Organisation.get(id=near.id)).about == "New words"
    page = await client.get("/regions/europe")
    assert ("/regions/europe/desk" in page.text, faults_of(page.text)) == (True, [])
    assert "/regions/africa/desk" not in (await client.get("/regions/africa")).text

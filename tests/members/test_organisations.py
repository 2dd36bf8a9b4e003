"""Organisations and regions: what everybody sees, and what only the network does."""

from datetime import timedelta

import httpx2
import pytest

from base.clock import now
from members.models import Membership
from tests import builders as make

pytestmark = pytest.mark.anyio


async def network() -> None:
    region = await make.region("Europe", about="Where *we* are.", languages="nl,de")
    tube = await make.platform("YouTube")
    there = await make.organisation("St. Elisabeth", region=region, about="Our **house**.", website="https://e.example")
    await make.organisation("Clinic Nord", type="clinic", country="DE", website="javascript:alert(1)")
    await make.member("Mara Visser", at=there, role="org_admin", platforms=[tube])
    await make.member("Omar Aziz", at=there, platforms=[tube])
    left = await make.member("Long Gone", at=there, platforms=[tube])
    await Membership.filter(member_id=left.id).update(state="left")
    leader = await make.member("Lea Leader")
    await make.grant(leader, "community_leader", "region", region.id)
    former = await make.member("Former Leader")
    await make.grant(former, "community_leader", "region", region.id, until=now() - timedelta(days=1))


async def test_visitors_see_the_organisation_but_not_its_people(client: httpx2.AsyncClient) -> None:
    await network()
    page = (await client.get("/organisations/st-elisabeth")).text
    assert "Our <strong>house</strong>" in page
    assert 'href="https://e.example"' in page
    for text in ("Mara", "Omar", "YouTube"):
        assert text not in page
    found = (await client.get("/api/v1/organisations/st-elisabeth")).json()
    assert (found["people"], found["people_total"], found["platforms"]) == ([], 0, [])
    assert (await client.get("/api/v1/organisations?platform=youtube")).json()["total"] == 0


async def test_the_network_sees_people_and_platforms(client: httpx2.AsyncClient) -> None:
    await network()
    jonas = await make.member("Jonas", at=await make.organisation("Elsewhere"))
    await make.sign_in(client, jonas)
    found = (await client.get("/api/v1/organisations/st-elisabeth")).json()
    assert [person["name"] for person in found["people"]] == ["Mara Visser", "Omar Aziz"]
    assert found["platforms"] == [{"slug": "youtube", "name": "YouTube", "people": 2}]
    page = (await client.get("/organisations/st-elisabeth")).text
    assert "Long Gone" not in page
    using = (await client.get("/api/v1/organisations?platform=youtube")).json()
    assert [one["slug"] for one in using["organisations"]] == ["st-elisabeth"]


async def test_filters(client: httpx2.AsyncClient) -> None:
    await network()
    for query, slugs in [
        ("", ["clinic-nord", "st-elisabeth"]),
        ("?country=DE", ["clinic-nord"]),
        ("?type=hospital", ["st-elisabeth"]),
        ("?region=europe", ["st-elisabeth"]),
        ("?q=nord", ["clinic-nord"]),
        ("?q=nothing", []),
    ]:
        found = (await client.get(f"/api/v1/organisations{query}")).json()
        assert [one["slug"] for one in found["organisations"]] == slugs
        assert (await client.get(f"/organisations{query}")).status_code == 200


@pytest.mark.parametrize("state", ["pending", "lapsed", "archived"])
async def test_who_does_not_take_part_is_seen_by_its_own_and_the_staff(client: httpx2.AsyncClient, state: str) -> None:
    there = await make.organisation("Closed House", state=state)
    own, staff = await make.member("Own", at=there), await make.moderator("Staff")
    other = await make.member("Other", at=await make.organisation())
    for who, status in ((None, 404), (other, 404), (own, 200), (staff, 200)):
        if who is not None:
            await make.sign_in(client, who)
        assert (await client.get("/organisations/closed-house")).status_code == status
        listed = (await client.get("/organisations")).text
        assert ("Closed House" in listed) == (status == 200)


async def test_an_address_that_is_none_is_not_a_link(client: httpx2.AsyncClient) -> None:
    await network()
    assert "javascript:" not in (await client.get("/organisations/clinic-nord")).text


async def test_regions(client: httpx2.AsyncClient) -> None:
    await network()
    (region,) = (await client.get("/api/v1/regions")).json()
    assert (region["name"], region["organisations"]) == ("Europe", 1)
    assert [leader["name"] for leader in region["leaders"]] == ["Lea Leader"]
    page = (await client.get("/regions/europe")).text
    for text in ("Where <em>we</em> are", "Lea Leader", "St. Elisabeth", "Netherlands, Belgium", "Dutch, German"):
        assert text in page
    assert "Former Leader" not in page
    found = (await client.get("/api/v1/regions/europe")).json()
    assert (found["organisations_total"], found["slug"]) == (1, "europe")
    assert (await client.get("/regions/nowhere")).status_code == 404
    assert "Europe" in (await client.get("/regions")).text


async def test_platforms_have_their_other_names(client: httpx2.AsyncClient) -> None:
    await make.platform("X", "Twitter", vendor="X Corp.")
    (found,) = (await client.get("/api/v1/platforms")).json()
    assert (found["name"], found["aliases"], found["vendor"]) == ("X", ["Twitter"], "X Corp.")


async def test_empty_lists_say_what_comes(client: httpx2.AsyncClient) -> None:
    for path, words in (("/organisations", "No organisation yet"), ("/regions", "No regions yet")):
        assert words in (await client.get(path)).text

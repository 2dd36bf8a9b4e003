"""The directory: the same filters for a list, a table and a map of organisations and of people."""

import re

import httpx2
import pytest

from members.models import Member, Organisation
from members.places import countries
from members.world import world
from tests import builders as make
from tests.members.outline import faults_of
from tests.statements import statements

pytestmark = pytest.mark.anyio


async def network() -> Member:
    """Make five organisations with people and ledgers, and return one of the people."""
    tube, x = await make.platform("YouTube"), await make.platform("X")
    europe = await make.region("Europe")
    nord = await make.organisation("Nord", country="SE", region=europe, languages="sv, en", beds_band="800+")
    serra = await make.organisation("Serra", country="PT", type="clinic", languages="pt", beds_band="under 200")
    nord2 = await make.organisation("Nord Two", country="SE", kind="network_partner", beds_band="800+")
    vendor = await make.organisation("Vendor Ltd", country="GB", type="vendor", kind="industry")
    await make.organisation("Nowhere", country="", state="grace")
    await make.organisation("Hidden", country="FR", state="pending")
    await make.use(nord, tube, purposes="information,recruitment")
    await make.use(serra, tube, status="planning")
    await make.use(serra, x, status="tried_stopped")
    await make.use(vendor, tube)
    jonas = await make.member("Jonas", at=nord, platforms=[tube], languages="de,en")
    await make.member("Sofia", at=serra, platforms=[x], languages="pt")
    await make.member("Vera", at=vendor, platforms=[tube])
    await make.member("Tove", at=nord2)
    return jonas


@pytest.mark.parametrize(
    ("query", "places", "people"),
    [
        ("", ["Nord", "Nord Two", "Nowhere", "Serra", "Vendor Ltd"], ["Jonas", "Sofia", "Tove", "Vera"]),
        ("platform=youtube", ["Nord", "Vendor Ltd"], ["Jonas", "Vera"]),
        ("platform=youtube&status=using", ["Nord", "Vendor Ltd"], ["Jonas", "Vera"]),
        ("platform=youtube&status=planning", ["Serra"], ["Sofia"]),
        ("status=tried_stopped", ["Serra"], ["Sofia"]),
        ("purpose=recruitment", ["Nord"], ["Jonas"]),
        ("purpose=recruitment&platform=x", [], []),
        ("purpose=recruitment&status=planning", [], []),
        ("purpose=recruit%25", [], []),
        ("platform=youtube&status=tried_stopped", [], []),
        ("status=nonsense", [], []),
        ("region=europe", ["Nord"], ["Jonas"]),
        ("type=clinic", ["Serra"], ["Sofia"]),
        ("kind=industry", ["Vendor Ltd"], ["Vera"]),
        ("kind=network_partner", ["Nord Two"], ["Tove"]),
        ("beds=800%2B", ["Nord", "Nord Two"], ["Jonas", "Tove"]),
        ("beds=800%2B&kind=member&country=se", ["Nord"], ["Jonas"]),
        ("language=pt", ["Serra"], ["Sofia"]),
        ("language=%25", [], []),
        ("language=_t", [], []),
        ("country=FR", [], []),
        ("platform=youtube'--&status=using", [], []),
    ],
)
async def test_every_view_is_narrowed_alike(
    client: httpx2.AsyncClient, query: str, places: list[str], people: list[str]
) -> None:
    await make.sign_in(client, await network())
    for base, key, names in (("organisations", "organisations", places), ("people", "people", people)):
        found = (await client.get(f"/api/v1/{base}?{query}")).json()
        assert [one["name"] for one in found[key]] == names
        counted = (await client.get(f"/api/v1/countries/{base}?{query}")).json()
        assert sum(one["total"] for one in counted) == len(names)
        for view in ("list", "table", "map"):
            answer = await client.get(f"/{base}?{query}&view={view}")
            assert answer.status_code == 200
            assert faults_of(answer.text) == []
            if view != "map":
                assert [name for name in (*places, *people) if f">{name}</a>" in answer.text and name in names] == names
            assert ("Narrow down" in answer.text) == (base == "organisations" or bool(found))


async def test_the_map_and_its_table_say_the_same(client: httpx2.AsyncClient) -> None:
    await network()
    page = (await client.get("/organisations?view=map")).text
    squares = dict(re.findall(r'country=(\w\w)" class="l\d" aria-label="[^"]*: (\d+) organisation', page))
    lines = re.findall(r'<a href="/organisations\?country=(\w\w)">[^<]+</a></th><td data-label="[^"]+">(\d+)<', page)
    assert squares == dict(lines) == {"SE": "2", "PT": "1", "GB": "0"}
    assert "No country told" in page
    assert "Industry, not counted" in page
    counted = (await client.get("/api/v1/countries/organisations")).json()
    assert {(one["code"], one["total"], one["industry"]) for one in counted} == {
        ("SE", 2, 0), ("PT", 1, 0), ("", 1, 0), ("GB", 1, 1)
    }  # fmt: skip
    vendors = (await client.get("/organisations?view=map&kind=industry")).text
    assert 'aria-label="United Kingdom: 1 organisation"' in vendors
    assert "not counted" not in vendors


async def test_a_square_keeps_what_was_chosen(client: httpx2.AsyncClient) -> None:
    await network()
    page = (await client.get("/organisations?view=map&platform=youtube&status=using&country=SE")).text
    assert 'href="/organisations?platform=youtube&amp;status=using&amp;country=SE"' in page
    assert 'href="/organisations?platform=youtube&amp;status=using&amp;country=SE&amp;view=table"' in page
    assert 'href="/who-uses-what?platform=youtube&amp;status=using&amp;country=SE"' in page
    assert '<input type="hidden" name="view" value="map">' in page
    ledger = (await client.get("/who-uses-what?platform=youtube&purpose=recruitment")).text
    assert 'href="/organisations?platform=youtube&amp;purpose=recruitment&amp;view=map"' in ledger
    whole = (await client.get("/who-uses-what?platform=youtube&sort=since")).text
    assert 'href="/organisations?platform=youtube&amp;view=map"' in whole


async def test_people_are_for_the_network_on_maps_too(client: httpx2.AsyncClient) -> None:
    await network()
    for view in ("list", "table", "map"):
        page = (await client.get(f"/people?view={view}")).text
        assert "The directory is for members" in page
        assert "Jonas" not in page
        assert "<rect" not in page
    assert (await client.get("/api/v1/countries/people")).json() == []


async def test_nothing_and_very_many_look_right(client: httpx2.AsyncClient) -> None:
    for view in ("table", "map"):
        assert "No organisation yet" in (await client.get(f"/organisations?view={view}")).text
    codes = [square.code for part in world() for square in part.squares]
    many = [
        Organisation(slug=f"o-{n}", name=f"House {n}", country="SE", created_at=make.now()) for n in range(10_001)
    ] + [Organisation(slug=f"c-{code}", name=code, country=code, created_at=make.now()) for code in codes]
    await Organisation.bulk_create(many, batch_size=500)
    await make.act()
    page = (await client.get("/organisations?view=map")).text
    assert 'class="l5" aria-label="Sweden: 10002 organisations"' in page
    assert ">10k</text>" in page
    assert "10\u202f002</td>" in page
    assert page.count("<rect") == len(codes)
    assert faults_of(page) == []
    assert len(page) < 200_000
    assert (await client.get("/organisations?view=table&page=3")).status_code == 200


@pytest.mark.parametrize("base", ["/organisations", "/people"])
@pytest.mark.parametrize("view", ["list", "table", "map"])
async def test_the_number_of_statements_does_not_grow(client: httpx2.AsyncClient, base: str, view: str) -> None:
    await make.sign_in(client, await network())

    async def sent() -> int:
        await make.act()
        with statements() as found:
            assert (await client.get(f"{base}?view={view}&platform=youtube")).status_code == 200
        return len(found)

    few = await sent()
    tube = await make.platform("Tube", slug="tube2")
    for n in range(12):
        house = await make.organisation(f"More {n}", country="DK")
        await make.use(house, tube)
        await make.member(f"More {n}", at=house, platforms=[tube])
    assert await sent() == few <= 11


def test_every_country_has_one_square() -> None:
    codes = [square.code for part in world() for square in part.squares]
    assert len(codes) == len(set(codes))
    assert set(codes) <= set(countries())
    # Islands without a population, and parts of countries that have a square.
    assert set(countries()) - set(codes) == {"AC", "AQ", "BV", "CP", "CQ", "DG", "EA", "HM", "IC", "TA", "TF"}
    for part in world():
        places = {(square.column, square.row) for square in part.squares}
        assert len(places) == len(part.squares)
        assert max(places)[0] < part.columns <= 10

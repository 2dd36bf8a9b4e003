"""Who uses what: the public list with its filters, figures, pages and file."""

import csv
import io
from datetime import timedelta
from typing import Any

import httpx2
import pytest

from base.clock import now
from members.models import Organisation, Platform, PlatformUse
from tests import builders as make
from tests.members.outline import faults_of
from tests.statements import statements

pytestmark = pytest.mark.anyio
PATH, FILE, API = "/who-uses-what", "/who-uses-what.csv", "/api/v1/platform-uses"


async def network() -> None:
    """Make four organisations that take part, one a vendor, and three that do not."""
    tube, x = await make.platform("YouTube"), await make.platform("X", "Twitter")
    europe = await make.region("Europe")
    nord = await make.organisation("Nord", country="SE", region=europe, languages="sv, en", beds_band="800+")
    serra = await make.organisation("Serra", country="PT", type="clinic", languages="pt", beds_band="under 200")
    grace = await make.organisation("In Grace", country="PT", state="grace", languages="pt,en")
    vendor = await make.organisation("Vendor Ltd", country="GB", type="vendor", kind="industry")
    await make.use(nord, tube, "https://t.example/nord", since="2014", purposes="information,recruitment")
    await make.use(nord, x, status="tried_stopped", since="2010", until="2024-11", why_stopped="It took too long.")
    await make.use(serra, tube, since="2020-02", purposes="recruitment", checked_at=now() - timedelta(days=400))
    await make.use(grace, x, status="planning", checked_at=now() - timedelta(days=10))
    await make.use(vendor, x, status="using", since="2018")
    for state in ("pending", "lapsed", "archived"):
        hidden = await make.organisation(f"Hidden {state}", state=state, country="FR", languages="fr", beds_band="7")
        await make.use(hidden, tube, "https://hidden.example/")


async def found(client: httpx2.AsyncClient, query: str = "") -> dict[str, Any]:
    answer = await client.get(f"{API}{query}")
    assert answer.status_code == 200
    read: dict[str, Any] = answer.json()
    return read


@pytest.mark.parametrize(
    ("query", "names", "figures"),
    [
        ("", ["In Grace X", "Nord X", "Nord YouTube", "Serra YouTube", "Vendor Ltd X"], (2, 1, 1)),
        ("?platform=x", ["In Grace X", "Nord X", "Vendor Ltd X"], (0, 1, 1)),
        ("?status=using", ["Nord YouTube", "Serra YouTube", "Vendor Ltd X"], (2, 1, 1)),
        ("?status=tried_stopped&platform=x", ["Nord X"], (0, 1, 1)),
        ("?purpose=recruitment", ["Nord YouTube", "Serra YouTube"], (2, 0, 0)),
        ("?purpose=recruit", [], (0, 0, 0)),
        ("?purpose=%25", [], (0, 0, 0)),
        ("?country=pt", ["In Grace X", "Serra YouTube"], (1, 1, 0)),
        ("?region=europe", ["Nord X", "Nord YouTube"], (1, 0, 1)),
        ("?type=clinic", ["Serra YouTube"], (1, 0, 0)),
        ("?beds=800%2B", ["Nord X", "Nord YouTube"], (1, 0, 1)),
        ("?language=en", ["In Grace X", "Nord X", "Nord YouTube"], (1, 1, 1)),
        ("?language=_t", [], (0, 0, 0)),
        ("?language=pt&status=using", ["Serra YouTube"], (1, 1, 0)),
        ("?platform=twitter'--", [], (0, 0, 0)),
        ("?sort=platform", ["In Grace X", "Nord X", "Vendor Ltd X", "Nord YouTube", "Serra YouTube"], (2, 1, 1)),
        ("?sort=since", ["Serra YouTube", "Vendor Ltd X", "Nord YouTube", "Nord X", "In Grace X"], (2, 1, 1)),
        ("?sort=nonsense", ["In Grace X", "Nord X", "Nord YouTube", "Serra YouTube", "Vendor Ltd X"], (2, 1, 1)),
    ],
)
async def test_filters_figures_and_the_file_agree(
    client: httpx2.AsyncClient, query: str, names: list[str], figures: tuple[int, int, int]
) -> None:
    await network()
    read = await found(client, query)
    assert [f"{one['organisation']} {one['platform']}" for one in read["uses"]] == names
    assert read["total"] == len(names)
    assert tuple(read["organisations"].values()) == figures
    page = await client.get(f"{PATH}{query}")
    assert page.status_code == 200
    assert faults_of(page.text) == []
    table = list(csv.DictReader(io.StringIO((await client.get(f"{FILE}{query}")).text.removeprefix("\ufeff"))))
    assert [f"{line['organisation']} {line['platform']}" for line in table] == names


async def test_last_checked_first(client: httpx2.AsyncClient) -> None:
    await network()
    names = [one["organisation"] for one in (await found(client, "?sort=checked"))["uses"]]
    assert names[-2:] == ["In Grace", "Serra"]


async def test_the_page_shows_and_keeps_what_was_chosen(client: httpx2.AsyncClient) -> None:
    await network()
    page = (await client.get(f"{PATH}?platform=youtube&language=pt")).text
    assert 'href="/who-uses-what.csv?platform=youtube&amp;language=pt"' in page
    assert 'value="youtube" selected' in page
    assert "Check overdue" in page
    assert "noindex" in page
    whole = (await client.get(PATH)).text
    for words in (
        'href="https://t.example/nord" rel="nofollow noopener"',
        "It took too long.",
        "Industry</span>",
        "Swedish",
    ):
        assert words in whole, words
    for words in ("Hidden", "hidden.example", "France", "French", '"7"', "noindex"):
        assert words not in whole, words
    assert "Nothing fits" in (await client.get(f"{PATH}?country=DE")).text
    await PlatformUse.all().delete()
    await make.act()
    assert "Nothing told yet" in (await client.get(PATH)).text


async def test_no_cell_of_the_file_is_a_formula(client: httpx2.AsyncClient) -> None:
    odd = await make.organisation("=HYPERLINK(1)", slug="odd", beds_band="+1")
    more = {"tools": "@SUM(A1)", "note": '-2+3\nline, with "quotes"', "why_stopped": "\t=1", "team_size_band": "2-3"}
    await make.use(odd, await make.platform("+Plus", slug="plus"), "https://a.example/1", "https://a.example/2", **more)
    answer = await client.get(FILE)
    assert answer.headers["content-disposition"] == 'attachment; filename="who-uses-what.csv"'
    (line,) = csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff")))
    assert (line["organisation"], line["beds"], line["platform"]) == ("'=HYPERLINK(1)", "'+1", "'+Plus")
    assert (line["tools"], line["note"]) == ("'@SUM(A1)", '\'-2+3\nline, with "quotes"')
    assert (line["official accounts"], line["team"]) == ("https://a.example/1 https://a.example/2", "2–3")
    assert not [cell for cell in line.values() if cell.startswith(("=", "+", "-", "@", "\t"))]


async def test_three_hundred_rows(client: httpx2.AsyncClient) -> None:
    await network()
    with statements() as few:
        await client.get(f"{PATH}?sort=since")
    platforms = [await make.platform(f"Platform {number:02}") for number in range(30)]
    for number in range(10):
        there = await make.organisation(f"Many {number}")
        for one in platforms:
            await make.use(there, one, f"https://a.example/{number}")
    await make.act()
    with statements() as many:
        assert "305 entries" in (await client.get(f"{PATH}?sort=since")).text
    assert len(many) == len(few)
    seen = [
        (one["organisation"], one["platform"])
        for number in range(1, 17)
        for one in (await found(client, f"?page={number}"))["uses"]
    ]
    assert len(seen) == len(set(seen)) == 305
    assert (await found(client, "?page=17"))["uses"] == []
    assert 'href="/who-uses-what?type=hospital&amp;page=2"' in (await client.get(f"{PATH}?type=hospital")).text
    with statements() as sent:
        table = (await client.get(FILE)).text
    assert len(table.splitlines()) == 306
    assert len(sent) <= 4
    for page in ("0", "-1", "x", "99999"):
        assert (await client.get(f"{PATH}?page={page}")).status_code == 404


async def test_a_platform_says_how_many_use_it(client: httpx2.AsyncClient) -> None:
    await network()
    page = (await client.get("/platforms/youtube")).text
    assert 'href="/who-uses-what?platform=youtube">Used by 2 organisations<' in page
    page = (await client.get("/platforms/x")).text
    assert 'href="/who-uses-what?platform=x">Stopped by 1 organisation<' in page
    read = (await client.get("/api/v1/platforms/x")).json()
    assert (read["used_by"], read["stopped_by"]) == (0, 1)
    await PlatformUse.filter(platform=await Platform.get(slug="x"), status="planning").update(status="using")
    await make.act()
    assert "Used by 1 organisation, stopped by 1<" in (await client.get("/platforms/x")).text


async def test_the_ways_to_it(client: httpx2.AsyncClient) -> None:
    await network()
    for path in ("/people", "/organisations", "/regions", "/platforms", "/organisations/nord"):
        assert 'href="/who-uses-what"' in (await client.get(path)).text, path


async def test_organisations_are_found_by_what_their_ledger_says(client: httpx2.AsyncClient) -> None:
    await network()
    read = (await client.get("/api/v1/organisations?platform=youtube")).json()
    assert [one["slug"] for one in read["organisations"]] == ["nord", "serra"]
    assert (await client.get("/api/v1/organisations?platform=x")).json()["total"] == 1
    assert '<option value="youtube">YouTube</option>' in (await client.get("/organisations")).text
    assert await Organisation.filter(state="lapsed").exists()

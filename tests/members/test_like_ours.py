"""Like ours: the directory and who uses what, narrowed to organisations like one's own, with the reasons in words."""

import csv
import io
import random
import re
from typing import Any

import httpx2
import pytest

from base import settings
from base.clock import now
from base.db import rows
from members.models import Member, Membership, Organisation
from members.queries.likeness import like_of
from members.queries.viewer import viewer_of_member
from members.sizes import BEDS, STAFF, gap, steps_of
from tests import builders as make
from tests.members.outline import faults_of
from tests.statements import statements

pytestmark = pytest.mark.anyio
PLACES, PEOPLE, USES = "/api/v1/organisations", "/api/v1/people", "/api/v1/platform-uses"
TOLD: dict[str, dict[str, Any]] = {
    # Like ours, the most alike first.
    "Same In All": {"beds_band": "200-499", "country": "NL", "languages": "en,nl"},
    "Same Region": {"beds_band": "250–300", "country": "BE", "languages": "fr"},
    "Next By Staff": {"beds_band": "", "staff_band": "500-999", "country": "US", "region": None, "languages": ""},
    "Next Size": {"beds_band": "under 200", "country": "US", "region": None, "languages": ""},
    "Size Not Told": {"beds_band": "", "country": "NL", "languages": ""},
    "Language Alone": {"beds_band": "many", "country": "US", "region": None, "languages": "nl, de"},
    "Clinic As Large": {"type": "clinic", "beds_band": "300", "country": "BE", "languages": ""},
    # Not like ours.
    "Too Large": {"beds_band": "800+", "country": "NL", "languages": "nl"},
    "Too Small By Staff": {"beds_band": "", "staff_band": "under 300", "country": "NL", "languages": "nl"},
    "Elsewhere": {"beds_band": "200-499", "country": "US", "region": None, "languages": "es"},
    "Type Alone": {"beds_band": "", "country": "US", "region": None, "languages": "es"},
    "Clinic Of Any Size": {"type": "clinic", "beds_band": "", "country": "NL", "languages": "nl"},
    "Clinic Elsewhere": {"type": "clinic", "beds_band": "200-499", "country": "US", "region": None, "languages": ""},
    "Association": {"type": "association", "beds_band": "200-499", "country": "NL", "languages": "nl"},
    "Sells To Us": {"kind": "industry", "beds_band": "200-499", "country": "NL", "languages": "nl"},
    "Pending": {"state": "pending", "beds_band": "200-499", "country": "NL", "languages": "nl"},
    "Lapsed": {"state": "lapsed", "beds_band": "200-499", "country": "NL", "languages": "nl"},
}
LIKE_OURS = list(TOLD)[:7]
WHY = {
    "Same In All": "Also a hospital, same size (200-499 beds), same country, also works in English, Dutch",
    "Same Region": "Also a hospital, same size (250–300 beds), same region (Europe)",
    "Next By Staff": "Also a hospital, next size (500-999 people)",
    "Next Size": "Also a hospital, next size (under 200 beds)",
    "Size Not Told": "Also a hospital, same country",
    "Language Alone": "Also a hospital, also works in Dutch",
    "Clinic As Large": "Same size (300 beds), same region (Europe)",
}


async def network() -> Member:
    """Make an organisation and others that are like it or not, each with a ledger and somebody; return one of ours."""
    europe = await make.region("Europe")
    tube = await make.platform("YouTube")
    ours = await make.organisation("Ours", beds_band="200–499", staff_band="1,000–4,999", region=europe,
                                   languages="en, nl")  # fmt: skip
    await make.use(ours, tube)
    for name, told in TOLD.items():
        there = await make.organisation(name, **{"region": europe} | told)
        await make.use(there, tube, purposes="recruitment" if name in ("Same In All", "Too Large") else "")
        await make.member(f"From {name}", at=there)
    return await make.member("Ada", at=ours)


async def read(client: httpx2.AsyncClient, path: str) -> Any:
    answer = await client.get(path)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_who_is_like_ours_and_in_which_order(client: httpx2.AsyncClient) -> None:
    await make.sign_in(client, await network())
    places = await read(client, f"{PLACES}?like=ours")
    assert [one["name"] for one in places["organisations"]] == LIKE_OURS
    assert places["total"] == len(LIKE_OURS)
    uses = await read(client, f"{USES}?like=ours")
    assert [one["organisation"] for one in uses["uses"]] == LIKE_OURS
    assert uses["organisations"] == {"using": len(LIKE_OURS), "planning": 0, "tried_stopped": 0}
    people = await read(client, f"{PEOPLE}?like=ours")
    assert [one["organisation"] for one in people["people"]] == LIKE_OURS
    for base in ("organisations", "people"):
        counted = await read(client, f"/api/v1/countries/{base}?like=ours")
        assert {one["code"]: one["total"] for one in counted} == {"US": 3, "NL": 2, "BE": 2}
    assert [one["alike"] for one in (await read(client, PLACES))["organisations"]] == [None] * 16


async def test_pages_say_why(client: httpx2.AsyncClient) -> None:
    await make.sign_in(client, await network())
    for path in ("/organisations?like=ours", "/organisations?like=ours&view=table", "/who-uses-what?like=ours",
                 "/people?like=ours", "/people?like=ours&view=table"):  # fmt: skip
        page = (await client.get(path)).text
        assert re.findall(r'<span class="why muted">([^<]+)</span>', page) == list(WHY.values()), path
        assert 'Compared with <a href="/organisations/ours">Ours</a>: Hospital · 200–499 beds' in page
        assert "Too Large" not in page
        assert faults_of(page) == []
    page = (await client.get("/organisations?like=ours&view=map")).text
    assert 'href="/organisations?like=ours&amp;country=NL"' in page
    assert "7 organisations" in page
    assert "Most alike first." not in page
    assert faults_of(page) == []
    first = (await read(client, f"{PLACES}?like=ours"))["organisations"][0]["alike"]
    assert first == {"type": "hospital", "size": "same", "beds": "200-499", "staff": "", "place": "country",
                     "where": "Netherlands", "languages": ["English", "Dutch"]}  # fmt: skip
    answer = await client.get("/who-uses-what.csv?like=ours")
    table = list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert [line["organisation"] for line in table] == LIKE_OURS
    assert table[2]["like ours"] == "same type (hospital), next size (500-999 staff)"
    answer = await client.get("/organisations.csv?like=ours&platform=youtube")
    places = list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert [line["organisation"] for line in places] == LIKE_OURS
    assert places[2] == {
        "organisation": "Next By Staff", "part in the network": "member", "type": "hospital",
        "country": "United States", "beds": "", "people": "1", "uses": "YouTube",
        "address": f"{settings.get().address}/organisations/next-by-staff",
        "like ours": "same type (hospital), next size (500-999 staff)",
    }  # fmt: skip
    for path in ("/who-uses-what.csv", "/organisations.csv"):
        plain = list(csv.DictReader(io.StringIO((await client.get(path)).text.removeprefix("\ufeff"))))
        assert len(plain) == 16
        assert {line["like ours"] for line in plain} == {""}
        assert "Pending" not in {line["organisation"] for line in plain}


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("country=be", ["Same Region", "Clinic As Large"]),
        ("type=clinic", ["Clinic As Large"]),
        ("language=de&region=europe", []),
        ("platform=youtube&status=using&country=nl", ["Same In All", "Size Not Told"]),
        ("status=planning", []),
        ("beds=under 200", ["Next Size"]),
    ],
)
async def test_it_goes_with_every_other_filter(client: httpx2.AsyncClient, query: str, names: list[str]) -> None:
    await make.sign_in(client, await network())
    asked = f"like=ours&{query}"
    assert [one["name"] for one in (await read(client, f"{PLACES}?{asked}"))["organisations"]] == names
    assert [one["organisation"] for one in (await read(client, f"{USES}?{asked}"))["uses"]] == names
    for path in ("/organisations", "/who-uses-what"):
        page = (await client.get(f"{path}?{asked}")).text
        assert [name for name in TOLD if f">{name}</a>" in page] == [name for name in TOLD if name in names]
    counted = await read(client, f"/api/v1/countries/organisations?{asked}")
    assert sum(one["total"] for one in counted) == len(names)


async def test_purpose_and_order_of_the_ledger(client: httpx2.AsyncClient) -> None:
    await make.sign_in(client, await network())
    uses = (await read(client, f"{USES}?like=ours&purpose=recruitment"))["uses"]
    assert [one["organisation"] for one in uses] == ["Same In All"]
    uses = (await read(client, f"{USES}?like=ours&sort=organisation"))["uses"]
    assert [one["organisation"] for one in uses] == sorted(LIKE_OURS)
    page = (await client.get("/who-uses-what?like=ours&sort=organisation&platform=youtube")).text
    assert '<option value="organisation" selected>' in page
    assert 'href="/organisations?platform=youtube&amp;like=ours&amp;view=map"' in page
    assert 'href="/who-uses-what.csv?platform=youtube&amp;like=ours&amp;sort=organisation"' in page
    assert 'href="/who-uses-what?platform=youtube&amp;sort=organisation"' in page


async def test_the_choice_is_there_for_who_belongs_somewhere(client: httpx2.AsyncClient) -> None:
    ada = await network()
    for path in ("/organisations", "/who-uses-what", "/platforms/youtube"):
        assert "ike ours" not in (await client.get(path)).text
    for who in (await make.member("Guest"), await make.moderator("Moderator")):
        await make.sign_in(client, who)
        for path in ("/organisations", "/who-uses-what", "/people"):
            assert "ike ours" not in (await client.get(path)).text
    await make.sign_in(client, ada)
    page = (await client.get("/organisations?platform=youtube&view=table")).text
    assert 'href="/organisations?platform=youtube&amp;like=ours&amp;view=table"' in page
    assert '<input type="checkbox" name="like" value="ours">' in page
    assert 'href="/who-uses-what?platform=youtube&amp;like=ours"' in (await client.get("/platforms/youtube")).text
    page = (await client.get("/who-uses-what?like=ours&platform=youtube")).text
    assert '<input type="checkbox" name="like" value="ours" checked>' in page
    assert 'class="chip on" href="/who-uses-what?platform=youtube"' in page
    assert "noindex" in page


async def test_written_by_hand_it_is_answered_in_a_sentence(client: httpx2.AsyncClient) -> None:
    ada, guest = await network(), await make.member("Guest")
    asked = "compares with "
    for who, like, status, sentence in (
        (None, "ours", 401, "compares with your own organisation"),
        (guest, "ours", 403, "your account does not belong to one"),
        (ada, "lapsed", 422, "an organisation that you belong to"),
        (ada, "nonsense'--", 422, "an organisation that you belong to"),
    ):
        if who:
            await make.sign_in(client, who)
        for path in ("/organisations", "/organisations?view=table", "/organisations?view=map", "/who-uses-what"):
            answer = await client.get(path, params={"like": like} | ({"view": "map"} if "map" in path else {}))
            assert answer.status_code == 200
            assert sentence in answer.text, (path, like)
            assert f"like={like}&" not in answer.text.split("<main", 1)[1].replace("sign-in?next=", "")
            assert "nonsense" not in answer.text.split("<main", 1)[1]
        for path in (PLACES, USES, "/api/v1/countries/organisations", PEOPLE, "/api/v1/countries/people"):
            answer = await client.get(path, params={"like": like})
            assert answer.status_code == status
            assert asked in answer.text
        for path in ("/who-uses-what", "/organisations"):
            answer = await client.get(f"{path}.csv", params={"platform": "youtube", "like": like})
            assert answer.status_code == 303
            assert answer.headers["location"].startswith(f"{path}?platform=youtube&like=")
    client.cookies.clear()
    page = (await client.get("/who-uses-what?like=ours&platform=youtube")).text
    assert 'href="/sign-in?next=/who-uses-what%3Fplatform%3Dyoutube%26like%3Dours"' in page


async def test_with_several_one_chooses(client: httpx2.AsyncClient) -> None:
    ada = await network()
    other = await make.organisation("Another of Ours", type="association", beds_band="", languages="nl")
    await Membership.create(member=ada, organisation=other, main=False, since=now())
    paused = await make.organisation("Paused There")
    await Membership.create(member=ada, organisation=paused, main=False, state="paused", since=now())
    await make.sign_in(client, ada)
    page = (await client.get("/organisations")).text
    options = re.findall(r'<option value="([^"]*)"[^>]*>([^<]*)', page.split('id="f-like"')[1].split("</select>")[0])
    assert options == [("", "Any organisation"), ("ours", "Ours"), ("another-of-ours", "Another of Ours")]
    found = (await read(client, f"{PLACES}?like=another-of-ours"))["organisations"]
    assert [one["name"] for one in found] == ["Association"]
    assert (await client.get(f"{PLACES}?like=paused-there")).status_code == 422
    page = (await client.get("/who-uses-what?like=another-of-ours")).text
    assert '<option value="another-of-ours" selected>' in page
    assert 'Compared with <a href="/organisations/another-of-ours">' in page
    assert "Its size is not told yet." in page


async def test_little_is_known_of_ours(client: httpx2.AsyncClient) -> None:
    await network()
    odd = await make.organisation("Odd", type="other", beds_band="", country="")
    await make.organisation("Odd Too", type="other", beds_band="", country="")
    await make.sign_in(client, await make.member("Olga", at=odd))
    page = (await client.get("/organisations?like=ours")).text
    for words in ("No organisation fits", "Its size is not told yet.", "Its country is not told yet.",
                  "Its languages are not told yet.", "Without “Like ours”"):  # fmt: skip
        assert words in page
    plain = await make.organisation("Plain", beds_band="", country="")
    await make.sign_in(client, await make.member("Paul", at=plain))
    assert (await read(client, f"{PLACES}?like=ours"))["total"] == 0


async def test_those_who_sell_are_compared_with_each_other(client: httpx2.AsyncClient) -> None:
    await network()
    seller = await make.organisation("Seller", kind="industry", type="hospital", country="NL")
    await make.sign_in(client, await make.member("Sam", at=seller))
    assert [one["name"] for one in (await read(client, f"{PLACES}?like=ours"))["organisations"]] == ["Sells To Us"]


async def test_nothing_says_what_to_loosen(client: httpx2.AsyncClient) -> None:
    await make.sign_in(client, await network())
    for path in ("/organisations", "/who-uses-what"):
        page = (await client.get(f"{path}?like=ours&country=nl&type=clinic")).text
        ways = re.findall(r'href="([^"]+)">Without “([^”]+)” <span class="num">(\d+)', page)
        assert ways == [
            (f"{path}?country=nl&amp;like=ours", "Type of organisation", "2"),
            (f"{path}?type=clinic&amp;like=ours", "Country", "1"),
            (f"{path}?country=nl&amp;type=clinic", "Like ours", "1"),
        ]
    page = (await client.get("/people?like=ours&q=nobody-of-this-name")).text
    assert re.findall(r'Without “([^”]+)” <span class="num">(\d+)', page) == [("Name", "7")]


async def test_moderators_find_none_that_do_not_take_part(client: httpx2.AsyncClient) -> None:
    await network()
    ours = await Organisation.get(slug="ours")
    moderator = await make.member("Moderator", at=ours)
    await make.grant(moderator, "moderator")
    await make.sign_in(client, moderator)
    assert [one["name"] for one in (await read(client, f"{PLACES}?like=ours"))["organisations"]] == LIKE_OURS
    assert [one["organisation"] for one in (await read(client, f"{PEOPLE}?like=ours"))["people"]] == LIKE_OURS
    # One's own may be one that does not take part; others are compared with it, and it is shown to nobody else.
    await Organisation.filter(slug="ours").update(state="lapsed")
    await make.act()
    assert (await read(client, f"{PLACES}?like=ours"))["total"] == len(LIKE_OURS)


async def test_on_a_private_site(client: httpx2.AsyncClient) -> None:
    ada = await network()
    settings.lay_under({"private": True})
    for path in ("/who-uses-what.csv", "/organisations.csv"):
        assert (await client.get(f"{path}?like=ours")).status_code in (303, 401)
    for path in ("/organisations?like=ours", "/who-uses-what?like=ours"):
        assert "/sign-in" in (await client.get(path)).headers["location"]
    for path in (PLACES, USES):
        assert (await client.get(f"{path}?like=ours")).status_code == 401
    await make.sign_in(client, ada)
    assert (await read(client, f"{PLACES}?like=ours"))["total"] == len(LIKE_OURS)


async def test_everybody_tells_a_number_of_their_own(client: httpx2.AsyncClient) -> None:
    await make.sign_in(client, await network())
    many = [
        Organisation(
            slug=f"n-{n}", name=f"House {n}", country="NL", beds_band=f"{n}", staff_band=f"{n}0", created_at=now()
        )
        for n in range(2_000)
    ]
    await Organisation.bulk_create(many, batch_size=500)
    await make.act()
    assert (await read(client, f"{PLACES}?like=ours"))["total"] == len(LIKE_OURS) + 800
    page = (await client.get("/organisations?like=ours&kind=guest&type=clinic&country=NL&q=x&language=nl")).text
    assert "No organisation fits" in page
    assert (await client.get("/organisations.csv?like=ours&country=NL")).status_code == 200


@pytest.mark.parametrize("path", ["/organisations?", "/organisations?view=table&", "/organisations?view=map&",
                                  "/who-uses-what?", "/people?"])  # fmt: skip
async def test_no_statement_for_each_organisation(client: httpx2.AsyncClient, path: str) -> None:
    await make.sign_in(client, await network())

    async def sent() -> int:
        await make.act()
        with statements() as found:
            assert (await client.get(f"{path}like=ours")).status_code == 200
        return len(found)

    few = await sent()
    tube = await make.platform("Tube", slug="tube2")
    for number in range(12):
        house = await make.organisation(f"More {number}", beds_band=f"{200 + number}")
        await make.use(house, tube)
        await make.member(f"More {number}", at=house)
    assert await sent() == few <= 12


async def test_the_reasons_and_the_rules_agree(client: httpx2.AsyncClient) -> None:
    """What is found is what the reasons say, for whatever is known and not known."""
    dice = random.Random(7)
    regions = [await make.region("North", countries="NO"), await make.region("South", countries="IT"), None]
    bands = {"beds_band": ["", "under 200", "200–499", "500-799", "800+", "lots"], "staff_band": ["", "<500", "5,000+"]}
    for number in range(80):
        told = {name: dice.choice(values) for name, values in bands.items()}
        await make.organisation(
            f"House {number}", **told, country=dice.choice(["", "NO", "IT"]), region=dice.choice(regions),
            type=dice.choice(["hospital", "clinic", "association", "other"]),
            kind=dice.choice(["member", "member", "network_partner", "industry"]),
            languages=dice.choice(["", "en", "no, en", "it"]),
        )  # fmt: skip
    every = await Organisation.all()
    for ours in every[:12]:
        viewer = await viewer_of_member((await make.member(at=ours)).id)
        assert viewer is not None
        like = await like_of(viewer, "ours")
        expected = {one.id for one in every if one.id != ours.id and alike(ours, one)}
        sql = f"SELECT o.id FROM organisations o WHERE {like.where.sql}"
        assert {row["id"] for row in await rows(sql, *like.where.values)} == expected


def alike(ours: Organisation, other: Organisation) -> bool:
    """Say what docs/decisions/directory.md says."""
    if (ours.kind == "industry") != (other.kind == "industry"):
        return False
    apart = None
    for band, ladder in (("beds_band", BEDS), ("staff_band", STAFF)):
        both = steps_of(getattr(ours, band), ladder), steps_of(getattr(other, band), ladder)
        if apart is None and both[0] and both[1]:
            apart = gap(both[0], both[1])
    near = apart is not None and apart < 2
    words = [{code.strip() for code in one.languages.split(",") if code.strip()} for one in (ours, other)]
    ours_at, other_at = (ours.country, ours.region_id), (other.country, other.region_id)
    beside = any(one and one == two for one, two in zip(ours_at, other_at, strict=True)) or bool(words[0] & words[1])
    care = {"hospital", "clinic", "university", "health_system"}
    kin = ours.type == other.type or {ours.type, other.type} <= care
    told = any(one and two for one, two in zip(ours_at, other_at, strict=True)) and words[0] and words[1]
    if ours.type == other.type != "other":
        return not (told and not beside) and (apart is None or near) and (near or beside)
    return kin and near and beside


@pytest.mark.parametrize(
    ("band", "steps"),
    [
        ("", None), ("many", None), ("under 200", (0, 0)), ("<200", (0, 0)), ("up to 199", (0, 0)), ("199", (0, 0)),
        ("200–499", (1, 1)), ("499-200", (1, 1)), ("200 to 499", (1, 1)), ("150–600", (0, 2)), ("800+", (3, 3)),
        ("over 600", (2, 3)), ("1,200", (3, 3)), ("1.000–4.999", (3, 3)), ("9" * 12, (3, 3)), ("٢٥٠", (1, 1)),
    ],
)  # fmt: skip
def test_bands_are_read(band: str, steps: tuple[int, int] | None) -> None:
    assert steps_of(band, BEDS) == steps


def test_steps_between_bands() -> None:
    assert [gap((1, 1), other) for other in ((1, 1), (0, 0), (2, 3), (3, 3), (0, 3))] == [0, 1, 1, 2, 0]

"""People's pages: who sees whom and what, filters, a fixed number of statements."""

import httpx2
import pytest

from members.models import Member
from members.queries import contributions
from members.queries.contributions import Item, Shelf
from members.viewer import Viewer
from tests import builders as make
from tests.statements import statements

pytestmark = pytest.mark.anyio


async def network() -> tuple[Member, Member]:
    """Make Mara with all she says about herself, and a colleague."""
    region = await make.region("Europe")
    there = await make.organisation("St. Elisabeth", region=region, type="hospital", country="NL")
    elsewhere = await make.organisation("Clinic Nord", type="clinic", country="DE")
    tube, linked = await make.platform("YouTube"), await make.platform("LinkedIn")
    mara = await make.member(
        "Mara Visser",
        at=there,
        platforms=[tube, linked],
        title="Communications officer",
        bio="I answer **reviews**. <script>alert(1)</script> @nobody",
        languages="nl,en",
        email="mara@secret.example",
    )
    await make.grant(mara, "community_leader", "region", region.id)
    return mara, await make.member("Jonas Weber", at=elsewhere, platforms=[linked])


async def test_the_directory_is_for_the_network(client: httpx2.AsyncClient) -> None:
    _, jonas = await network()
    visitor = await client.get("/people")
    assert visitor.status_code == 200
    assert "Mara" not in visitor.text
    assert "/sign-in?next=/people" in visitor.text
    guest = await make.member("A Guest")
    await make.sign_in(client, guest)
    assert "Mara" not in (await client.get("/people")).text
    assert (await client.get("/api/v1/people")).json() == {"total": 0, "page": 1, "pages": 1, "people": []}
    await make.sign_in(client, jonas)
    shown = (await client.get("/people")).text
    assert "Mara Visser" in shown
    assert "A Guest" in shown


async def test_filters(client: httpx2.AsyncClient) -> None:
    _, jonas = await network()
    await make.sign_in(client, jonas)
    for query, names in [
        ("", ["Jonas Weber", "Mara Visser"]),
        ("?platform=youtube", ["Mara Visser"]),
        ("?platform=linkedin&country=DE", ["Jonas Weber"]),
        ("?country=nl", ["Mara Visser"]),
        ("?type=clinic", ["Jonas Weber"]),
        ("?q=VISS", ["Mara Visser"]),
        ("?q=%25", []),
        ("?q=_", []),
        ("?q='%20OR%201=1--", []),
        ("?platform=nothing", []),
        ("?type=clinic&platform=youtube", []),
    ]:
        found = (await client.get(f"/api/v1/people{query}")).json()
        assert [person["name"] for person in found["people"]] == names
        assert found["total"] == len(names)
        page = await client.get(f"/people{query}")
        assert page.status_code == 200
        assert all(name in page.text for name in names)


async def test_a_name_is_found_whatever_its_first_letter(client: httpx2.AsyncClient) -> None:
    _, jonas = await network()
    await make.member("Özgür Łukasiński")
    await make.sign_in(client, jonas)
    for words in ("Özgür", "özg", "ŁUKAS"):
        found = (await client.get("/api/v1/people", params={"q": words})).json()
        assert [person["name"] for person in found["people"]] == ["Özgür Łukasiński"], words


async def test_only_active_people_are_listed(client: httpx2.AsyncClient) -> None:
    _, jonas = await network()
    for state in ("unverified", "staged", "suspended", "gone"):
        await make.member(f"Is {state}", state=state)
    await make.sign_in(client, jonas)
    assert (await client.get("/api/v1/people")).json()["total"] == 2


async def test_nobody_else_sees_the_address(client: httpx2.AsyncClient) -> None:
    mara, jonas = await network()
    paths = ("/people", "/people/mara-visser", "/api/v1/people", "/api/v1/people/mara-visser", "/regions/europe")
    paths += ("/organisations/st-elisabeth", "/api/v1/organisations/st-elisabeth")
    for who in (None, jonas):
        if who:
            await make.sign_in(client, who)
        for path in paths:
            assert "secret.example" not in (await client.get(path)).text, (who, path)
    await make.sign_in(client, mara)
    assert "mara@secret.example" in (await client.get("/settings")).text
    assert (await client.get("/api/v1/me")).json()["email"] == "mara@secret.example"


async def test_a_visitor_sees_the_name_and_members_see_the_person(client: httpx2.AsyncClient) -> None:
    _, jonas = await network()
    page, found = await client.get("/people/mara-visser"), (await client.get("/api/v1/people/mara-visser")).json()
    for text in ("Mara Visser", "Communications officer", "St. Elisabeth", "Community leader, Europe"):
        assert text in page.text
    for text in ("YouTube", "Dutch", "I answer"):
        assert text not in page.text
    assert (found["bio"], found["platforms"], found["languages"]) == ("", [], [])
    await make.sign_in(client, jonas)
    page, found = await client.get("/people/mara-visser"), (await client.get("/api/v1/people/mara-visser")).json()
    for text in ("YouTube", "Dutch", "I answer <strong>reviews</strong>"):
        assert text in page.text
    assert "<script>alert" not in page.text
    assert "/people/nobody" not in page.text
    assert [one["slug"] for one in found["platforms"]] == ["linkedin", "youtube"]


@pytest.mark.parametrize(
    ("state", "status", "words"),
    [
        ("staged", 200, "brought here from elsewhere"),
        ("suspended", 200, "closed at present"),
        ("gone", 200, "has left"),
        ("unverified", 404, ""),
    ],
)
async def test_pages_of_people_who_are_not_here(
    client: httpx2.AsyncClient, state: str, status: int, words: str
) -> None:
    await make.member("Some Body", state=state, bio="Private words")
    for path in ("/people/some-body", "/api/v1/people/some-body"):
        answer = await client.get(path)
        assert answer.status_code == status
        assert "Private words" not in answer.text
    assert words in (await client.get("/people/some-body")).text


async def test_nobody_is_missing(client: httpx2.AsyncClient) -> None:
    for handle in ["nobody", "%00", "a%0d%0a", "a" * 500, "'--"]:
        assert (await client.get(f"/people/{handle}")).status_code == 404


async def test_pages_are_numbered(client: httpx2.AsyncClient) -> None:
    there = await make.organisation()
    people = [await make.member(f"Person {number:02}", at=there) for number in range(25)]
    await make.sign_in(client, people[0])
    first, second = [(await client.get(f"/api/v1/people?page={number}")).json() for number in (1, 2)]
    assert (first["total"], first["pages"], len(first["people"]), len(second["people"])) == (25, 2, 20, 5)
    assert not {p["handle"] for p in first["people"]} & {p["handle"] for p in second["people"]}
    assert 'href="/people?q=Person&amp;page=2"' in (await client.get("/people?q=Person")).text
    for nonsense in ("0", "-1", "x", "99999999999"):
        assert (await client.get(f"/people?page={nonsense}")).status_code == 404


async def test_what_people_contributed_is_offered_by_the_floors_above(
    client: httpx2.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    await network()
    asked = []

    async def provider(viewer: Viewer, whose: contributions.Whose, subject_id: int) -> list[Shelf]:
        asked.append((viewer.id, whose, subject_id))
        return [
            Shelf("threads", "Threads", 30, (Item("/t/1-a", "About <b>", "question"),), "/all"),
            Shelf("no", "No", 0),
        ]

    monkeypatch.setattr(contributions, "_providers", {})
    contributions.offer("test", provider)
    contributions.offer("test", provider)
    page = (await client.get("/people/mara-visser")).text
    assert '<a href="/t/1-a">About &lt;b&gt;</a>' in page
    assert '<a href="/all">' in page
    assert ">No <" not in page
    assert [whose for _, whose, _ in asked] == ["member"]
    assert (await client.get("/api/v1/organisations/st-elisabeth")).json()["contributions"][0]["total"] == 30
    assert "About &lt;b&gt;" in (await client.get("/regions/europe")).text


@pytest.mark.parametrize(
    ("path", "most"),
    [
        ("/people", 9),
        ("/people/mara-visser", 10),  # her own: how far she is trusted takes three
        ("/organisations", 7),
        ("/organisations/st-elisabeth", 12),
        ("/regions", 4),
        ("/regions/europe", 9),
        ("/inbox", 4),
        ("/admin/people", 4),
    ],
)
async def test_statements_do_not_grow(
    client: httpx2.AsyncClient, path: str, most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(contributions, "_providers", {})
    mara, _ = await network()
    await make.grant(mara, "admin")
    await make.sign_in(client, mara)
    await client.get(path)
    await make.platform()  # as soon as something was written, it is asked again who the viewer is
    with statements() as few:
        assert (await client.get(path)).status_code == 200
    platforms = [await make.platform() for _ in range(3)]
    for _ in range(15):
        there = await make.organisation()
        await make.member(at=there, platforms=platforms)
    with statements() as many:
        assert (await client.get(path)).status_code == 200
    assert len(few) == len(many) <= most, "\n".join(many)

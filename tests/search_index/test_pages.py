"""The pages and the JSON doors of search, on a whole site with a real index."""

import gc
from collections.abc import AsyncIterator
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest

from base.settings import Settings
from search_index import searches
from search_index.engine import Engine, Unavailable, running
from search_index.models import SearchLog
from search_index.queries import guards
from search_index.queries.asked import Asked, asked_of
from search_index.queries.results import ResultsPage
from tests import builders as make
from tests.databases import on_postgres
from tests.search_index.documents import document
from tests.search_index.engines import Place
from tests.statements import statements

pytestmark = pytest.mark.anyio


@pytest.fixture
async def engine(site: Settings, place: Place) -> AsyncIterator[Engine]:
    """Open an engine with some of everything; the documents are not rows, so no guard looks for them."""
    async with running(place.engine()) as made:
        fresh = await made.fresh()
        await fresh.add(
            [
                document(
                    1,
                    "YouTube videos for recruiting nurses",
                    "How do you recruit?",
                    url="/t/1-x",
                    tags=("recruitment",),
                    platforms=("YouTube",),
                    state=("solved",),
                    country="NL",
                    organisation="Gent",
                    author="Mara",
                    handle="mara",
                ),
                *(
                    document(
                        100 + n,
                        "YouTube videos for recruiting nurses",
                        f"Answer {n} about nurses & <b>nurses</b>",
                        kind="post",
                        type="answer",
                        group="thread:1",
                        number=n,
                        url=f"/t/1-x#post-{n}",
                        country="SE",
                    )
                    for n in range(2, 5)
                ),
                document(
                    2,
                    "Night shift alerts",
                    "Who answers them?",
                    type="case_study",
                    platforms=("X",),
                    aliases=("Twitter",),
                ),
                document(
                    3,
                    "Recruiting well",
                    "A practice about nurses",
                    kind="article",
                    type="practice",
                    state=("verified", "evidence:E2"),
                ),
                document(
                    4,
                    "Nurse Joy",
                    "Works with YouTube",
                    kind="member",
                    audience="network",
                    url="/people/joy",
                    platforms=("YouTube",),
                ),
                document(5, "Secret nurses", "about nurses", audience="staff"),
            ]
        )
        await fresh.swap()
        yield made


@pytest.fixture
def page(client: httpx2.AsyncClient, engine: Engine, monkeypatch: pytest.MonkeyPatch) -> httpx2.AsyncClient:
    """Give a visitor of a site whose search has documents."""
    monkeypatch.setattr(guards, "_guards", {})
    return client


async def test_the_page_shows_what_was_found(page: httpx2.AsyncClient) -> None:
    answer = await page.get("/search?q=recruiting+nurses")
    assert answer.status_code == 200
    text = answer.text
    assert text.count("<h1") == 1
    assert "2 results" in text
    assert "<mark>recruiting</mark>" in text
    assert "Secret" not in text
    assert "Nurse Joy" not in text
    assert "Best in each" in text
    assert "&lt;b&gt;" not in text or "<b>nurses</b>" not in text


async def test_a_post_is_shown_under_its_thread_with_a_link_to_it(page: httpx2.AsyncClient) -> None:
    answer = await page.get('/search?q="answer 3"')
    assert "/t/1-x#post-3" in answer.text
    assert "#3" in answer.text
    assert "&lt;b&gt;" in answer.text


async def test_inside_a_thread_every_post_is_a_result(page: httpx2.AsyncClient) -> None:
    for address in ("q=nurses+in:thread:1", "q=nurses&in=1", "q=nurses&in=thread:1"):
        answer = (await page.get(f"/api/v1/search?{address}")).json()
        assert answer["total"] == 3, "all posts of a thread have its title: only what they say counts"
        assert {hit["url"] for hit in answer["hits"]} == {"/t/1-x#post-2", "/t/1-x#post-3", "/t/1-x#post-4"}


async def test_inside_a_thread_a_chip_says_so_and_can_be_taken_away(page: httpx2.AsyncClient) -> None:
    for address in ("q=nurses&in=1", "q=nurses+in:thread:1"):
        text = (await page.get(f"/search?{address}")).text
        assert "In: YouTube videos for recruiting nurses" in text
        assert 'href="/search?q=nurses"' in text
        assert "Answer #3" in text
        assert "title: nurses" not in text
    assert '<input type="hidden" name="in" value="1">' in (await page.get("/search?q=nurses&in=1")).text
    empty = (await page.get("/search?q=youtube&in=1")).text
    assert "In all threads there is 1 result" in empty
    # What one may not see has no title, and in nothing there is nothing.
    secret = (await page.get("/search?q=nurses&in=5")).text
    assert "Secret" not in secret
    assert "In: thread 5" in secret
    assert (await page.get("/search?in=x&q=nurses")).status_code == 200


async def test_filters_are_links_with_counts_and_can_be_taken_away(page: httpx2.AsyncClient) -> None:
    answer = await page.get("/search?q=nurses")
    assert "type=question" in answer.text
    narrowed = await page.get("/search?q=nurses&type=question&country=NL")
    assert "1 result<" in narrowed.text.replace("\n", "")
    assert "Country: Netherlands" in narrowed.text
    assert 'href="/search?q=nurses&amp;type=question"' in narrowed.text
    assert (await page.get("/search?q=nurses&platform=nowhere")).status_code == 200


async def test_a_misspelling_is_searched_as_what_was_meant(page: httpx2.AsyncClient) -> None:
    answer = await page.get("/search?q=youtube+recruting+nurses")
    assert "Showing results for" in answer.text
    assert "youtube recruiting nurses" in answer.text
    exact = await page.get("/search?q=youtube+recruting+nurses&exact=1")
    assert "Showing results for" not in exact.text
    assert "Did you mean" in exact.text


async def test_an_empty_page_helps(page: httpx2.AsyncClient) -> None:
    answer = await page.get("/search?q=zzzqqq&type=question")
    assert answer.status_code == 200
    assert "/ask/question?title=zzzqqq" in answer.text
    nothing = await page.get("/search")
    assert "What are you looking for?" in nothing.text


async def test_an_empty_page_says_what_else_is_found(page: httpx2.AsyncClient) -> None:
    helped = {
        "q=title:xyzzy+nurses": ("Without “title:xyzzy” there are 2 results",),
        "q=title:xyzzy+nurses&country=NL": ("Without “title:xyzzy” there is 1 result",),
        "q=nurses&platform=nowhere&type=question": (
            "Without the filters there are",
            "Without “Platform: nowhere” there",
        ),
        'q="nurses+recruiting"+title:night': ("Without the quotation marks there",),
        "q=nurses+-nurses": ("Without “-nurses” there are 2 results",),
        "q=nurses&after=2050": ("Without “2050” there are 2 results",),
        "q=nurses+after:2050": ("Without “after:2050” there are 2 results",),
    }
    for address, told in helped.items():
        text = (await page.get(f"/search?{address}")).text
        assert not [words for words in told if words not in text], address
    assert "Without" not in (await page.get("/search?q=zzzqqq")).text


async def test_an_empty_page_leads_to_pages_people_and_asking(page: httpx2.AsyncClient) -> None:
    made = await make.platform("YouTube")
    await make.tag("recruitment")
    await make.sign_in(page, await make.member("Mara", at=await make.organisation()))
    text = (await page.get('/search?q=youtube+recruitment+title:xyzzy+by:@nobody+"annual+report"')).text
    assert f'href="/platforms/{made.slug}"' in text
    assert 'href="/topics/recruitment"' in text
    assert "Nurse Joy" in text
    assert "/ask/question?title=youtube+recruitment+annual+report" in text
    # A platform that only others may know of is not named.
    assert "/platforms/" not in (await page.get("/search?q=title:xyzzy+facebook")).text


@pytest.mark.parametrize(
    "address",
    [
        "?q=" + "x" * 5000,
        "?q=%00%ff",
        "?page=0",
        "?q=nurses&page=99999",
        "?q=nurses&page=-1",
        "?q=nurses&limit=x",
        "?q=a&sort=evil",
        "?after=never&q=a",
        "?tag=" + "a&tag=" * 200,
        "?q=%22",
        "?type=practice",
        "?year=2024",
        "?is=solved&is=x",
    ],
)
async def test_no_address_is_an_error(page: httpx2.AsyncClient, address: str) -> None:
    assert (await page.get(f"/search{address}")).status_code == 200
    assert (await page.get(f"/api/v1/search{address}")).status_code == 200


async def test_programs_get_the_same_answer(page: httpx2.AsyncClient) -> None:
    answer = (await page.get("/api/v1/search?q=recruting+nurses&limit=1")).json()
    assert set(answer) == {"total", "hits", "facets", "corrected", "also"}
    assert answer["corrected"] == "recruiting nurses"
    assert answer["total"] == 2
    (hit,) = answer["hits"]
    assert {"kind", "id", "url", "title", "snippet", "score"} <= set(hit)
    assert {"value": "question", "count": 1} in answer["facets"]["type"]
    second = (await page.get("/api/v1/search?q=recruting+nurses&limit=1&page=2")).json()
    assert second["hits"][0]["id"] != hit["id"]
    typed = (await page.get("/api/v1/search?q=nurses&type=practice")).json()
    assert [(one["kind"], one["id"]) for one in typed["hits"]] == [("article", 3)]
    assert (await page.get("/api/v1/search")).json()["total"] == 0


async def test_suggestions_come_as_json_and_as_a_list(page: httpx2.AsyncClient) -> None:
    told = (await page.get("/search/suggest?q=recr", headers={"Accept": "application/json"})).json()
    assert [one["text"] for one in told["suggestions"]][:2] == [
        "Recruiting well",
        "YouTube videos for recruiting nurses",
    ]
    assert {"text": "recruitment", "url": "/search?tag=recruitment", "kind": "tag"} in told["suggestions"]
    listed = await page.get("/search/suggest?q=recr")
    assert 'role="listbox"' in listed.text
    assert (await page.get("/search/suggest?q=r", headers={"Accept": "application/json"})).json() == {"suggestions": []}
    assert (await page.get("/search/suggest?q=nurse+j", headers={"Accept": "application/json"})).json() == {
        "suggestions": []
    }


async def test_the_help_page_knows_every_operator(page: httpx2.AsyncClient) -> None:
    from search_index.wording import OPERATORS

    text = (await page.get("/search/help")).text
    assert not [name for name in OPERATORS if f"{name}:" not in text and name not in {"organisation", "country"}]


async def test_search_that_is_away_is_told_calmly(page: httpx2.AsyncClient, engine: Engine, place: Place) -> None:
    await place.forget()
    assert (await engine.check()).state == "unusable"
    answer = await page.get("/search?q=nurses")
    assert answer.status_code == 503
    assert "being rebuilt" in answer.text
    problem = await page.get("/api/v1/search?q=nurses")
    assert problem.status_code == 503
    assert problem.headers["content-type"].startswith("application/problem+json")
    assert (await page.get("/search/suggest?q=nurses", headers={"Accept": "application/json"})).json() == {
        "suggestions": []
    }


async def test_what_the_database_no_longer_shows_is_not_shown(page: httpx2.AsyncClient) -> None:
    async def nobody(*_: object) -> set[str]:
        return set()

    guards.register_guard("thread", nobody)
    guards.register_guard("post", nobody)
    answer = (await page.get("/api/v1/search?q=nurses")).json()
    assert [hit["kind"] for hit in answer["hits"]] == ["article"]
    assert answer["total"] == 1
    assert "YouTube videos" not in (await page.get("/search?q=youtube+videos")).text


async def test_only_the_words_themselves_are_counted(page: httpx2.AsyncClient) -> None:
    searches.forget()
    for address in (
        "q=nurses&type=article",
        "q=nurses&in=1",
        "q=nurses&exact=1",
        "q=nurses&page=2",
        "q=nurses&after=2050",
    ):
        await page.get(f"/search?{address}")
    assert await searches.flush() == 0
    assert "/search/opened" not in (await page.get("/search?q=nurses&in=1")).text


async def test_searches_are_counted_without_anybodys_name(page: httpx2.AsyncClient) -> None:
    searches.forget()
    for _ in range(2):
        await page.get("/search?q=Night+Shift")
    await page.get("/search?q=mara@example.org")
    await page.get("/search?q=call+0612345678")
    assert (
        await page.post("/search/opened?q=night+shift", headers={"Origin": "http://commonplace.test"})
    ).status_code == 204
    assert await SearchLog.all().count() == 0, "a page that is read writes nothing"
    assert await searches.flush() == 1
    row = await SearchLog.get(query="night shift")
    assert (row.searches, row.total, row.clicks) == (2, 1, 1)
    assert not {"member_id", "user_id", "viewer_id"} & set(SearchLog._meta.fields_map)


def test_an_address_says_everything_and_reads_back() -> None:
    asked = Asked(
        text="a b", filters={"tag": ("x", "y z"), "state": ("solved",)}, after="2025", sort="newest", page=3, exact=True
    )
    given = parse_qs(urlsplit(asked.address()).query)
    assert asked_of(given) == asked
    assert asked.toggled("tag", "x").filters["tag"] == ("y z",)
    assert asked.toggled("type", "question").page == 1


async def test_visitors_get_the_same_again_until_the_index_changes(page: httpx2.AsyncClient, engine: Engine) -> None:
    async def found() -> str:
        answer = await page.get("/search?q=alerts")
        assert answer.status_code == 200
        return answer.text

    first = await found()
    assert "Night shift" in first
    searches.forget()
    with statements(recalling=True) as sent:
        for _ in range(3):
            assert await found() == first
    if not on_postgres():
        assert not sent, "nothing is looked up again"
    assert searches._held[("alerts", "en")][:2] == [3, 1], "each search counts"
    await engine.replace([document(9, "More alerts", "And more of them.", url="/t/9-x")])
    assert "/t/9-" in await found()
    await engine.replace([], ["thread:9"])
    assert "/t/9-" not in await found()


async def test_what_members_find_and_what_cannot_be_found_is_not_kept(
    page: httpx2.AsyncClient, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    who = await make.member("Mara")
    assert "Night shift" in (await page.get("/search?q=alerts")).text

    async def away(*_: object, **__: object) -> None:
        raise Unavailable("Please come again.")

    monkeypatch.setattr(type(engine), "usable", property(lambda _: False))
    monkeypatch.setattr(type(engine), "search", away)
    assert (await page.get("/search?q=alerts")).status_code == 503
    monkeypatch.undo()
    assert (await page.get("/search?q=alerts")).status_code == 200
    await make.sign_in(page, who)
    answer = await page.get("/search?q=alerts")
    assert "etag" not in answer.headers


async def test_of_what_is_kept_for_visitors_only_the_page_stays_in_memory(
    page: httpx2.AsyncClient, engine: Engine
) -> None:
    def all_found() -> list[object]:
        gc.collect()
        return [one for one in gc.get_objects() if isinstance(one, ResultsPage)]

    before = len(all_found())
    for word in ("alerts", "nurses", "nothing of this"):
        assert (await page.get(f"/search?q={word}")).status_code == 200
    assert len(all_found()) == before

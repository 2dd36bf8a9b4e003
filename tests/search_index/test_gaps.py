"""What is looked for in vain: only what was asked often enough, counted as the page says, and forgotten in time."""

import csv
import io
from datetime import timedelta

import httpx2
import pytest

from app.chores import CHORES
from base.clock import now
from base.errors import Missing
from base.journal.models import Entry
from members.viewer import Grant, Viewer
from search_index.actions.dismiss import GapWords, dismiss, put_back
from search_index.models import DismissedGap, SearchLog
from search_index.queries.gaps import Gap, every_gap, gaps_page
from search_index.searches import forget_old
from tests import builders as make
from tests.statements import statements

pytestmark = pytest.mark.anyio
EDITOR = Viewer(id=1, grants=(Grant("editor"),))


async def searched(
    query: str, *days: int, times: int = 2, total: int = 0, clicks: int = 0, language: str = "en"
) -> None:
    """Log searches of so many days ago."""
    for ago in days:
        day = (now() - timedelta(days=ago)).date()
        await SearchLog.create(query=query, day=day, searches=times, total=total, clicks=clicks, language=language)


async def _gaps(kind: str = "all", words: str = "") -> dict[str, Gap]:
    return {one.query: one for one in (await gaps_page(EDITOR, kind, words)).gaps}


async def test_what_one_person_asked_is_not_shown(database: str) -> None:
    await searched("twice", 1, 2, times=1)
    await searched("often on one day", 1, times=50)
    await searched("three times on two days", 1, times=2)
    await searched("three times on two days", 4, times=1)
    await searched("long ago", 91, 95, times=9)
    assert list(await _gaps()) == ["three times on two days"]


async def test_languages_are_counted_together(database: str) -> None:
    await searched("sign language", 1, times=1)
    await searched("sign language", 3, times=2, language="nl")
    assert (await _gaps())["sign language"].searches == 3


async def test_the_last_search_says_whether_something_is_found(database: str) -> None:
    await searched("meanwhile written", 9, 8)
    await searched("meanwhile written", 1, total=4, clicks=1)
    await searched("meanwhile deleted", 9, total=4, clicks=2)
    await searched("meanwhile deleted", 1)
    await searched("opened once", 9, 1, total=4)
    await searched("opened once", 2, total=4, clicks=1)
    await searched("never opened", 9, 1, total=4)
    gaps = await _gaps()
    assert {name: (one.kind, one.found) for name, one in gaps.items()} == {
        "meanwhile deleted": ("nothing", 0),
        "never opened": ("unopened", 4),
    }
    assert list(await _gaps("nothing")) == ["meanwhile deleted"]
    assert list(await _gaps("unopened")) == ["never opened"]
    assert (await gaps_page(EDITOR)).counts == {"all": 2, "nothing": 1, "unopened": 1, "dismissed": 0}


async def test_the_most_frequent_come_first_with_their_trend(database: str) -> None:
    await searched("rising", 1, 29, times=3)
    await searched("rising", 30, times=1)
    await searched("falling", 1, times=1)
    await searched("falling", 59, times=9)
    await searched("steady", 1, 45, times=2)
    await searched("old", 61, 89, times=2)
    gaps = await _gaps()
    assert list(gaps)[:2] == ["falling", "rising"]
    told = {name: (one.searches, one.lately, one.before, one.trend) for name, one in gaps.items()}
    assert told == {
        "falling": (10, 1, 9, "falling"),
        "rising": (7, 6, 1, "rising"),
        "steady": (4, 2, 2, "steady"),
        "old": (4, 0, 0, "steady"),
    }
    assert gaps["rising"].last == (now() - timedelta(days=1)).date()
    assert list(await _gaps(words="ISIN")) == ["rising"]
    assert not await _gaps(words="%")


async def test_a_gap_is_set_aside_and_put_back(database: str) -> None:
    await searched("not for us", 1, 2)
    given = GapWords(query="not for us")
    await dismiss(EDITOR, given)
    await dismiss(EDITOR, given)
    assert not await _gaps()
    assert (await _gaps("dismissed"))["not for us"].dismissed
    await put_back(EDITOR, given)
    assert list(await _gaps()) == ["not for us"]
    entries = await Entry.all().order_by("id")
    assert [entry.kind for entry in entries] == ["gap.dismissed", "gap.put_back"]
    assert not [entry for entry in entries if "not for us" in str(entry.data)], "the journal is kept for ever"
    for work in (put_back(EDITOR, given), dismiss(EDITOR, GapWords(query="never searched"))):
        with pytest.raises(Missing):
            await work


async def test_old_searches_are_forgotten(database: str) -> None:
    await searched("kept", 90, 1)
    await searched("gone", 91, 400)
    await DismissedGap.create(query="kept", at=now() - timedelta(days=89))
    await DismissedGap.create(query="gone", at=now() - timedelta(days=91))
    assert await forget_old() == 3
    assert {row.query for row in await SearchLog.all()} == {"kept"}
    assert [row.query for row in await DismissedGap.all()] == ["kept"]
    assert "forget old searches" in CHORES


async def test_the_page_costs_the_same_however_many_there_are(client: httpx2.AsyncClient) -> None:
    await make.sign_in(client, await make.editor())
    counts = []
    for start in (0, 60):
        for n in range(start, start + 60):
            await searched(f"nothing {n}", 1, 2)
        with statements() as sent:
            assert (await client.get("/search/gaps")).status_code == 200
        counts.append(len(sent))
    assert counts[0] == counts[1] <= 6
    assert "nothing 0" not in (await client.get("/search/gaps?page=3")).text
    assert (await client.get("/search/gaps?page=x")).status_code == 404
    assert (await client.get("/search/gaps?kind=secret")).status_code == 404
    assert (await client.get("/search/gaps.csv?kind=secret")).status_code == 404
    assert len(await every_gap(EDITOR)) == 120


async def test_an_editor_reads_it_and_acts_on_it(client: httpx2.AsyncClient) -> None:
    await make.sign_in(client, await make.editor())
    assert "Nothing here" in (await client.get("/search/gaps")).text
    await searched("live & loud captions", 1, 2)
    await searched("=cmd|' /c calc'!a0", 1, 2, total=3)
    page = (await client.get("/search/gaps")).text
    for words in (
        "/ask/question?title=live+%26+loud+captions",
        "/kb/new?title=live+%26+loud+captions",
        "/search?q=live+%26+loud+captions",
        "at least 3 times, on at least 2 days",
        "in the last 90 days",
        "of 3 results",
    ):
        assert words.replace("+", "%20") in page or words in page, words
    asked = await client.get("/ask/question?title=live+%26+loud+captions")
    assert 'value="live &amp; loud captions"' in asked.text
    assert 'value="live &amp; loud captions"' in (await client.get("/kb/new?title=live+%26+loud+captions")).text
    done = await client.post("/search/gaps/dismiss", data={"query": "live & loud captions", "kind": "nothing"})
    assert (done.status_code, done.headers["location"]) == (303, "/search/gaps?kind=nothing")
    assert "live &amp; loud" not in (await client.get("/search/gaps")).text
    assert "Put back" in (await client.get("/search/gaps?kind=dismissed")).text
    again = await client.post("/search/gaps/put-back", data={"query": "live & loud captions", "kind": "//evil"})
    assert again.headers["location"] == "/search/gaps"
    for path in ("/desk", "/desk?lane=gaps"):
        desk = (await client.get(path)).text
        assert "live &amp; loud captions" in desk
    assert "/search/gaps" in desk


async def test_the_table_is_text_for_every_spreadsheet(client: httpx2.AsyncClient) -> None:
    await make.sign_in(client, await make.editor())
    await searched("=cmd|' /c calc'!a0", 1, 2, times=9)
    await searched('a "quoted", é', 1, 2, total=3)
    answer = await client.get("/search/gaps.csv?kind=all")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert "attachment" in answer.headers["content-disposition"]
    head, first, second = csv.reader(io.StringIO(answer.content.decode("utf-8-sig")))
    assert head[0] == "search"
    assert first[:4] == ["'=cmd|' /c calc'!a0", "nothing", "18", "0"]
    assert second[:4] == ['a "quoted", é', "unopened", "4", "3"]
    assert answer.content.startswith(b"\xef\xbb\xbf")


async def test_programs_get_the_same(client: httpx2.AsyncClient) -> None:
    token = await make.token(await make.editor())
    await searched("live captions", 1, 2)
    told = (await client.get("/api/v1/search/gaps?kind=nothing&q=live", headers=token)).json()
    assert told["total"] == 1
    assert told["gaps"][0]["query"] == "live captions"
    sent = {"query": "live captions"}
    assert (await client.post("/api/v1/search/gaps/dismiss", json=sent, headers=token)).status_code == 204
    assert (await client.get("/api/v1/search/gaps", headers=token)).json() == {"gaps": [], "total": 0}
    assert (await client.post("/api/v1/search/gaps/put-back", json=sent, headers=token)).status_code == 204
    assert (await client.post("/api/v1/search/gaps/put-back", json={}, headers=token)).status_code == 422

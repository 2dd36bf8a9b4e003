"""Every operator that the help page names, and what it finds; and that no bad syntax is an error."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from urllib.parse import quote_plus

import httpx2
import pytest

from search_index.engine import running
from search_index.pages.help import EXAMPLES
from search_index.queries import guards
from search_index.wording import OPERATORS
from tests import builders as make
from tests.search_index.documents import document
from tests.search_index.engines import Place

pytestmark = pytest.mark.anyio


def day(text: str) -> dict[str, datetime]:
    moment = datetime.fromisoformat(text).replace(tzinfo=UTC)
    return {"created": moment, "active": moment}


DOCUMENTS = [
    document(1, "Night shift alerts", "Who answers the pager?", handle="mara", author="Mara",
             organisation="Uppsala East", country="SE", platforms=("X",), aliases=("Twitter",), tags=("night work",),
             state=("solved",), votes=5, group="thread:1", **day("2025-03-04")),
    document(2, "Alerts at night", "A shift plan for recruiting.", kind="post", type="answer", group="thread:2",
             number=2, url="/t/2#post-2", handle="jo", votes=9, state=("accepted",), **day("2025-06-30")),
    document(3, "Captions for videos", "On YouTube, in Dutch.", kind="article", type="article", language="nl",
             country="NL", platforms=("YouTube",), state=("verified", "evidence:E2"), has=("metrics",),
             **day("2026-01-01")),
    document(4, "Vimeo", "We tried captions there.", type="case_study", direction="did_not_work", tags=("video",),
             state=("unanswered",), has=("attachment", "poll"), votes=3, **day("2026-06-15")),
    document(5, "Recruiters", "What recruitment costs.", type="discussion", country="NL",
             organisation="Zuiderlicht", **day("2024-12-31")),
    document(6, "Mara", "Works in Uppsala", kind="member", type="member", handle="mara", url="/people/mara",
             organisation="Uppsala East", **day("2024-01-01")),
    document(7, "Uppsala East", "A hospital", kind="organisation", type="organisation", url="/organisations/u",
             organisation="Uppsala East", state=("overdue",), **day("2024-01-01")),
    document(8, "Announcement", "Maintenance on Sunday", type="announcement", state=("due_soon",), **day("2024-02-01")),
    document(9, "A comment", "Thank you", kind="post", type="comment", group="thread:9", number=2, state=("stale",),
             **day("2024-02-01")),
    document(10, "Something that worked", "And mixed feelings", type="case_study", direction="worked",
             **day("2024-02-02")),
    document(12, "Bleeper", "Only the bleeper rings.", kind="post", type="reply", group="thread:1", number=3,
             url="/t/1#post-3", **day("2024-02-04")),
    document(13, "Pagers on loan", "They are gone.", type="article", state=("obsolete",), **day("2024-02-04")),
    document(11, "Something mixed", "Half and half", type="case_study", direction="mixed", **day("2024-02-03")),
]  # fmt: skip

FINDS: dict[str, set[int]] = {
    "night alerts": {1, 2}, "nights ALERT": {1, 2}, "álerts níght": {1, 2},
    '"night shift"': {1}, '"shift night"': set(), '"captions"': {3, 4}, '"Alerts at night"': {2},
    "alerts -pager": {2}, "captions NOT youtube": {4}, 'captions -"in dutch"': {4}, "captions -platform:youtube": {4},
    "youtube OR vimeo": {3, 4}, "youtube | vimeo": {3, 4}, "pager OR maintenance OR sunday": {1, 8},
    "recruit*": {2, 5}, "title:recruit*": {5}, "re* captions": {3, 4},
    "title:captions": {3}, 'title:"captions for"': {3}, "-title:captions captions": {4},
    "by:@mara": {1, 6}, "by:mara": {1, 6}, "by:@mara type:question": {1},
    "org:uppsala": {1, 6, 7}, 'org:"uppsala east" type:person': {6}, "-org:uppsala country:NL": {3, 5},
    "platform:twitter": {1}, "platform:X": {1}, "platform:YouTube": {3},
    "tag:video": {4}, "[video]": {4}, "[night work]": {1}, 'tag:"night work"': {1}, "tag:night-work": {1},
    "type:practice": {3}, "type:question": {1}, "type:case": {4, 10, 11}, "type:discussion": {5}, "type:answer": {2},
    "type:announcement": {8}, "type:comment": {9}, "type:person": {6}, "type:organisation": {7},
    "type:practice type:discussion": {3, 5},
    "is:solved": {1}, "is:unanswered": {4}, "is:verified": {3}, "is:obsolete": {13}, "is:accepted": {2},
    "loan": set(), "loan is:obsolete": {13},
    "is:overdue": {7}, "is:due_soon": {8}, "is:stale": {9}, "-is:obsolete recruitment": {2, 5},
    "has:metrics": {3}, "has:attachment": {4}, "has:poll": {4}, "-has:metrics captions": {4},
    "result:negative": {4}, "result:worked": {10}, "result:mixed": {11},
    "lang:nl": {3}, "country:NL": {3, 5}, "country:SE lang:en": {1},
    "after:2026": {3, 4}, "after:2026-06": {4}, "after:2026-06-15": {4}, "before:2024-02": {6, 7},
    "after:2025-03-04 before:2025-03-05": {1}, "after:2025 before:2026": {1, 2},
    "votes:>3": {1, 2}, "votes:>=3": {1, 2, 4}, "votes:3": {4}, "votes:3..9": {1, 2, 4}, "votes:>5": {2},
    "in:thread:1": {1, 12}, "in:1 bleeper": {12}, "in:thread:1 -pager": {12}, "in:thread:99": set(),
    "is:mine": {1, 6},
}  # fmt: skip
NONSENSE = (
    'title:"', '"', '""', "-", "--", "OR", "OR OR", "NOT", "AND", "by:", "by:@", "[", "]", "[]", "tag:", "votes:many",
    "votes:>", "after:soon", "before:2026-99", "in:thread:", "in:thread:x", "is:", "is:nonsense", "has:nothing", "*",
    "ab*", "title:", "title:-", "type:nonsense", "foo:bar", "a:b:c", "(night", "night)", "night && shift", "~night",
    "night^5", "result:?", "lang:", "-is:", "country:", "org:", "x" * 600, "w " * 60, "title:" * 50,
)  # fmt: skip


@pytest.fixture
async def member(
    client: httpx2.AsyncClient, place: Place, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[httpx2.AsyncClient]:
    """Give mara's window on a site whose index has the documents."""
    monkeypatch.setattr(guards, "_guards", {})
    await make.sign_in(client, await make.member("Mara"))
    async with running(place.engine()) as engine:
        fresh = await engine.fresh()
        await fresh.add(DOCUMENTS)
        await fresh.swap()
        yield client


async def test_every_operator_finds_what_it_says(member: httpx2.AsyncClient) -> None:
    wrong = {}
    for typed, expected in FINDS.items():
        told = (await member.get(f"/api/v1/search?exact=1&limit=50&q={quote_plus(typed)}")).json()
        found = {hit["id"] for hit in told["hits"]}
        page = await member.get(f"/search?exact=1&q={quote_plus(typed)}")
        if found != expected or page.status_code != 200 or told["total"] != len(expected):
            wrong[typed] = (found, expected, told["total"])
    assert not wrong


async def test_nothing_typed_is_an_error(member: httpx2.AsyncClient) -> None:
    for typed in NONSENSE:
        for path in ("/search", "/api/v1/search", "/search/suggest"):
            assert (await member.get(f"{path}?q={quote_plus(typed)}")).status_code == 200, (path, typed[:40])


async def test_bad_syntax_is_told_and_searched_all_the_same(member: httpx2.AsyncClient) -> None:
    page = (await member.get("/search?q=night+title:%22")).text
    assert "A quotation mark is missing" in page
    assert "<mark>Night</mark>" in page
    assert "votes: needs a number" in (await member.get("/search?q=night+votes:many")).text


def test_every_operator_is_tried() -> None:
    tried = " ".join(FINDS)
    assert not [name for name in OPERATORS if f"{name}:" not in tried and name != "organisation"]


@pytest.mark.parametrize("example", [example for example, _ in EXAMPLES])
async def test_what_the_help_page_shows_can_be_searched(member: httpx2.AsyncClient, example: str) -> None:
    answer = await member.get(f"/search?q={quote_plus(example)}")
    assert answer.status_code == 200
    assert "needs a" not in answer.text

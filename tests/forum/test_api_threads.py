"""The JSON doors of starting, listing and looking after threads, of labels, drafts and previews."""

from datetime import UTC, datetime
from typing import Any, cast

import httpx2
import pytest

from base.journal.models import Entry
from forum.models import CaseStudy, Draft, Metric, QuestionDetails, Thread
from search_index import engine
from search_index.engine import Engine
from search_index.found import Hit
from tests import builders as make
from tests.statements import statements

pytestmark = pytest.mark.anyio

THREADS = "/api/v1/threads"
QUESTION = {"kind": "question", "title": "How do you answer reviews?", "body": "We get **ten** a week."}
TEXT = "Long enough to be a text of a case."
CASE = {
    "kind": "case_study", "title": "Reminders by text message", "summary": TEXT, "problem": TEXT, "what_we_did": TEXT,
    "direction": "worked", "lessons": TEXT, "sponsored": False, "vendor_tie": False,
    "metrics": [{"name": "No-shows", "baseline": 11.2, "result": "8.9", "unit": "%", "n": 14210}],
}  # fmt: skip


@pytest.fixture
async def headers(client: httpx2.AsyncClient) -> dict[str, str]:
    return await make.token(await make.member("Mara", at=await make.organisation("Merwe Hospital")))


async def test_a_question_is_asked(client: httpx2.AsyncClient, headers: dict[str, str]) -> None:
    await make.platform("X", "Twitter")
    more = {"platforms": ["twitter"], "constraints": ["legal"], "needed_by": "2027-01-31", "audience": "network"}
    answer = await client.post(THREADS, json=QUESTION | more, headers=headers)
    thread = await Thread.get()
    assert answer.status_code == 201
    assert answer.json() == {"id": thread.id, "url": f"/t/{thread.id}-how-do-you-answer-reviews", "number": 1}
    assert (thread.kind, thread.audience) == ("question", "network")
    assert (await QuestionDetails.get()).constraints == "legal"
    assert (await Entry.get()).kind == "thread.asked"
    assert (await client.get(answer.json()["url"], headers=headers)).status_code == 200


async def test_a_case_study_is_shared(client: httpx2.AsyncClient, headers: dict[str, str]) -> None:
    answer = await client.post(THREADS, json=CASE, headers=headers)
    assert answer.status_code == 201, answer.text
    assert (await CaseStudy.get()).direction == "worked"
    assert float((await Metric.get()).result) == 8.9
    page = await client.get(answer.json()["url"])
    assert "No-shows" in page.text
    assert "It worked" in page.text


@pytest.mark.parametrize("kind", ["discussion", "announcement"])
async def test_the_other_kinds(client: httpx2.AsyncClient, kind: str) -> None:
    headers = await make.token(await make.editor())
    assert (await client.post(THREADS, json=QUESTION | {"kind": kind}, headers=headers)).status_code == 201
    assert (await Thread.get()).kind == kind


@pytest.mark.parametrize(
    ("body", "errors"),
    [
        ({}, {"kind"}),
        ({"kind": "riddle"}, {"kind"}),
        ({"kind": "question"}, {"title", "body"}),
        (QUESTION | {"title": "x", "language": "tlh"}, {"title", "language"}),
        (QUESTION | {"tags": ["never heard"]}, {"tags"}),
        (
            CASE | {"metrics": [{"name": "a", "result": "b"}], "direction": ""},
            {"metrics.0.name", "metrics.0.result", "direction"},
        ),
        (CASE | {"metrics": [[[]]]}, {"metrics.0"}),
        (QUESTION | {"title": {"a": 1}, "platforms": {"b": 2}}, {"title", "platforms"}),
    ],
)
async def test_wrong_bodies_are_told_field_by_field(
    client: httpx2.AsyncClient, headers: dict[str, str], body: dict[str, Any], errors: set[str]
) -> None:
    answer = await client.post(THREADS, json=body, headers=headers)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert set(answer.json()["errors"]) == errors
    assert await Thread.all().count() == 0


async def test_who_may_start_one(client: httpx2.AsyncClient, headers: dict[str, str]) -> None:
    assert (await client.post(THREADS, json=QUESTION)).status_code == 401
    assert (await client.post(THREADS, json=QUESTION | {"kind": "announcement"}, headers=headers)).status_code == 403
    assert (await client.post(THREADS, json=QUESTION | {"audience": "staff"}, headers=headers)).status_code == 403
    assert (
        await client.post(THREADS, content=b"{", headers=headers | {"content-type": "application/json"})
    ).status_code == 422


async def test_the_same_key_starts_one_thread(client: httpx2.AsyncClient, headers: dict[str, str]) -> None:
    answers = [(await client.post(THREADS, json=QUESTION | {"once": "k"}, headers=headers)).json() for _ in range(2)]
    assert answers[0] == answers[1]


async def test_a_post_by_token_takes_few_statements(client: httpx2.AsyncClient) -> None:
    headers = await make.token(await make.editor())
    await client.post(THREADS, json=QUESTION, headers=headers)
    with statements() as sent:
        assert (await client.post(THREADS, json=QUESTION, headers=headers)).status_code == 201
    assert len(sent) <= 14, sent


async def test_lists_have_a_total_filters_and_pages(client: httpx2.AsyncClient, headers: dict[str, str]) -> None:
    x, reviews = await make.platform("X"), await make.tag("reviews")
    author = await make.member("Sofia Lindqvist")
    for number in range(5):
        await make.thread(f"Question {number}", author=author, platforms=[x], tags=[reviews])
    await make.thread("For members", audience="network", kind="discussion")
    found = (await client.get(THREADS, params={"limit": 2})).json()
    assert (found["total"], len(found["threads"])) == (5, 2)
    first = found["threads"][0]
    assert first["url"].startswith(f"/t/{first['id']}-question-")
    assert (first["tags"], first["platforms"], first["author"]["name"]) == (["reviews"], ["X"], "Sofia Lindqvist")
    assert len((await client.get(THREADS, params={"limit": 2, "page": 3})).json()["threads"]) == 1
    assert (await client.get(THREADS, params={"limit": 2, "page": 4})).status_code == 404
    assert (await client.get(THREADS, params={"limit": 1000})).json()["total"] == 5
    assert (await client.get(THREADS, headers=headers)).json()["total"] == 6
    assert (await client.get(THREADS, params={"kind": "discussion"}, headers=headers)).json()["total"] == 1
    assert (await client.get(THREADS, params={"kind": "discussion"})).json() == {"total": 0, "threads": []}
    assert (await client.get(THREADS, params={"platform": "x", "tag": "reviews"})).json()["total"] == 5
    for wrong in ({"limit": 0}, {"limit": "x"}, {"page": -1}, {"kind": "riddle"}, {"sort": "random"}):
        assert (await client.get(THREADS, params=wrong)).status_code == 422


async def test_labels(client: httpx2.AsyncClient) -> None:
    x, reviews = await make.platform("X", "Twitter"), await make.tag("reviews")
    await make.tag("ratings", meant=reviews)
    await make.thread(platforms=[x], tags=[reviews])
    tags = (await client.get("/api/v1/tags")).json()
    assert tags["total"] == 1
    assert (tags["tags"][0]["slug"], tags["tags"][0]["threads"]) == ("reviews", 1)
    for name in ("reviews", "ratings"):
        assert (await client.get(f"/api/v1/tags/{name}")).json()["slug"] == "reviews"
    for name in ("x", "twitter"):
        assert (await client.get(f"/api/v1/platforms/{name}")).json()["counts"] == {"question": 1}
    for path in ("/api/v1/tags/none", "/api/v1/platforms/none"):
        assert (await client.get(path)).status_code == 404


async def test_drafts(client: httpx2.AsyncClient, headers: dict[str, str]) -> None:
    body = {"place": "ask.question", "given": {"title": "Half a title", "metrics": [{"name": "a\x00"}]}}
    saved = (await client.post("/api/v1/drafts", json=body, headers=headers)).json()
    again = body | {"draft": saved["id"], "version": saved["version"]}
    assert (await client.post("/api/v1/drafts", json=again, headers=headers)).json()["version"] == 2
    assert (await client.post("/api/v1/drafts", json=again, headers=headers)).json()["apart"] is True
    listed = (await client.get("/api/v1/drafts", headers=headers)).json()
    assert (listed["total"], listed["drafts"][0]["title"]) == (2, "Half a title")
    address = f"/api/v1/drafts/{saved['id']}"
    assert (await client.get(address, headers=headers)).json()["given"]["metrics"] == [{"name": "a"}]
    other = await make.token(await make.moderator())
    assert (await client.get(address, headers=other)).status_code == 404
    assert (await client.delete(address, headers=other)).status_code == 404
    assert (await client.delete(address, headers=headers)).status_code == 204
    assert await Draft.all().count() == 1
    assert (await client.get("/api/v1/drafts")).status_code == 401
    wrong = await client.post("/api/v1/drafts", json={"place": "nowhere", "given": []}, headers=headers)
    assert wrong.status_code == 422


async def test_similar_and_preview(client: httpx2.AsyncClient, headers: dict[str, str]) -> None:
    thread = await make.thread("Replying to reviews", answers=2)
    at = datetime(2026, 1, 1, tzinfo=UTC)

    class Finds:
        async def similar(self, *given: object, **more: object) -> tuple[Hit, ...]:
            url = f"/t/{thread.id}"
            return (
                Hit(kind="thread", id=thread.id, type="question", url=url, title="x", score=1, created=at, active=at),
            )

    before = list(engine._current)
    engine.use(cast(Engine, Finds()))
    try:
        found = (await client.get("/api/v1/similar", params={"title": "Replying to bad reviews"})).json()["similar"]
    finally:
        engine._current[:] = before
    assert (found[0]["title"], found[0]["answers"]) == ("Replying to reviews", 2)
    assert (await client.get("/api/v1/similar")).status_code == 422
    shown = await client.post("/api/v1/preview", json={"body": "**bold** <script>"}, headers=headers)
    assert shown.json() == {"html": "<p><strong>bold</strong> &lt;script&gt;</p>\n"}
    assert (await client.post("/api/v1/preview", json={"body": "x"})).status_code == 401


async def test_looking_after_a_thread(client: httpx2.AsyncClient, headers: dict[str, str]) -> None:
    thread = await make.thread()
    address, moderator = f"{THREADS}/{thread.id}", await make.token(await make.moderator())
    for method, act, body in (
        ("POST", "lock", None), ("POST", "pin", {"days": 3}), ("POST", "close", {"reason": "off_topic"}),
        ("POST", "reopen", None), ("DELETE", "pin", None), ("DELETE", "lock", None),
    ):  # fmt: skip
        assert (await client.request(method, f"{address}/{act}", json=body, headers=headers)).status_code == 403
        assert (await client.request(method, f"{address}/{act}", json=body)).status_code == 401
        assert (await client.request(method, f"{address}/{act}", json=body, headers=moderator)).status_code == 204
    assert (await client.post(f"{address}/close", json={"reason": "boring"}, headers=moderator)).status_code == 422
    assert (await client.post(f"{THREADS}/999999/lock", headers=moderator)).status_code == 404


async def test_every_kind_is_described(client: httpx2.AsyncClient) -> None:
    described = (await client.get("/api/openapi.json")).json()
    body = described["paths"][THREADS]["post"]["requestBody"]["content"]["application/json"]["schema"]
    names = [one["$ref"].rpartition("/")[2] for one in body["anyOf"]]
    schemas = described["components"]["schemas"]
    assert [schemas[name]["properties"]["kind"]["const"] for name in names] == [
        "question", "case_study", "discussion", "announcement"
    ]  # fmt: skip
    assert {"title", "summary", "lessons", "kind"} <= set(schemas["NewCase"]["required"])

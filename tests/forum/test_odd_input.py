"""Odd numbers, shapes and letters at every door of asking: never a failure of ours."""

from typing import Any
from urllib.parse import quote

import httpx2
import pytest

from forum.models import Thread
from tests import builders as make

pytestmark = pytest.mark.anyio

BIG = "9" * 25
NUMBERS = (BIG, "9223372036854775808", "3000000000", "²", "-1", "0", "1e3", "x", "", "\x00")
TITLE, BODY = "How do you answer reviews?", "We get ten a week and answer slowly."


@pytest.fixture
async def moderator(client: httpx2.AsyncClient) -> dict[str, str]:
    who = await make.moderator()
    await make.sign_in(client, who)
    await make.thread()
    return await make.token(who)


@pytest.mark.parametrize("number", NUMBERS)
async def test_numbers_in_addresses(client: httpx2.AsyncClient, moderator: dict[str, str], number: str) -> None:
    number = quote(number) or "none"
    for path in ("/t/{}/labels", "/t/{}/case", "/ask/question?draft={}", "/questions?page={}", "/api/v1/drafts/{}"):
        answer = await client.get(path.format(number), headers=moderator)
        assert answer.status_code in (200, 404, 422), path
    for path in ("/t/{}/close", "/t/{}/lock", "/t/{}/pin", "/drafts/{}/delete", "/api/v1/threads/{}/lock"):
        answer = await client.post(path.format(number), data={"reason": "off_topic"}, headers=moderator)
        assert answer.status_code in (303, 404, 405, 422), path


@pytest.mark.parametrize("number", NUMBERS)
async def test_numbers_in_fields(client: httpx2.AsyncClient, moderator: dict[str, str], number: str) -> None:
    form = {"title": TITLE, "body": BODY, "draft": number, "version": number}
    for step in ("draft", "preview", "similar", "form", ""):
        answer = await client.post("/ask/question", data=form | {"step": step})
        assert answer.status_code in (200, 303, 422)
    for body in ({"days": number}, {"reason": "duplicate", "link": f"/t/{number}"}, {"answered": f"thread:{number}"}):
        for path in ("/t/1/pin", "/t/1/close", "/ask/answered"):
            assert (await client.post(path, data=body)).status_code in (303, 404, 409, 422)
    metric = {"name": "No-shows", "result": number, "n": number, "baseline": number}
    case = {"direction": "worked", "sponsored": False, "vendor_tie": False, "metrics": [metric]}
    assert (await client.put("/api/v1/threads/1/case", json=case, headers=moderator)).status_code in (404, 422)


@pytest.mark.parametrize(
    "odd", [None, 1, 1.5, True, [], {}, [[]], [{}], {"a": [1]}, "\x00", "\ud800", "x" * 100_000, ["x"] * 300, "<b>'\"&"]
)
@pytest.mark.parametrize("kind", ["question", "case_study", "discussion"])
async def test_shapes_in_every_field(
    client: httpx2.AsyncClient, moderator: dict[str, str], odd: object, kind: str
) -> None:
    fields = (
        "title", "body", "platforms", "tags", "category", "language", "audience", "once", "draft", "constraints",
        "needed_by", "metrics", "direction", "sponsored", "started_on", "locale", "approvals", "metrics.name", "kind",
    )  # fmt: skip
    for name in fields:
        body: dict[str, Any] = {"kind": kind, "title": TITLE, "body": BODY, name: odd}
        try:
            answer = await client.post("/api/v1/threads", json=body, headers=moderator)
        except UnicodeEncodeError:
            continue  # the client cannot send it
        assert answer.status_code in (201, 403, 422), (name, answer.text)
        kept = {"place": "ask.question", "given": body}
        assert (await client.post("/api/v1/drafts", json=kept, headers=moderator)).status_code in (200, 422)


async def test_half_a_surrogate_pair_in_json_is_refused_and_nul_is_dropped(
    client: httpx2.AsyncClient, moderator: dict[str, str]
) -> None:
    headers, before = moderator | {"content-type": "application/json"}, await Thread.all().count()
    body = f'{{"kind": "question", "title": "{TITLE} \\ud800", "body": "{BODY}", "tags": ["ab"]}}'
    answer = await client.post("/api/v1/threads", content=body.encode(), headers=headers)
    assert (answer.status_code, answer.json()["detail"]) == (422, "The body is not valid JSON.")
    assert await Thread.all().count() == before
    body = body.replace(" \\ud800", "\\u0000").replace("ab", "a\\u0000b")
    answer = await client.post("/api/v1/threads", content=body.encode(), headers=headers)
    assert answer.status_code == 201, answer.text
    assert (await Thread.get(id=answer.json()["id"])).title == TITLE


async def test_one_long_word_is_taken(client: httpx2.AsyncClient, moderator: dict[str, str]) -> None:
    body = {"kind": "question", "title": "x" * 255, "body": "y" * 32_000}
    answer = await client.post("/api/v1/threads", json=body, headers=moderator)
    assert answer.status_code == 201
    assert (await client.get(answer.json()["url"])).status_code == 200
    assert (await client.get("/questions")).status_code == 200

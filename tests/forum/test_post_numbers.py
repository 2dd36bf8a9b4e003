"""Numbers that no table could hold, and what only looks like a number: no page fails over them."""

import httpx2
import pytest

from tests import builders as make

pytestmark = pytest.mark.anyio
BIG = "9" * 25
THREAD = "/t/1-how-do-you-answer-reviews"


@pytest.mark.parametrize("number", [BIG, "3000000000", "²", "-1", "1%01", "9" * 5_000])
async def test_reading_answers_404(client: httpx2.AsyncClient, number: str) -> None:
    await make.thread()
    await make.sign_in(client, await make.member())
    paths = [
        f"/t/{number}", f"/t/{number}-x", f"/t/{number}.json", f"{THREAD}/{number}", f"/t/1/posts/{number}",
        f"/t/1/posts/{number}/history", f"{THREAD}?quote={number}", f"{THREAD}?page={number}",
        f"/api/v1/threads/{number}", f"/api/v1/threads/1/posts/{number}", f"/t/1/posts/1/history?page={number}",
    ]  # fmt: skip
    for path in paths:
        assert (await client.get(path)).status_code == 404, path[:80]


@pytest.mark.parametrize("number", [int(BIG), 3_000_000_000, -1, 0, "²", [1, 2], {}])
async def test_writing_says_what_is_wrong(client: httpx2.AsyncClient, number: object) -> None:
    await make.thread()
    headers = await make.token(await make.member())
    body = "A text that is long enough for it."
    answer = await client.post("/api/v1/threads/1/posts", json={"body": body, "parent": number}, headers=headers)
    assert (answer.status_code, list(answer.json()["errors"])) == (422, ["parent"])
    answer = await client.patch("/api/v1/threads/1/posts/1", json={"body": body, "revision": number}, headers=headers)
    assert answer.status_code == 422


async def test_a_form_with_nonsense_in_it_is_shown_again(client: httpx2.AsyncClient) -> None:
    await make.thread()
    await make.sign_in(client, await make.member())
    for given in (
        {"body": "short", "page": "²"},
        {"body": "short", "page": "3000000000"},
        {"body": ["one", "two"]},
        {"body": "A text that is long enough.", "once": "k" * 100},
        {"body": "short", "parent": ["1", "2"]},
    ):
        answer = await client.post("/t/1/answer", data=given)
        assert answer.status_code in (404, 422), given

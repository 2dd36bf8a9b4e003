"""The site as a whole: health, headers, failures."""

import httpx2
import pytest

pytestmark = pytest.mark.anyio


async def test_health_answers_when_the_database_does(client: httpx2.AsyncClient) -> None:
    answer = await client.get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"ok": True})


@pytest.mark.parametrize("path", ["/healthz", "/nowhere", "/api/v1/nowhere", "/static/app.css", "/static/none.css"])
async def test_every_answer_carries_the_strict_headers(client: httpx2.AsyncClient, path: str) -> None:
    headers = (await client.get(path)).headers
    policy = headers["content-security-policy"]
    assert "unsafe" not in policy
    assert "default-src 'self'" in policy
    assert headers["x-content-type-options"] == "nosniff"


async def test_nowhere_is_a_page_or_a_problem(client: httpx2.AsyncClient) -> None:
    page, problem = await client.get("/nowhere"), await client.get("/api/v1/nowhere")
    assert page.status_code == problem.status_code == 404
    assert "<h1>" in page.text
    assert problem.headers["content-type"] == "application/problem+json"
    assert problem.json()["status"] == 404


@pytest.mark.parametrize("path", ["/static", "/static/", "/static/.", "/static//", "/static/nothing/"])
async def test_the_folder_of_files_is_no_page(client: httpx2.AsyncClient, path: str) -> None:
    assert (await client.get(path)).status_code == 404


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 405),
        ({"origin": "http://commonplace.test"}, 405),
        ({"sec-fetch-site": "same-origin"}, 405),
        ({"origin": "http://evil.test"}, 403),
        ({"origin": "null"}, 403),
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"sec-fetch-site": "same-site"}, 403),
    ],
)
async def test_writes_from_other_sites_are_refused(
    client: httpx2.AsyncClient, headers: dict[str, str], status: int
) -> None:
    assert (await client.post("/healthz", headers=headers)).status_code == status


async def test_a_body_over_the_limit_is_refused(client: httpx2.AsyncClient) -> None:
    assert (await client.post("/healthz", content=b"x" * (2 * 1024 * 1024 + 1))).status_code == 413


async def test_a_bad_token_is_told_so(client: httpx2.AsyncClient) -> None:
    answer = await client.get("/api/openapi.json", headers={"authorization": "Bearer nonsense"})
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"

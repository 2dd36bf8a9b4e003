"""The JSON doors: who may open which, and the whole way of an article through them."""

from dataclasses import dataclass
from typing import Any

import httpx2
import pytest

from app.wiring import ENDPOINTS
from kb.api import ENDPOINTS as DOORS
from kb.models import Article, ArticleRevision, Nomination
from members.models import Member
from tests import builders as make
from tests.kb.conftest import READY, Scene, case_study

pytestmark = pytest.mark.anyio
WORDS = {name: value for name, value in READY.model_dump().items() if value is not None and name != "base"}
WHY = {"why": "Every new colleague asks it again."}
REASON = {"reason": "It was wrong from the start."}


@dataclass(frozen=True)
class Door:
    """A request, the article it needs, and how it ends for a visitor, a member, the last editor and another editor."""

    method: str
    path: str
    needs: str
    statuses: tuple[int, int, int, int]
    body: dict[str, Any] | None = None


DRAFT, REVIEW, LIVE = "draft", "review", "live"
TABLE = [
    Door("GET", "/articles", LIVE, (200, 200, 200, 200)),
    Door("GET", "/articles/{id}", LIVE, (200, 200, 200, 200)),
    Door("GET", "/articles/{id}", DRAFT, (404, 404, 200, 200)),
    Door("GET", "/articles/{id}/revisions", LIVE, (200, 200, 200, 200)),
    Door("GET", "/articles/{id}/difference?from=1&to=1", LIVE, (200, 200, 200, 200)),
    Door("GET", "/collections", LIVE, (200, 200, 200, 200)),
    Door("POST", "/collections", LIVE, (401, 403, 201, 201), {"title": "Where to begin"}),
    Door("GET", "/collections/99", LIVE, (404, 404, 404, 404)),
    Door("PUT", "/collections/99", LIVE, (401, 403, 404, 404), {"title": "Where to begin"}),
    Door("POST", "/collections/99/items", LIVE, (401, 403, 404, 404), {"address": "/kb/1-x"}),
    Door("POST", "/collections/99/items/98/move", LIVE, (401, 403, 404, 404), {"up": True}),
    Door("DELETE", "/collections/99/items/98", LIVE, (401, 403, 404, 404)),
    Door("PUT", "/collections/99/items/98/done", LIVE, (401, 404, 404, 404)),
    Door("DELETE", "/collections/99/items/98/done", LIVE, (401, 404, 404, 404)),
    Door("GET", "/articles/{id}/links", LIVE, (200, 200, 200, 200)),
    Door("GET", "/articles/{id}/links", DRAFT, (404, 404, 200, 200)),
    Door("GET", "/me/deputy", LIVE, (401, 200, 200, 200)),
    Door("PUT", "/me/deputy", LIVE, (401, 422, 422, 422), {"deputy": "nobody", "until": "2020-01-01"}),
    Door("DELETE", "/me/deputy", LIVE, (401, 404, 404, 404)),
    Door("PUT", "/articles/{id}/assignment", LIVE, (401, 403, 200, 200), {}),
    Door("PUT", "/articles/{id}/assignment", LIVE, (401, 403, 422, 422), {"to": "nobody"}),
    Door("DELETE", "/articles/{id}/assignment", LIVE, (401, 404, 404, 404)),
    Door("PUT", "/threads/{thread}/assignment", LIVE, (401, 403, 404, 404), {}),
    Door("DELETE", "/threads/{thread}/assignment", LIVE, (401, 404, 404, 404)),
    Door("GET", "/desk", LIVE, (401, 403, 200, 200)),
    Door("GET", "/desk/health", LIVE, (401, 403, 200, 200)),
    Door("PUT", "/threads/{thread}/nomination", DRAFT, (401, 200, 200, 200), WHY),
    Door("DELETE", "/threads/{thread}/nomination", DRAFT, (401, 404, 404, 404)),
    Door("POST", "/threads/{thread}/nomination/decline", DRAFT, (401, 403, 404, 404)),
    Door("POST", "/threads/{thread}/nomination/reopen", DRAFT, (401, 403, 404, 404)),
    Door("POST", "/threads/{thread}/promote", DRAFT, (401, 403, 201, 201), {"title": "A practice of our own"}),
    Door("POST", "/articles", DRAFT, (401, 403, 201, 201), {"title": "A practice of our own"}),
    Door("PATCH", "/articles/{id}", LIVE, (401, 403, 204, 204), {"kind": "guideline"}),
    Door("POST", "/articles/{id}/revisions", LIVE, (401, 403, 201, 201), {"significance": "content"}),
    Door("POST", "/articles/{id}/revisions/1/restore", LIVE, (401, 403, 201, 201)),
    Door("GET", "/articles/{id}/draft", DRAFT, (401, 404, 200, 200)),
    Door("PATCH", "/articles/{id}/draft", DRAFT, (401, 404, 200, 200), {"steps": "1. Other"}),
    Door("PATCH", "/articles/{id}/draft", REVIEW, (401, 404, 403, 403), {"steps": "1. Other"}),
    Door("PATCH", "/articles/{id}/draft", LIVE, (401, 403, 403, 403), {"steps": "1. Other"}),
    Door("POST", "/articles/{id}/draft/sources", DRAFT, (401, 404, 204, 204), {"thread": 1}),
    Door("PATCH", "/articles/{id}/draft/sources/{thread}", DRAFT, (401, 404, 204, 204), {"addressed": "In step 2"}),
    Door("DELETE", "/articles/{id}/draft/sources/{thread}", DRAFT, (401, 404, 204, 204)),
    Door(
        "POST", "/articles/{id}/draft/passages", DRAFT, (401, 404, 200, 200),
        {"section": "steps", "passages": [{"thread": 1, "number": 2, "revision": 1, "start": 0, "end": 20}]},
    ),
    Door("DELETE", "/articles/{id}/draft/passages/99", DRAFT, (401, 404, 404, 404)),
    Door("POST", "/articles/{id}/draft/send", DRAFT, (401, 404, 204, 204), {"reviewer": "tomasz-nowak"}),
    Door("POST", "/articles/{id}/draft/send", DRAFT, (401, 404, 422, 422), {"reviewer": "ruth-ames"}),
    Door("POST", "/articles/{id}/draft/take-back", REVIEW, (401, 404, 204, 204)),
    Door("POST", "/articles/{id}/draft/publish", DRAFT, (401, 404, 403, 403)),
    Door("DELETE", "/articles/{id}/draft", DRAFT, (401, 404, 204, 204)),
    Door("GET", "/articles/{id}/review", REVIEW, (401, 404, 200, 200)),
    Door(
        "POST", "/articles/{id}/review/comments", REVIEW, (401, 404, 201, 201),
        {"section": "steps", "paragraph": 0, "text": "Who?"},
    ),
    Door("POST", "/articles/{id}/review/comments/99/resolve", REVIEW, (401, 404, 404, 404)),
    Door("POST", "/articles/{id}/review/comments/99/reopen", REVIEW, (401, 404, 404, 404)),
    Door("POST", "/articles/{id}/review", REVIEW, (401, 404, 403, 204), {"decision": "approved"}),
    Door("POST", "/articles/{id}/review", DRAFT, (401, 404, 403, 403), {"decision": "approved"}),
    Door("POST", "/articles/{id}/verify", LIVE, (401, 403, 200, 200), {"checked": True}),
    Door("POST", "/articles/{id}/verify", DRAFT, (401, 404, 403, 403), {"checked": True}),
    Door("POST", "/articles/verify", LIVE, (401, 200, 200, 200), {"articles": ["1"], "checked": True}),
    Door("GET", "/articles/{id}/adoptions", LIVE, (200, 200, 200, 200)),
    Door("GET", "/articles/{id}/adoptions", DRAFT, (404, 404, 200, 200)),
    Door("POST", "/articles/{id}/adoption/still", LIVE, (401, 404, 403, 403)),
    Door("POST", "/articles/{id}/adoptions/99/accept", LIVE, (401, 404, 404, 404)),
    Door("POST", "/articles/{id}/adoptions/99/decline", LIVE, (401, 404, 404, 404)),
    Door("PUT", "/articles/{id}/adoption", LIVE, (401, 200, 403, 403), {"state": "adopted"}),
    Door("DELETE", "/articles/{id}/adoption", LIVE, (401, 404, 403, 403)),
    Door("GET", "/articles/{id}/recheck", LIVE, (401, 403, 200, 200)),
    Door("POST", "/articles/{id}/contradictions", LIVE, (401, 422, 422, 422), {"thread": 1, "why": "It differs here."}),
    Door(
        "PATCH", "/articles/{id}/contradictions/{thread}", LIVE, (401, 403, 404, 404),
        {"addressed": "Step two says so."},
    ),
    Door("DELETE", "/articles/{id}/contradictions/{thread}", LIVE, (401, 403, 404, 404)),
    Door("PUT", "/articles/{id}/helpful", LIVE, (204, 204, 204, 204), {"helpful": True}),
    Door("PUT", "/articles/{id}/helpful", DRAFT, (404, 404, 404, 404), {"helpful": True}),
    Door("GET", "/articles/{id}/helpful", LIVE, (401, 403, 200, 200)),
    Door("POST", "/articles/{id}/helpful/99/settle", LIVE, (401, 403, 404, 404)),
    Door("GET", "/articles/{id}/suggestions", LIVE, (401, 200, 200, 200)),
    Door(
        "POST", "/articles/{id}/suggestions", LIVE, (401, 201, 201, 201),
        {"section": "steps", "text": "1. Other.", "why": "It is simpler so."},
    ),
    Door("POST", "/articles/{id}/suggestions/99/accept", LIVE, (401, 403, 404, 404)),
    Door("POST", "/articles/{id}/suggestions/99/decline", LIVE, (401, 403, 404, 404), {"note": "No need."}),
    Door("PUT", "/articles/{id}/credit", LIVE, (401, 204, 204, 204), {"credit": "anonymous"}),
    Door("POST", "/articles/{id}/obsolete", LIVE, (401, 403, 204, 204), REASON),
    Door("POST", "/articles/{id}/retire", LIVE, (401, 403, 204, 204), REASON),
    Door("POST", "/articles/{id}/bring-back", LIVE, (401, 403, 403, 403)),
]  # fmt: skip


async def call(
    client: httpx2.AsyncClient, who: Member | None, door: Door, article: int, thread: int
) -> httpx2.Response:
    headers = await make.token(who) if who else {}
    path = "/api/v1" + door.path.format(id=article, thread=thread)
    return await client.request(door.method, path, json=door.body, headers=headers)


@pytest.mark.parametrize("door", TABLE, ids=[f"{one.method} {one.path} {one.needs}" for one in TABLE])
@pytest.mark.parametrize("place", range(4), ids=["visitor", "member", "last editor", "editor"])
async def test_who_may_open_which_door(client: httpx2.AsyncClient, scene: Scene, door: Door, place: int) -> None:
    made = {DRAFT: scene.ready, REVIEW: scene.in_review, LIVE: scene.published}[door.needs]
    who = (None, scene.mara, scene.ruth, scene.tomasz)[place]
    answer = await call(client, who, door, await made(), scene.thread.id)
    assert answer.status_code == door.statuses[place], answer.text
    if answer.status_code >= 400:
        assert answer.headers["content-type"] == "application/problem+json"


def test_every_door_is_in_the_table() -> None:
    def shape(path: str) -> str:
        path = path.partition("?")[0].replace("/1/", "/{number:int}/").replace("{thread}", "{thread:int}")
        path = path.replace("/threads/{thread:int}", "/threads/{id:int}")
        path = path.replace("passages/99", "passages/{link:int}").replace("comments/99", "comments/{comment:int}")
        path = path.replace("collections/99", "collections/{id:int}").replace("items/98", "items/{item:int}")
        path = path.replace("adoptions/99", "adoptions/{change:int}")
        path = path.replace("helpful/99", "helpful/{vote:int}").replace(
            "suggestions/99", "suggestions/{suggestion:int}"
        )
        return path.replace("{id}", "{id:int}")

    tried = {(door.method, "/api/v1" + shape(door.path)) for door in TABLE}
    assert {(door.method, door.path) for door in DOORS} == tried
    assert {door.name for door in DOORS} <= {door.name for door in ENDPOINTS}
    assert len({door.name for door in ENDPOINTS}) == len(ENDPOINTS)


async def test_an_article_goes_all_the_way_through_the_doors(client: httpx2.AsyncClient, scene: Scene) -> None:
    ruth, tomasz = await make.token(scene.ruth), await make.token(scene.tomasz)
    mara = await make.token(scene.mara)
    api = "/api/v1"
    thread = scene.thread.id
    await client.put(f"{api}/threads/{thread}/nomination", json=WHY, headers=mara)
    started = await client.post(
        f"{api}/threads/{thread}/promote", json={"title": "Governing sub-brand accounts"}, headers=ruth
    )
    id_ = started.json()["id"]
    assert (await Nomination.get()).state == "taken"
    case = await case_study("Measured", scene.hospital, comparison="before_after")
    assert (
        await client.post(f"{api}/articles/{id_}/draft/sources", json={"thread": case.id}, headers=ruth)
    ).status_code == 204
    span = (await scene.span(2)).model_dump()
    inserted = await client.post(
        f"{api}/articles/{id_}/draft/passages", json={"section": "examples", "passages": [span]}, headers=ruth
    )
    assert inserted.json() == {"edits": 1}
    stale = await client.patch(f"{api}/articles/{id_}/draft", json={"edits": 0, "steps": "1. Lost?"}, headers=ruth)
    assert (stale.status_code, stale.json()["title"]) == (409, "Changed meanwhile")
    early = await client.post(f"{api}/articles/{id_}/draft/send", json={"reviewer": "tomasz-nowak"}, headers=ruth)
    assert early.status_code == 422
    assert set(early.json()["errors"]) == {"summary", "steps", "privacy", "evidence_why"}
    wrote = await client.patch(f"{api}/articles/{id_}/draft", json=WORDS | {"edits": 1, "evidence": "E3"}, headers=ruth)
    assert wrote.json() == {"edits": 2}
    draft = (await client.get(f"{api}/articles/{id_}/draft", headers=ruth)).json()
    assert (draft["missing"], draft["ceiling"]["grade"], draft["edits"]) == ({}, "E3", 2)
    assert [source["number"] for source in draft["sources"]] == [0, 0, 2]
    assert {one["author"]["name"] for one in draft["contributors"]} >= {"Mara Visser", "Ana Ribeiro", "Ruth Ames"}
    await client.post(f"{api}/articles/{id_}/draft/send", json={"reviewer": "tomasz-nowak"}, headers=ruth)
    remark = {"section": "steps", "paragraph": 1, "text": "Who names them?"}
    made = (await client.post(f"{api}/articles/{id_}/review/comments", json=remark, headers=tomasz)).json()
    await client.post(
        f"{api}/articles/{id_}/review", json={"decision": "changes_requested", "note": "See."}, headers=tomasz
    )
    await client.post(f"{api}/articles/{id_}/review/comments/{made['id']}/resolve", headers=ruth)
    await client.patch(f"{api}/articles/{id_}/draft", json={"tools": "A table."}, headers=ruth)
    await client.post(f"{api}/articles/{id_}/draft/send", json={"reviewer": "tomasz-nowak"}, headers=ruth)
    review = (await client.get(f"{api}/articles/{id_}/review", headers=tomasz)).json()
    assert (review["since"], [one["name"] for one in review["differences"]]) == ("review", ["tools"])
    approved = await client.post(f"{api}/articles/{id_}/review", json={"decision": "approved"}, headers=tomasz)
    assert approved.status_code == 204
    article = (await client.get(f"{api}/articles/{id_}")).json()
    assert (article["verification"], article["evidence"], article["published_revision"]) == ("verified", "E3", 1)
    assert article["sha256"] == (await ArticleRevision.get(article_id=id_)).sha256
    due = (await client.post(f"{api}/articles/{id_}/verify", json={"note": "Asked"}, headers=ruth)).json()["next_due"]
    assert (await Article.get(id=id_)).due_at.isoformat()[:16] == due[:16]  # type: ignore[union-attr]
    versions = (await client.get(f"{api}/articles/{id_}/revisions")).json()
    assert (versions["total"], versions["versions"][0]["reviewed_by"]) == (1, "Tomasz Nowak")
    assert [one["method"] for one in versions["confirmed"]] == ["still_true", "approved"]

"""The JSON doors of threads and posts, from outside."""

import httpx2
import pytest

from forum.models import Post, Thread, Watch
from tests import builders as make

pytestmark = pytest.mark.anyio
BODY = "We did it like this, and it took **two** weeks."


async def test_a_program_reads_answers_comments_edits_votes_accepts_and_follows(client: httpx2.AsyncClient) -> None:
    asker, other = await make.member("Mara"), await make.member("Jonas")
    thread = await make.thread(author=asker)
    here = f"/api/v1/threads/{thread.id}"
    mara, jonas = await make.token(asker), await make.token(other)

    made = await client.post(f"{here}/posts", json={"body": BODY}, headers=jonas)
    assert (made.status_code, made.json()["number"]) == (201, 2)
    assert made.json()["url"] == f"/t/{thread.id}-{thread.slug}#post-2"
    comment = await client.post(f"{here}/posts", json={"body": "Thank you!", "parent": 2}, headers=mara)
    assert comment.json()["number"] == 3
    assert (await client.post(f"{here}/posts/2/vote", headers=mara)).json() == {"votes": 1, "voted": True}
    assert (await client.delete(f"{here}/posts/2/vote", headers=mara)).json() == {"votes": 0, "voted": False}
    assert (await client.post(f"{here}/posts/2/accept", headers=mara)).json() == {"resolution": "solved"}
    edited = await client.patch(f"{here}/posts/2", json={"body": f"{BODY} Or three.", "revision": 1}, headers=jonas)
    assert edited.json() == {"revision": 2}
    watched = await client.put(f"{here}/watch", json={"level": "watching"}, headers=jonas)
    assert watched.json() == {"level": "watching"}
    assert (await Watch.get(member_id=other.id, target_id=thread.id)).level == "watching"

    read = (await client.get(here)).json()
    assert (read["kind"], read["resolution"], read["answers"], read["replies"]) == ("question", "solved", 1, 2)
    assert (read["page"], read["pages"], read["opening"]["number"]) == (1, 1, 1)
    (post,) = read["posts"]
    assert (post["accepted"], post["revision"], post["body"]) == ("solution", 2, f"{BODY} Or three.")
    assert "<strong>two</strong>" in post["html"]
    assert post["author"]["name"] == "Jonas"
    assert [one["body"] for one in post["comments"]] == ["Thank you!"]
    assert post["comments"][0]["parent"] == 2

    alone = (await client.get(f"{here}/posts/2")).json()
    assert (alone["number"], len(alone["comments"]), alone["more_comments"]) == (2, 1, 0)
    versions = (await client.get(f"{here}/posts/2/revisions")).json()
    assert versions["total"] == 2
    assert [one["number"] for one in versions["revisions"]] == [2, 1]

    assert (await client.delete(f"{here}/posts/3", headers=mara)).status_code == 204
    assert (await Post.get(thread_id=thread.id, number=3)).state == "deleted"
    assert (await client.post(f"{here}/posts/3/restore", headers=mara)).status_code == 204
    assert (await client.delete(f"{here}/posts/2/accept", headers=mara)).json() == {"resolution": "answered"}


async def test_what_goes_wrong_is_a_problem_with_a_sentence(client: httpx2.AsyncClient) -> None:
    thread, secret = await make.thread(), await make.thread(audience="network")
    headers = await make.token(await make.member())
    here = f"/api/v1/threads/{thread.id}"
    wrong = [
        (await client.post(f"{here}/posts", json={"body": BODY}), 401),
        (await client.post(f"{here}/posts", json={"body": "short"}, headers=headers), 422),
        (await client.post(f"{here}/posts", content=b"{", headers=headers | {"content-type": "application/json"}), 422),
        (await client.get(f"/api/v1/threads/{secret.id}"), 404),
        (await client.post(f"/api/v1/threads/{secret.id}/posts", json={"body": BODY}, headers=headers), 404),
        (await client.get(f"{here}?page=7"), 404),
        (await client.post(f"{here}/posts/1/accept", headers=headers), 403),
        (await client.delete(f"{here}/posts/99", headers=headers), 404),
        (await client.patch(f"{here}/posts/1", json={"body": BODY, "revision": 1}, headers=headers), 403),
    ]
    for answer, status in wrong:
        assert answer.status_code == status, answer.text
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["detail"]
    assert "body" in wrong[1][0].json()["errors"]


async def test_an_outdated_edit_is_a_conflict(client: httpx2.AsyncClient) -> None:
    author = await make.member()
    thread = await make.thread(author=author)
    headers, address = await make.token(author), f"/api/v1/threads/{thread.id}/posts/1"
    given = {"body": "Another text than before.", "revision": 1}
    assert (await client.patch(address, json=given, headers=headers)).status_code == 200
    assert (await client.patch(address, json=given | {"body": BODY}, headers=headers)).status_code == 409


async def test_the_same_key_makes_one_post(client: httpx2.AsyncClient) -> None:
    thread, headers = await make.thread(), await make.token(await make.member())
    given = {"body": BODY, "once": "k1"}
    first, second = [
        (await client.post(f"/api/v1/threads/{thread.id}/posts", json=given, headers=headers)).json() for _ in range(2)
    ]
    assert first == second
    assert (await Thread.get(id=thread.id)).replies == 1


async def test_every_door_is_described(client: httpx2.AsyncClient) -> None:
    paths = (await client.get("/api/openapi.json")).json()["paths"]
    assert set(paths["/api/v1/threads/{id}/posts/{number}"]) == {"get", "patch", "delete"}
    assert "parent" in str(paths["/api/v1/threads/{id}/posts"]["post"]) or "NewPost" in str(paths)

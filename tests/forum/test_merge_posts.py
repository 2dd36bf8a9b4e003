"""Two people edit a post at once: what they are shown, what they choose, and that nothing is lost."""

import re

import httpx2
import pytest

from forum.models import Post, PostRevision, Thread
from members.models import Member
from tests import builders as make

pytestmark = pytest.mark.anyio
FIRST = "One stands here.\n\nTwo stands here.\n\nThree stands here."
TITLE = "How do you answer reviews in the evening?"


def given_in(page: str) -> dict[str, str]:
    """Read what the merge form would send as it stands."""
    found = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page))
    found["body"] = re.findall(r'<textarea[^>]*name="body"[^>]*>\n([^<]*)</textarea>', page)[0]
    for name, value in re.findall(r'<input type="radio" name="(\w+)" value="([^"]*)" checked', page):
        found[name] = value
    if title := re.findall(r'<input class="in" id="f-title" name="title" type="text" value="([^"]*)"', page):
        found["title"] = title[0]
    return found


@pytest.fixture
async def ann(client: httpx2.AsyncClient) -> Member:
    made = await make.moderator("Ann")
    await make.sign_in(client, made)
    return made


async def _stale(client: httpx2.AsyncClient, mine: str, theirs: str, **more: str) -> tuple[Post, httpx2.Response]:
    """Let a moderator edit a post while its author, who is signed in last, edits the version before."""
    author = await make.member("Bea")
    post = await make.post(await make.thread(), FIRST, author=author)
    here = f"/t/{post.thread_id}/posts/2/edit"  # type: ignore[attr-defined]
    assert (await client.post(here, data={"body": theirs, "revision": "1"})).status_code == 303
    await make.sign_in(client, author)
    return post, await client.post(here, data={"body": mine, "revision": "1"} | more)


async def _send(client: httpx2.AsyncClient, post: Post, given: dict[str, str]) -> httpx2.Response:
    return await client.post(f"/t/{post.thread_id}/posts/2/edit", data=given)  # type: ignore[attr-defined]


async def _text(post: Post) -> str:
    return (await Post.get(id=post.id)).body


@pytest.mark.usefixtures("ann")
async def test_edits_of_different_places_are_offered_ready(client: httpx2.AsyncClient) -> None:
    theirs, mine = FIRST.replace("One", "1"), FIRST.replace("Three", "3")
    post, page = await _stale(client, mine, theirs, reason="Numbers")
    assert page.status_code == 409
    assert "Ann saved while you were writing" in page.text
    assert "You changed different places" in page.text
    given = given_in(page.text)
    assert (given["revision"], given["began"], given["mine"]) == ("2", "1", mine)
    assert (await _send(client, post, given)).status_code == 303
    assert await _text(post) == "1 stands here.\n\nTwo stands here.\n\n3 stands here."
    assert await PostRevision.filter(post_id=post.id).count() == 3


@pytest.mark.usefixtures("ann")
@pytest.mark.parametrize(
    ("choice", "wanted"),
    [
        ("mine", "Bea was here."), ("theirs", "Ann was here."), ("both", "Bea was here.\nAnn was here."),
        ("made up", "Bea was here."),
    ],
)  # fmt: skip
async def test_where_both_changed_the_same_one_chooses(client: httpx2.AsyncClient, choice: str, wanted: str) -> None:
    old = "Two stands here."
    theirs = FIRST.replace(old, "Ann was here.").replace("One", "1")
    post, page = await _stale(client, FIRST.replace(old, "Bea was here."), theirs)
    given = given_in(page.text)
    assert given["choice1"] == "mine"
    assert "Both of you changed this place" in page.text
    for words in ("Ann was here.", "Bea was here."):
        assert f"<blockquote>{words}</blockquote>" in page.text
    assert (await _send(client, post, given | {"choice1": choice})).status_code == 303
    assert await _text(post) == f"1 stands here.\n\n{wanted}\n\nThree stands here."


@pytest.mark.usefixtures("ann")
@pytest.mark.parametrize(
    ("mine", "theirs", "choice", "wanted"),
    [
        ("One stands here.\n\nThree stands here.", FIRST.replace("Two", "2"), "mine", "One stands here.\n\nThree"),
        ("One stands here.\n\nThree stands here.", FIRST.replace("Two", "2"), "theirs", "One stands here.\n\n2 stands"),
        (FIRST.replace("Two", "2"), "One stands here.\n\nThree stands here.", "theirs", "One stands here.\n\nThree"),
    ],
)
async def test_what_one_deleted_and_the_other_changed_is_chosen_too(
    client: httpx2.AsyncClient, mine: str, theirs: str, choice: str, wanted: str
) -> None:
    post, page = await _stale(client, mine, theirs)
    assert (await _send(client, post, given_in(page.text) | {"choice1": choice})).status_code == 303
    assert (await _text(post)).startswith(wanted)


@pytest.mark.usefixtures("ann")
async def test_what_is_changed_by_hand_counts_beside_the_choice(client: httpx2.AsyncClient) -> None:
    post, page = await _stale(client, FIRST.replace("Two", "Bea"), FIRST.replace("Two", "Ann"))
    given = given_in(page.text)
    given["body"] = given["body"].replace("Three", "3")
    assert (await _send(client, post, given | {"choice1": "theirs"})).status_code == 303
    assert await _text(post) == FIRST.replace("Two", "Ann").replace("Three", "3")


@pytest.mark.usefixtures("ann")
async def test_a_choice_that_a_change_by_hand_contradicts_is_asked_again(client: httpx2.AsyncClient) -> None:
    post, page = await _stale(client, FIRST.replace("Two", "Bea"), FIRST.replace("Two", "Ann"))
    given = given_in(page.text)
    given["body"] = given["body"].replace("Bea stands", "Bea and Ann stand")
    again = await _send(client, post, given | {"choice1": "theirs"})
    assert again.status_code == 422
    assert "that you also changed by hand" in again.text
    kept = given_in(again.text)
    assert (kept["body"], kept["choice1"], kept["mine"]) == (given["body"], "theirs", given["mine"])
    assert (await _send(client, post, kept | {"choice1": "mine"})).status_code == 303
    assert "Bea and Ann stand here." in await _text(post)


async def test_when_it_changes_again_meanwhile_nothing_is_lost(client: httpx2.AsyncClient, ann: Member) -> None:
    author = await make.member("Bea")
    post = await make.post(await make.thread(), FIRST, author=author)
    here = f"/t/{post.thread_id}/posts/2/edit"  # type: ignore[attr-defined]
    await client.post(here, data={"body": FIRST.replace("One", "1"), "revision": "1"})
    await make.sign_in(client, author)
    page = await client.post(here, data={"body": FIRST.replace("Three", "3"), "revision": "1"})
    await make.sign_in(client, ann)
    assert (await client.post(here, data={"body": FIRST.replace("One", "1st"), "revision": "2"})).status_code == 303
    await make.sign_in(client, author)
    second = await client.post(here, data=given_in(page.text))
    assert second.status_code == 409
    given = given_in(second.text)
    assert (given["began"], given["revision"]) == ("2", "3")
    assert (await client.post(here, data=given)).status_code == 303
    assert await _text(post) == FIRST.replace("One", "1st").replace("Three", "3")


async def test_two_titles_are_chosen_from(client: httpx2.AsyncClient, ann: Member) -> None:
    author = await make.member("Bea")
    thread = await make.thread(TITLE, author=author, body=FIRST)
    here = f"/t/{thread.id}/posts/1/edit"
    await client.post(here, data={"body": FIRST, "title": f"{TITLE} (Ann)", "revision": "1"})
    await make.sign_in(client, author)
    page = await client.post(here, data={"body": FIRST, "title": f"{TITLE} (Bea)", "revision": "1"})
    assert page.status_code == 409
    given = given_in(page.text)
    assert given["title"] == f"{TITLE} (Bea)"
    assert f'value="{TITLE} (Ann)"' in page.text
    assert (await client.post(here, data=given | {"title": f"{TITLE} (Ann)"})).status_code == 303
    assert (await Thread.get(id=thread.id)).title == f"{TITLE} (Ann)"


async def test_a_title_that_one_of_both_changed_stays_changed(client: httpx2.AsyncClient, ann: Member) -> None:
    author = await make.member("Bea")
    thread = await make.thread(TITLE, author=author, body=FIRST)
    here = f"/t/{thread.id}/posts/1/edit"
    await client.post(here, data={"body": FIRST, "title": f"{TITLE} (Ann)", "revision": "1"})
    await make.sign_in(client, author)
    page = await client.post(here, data={"body": FIRST.replace("Two", "2"), "title": TITLE, "revision": "1"})
    assert (await client.post(here, data=given_in(page.text))).status_code == 303
    after = await Thread.get(id=thread.id)
    assert after.title == f"{TITLE} (Ann)"
    assert "2 stands here." in (await Post.get(thread_id=thread.id, number=1)).body

"""The forms on a thread, as a browser without scripts sends them."""

import html as entities
import re
from datetime import timedelta

import httpx2
import pytest

from base.clock import now
from forum.models import Draft, Post, PostRevision, Quote, Thread, Vote
from members.models import Member
from tests import builders as make

JSON = {"accept": "application/json"}
pytestmark = pytest.mark.anyio
BODY = "We did it like this, and it took **two** weeks."


def url(thread: Thread, ending: str = "") -> str:
    return f"/t/{thread.id}-{thread.slug}{ending}"


def field(page: str, name: str) -> str:
    """Return what a hidden field, a text area or an input holds."""
    area = re.search(rf'<textarea[^>]* id="f-{name}"[^>]*>\n?(.*?)</textarea>', page, re.DOTALL)
    found = area or re.search(rf'<input[^>]* name="{name}"[^>]* value="([^"]*)"', page)
    assert found is not None, name
    return entities.unescape(found[1])


@pytest.fixture
async def reader(client: httpx2.AsyncClient) -> Member:
    """Sign a member in."""
    who = await make.member("Jonas Okafor")
    await make.sign_in(client, who)
    return who


async def test_an_answer_is_published_once_and_its_reader_sent_to_it(
    client: httpx2.AsyncClient, reader: Member
) -> None:
    thread = await make.thread()
    page = (await client.get(url(thread))).text
    given = {"body": BODY, "once": field(page, "once"), "page": "1"}
    for _ in range(2):
        sent = await client.post(f"/t/{thread.id}/answer", data=given)
        assert (sent.status_code, sent.headers["location"]) == (303, url(thread, "#post-2"))
    shown = (await client.get(url(thread))).text
    assert "Your post is published." in shown
    assert re.findall(r'id="(post-\d+)"', shown) == ["post-1", "post-2"]
    assert "<strong>two</strong>" in shown
    assert "Write yours" in shown


async def test_preview_shows_the_text_and_keeps_it(client: httpx2.AsyncClient, reader: Member) -> None:
    thread = await make.thread()
    page = await client.post(f"/t/{thread.id}/answer", data={"body": BODY, "step": "preview", "once": "k", "page": "1"})
    assert page.status_code == 200
    assert "<strong>two</strong>" in page.text
    assert field(page.text, "body") == BODY
    assert 'name="once" value="k"' in page.text
    assert await Post.filter(thread_id=thread.id).count() == 1


async def test_what_is_wrong_is_said_and_what_was_typed_is_kept(client: httpx2.AsyncClient, reader: Member) -> None:
    thread = await make.thread()
    await make.post(thread)
    page = await client.post(f"/t/{thread.id}/answer", data={"body": "Too short", "page": "1"})
    assert page.status_code == 422
    assert 'href="#f-body"' in page.text
    assert page.text.count("at least 20 characters") == 2
    assert re.search(r'id="f-body"[^>]*>\nToo short</textarea>', page.text)
    comment = await client.post(f"/t/{thread.id}/answer", data={"body": "Hm", "parent": "2", "page": "1"})
    assert comment.status_code == 422
    assert 'href="#f-comment-2"' in comment.text
    assert re.search(r'<details class="add-comment" open>.{0,900}>\nHm</textarea>', comment.text, re.DOTALL)
    assert re.search(r'id="f-body"[^>]*>\n</textarea>', comment.text)


async def test_a_comment_is_sent_from_below_its_post(client: httpx2.AsyncClient, reader: Member) -> None:
    thread = await make.thread()
    await make.post(thread)
    sent = await client.post(f"/t/{thread.id}/answer", data={"body": "Thank you!", "parent": "2", "once": "c"})
    assert sent.headers["location"] == url(thread, "#post-3")
    assert (await Post.get(number=3)).kind == "comment"
    preview = await client.post(
        f"/t/{thread.id}/answer", data={"body": "*Thank* you!", "parent": "2", "step": "preview"}
    )
    assert "<em>Thank</em>" in preview.text


async def test_a_visitor_is_asked_to_sign_in_and_comes_back(client: httpx2.AsyncClient) -> None:
    thread = await make.thread()
    sent = await client.post(f"/t/{thread.id}/answer", data={"body": "Short"})
    assert sent.headers["location"] == f"/sign-in?next=/t/{thread.id}"
    sent = await client.post(f"/t/{thread.id}/answer", data={"body": BODY})
    assert (sent.status_code, BODY in sent.text) == (401, True), "and has it still"
    assert f'href="/sign-in?next=/t/{thread.id}"' in sent.text
    for act in ("vote", "accept", "delete"):
        sent = await client.post(f"/t/{thread.id}/posts/1/{act}")
        assert sent.headers["location"].startswith("/sign-in")
    assert await Post.all().count() == 1


async def test_a_locked_thread_says_why_there_is_no_form(client: httpx2.AsyncClient, reader: Member) -> None:
    thread = await make.thread(locked=True)
    page = (await client.get(url(thread))).text
    assert "it takes no new replies" in page
    assert 'name="body"' not in page
    assert (await client.post(f"/t/{thread.id}/answer", data={"body": BODY})).status_code == 403


async def test_quoting_fills_the_form_and_is_recorded(client: httpx2.AsyncClient, reader: Member) -> None:
    thread = await make.thread()
    source = await make.post(thread, "We did *this*.\n\nFor two weeks.", author=await make.member("Ann [A]"))
    page = (await client.get(url(thread, "?quote=2"))).text
    text = field(page, "body")
    assert text == f"> [Ann \\[A\\]]({url(thread, '/2#post-2')})\n>\n> We did *this*.\n>\n> For two weeks.\n\n"
    await client.post(f"/t/{thread.id}/answer", data={"body": f"{text}So did we, for three."})
    quote = await Quote.get()
    assert (quote.source_id, quote.text) == (source.id, "We did this.\nFor two weeks.")  # type: ignore[attr-defined]
    shown = (await client.get(url(thread))).text
    assert f'href="{url(thread, "/2#post-2")}"' in shown
    assert (await client.get(url(thread, "?quote=99"))).status_code == 404


async def test_several_posts_are_quoted_into_one_answer(client: httpx2.AsyncClient, reader: Member) -> None:
    thread = await make.thread()
    for words in ("We did this.", "We did that."):
        await make.post(thread, words, author=await make.member(f"Ann {words[-5:-1]}"))
    hidden = await make.post(thread, "zqhidden", state="deleted")
    page = (await client.get(url(thread, f"?quote=3,2,{hidden.number},99,x"))).text
    text = field(page, "body")
    assert text.index("We did that.") < text.index("We did this.")
    assert "zqhidden" not in text
    told = (await client.get(f"/api/v1/threads/{thread.id}/quotes?posts=3,2")).json()
    assert told == {"text": text, "posts": [3, 2]}
    assert (await client.get(f"/api/v1/threads/{thread.id}/quotes?posts=99")).status_code == 404


async def test_a_quotation_comes_after_what_is_typed_already(client: httpx2.AsyncClient, reader: Member) -> None:
    thread = await make.thread(kind="discussion")
    await make.post(thread, "We did this.")
    await make.post(thread, "We did that.")
    draft = await client.post(f"/drafts/save?place=reply.{thread.id}", data={"body": "So"}, headers=JSON)
    given = {"body": "So did we.", "once": "k", "draft": str(draft.json()["id"]), "version": "1", "page": "1"}
    page = await client.post(f"/t/{thread.id}/answer", data=given | {"quote": "2"})
    assert page.status_code == 200
    text = field(page.text, "body")
    assert text.startswith("So did we.\n\n> [")
    assert [field(page.text, name) for name in ("once", "draft", "version", "parent")] == [
        "k",
        given["draft"],
        "1",
        "2",
    ]
    both = await client.post(f"/t/{thread.id}/answer", data=given | {"quote": "3", "parent": "2", "body": text})
    assert field(both.text, "body").startswith(text.rstrip())
    assert "We did that." in field(both.text, "body")
    assert field(both.text, "parent") == "2"
    assert await Post.filter(thread_id=thread.id).count() == 3


async def test_in_a_discussion_a_reply_names_what_it_is_about(client: httpx2.AsyncClient, reader: Member) -> None:
    thread = await make.thread(kind="discussion")
    await make.post(thread, author=await make.member("Ann"))
    page = (await client.get(url(thread, "?quote=2"))).text
    assert field(page, "parent") == "2"
    await client.post(f"/t/{thread.id}/answer", data={"body": "I do not think so at all.", "parent": "2"})
    assert "In reply to Ann #2" in " ".join((await client.get(url(thread))).text.split())


async def test_a_draft_waits_in_the_form_of_its_thread(client: httpx2.AsyncClient, reader: Member) -> None:
    thread = await make.thread()
    saved = await client.post(
        f"/drafts/save?place=reply.{thread.id}", data={"body": "Half an answer"}, headers={"accept": "application/json"}
    )
    assert saved.status_code == 200
    page = (await client.get(url(thread))).text
    assert field(page, "body") == "Half an answer"
    assert field(page, "draft") == str(saved.json()["id"])
    await client.post(f"/t/{thread.id}/answer", data={"body": BODY})
    assert await Draft.all().count() == 0
    assert field((await client.get(url(thread))).text, "body") == ""


async def test_buttons_stand_where_they_may_be_used_and_work(client: httpx2.AsyncClient, reader: Member) -> None:
    thread = await make.thread(author=reader)
    await make.post(thread)
    await make.post(thread, author=reader)
    page = (await client.get(url(thread))).text
    base = f"/t/{thread.id}/posts"
    for there in (f"{base}/2/vote", f"{base}/2/accept", f"{base}/3/edit", f"{base}/3/delete", f"{base}/1/edit"):
        assert f'"{there}"' in page, there
    for absent in (f"{base}/3/vote", f"{base}/1/vote", f"{base}/2/edit", f"{base}/2/delete", f"{base}/1/delete"):
        assert f'"{absent}"' not in page, absent
    for act, words in (("vote", "Thank you"), ("accept", "Accepted as a solution")):
        sent = await client.post(f"{base}/2/{act}")
        assert (sent.status_code, sent.headers["location"]) == (303, url(thread, "#post-2"))
        assert words in (await client.get(url(thread))).text
    page = (await client.get(url(thread))).text
    assert "Useful · 1" in page
    assert f'"{base}/2/unvote"' in page
    assert f'"{base}/2/unaccept"' in page
    assert await Vote.all().count() == 1
    assert (await client.post(f"{base}/2/explode")).status_code == 404
    await client.post(f"{base}/3/delete")
    assert (await Post.get(number=3)).state == "deleted"
    assert f'"{base}/3/restore"' in (await client.get(url(thread))).text


async def test_an_edit_keeps_every_version_and_shows_what_changed(client: httpx2.AsyncClient, reader: Member) -> None:
    thread = await make.thread(author=reader)
    post = await make.post(thread, "We tried it for two weeks.", author=reader, at=now() - timedelta(hours=1))
    here = f"/t/{thread.id}/posts/2"
    page = (await client.get(f"{here}/edit")).text
    assert (field(page, "body"), field(page, "revision")) == (post.body, "1")
    given = {"body": "We tried it for three weeks.", "revision": "1", "reason": "Counted again"}
    preview = await client.post(f"{here}/edit", data=given | {"step": "preview"})
    assert "three weeks" in preview.text
    assert field(preview.text, "reason") == "Counted again"
    sent = await client.post(f"{here}/edit", data=given)
    assert sent.headers["location"] == url(thread, "#post-2")
    shown = (await client.get(url(thread))).text
    assert f'href="{here}/history"' in shown
    history = (await client.get(f"{here}/history")).text
    assert "Counted again" in history
    assert '<del><span class="vh">removed: </span>two</del>' in history
    assert '<ins><span class="vh">added: </span>three</ins>' in history
    assert history.index("Version 2") < history.index("Version 1")


async def test_editing_the_opening_changes_title_and_address(client: httpx2.AsyncClient, reader: Member) -> None:
    thread = await make.thread(author=reader)
    given = {"body": BODY, "title": "How do others answer?", "revision": "1"}
    sent = await client.post(f"/t/{thread.id}/posts/1/edit", data=given)
    assert sent.headers["location"] == f"/t/{thread.id}-how-do-others-answer"
    old = await client.get(url(thread))
    assert (old.status_code, old.headers["location"]) == (301, f"/t/{thread.id}-how-do-others-answer")
    wrong = await client.post(f"/t/{thread.id}/posts/1/edit", data=given | {"title": "Short", "revision": "2"})
    assert (wrong.status_code, field(wrong.text, "title")) == (422, "Short")
    assert "at least 15 characters" in wrong.text
    history = (await client.get(f"/t/{thread.id}/posts/1/history")).text
    assert '<ins><span class="vh">added: </span>others</ins>' in history


async def test_two_editors_lose_nothing(client: httpx2.AsyncClient) -> None:
    author, moderator = await make.member(), await make.moderator()
    thread = await make.thread()
    first = "The first line stands here.\n\nThe second line stands here.\n\nThe third line."
    await make.post(thread, first, author=author)
    here = f"/t/{thread.id}/posts/2/edit"
    await make.sign_in(client, moderator)
    theirs = first.replace("first line", "first sentence")
    await client.post(here, data={"body": theirs, "revision": "1"})
    await make.sign_in(client, author)
    mine = first.replace("third line", "third sentence")
    page = await client.post(here, data={"body": mine, "revision": "1", "reason": "Better"})
    assert page.status_code == 409
    assert "You changed different places, so both can stay." in page.text
    merged = field(page.text, "body")
    assert "first sentence" in merged
    assert "third sentence" in merged
    assert (field(page.text, "revision"), field(page.text, "reason")) == ("2", "Better")
    sent = await client.post(here, data={"body": merged, "revision": "2"})
    assert sent.status_code == 303
    assert await PostRevision.filter(post__number=2).count() == 3
    page = await client.post(here, data={"body": theirs.replace("third", "last"), "revision": "2"})
    assert page.status_code == 409
    assert "but for one place that you both changed" in page.text
    assert "last line" in field(page.text, "body")


async def test_who_may_not_edit_sees_no_text(client: httpx2.AsyncClient, reader: Member) -> None:
    thread = await make.thread()
    await make.post(thread)
    for method in ("GET", "POST"):
        answer = await client.request(method, f"/t/{thread.id}/posts/2/edit", data={"body": BODY, "revision": "1"})
        assert answer.status_code == 403
    assert await PostRevision.filter(post__number=2).count() == 1


async def test_deleting_the_opening_leads_away(client: httpx2.AsyncClient, reader: Member) -> None:
    thread = await make.thread(author=reader)
    assert (await client.post(f"/t/{thread.id}/posts/1/delete")).headers["location"] == "/"
    assert (await client.get(url(thread))).status_code == 404


async def test_deleting_the_opening_leads_back_only_who_still_sees_the_thread(client: httpx2.AsyncClient) -> None:
    leader, region = await make.member(), await make.region()
    await make.grant(leader, "community_leader", "region", region.id)
    circle = await make.organisation()
    for who, audience, stays in (
        (leader, "public", True), (await make.moderator(), f"org:{circle.id}", True),
        (await make.member(at=circle), f"org:{circle.id}", False),
    ):  # fmt: skip
        author = None if stays else who
        thread = await make.thread(region_id=region.id, audience=audience, author=author)
        await make.sign_in(client, who)
        answer = await client.post(f"/t/{thread.id}/posts/1/delete")
        assert answer.headers["location"].partition("#")[0] == (url(thread) if stays else "/")

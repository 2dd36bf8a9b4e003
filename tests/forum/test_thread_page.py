"""The page of a thread: who sees what, its twins, its pages, its cost."""

import asyncio
import json
import re
from collections import OrderedDict
from datetime import timedelta
from decimal import Decimal

import httpx2
import pytest

from base.clock import now
from base.db import transaction
from base.signing import sign
from base.web.redirect import NOTE_COOKIE
from forum.actions.accept import accept
from forum.actions.place_post import NewRow, place_post
from forum.models import CaseStudy, Metric, Post, QuestionDetails, ReadMark, Thread, Watch
from members.models import Member
from search_index.found import Hit
from tests import builders as make
from tests.databases import on_postgres
from tests.site import ADDRESS
from tests.statements import statements

pytestmark = pytest.mark.anyio
SECRET = "Xylophone-secret"

# Where other databases of the same PostgreSQL are written to, its snapshot changes, and the page's stamp is asked too.
AGAIN = 2 if on_postgres() else 1


def url(thread: Thread, ending: str = "") -> str:
    return f"/t/{thread.id}-{thread.slug}{ending}"


def json_ld(html: str) -> dict[str, object]:
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', html, re.DOTALL)
    assert found is not None
    read: dict[str, object] = json.loads(found[1])
    return read


async def test_an_answered_question_shows_everything_in_its_place(client: httpx2.AsyncClient) -> None:
    asker = await make.member("Mara de Wit", at=await make.organisation("Zuiderlicht"), title="Officer")
    thread = await make.thread(
        author=asker, tags=[await make.tag("reviews")], platforms=[await make.platform("Google")]
    )
    await QuestionDetails.create(thread=thread, setting="Hospital, NL", constraints="legal,privacy")
    first, second, third = [await make.post(thread, f"Answer of **post** {n}") for n in (2, 3, 4)]
    await make.post(thread, "And a comment.", parent=third)
    who = await make.viewer(asker)
    for number in (third.number, second.number):
        await accept(who, thread.id, number)
    html = (await client.get(url(thread))).text
    assert html.count("<h1>") == 1
    order = [html.index(f'id="post-{number}"') for number in (1, third.number, 5, second.number, first.number)]
    assert order == sorted(order), "the opening, the solution with its comment, what also worked, the others"
    for words in (
        "Solved", "Accepted by the author", "Also worked", "3 answers", "Hospital, NL", "Law and contracts, Privacy",
        "Zuiderlicht", "/platforms/google", "/topics/reviews", "Answer of <strong>post</strong> 2", "Sign in",
    ):  # fmt: skip
        assert words in html, words
    assert "<textarea" not in html


async def test_addresses_lead_to_the_one_address(client: httpx2.AsyncClient) -> None:
    thread = await make.thread()
    post = await make.post(thread)
    await Post.filter(id=post.id).update(position=30)
    for path, status, where in (
        (f"/t/{thread.id}", 301, url(thread)),
        (f"/t/{thread.id}-wrong-slug?page=1", 301, url(thread, "?page=1")),
        (url(thread, "/2"), 302, url(thread, "?page=2#post-2")),
    ):
        answer = await client.get(path)
        assert (answer.status_code, answer.headers["location"]) == (status, where)
    assert (await client.head(url(thread))).status_code == 200
    for path in (
        url(thread, "?page=2"),
        url(thread, "?page=0"),
        url(thread, "/9"),
        "/t/999",
        "/t/999-x",
        "/t/999.json",
    ):
        assert (await client.get(path)).status_code == 404, path


VISITOR, MEMBER, INSIDER, AUTHOR, MODERATOR = range(5)


@pytest.mark.parametrize(
    ("columns", "seen"),
    [
        ({}, {VISITOR, MEMBER, INSIDER, AUTHOR, MODERATOR}),
        ({"audience": "network"}, {INSIDER, AUTHOR, MODERATOR}),
        ({"audience": "staff"}, {AUTHOR, MODERATOR}),
        ({"audience": "org:999"}, {AUTHOR, MODERATOR}),
        ({"state": "hidden"}, {AUTHOR, MODERATOR}),
        ({"state": "deleted"}, {MODERATOR}),
    ],
    ids=str,
)
async def test_who_sees_a_thread_and_its_twins(
    client: httpx2.AsyncClient, columns: dict[str, str], seen: set[int]
) -> None:
    author = await make.member()
    thread = await make.thread(SECRET, author=author)
    await make.post(thread)
    await Thread.filter(id=thread.id).update(**columns)
    people = [
        None,
        await make.member(),
        await make.member(at=await make.organisation()),
        author,
        await make.moderator(),
    ]
    paths = (
        url(thread), url(thread, ".json"), url(thread, ".md"), f"/t/{thread.id}.json", f"/t/{thread.id}",
        url(thread, "/2"), f"/t/{thread.id}/posts/2", f"/t/{thread.id}/posts/2/history", f"/api/v1/threads/{thread.id}",
    )  # fmt: skip
    for place, person in enumerate(people):
        client.cookies.clear()
        if person:
            await make.sign_in(client, person)
        for path in paths:
            answer = await client.get(path)
            assert (answer.status_code < 400) is (place in seen), f"{path} by {place}: {answer.status_code}"
            if place not in seen:
                assert answer.status_code == 404
                assert SECRET not in answer.text


async def test_a_deleted_post_is_gone_from_every_twin_but_for_moderators(client: httpx2.AsyncClient) -> None:
    thread, author, moderator = await make.thread(), await make.member("Vanished Author"), await make.moderator()
    gone = await make.post(thread, f"An answer with {SECRET}.", author=author)
    comment = await make.post(thread, f"A comment with {SECRET}.", author=author, parent=await make.post(thread))
    hidden = await make.post(thread, f"Hidden {SECRET}.", author=author)
    away = {"deleted_at": now(), "deleted_by_id": moderator.id}
    await Post.filter(id__in=[gone.id, comment.id]).update(state="deleted", **away)
    await Post.filter(id=hidden.id).update(state="hidden")
    api = f"/api/v1/threads/{thread.id}"
    paths = (
        url(thread), url(thread, ".json"), url(thread, ".md"), api, f"{api}/posts/2", f"{api}/posts/4",
        *(f"/t/{thread.id}/posts/{end}" for end in ("2", "3", "2/history", "2/edit")), f"{api}/posts/2/revisions",
        url(thread, "?quote=2"),
    )  # fmt: skip
    for person in (None, await make.member(), moderator):
        client.cookies.clear()
        if person:
            await make.sign_in(client, person)
        texts = "".join([(await client.get(path)).text for path in paths])
        assert (SECRET in texts) is (person is moderator), person
        assert ("Vanished Author" in texts) is (person is moderator), person
    client.cookies.clear()
    html = (await client.get(url(thread))).text
    assert "Post 2 was deleted." in html
    assert "Post 5 is hidden" in html
    assert 'id="post-4"' not in html


async def test_an_author_still_reads_what_they_deleted_themselves(client: httpx2.AsyncClient) -> None:
    thread, author = await make.thread(), await make.member()
    post = await make.post(thread, SECRET, author=author)
    await make.sign_in(client, author)
    for by, reads in ((author, True), (await make.moderator(), False)):
        await Post.filter(id=post.id).update(state="deleted", deleted_by_id=by.id)
        assert (SECRET in (await client.get(url(thread))).text) is reads


async def _many(thread: Thread, number: int, authors: list[Member]) -> None:
    async with transaction():
        for at in range(number):
            await place_post(
                NewRow(thread_id=thread.id, author_id=authors[at % len(authors)].id, body=f"Answer {at}",
                       html=f"<p>Answer {at}</p>", at=now())
            )  # fmt: skip


@pytest.mark.parametrize("kind", ["question", "discussion"])
async def test_pages_never_shift_and_hold_twenty(client: httpx2.AsyncClient, kind: str) -> None:
    thread = await make.thread(kind=kind)
    await _many(thread, 45, [await make.member()])
    await make.post(thread, "A late one about the first.", parent=await Post.get(thread_id=thread.id, number=2))
    await Post.filter(thread_id=thread.id, number__in=[3, 4, 5]).update(state="deleted")
    seen = []
    for page in (1, 2, 3):
        html = (await client.get(url(thread, f"?page={page}"))).text
        seen.append([int(one) for one in re.findall(r'id="post-(\d+)"', html) if one not in ("1", "47")])
    assert [len(one) for one in seen] == [20, 20, 5]
    assert [number for page in seen for number in page] == list(range(2, 47))
    late = 1 if kind == "question" else 3
    assert 'id="post-47"' in (await client.get(url(thread, f"?page={late}"))).text


async def test_a_solution_stands_on_the_first_page_and_in_its_place(client: httpx2.AsyncClient) -> None:
    asker = await make.member()
    thread = await make.thread(author=asker)
    await _many(thread, 30, [await make.member()])
    await accept(await make.viewer(asker), thread.id, 29)
    await make.post(thread, "Below the solution.", parent=await Post.get(thread_id=thread.id, number=29))
    first, second = [(await client.get(url(thread, f"?page={page}"))).text for page in (1, 2)]
    assert first.index('id="post-29"') < first.index('id="post-2"')
    assert "Below the solution." in first
    assert 'id="post-29"' in second
    assert second.count("Accepted by the author") == first.count("Accepted by the author") == 1


async def test_many_comments_are_folded_and_the_rest_has_a_page(client: httpx2.AsyncClient) -> None:
    thread = await make.thread()
    post = await make.post(thread)
    for number in range(23):
        await make.post(thread, f"Comment number {number}", parent=post)
    html = (await client.get(url(thread))).text
    assert html.count("Comment number") == 20
    assert "15 more comments" in html
    assert f"/t/{thread.id}/posts/2" in html
    moved = (await client.get(url(thread, "/25"))).headers["location"]
    assert moved == f"/t/{thread.id}/posts/25#post-25"
    last = (await client.get(moved)).text
    assert 'id="post-25"' in last
    assert last.count("Comment number") == 3
    assert (await client.get(f"/t/{thread.id}/posts/2")).text.count("Comment number") == 20


async def _cost(client: httpx2.AsyncClient, path: str) -> int:
    with statements() as sent:
        assert (await client.get(path)).status_code == 200
    return len(sent)


@pytest.mark.parametrize("kind", ["question", "discussion", "case_study"])
async def test_a_page_takes_few_statements_however_long_the_thread(client: httpx2.AsyncClient, kind: str) -> None:
    organisation = await make.organisation()
    authors = [await make.member(at=organisation) for _ in range(25)]
    reader = await make.member(at=organisation)
    threads = [
        await make.thread(kind=kind, tags=[await make.tag()] * 1, platforms=[await make.platform()]) for _ in "123"
    ]
    for thread, number in zip(threads, (5, 50, 1_000), strict=True):
        await _many(thread, number, authors)
        if kind == "case_study":
            await CaseStudy.create(
                thread=thread, summary="s", problem="p", what_we_did="w", lessons="l", direction="mixed"
            )
    visitor = [await _cost(client, url(thread)) for thread in threads]
    assert visitor == [4, 4, 4], "how the database is, what the page will depend on, the thread, its posts"
    again = [await _cost(client, url(thread)) for thread in threads]
    assert max(again) <= AGAIN
    await make.sign_in(client, reader)
    first_visit = [await _cost(client, url(thread)) for thread in threads]
    drawn = "the viewer, how the database is, the stamp, the thread, its posts, twice what is theirs, their read mark"
    assert first_visit == [8, 8, 8], drawn
    for thread in threads:  # something was written: the stamp is asked once more
        await client.get(url(thread))
    again = [await _cost(client, url(thread)) for thread in threads]
    assert max(again[:2]) <= AGAIN + 2, "the viewer, how the database is, what is theirs"
    assert again[2] <= AGAIN + 4, "the end of a very long thread is new to them: it is asked, then drawn"


async def test_a_visit_of_a_visitor_writes_nothing(client: httpx2.AsyncClient) -> None:
    thread = await make.thread()
    await make.post(thread)
    with statements() as sent:
        await client.get(url(thread))
    assert all(one.lstrip().upper().startswith("SELECT") for one in sent)
    assert (await Thread.get(id=thread.id)).version == 2


async def test_a_member_comes_back_to_what_is_new(client: httpx2.AsyncClient) -> None:
    thread, reader = await make.thread(), await make.member()
    await _many(thread, 25, [await make.member()])
    await make.sign_in(client, reader)
    first = (await client.get(url(thread))).text
    assert "new since your last visit" not in first
    assert (await ReadMark.get()).number == 21, "the second page is still unread"
    await client.head(url(thread, "?page=2"))
    assert (await ReadMark.get()).number == 21, "asking for the head is not reading"
    await client.get(url(thread, "?page=2"))
    assert (await ReadMark.get()).number == 26
    late = await make.post(thread, "Something new.")
    await make.post(thread, "My own is not.", author=reader)
    html = (await client.get(url(thread))).text
    assert "1 new since your last visit" in html
    moved = await client.get(url(thread, "?unread=1"))
    assert moved.headers["location"] == url(thread, f"?page=2#post-{late.number}")
    second = (await client.get(url(thread, "?page=2"))).text
    assert second.count(">New<") == 1
    assert "new since your last visit" not in (await client.get(url(thread))).text
    assert (await client.get(url(thread, "?unread=1"))).headers["location"] == url(thread)


async def test_an_old_thread_says_so(client: httpx2.AsyncClient) -> None:
    then = now() - timedelta(days=400)
    thread = await make.thread(at=then)
    html = (await client.get(url(thread))).text
    assert "Nothing new here for 13 months." in html
    await Thread.filter(id=thread.id).update(article_id=3, article_title="Answering reviews", version=9)
    html = (await client.get(url(thread))).text
    assert html.count('href="/kb/3-answering-reviews"') == 2
    assert "Distilled in" in html
    await Thread.filter(id=thread.id).update(active_at=now(), version=10)
    assert "Nothing new here" not in (await client.get(url(thread))).text


async def test_a_case_study_shows_result_disclosures_setting_and_measurements(client: httpx2.AsyncClient) -> None:
    thread = await make.thread(kind="case_study", body="A summary.\n\n## What we did\n\nVideos.")
    case = await CaseStudy.create(
        thread=thread, summary="s", problem="p", what_we_did="w", lessons="l", direction="did_not_work",
        vendor_tie=True, vendor_ties="One of us worked there.", staff_hours="40_200", approvals="legal,ethics",
        setting={"name": "St. Brennan", "beds_band": "200-499", "country": "IE"},
    )  # fmt: skip
    await Metric.create(
        case=case, position=1, name="No-shows", baseline=Decimal("11.2"), result=Decimal("8.9"), unit="%", sample=14210
    )
    await Metric.create(case=case, position=2, name="Rating", result=Decimal("4.6"))
    html = (await client.get(url(thread))).text
    for words in (
        "It did not work", "One of us worked there.", "St. Brennan", "200–499 beds", "40 to 200 hours", "Legal, Ethics",
        "No-shows", "11.2", "8.9", 'role="img" aria-labelledby="metric-1"', "21 % less",
        "One organisation", "Shared what did not work", "<h3>What we did</h3>", "Rating",
    ):  # fmt: skip
        assert words in html, words
    assert html.index("One of us worked there.") < html.index("<h3>What we did</h3>")
    read = (await client.get(url(thread, ".json"))).json()
    assert (read["direction"], len(read["metrics"])) == ("did_not_work", 2)
    assert (
        read["metrics"][0] | {"name": "No-shows", "baseline": "11.2", "result": "8.9", "n": 14210} == read["metrics"][0]
    )


async def test_json_ld_is_a_page_of_questions_and_answers_only_when_it_is_one(client: httpx2.AsyncClient) -> None:
    asker = await make.member("Mara")
    question, discussion = await make.thread(author=asker), await make.thread(kind="discussion")
    lonely, gone = await make.thread(), await make.thread(author=await make.member(state="gone"))
    for thread in (question, discussion, gone):
        await make.post(thread, "An answer</script><script>alert(1)</script> & more.")
    await make.post(question, SECRET, state="deleted")
    await accept(await make.viewer(asker), question.id, 2)
    texts = [(await client.get(url(thread))).text for thread in (question, discussion, lonely, gone)]
    read = [json_ld(text) for text in texts]
    assert [one["@type"] for one in read] == ["QAPage"] + ["DiscussionForumPosting"] * 3
    entity = read[0]["mainEntity"]
    assert isinstance(entity, dict)
    assert (entity["name"], entity["answerCount"], entity["author"]["name"]) == (question.title, 1, "Mara")
    assert entity["acceptedAnswer"][0]["text"] == "An answer</script><script>alert(1)</script> & more."
    assert entity["acceptedAnswer"][0]["url"] == f"{ADDRESS}{url(question)}#post-2"
    assert entity["suggestedAnswer"] == []
    assert all("<script>alert" not in text for text in texts)
    assert SECRET not in texts[0]
    assert "Former member" in texts[3]


async def test_the_markdown_twin_is_the_thread_as_it_was_written(client: httpx2.AsyncClient) -> None:
    thread = await make.thread(body="We **ask**.", author=await make.member("Mara"))
    post = await make.post(thread, "We *answer*.", author=await make.member("Jonas"))
    await make.post(thread, "Thanks.", author=await make.member("Lotte"), parent=post)
    answer = await client.get(url(thread, ".md"))
    assert answer.headers["content-type"].startswith("text/markdown")
    day = f"{now():%Y-%m-%d}"
    assert answer.text == (
        f"# {thread.title}\n\nMara, {day}\n\nWe **ask**.\n\n## Answer 2\n\nJonas, {day}\n\nWe *answer*.\n\n"
        f"> Lotte, {day}\n>\n> Thanks.\n"
    )


async def test_a_duplicate_names_the_other_only_to_who_may_see_it(client: httpx2.AsyncClient) -> None:
    secret = await make.thread(SECRET, audience="network")
    thread = await make.thread(resolution="duplicate", duplicate_of=secret, closed_reason="It was asked before.")
    assert SECRET not in (await client.get(url(thread))).text
    await make.sign_in(client, await make.member(at=await make.organisation()))
    assert SECRET in (await client.get(url(thread))).text


async def test_following_is_chosen_beside_the_thread(client: httpx2.AsyncClient) -> None:
    thread, reader = await make.thread(), await make.member()
    assert "Sign in to follow" in (await client.get(url(thread))).text
    await make.sign_in(client, reader)
    answer = await client.post(f"/t/{thread.id}/watch", data={"level": "following"})
    assert (answer.status_code, answer.headers["location"]) == (303, url(thread))
    assert (await Watch.get(member_id=reader.id)).level == "following"
    assert '<option value="following" selected>' in (await client.get(url(thread))).text
    assert (await client.post(f"/t/{thread.id}/watch", data={"level": "always"})).status_code == 422


class _Engine:
    """An engine that always finds the same threads."""

    def __init__(self, *threads: Thread, seconds: float = 0.0) -> None:
        self.threads, self.seconds, self.asked = threads, seconds, 0

    async def similar(self, text: str, audiences: frozenset[str], **more: object) -> tuple[Hit, ...]:
        self.asked += 1
        await asyncio.sleep(self.seconds)
        at = now()
        return tuple(
            Hit(kind="thread", id=one.id, type="question", url=url(one), title="", score=1.0, created=at, active=at)
            for one in self.threads
        )


async def test_similar_threads_are_found_once_for_their_words_and_looked_at_again(
    client: httpx2.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    thread, other = await make.thread(), await make.thread("A thread that is about the same")
    engine = _Engine(other)
    monkeypatch.setattr("forum.queries.related.current", lambda: engine)
    monkeypatch.setattr("forum.queries.related._found", OrderedDict())
    assert "A thread that is about the same" in (await client.get(url(thread))).text
    assert await _cost(client, url(thread)) <= AGAIN
    await Thread.filter(id=other.id).update(state="hidden")
    await make.act("thread.hidden", other.id)
    assert "A thread that is about the same" not in (await client.get(url(thread))).text
    assert engine.asked == 1
    await make.post(thread)
    await client.get(url(thread))
    assert engine.asked == 1, "a reply changes nothing of what it is about"
    await Thread.filter(id=thread.id).update(title="How do you thank them?", version=99)
    await client.get(url(thread))
    assert engine.asked == 2


async def test_a_slow_search_does_not_hold_up_the_page(
    client: httpx2.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    thread, engine = await make.thread(), _Engine(seconds=30)
    monkeypatch.setattr("forum.queries.related.current", lambda: engine)
    monkeypatch.setattr("forum.queries.related._found", OrderedDict())
    answer = await asyncio.wait_for(client.get(url(thread)), 2)
    assert (answer.status_code, engine.asked) == (200, 1)


async def test_what_a_slow_search_found_is_there_for_who_comes_next(
    client: httpx2.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    thread, other = await make.thread(), await make.thread("A thread that is about the same")
    engine = _Engine(other, seconds=0.3)
    monkeypatch.setattr("forum.queries.related.current", lambda: engine)
    monkeypatch.setattr("forum.queries.related._found", OrderedDict())
    monkeypatch.setattr("forum.queries.related._PATIENCE", 0.01)
    for _ in range(3):
        assert "A thread that is about the same" not in (await client.get(url(thread, "?x=1"))).text
        await make.act("thread.renamed", thread.id)
    await asyncio.sleep(0.5)
    assert "A thread that is about the same" in (await client.get(url(thread, "?x=2"))).text
    assert engine.asked == 1, "all who came meanwhile waited for the same search"


async def test_visitors_are_shown_a_kept_page_only_while_it_is_true(client: httpx2.AsyncClient) -> None:
    author, asker = await make.member("Jonas Okafor"), await make.member("Mara de Wit")
    thread = await make.thread(author=asker)
    await make.post(thread, "The first answer.", author=author)
    first = await client.get(url(thread))
    assert first.headers["cache-control"] == "no-cache"
    again = await client.get(url(thread), headers={"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", first.headers["etag"])

    await make.post(thread, "The second answer.")
    changed = await client.get(url(thread), headers={"if-none-match": first.headers["etag"]})
    assert (changed.status_code, "The second answer." in changed.text) == (200, True)
    await Member.filter(id=author.id).update(name="Jonas Newname")
    await make.act()
    assert "Jonas Okafor" not in (await client.get(url(thread))).text
    await Member.filter(id=author.id).update(state="gone")
    await make.act()
    assert "Newname" not in (await client.get(url(thread))).text
    await Thread.filter(id=thread.id).update(audience="network")
    await make.act("thread.audience", thread.id)
    assert (await client.get(url(thread))).status_code == 404


async def test_what_is_kept_for_visitors_is_not_shown_to_members_nor_theirs_to_visitors(
    client: httpx2.AsyncClient,
) -> None:
    thread, reader = await make.thread(), await make.member("Ruth Reader")
    visitor = (await client.get(url(thread))).text
    await make.sign_in(client, reader)
    mine = await client.get(url(thread))
    assert mine.headers["cache-control"] == "private, no-store"
    assert "Ruth Reader" in mine.text
    client.cookies.clear()
    assert (await client.get(url(thread))).text == visitor


async def test_a_message_for_a_visitor_is_shown_once_and_not_kept(client: httpx2.AsyncClient) -> None:
    thread = await make.thread()
    await client.get(url(thread))
    cookie = {"cookie": f"{NOTE_COOKIE}={sign('note', ['ok', 'You are signed out.'])}"}
    assert "You are signed out." in (await client.get(url(thread), headers=cookie)).text
    assert "You are signed out." not in (await client.get(url(thread))).text


async def test_a_question_says_how_many_were_asked_until_it_is_answered(client: httpx2.AsyncClient) -> None:
    thread = await make.thread()
    await QuestionDetails.create(thread=thread, people_asked=5)
    assert "5 people with experience were asked." in (await client.get(url(thread))).text
    await make.post(thread)
    assert "were asked" not in (await client.get(url(thread))).text


async def test_an_old_name_leads_on_and_is_not_kept_by_browsers(client: httpx2.AsyncClient) -> None:
    thread = await make.thread("How do you answer reviews?")
    for address in (f"/t/{thread.id}", f"/t/{thread.id}-another-name?page=1"):
        answer = await client.get(address)
        assert (answer.status_code, answer.headers["cache-control"]) == (301, "no-cache")

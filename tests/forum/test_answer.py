"""Answering, replying, commenting: everything it writes, once, whoever writes at the same time."""

import asyncio
from datetime import timedelta

import pytest

from base.clock import now
from base.db import rows
from base.errors import Invalid, Missing, NotSignedIn, Refused
from base.journal.models import Entry
from base.text.quoting import quote
from forum.actions.answer import NewPost, answer
from forum.models import Draft, Post, PostRevision, Quote, Thread, Watch
from members.viewer import VISITOR
from tests import builders as make
from tests.databases import on_postgres
from tests.statements import statements

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("database")]
TEXT = "We did it like this, and it took **two** weeks."


async def test_an_answer_is_placed_counted_kept_and_told() -> None:
    thread, who = await make.thread(), await make.viewer(await make.member())
    made = await answer(who, thread.id, NewPost(body=TEXT))

    post = await Post.get(id=made.id)
    assert (post.number, post.position, post.place, post.kind) == (2, 1, 0, "answer")
    assert "<strong>two</strong>" in post.html
    assert made.url == f"/t/{thread.id}-{thread.slug}#post-2"
    assert (await PostRevision.get(post_id=post.id)).body == TEXT
    after = await Thread.get(id=thread.id)
    assert (after.replies, after.answers, after.last_number, after.last_position) == (1, 1, 2, 1)
    assert (after.resolution, after.version) == ("answered", thread.version + 1)
    assert after.active_at == post.created_at > thread.active_at
    entry = await Entry.filter(kind="post.added").get()
    assert (entry.actor_id, entry.subject_id) == (who.id, post.id)
    assert entry.data == {"thread_id": thread.id, "number": 2, "parent": None, "touches": {"thread": [thread.id]}}
    assert (await Watch.get(member_id=who.id, target="thread", target_id=thread.id)).level == "following"


async def test_under_a_question_a_parent_makes_a_comment_and_comments_stay_flat() -> None:
    thread, who = await make.thread(), await make.viewer(await make.member())
    first = await answer(who, thread.id, NewPost(body=TEXT))
    comment = await answer(who, thread.id, NewPost(body="Thanks!", parent=first.number))
    again = await answer(who, thread.id, NewPost(body="You are welcome.", parent=comment.number))
    on_question = await answer(who, thread.id, NewPost(body="Which country?", parent=1))

    found = await Post.filter(thread_id=thread.id).order_by("number").values_list("kind", "position", "place")
    assert list(found) == [("opening", 0, 0), ("answer", 1, 0), ("comment", 1, 1), ("comment", 1, 2), ("comment", 0, 1)]
    assert (await Post.get(id=again.id)).parent_id == first.id  # type: ignore[attr-defined]
    after = await Thread.get(id=thread.id)
    assert (after.replies, after.answers, after.last_position) == (4, 1, 1)
    assert on_question.url.endswith("#post-5")


async def test_elsewhere_a_parent_makes_a_reply_that_names_it() -> None:
    thread, who = await make.thread(kind="discussion"), await make.viewer(await make.member())
    first = await answer(who, thread.id, NewPost(body=TEXT))
    second = await answer(who, thread.id, NewPost(body="I do not think so.", parent=first.number))
    post = await Post.get(id=second.id)
    assert (post.kind, post.position, post.parent_id) == ("reply", 2, first.id)  # type: ignore[attr-defined]
    after = await Thread.get(id=thread.id)
    assert (after.replies, after.answers, after.resolution) == (2, 0, "")


async def test_a_post_behind_the_first_page_says_so_in_its_address() -> None:
    thread, who = await make.thread(), await make.viewer(await make.member())
    await Thread.filter(id=thread.id).update(last_position=40)
    made = await answer(who, thread.id, NewPost(body=TEXT))
    assert made.url == f"/t/{thread.id}-{thread.slug}?page=3#post-2"


async def test_who_may_answer_where() -> None:
    author, other = await make.member(), await make.member()
    insider = await make.member(at=await make.organisation())
    moderator = await make.moderator()
    seen = {
        "open": await make.thread(author=author),
        "locked": await make.thread(author=author, locked=True),
        "network": await make.thread(author=author, audience="network"),
        "hidden": await make.thread(author=author, state="hidden"),
        "deleted": await make.thread(author=author, state="deleted"),
    }
    allowed = None
    table = {
        "open": (NotSignedIn, allowed, allowed, allowed, allowed),
        "locked": (NotSignedIn, Refused, Refused, Refused, allowed),
        "network": (Missing, allowed, Missing, allowed, allowed),
        "hidden": (Missing, Refused, Missing, Missing, Refused),
        "deleted": (Missing, Missing, Missing, Missing, Refused),
    }
    viewers = [VISITOR, *[await make.viewer(one) for one in (author, other, insider, moderator)]]
    for name, expected in table.items():
        for viewer, failure in zip(viewers, expected, strict=True):
            before = await Post.filter(thread_id=seen[name].id).count()
            if failure is None:
                await answer(viewer, seen[name].id, NewPost(body=TEXT))
                assert await Post.filter(thread_id=seen[name].id).count() == before + 1
            else:
                with pytest.raises(failure):
                    await answer(viewer, seen[name].id, NewPost(body=TEXT))
                assert await Post.filter(thread_id=seen[name].id).count() == before


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({}, "needed"),
        ({"body": "  \n "}, "write something"),
        ({"body": "Too short"}, "at least 20"),
        ({"body": "Hm", "parent": "2"}, "at least 5"),
        ({"body": "x" * 32_001}, "32000"),
        ({"body": TEXT, "parent": "first"}, "whole number"),
    ],
)
async def test_what_is_wrong_is_said_at_the_field(given: dict[str, object], words: str) -> None:
    with pytest.raises(Invalid) as wrong:
        NewPost.read(given)
    assert words in wrong.value.sentence
    assert set(wrong.value.errors) <= {"body", "parent"}


async def test_a_parent_must_be_there_to_be_answered() -> None:
    thread, who = await make.thread(), await make.viewer(await make.member())
    gone = await make.post(thread, state="deleted")
    for number in (gone.number, 99):
        with pytest.raises(Missing):
            await answer(who, thread.id, NewPost(body=TEXT, parent=number))
    after = await Thread.get(id=thread.id)
    assert after.last_number == gone.number


async def test_one_form_makes_one_post_however_often_it_is_sent() -> None:
    thread, who = await make.thread(), await make.viewer(await make.member())
    made = await asyncio.gather(*(answer(who, thread.id, NewPost(body=TEXT, once="k")) for _ in range(6)))
    assert len(set(made)) == 1
    assert await answer(who, thread.id, NewPost(body=TEXT, once="k")) == made[0]
    after = await Thread.get(id=thread.id)
    assert (after.replies, after.last_number, await Post.filter(thread_id=thread.id).count()) == (1, 2, 2)


async def test_an_old_form_with_another_text_loses_nothing() -> None:
    thread, who = await make.thread(), await make.viewer(await make.member())
    first = await answer(who, thread.id, NewPost(body=TEXT, once="k"))
    second = await answer(who, thread.id, NewPost(body="Something quite different.", once="k"))
    assert second.number == first.number + 1


async def test_twenty_writers_at_once_get_twenty_numbers_and_right_counts() -> None:
    thread = await make.thread()
    viewers = [await make.viewer(await make.member()) for _ in range(20)]
    first = await answer(viewers[0], thread.id, NewPost(body=TEXT))
    parents = [None if at % 2 else first.number for at in range(20)]
    made = await asyncio.gather(
        *(
            answer(one, thread.id, NewPost(body=TEXT, parent=parent))
            for one, parent in zip(viewers, parents, strict=True)
        )
    )
    assert sorted(one.number for one in made) == list(range(3, 23))
    found = await rows("SELECT kind, position, place FROM posts WHERE thread_id = ? AND number > 1", thread.id)
    assert sorted(row["position"] for row in found if row["kind"] == "answer") == list(range(1, 12))
    assert sorted(row["place"] for row in found if row["kind"] == "comment") == list(range(1, 11))
    after = await Thread.get(id=thread.id)
    assert (after.replies, after.answers, after.last_number, after.last_position) == (21, 11, 22, 11)
    assert (await Post.get(id=first.id)).comments == 10
    assert await Entry.filter(kind="post.added").count() == 21


async def test_a_quote_is_recorded_with_the_revision_it_quotes() -> None:
    thread, who = await make.thread(), await make.viewer(await make.member())
    source = await make.post(thread, revision=3)
    secret = await make.post(await make.thread(audience="network"))
    body = quote("took two weeks", "Ann", f"/t/{thread.id}-{thread.slug}?page=1#post-{source.number}")
    body += "\n" + quote("hidden words", "Bob", f"/t/{secret.thread_id}#post-2")  # type: ignore[attr-defined]
    made = await answer(who, thread.id, NewPost(body=body + "\nThat is what we saw as well."))
    kept = await Quote.all()
    assert [(one.post_id, one.source_id, one.revision, one.text) for one in kept] == [  # type: ignore[attr-defined]
        (made.id, source.id, 3, "took two weeks")
    ]


async def test_a_level_that_was_chosen_stays_and_the_draft_goes() -> None:
    thread, member = await make.thread(), await make.member()
    await Watch.create(member=member, target="thread", target_id=thread.id, level="muted", at=now())
    for place in (f"reply.{thread.id}", f"reply.{thread.id}.2", "ask.question"):
        await Draft.create(member=member, place=place, updated_at=now())
    await answer(await make.viewer(member), thread.id, NewPost(body=TEXT))
    assert (await Watch.get(member_id=member.id)).level == "muted"
    assert await Draft.all().values_list("place", flat=True) == [f"reply.{thread.id}.2", "ask.question"]


async def test_an_imported_post_keeps_its_date_and_the_thread_its_activity() -> None:
    thread = await make.thread()
    await make.post(thread, at=thread.created_at - timedelta(days=900))
    assert (await Thread.get(id=thread.id)).active_at == thread.active_at


async def test_an_answer_takes_few_statements() -> None:
    thread, who = await make.thread(), await make.viewer(await make.member())
    with statements() as sent:
        await answer(who, thread.id, NewPost(body=TEXT))
    # The lock of the writer and the count of the limit are among them, which SQLite does not need.
    assert len(sent) <= (11 if on_postgres() else 9), sent

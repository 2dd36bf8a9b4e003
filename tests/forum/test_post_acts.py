"""Voting, accepting, editing, deleting, watching: who may, what it writes, and many at once."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest

from base.clock import now
from base.db import transaction
from base.errors import Conflict, Invalid, Missing, NotSignedIn, Refused
from base.journal.models import Entry
from forum.actions.accept import accept, unaccept
from forum.actions.answer import NewPost, answer
from forum.actions.delete import delete, restore
from forum.actions.edit import EditedPost, Stale, edit
from forum.actions.link_article import Distilled, link_article, unlink_article
from forum.actions.mark_read import mark_read
from forum.actions.outdate import Outdated, outdate, stand_by
from forum.actions.vote import unvote, vote
from forum.actions.watch import WatchLevel, watch
from forum.models import Post, PostRevision, Quote, ReadMark, Thread, ThreadTag, Vote, Watch
from forum.queries.thread_page import thread_page
from members.viewer import VISITOR, Viewer
from tests import builders as make

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("database")]

Act = Callable[[Viewer, int, int], Awaitable[Any]]


async def _edit(viewer: Viewer, thread_id: int, number: int) -> int:
    post = await Post.get(thread_id=thread_id, number=number)
    text = f"Another text, of {now().isoformat()}"
    return await edit(viewer, thread_id, number, EditedPost(body=text, revision=post.revision))


async def _outdate(viewer: Viewer, thread_id: int, number: int) -> None:
    await outdate(viewer, thread_id, number, Outdated(why="The setting was closed."))


ANSWER, LATE, COMMENTED, GONE, IN_NETWORK = "answer", "late", "commented", "gone", "network"
# The columns: visitor, asker, author of the post, another member, member of the network, leader, editor, moderator.
YES, NO, HUH, WHO = None, Refused, Missing, NotSignedIn
TABLE: dict[str, tuple[Act, dict[str, tuple[type[Exception] | None, ...]]]] = {
    "vote": (vote, {
        ANSWER: (WHO, YES, NO, YES, YES, YES, YES, YES),
        GONE: (WHO, HUH, HUH, HUH, HUH, HUH, HUH, HUH),
        IN_NETWORK: (HUH, YES, HUH, HUH, YES, YES, YES, YES),
    }),
    "accept": (accept, {
        ANSWER: (WHO, YES, NO, NO, NO, YES, NO, YES),
        GONE: (WHO, NO, NO, NO, NO, NO, NO, NO),
        IN_NETWORK: (HUH, YES, HUH, HUH, NO, YES, NO, YES),
    }),
    "edit": (_edit, {
        ANSWER: (WHO, NO, YES, NO, NO, YES, NO, YES),
        LATE: (WHO, NO, NO, NO, NO, YES, NO, YES),
        GONE: (WHO, HUH, HUH, HUH, HUH, YES, HUH, YES),
        IN_NETWORK: (HUH, NO, HUH, HUH, NO, YES, NO, YES),
    }),
    "delete": (delete, {
        ANSWER: (WHO, NO, YES, NO, NO, YES, NO, YES),
        COMMENTED: (WHO, NO, NO, NO, NO, YES, NO, YES),
        GONE: (HUH, HUH, HUH, HUH, HUH, YES, HUH, YES),
        IN_NETWORK: (HUH, NO, HUH, HUH, NO, YES, NO, YES),
    }),
    "restore": (restore, {
        ANSWER: (WHO, NO, NO, NO, NO, NO, NO, NO),
        GONE: (HUH, HUH, HUH, HUH, HUH, YES, HUH, YES),
    }),
    "outdate": (_outdate, {
        ANSWER: (WHO, NO, YES, NO, NO, NO, NO, NO),
        LATE: (WHO, NO, YES, NO, NO, NO, NO, NO),
        COMMENTED: (WHO, NO, YES, NO, NO, NO, NO, NO),
        GONE: (HUH, HUH, HUH, HUH, HUH, NO, HUH, NO),
        IN_NETWORK: (HUH, NO, HUH, HUH, NO, NO, NO, NO),
    }),
    "stand_by": (stand_by, {
        LATE: (WHO, NO, YES, NO, NO, NO, NO, NO),
    }),
}  # fmt: skip


async def _cast() -> tuple[dict[str, tuple[int, int]], list[Viewer]]:
    """Make the people of the table and its posts, each in a thread of its own."""
    hospital, region = await make.organisation(), await make.region()
    asker, author, other, insider = await make.member(), await make.member(), await make.member(), None
    insider = await make.member(at=hospital)
    leader, editor, moderator = await make.member(), await make.editor(), await make.moderator()
    await make.grant(leader, "community_leader", "region", region.id)
    posts: dict[str, tuple[int, int]] = {}
    for name in (ANSWER, LATE, COMMENTED, GONE, IN_NETWORK):
        audience = "network" if name == IN_NETWORK else "public"
        thread = await make.thread(author=asker, audience=audience, region_id=region.id)
        at = now() - timedelta(days=2) if name == LATE else None
        post = await make.post(thread, author=author, at=at)
        if name == COMMENTED:
            await make.post(thread, "Thank you!", author=other, parent=post)
        if name == GONE:
            await Post.filter(id=post.id).update(state="deleted", deleted_at=now(), deleted_by_id=moderator.id)
        posts[name] = (thread.id, post.number)
    people = [await make.viewer(one) for one in (asker, author, other, insider, leader, editor, moderator)]
    return posts, [VISITOR, *people]


@pytest.mark.parametrize("name", TABLE)
async def test_who_may_do_what(name: str) -> None:
    act, expected = TABLE[name]
    posts, viewers = await _cast()
    start = {one.id: dict(one) for one in await Post.all()}
    for post, failures in expected.items():
        for place, (viewer, failure) in enumerate(zip(viewers, failures, strict=True)):
            said = f"{name} {post} by column {place}"
            if failure is None:
                await act(viewer, *posts[post])
                await _as_before(start)
                continue
            entries = await Entry.all().count()
            with pytest.raises(failure):
                await act(viewer, *posts[post])
                pytest.fail(f"{said} was allowed")
            assert await Entry.all().count() == entries, said


async def _as_before(start: dict[int, dict[str, Any]]) -> None:
    await Vote.all().delete()
    await PostRevision.filter(number__gt=1).delete()
    for id_, columns in start.items():
        await Post.filter(id=id_).update(**{name: value for name, value in columns.items() if name != "id"})


async def test_a_vote_counts_once_and_can_be_taken_back() -> None:
    thread = await make.thread()
    post, who = await make.post(thread, votes=40), await make.viewer(await make.member())
    assert [await vote(who, thread.id, 2), await vote(who, thread.id, 2)] == [41, 41]
    assert [await unvote(who, thread.id, 2), await unvote(who, thread.id, 2)] == [40, 40]
    kinds = await Entry.all().order_by("id").values_list("kind", flat=True)
    assert [kind for kind in kinds if "vote" in str(kind)] == ["post.voted", "post.unvoted"]
    await vote(who, thread.id, 1)
    assert (await Thread.get(id=thread.id)).votes == 1
    assert (await Post.get(id=post.id)).votes == 40


async def test_twenty_clicks_at_once_leave_the_counter_equal_to_the_rows() -> None:
    thread = await make.thread()
    post = await make.post(thread)
    people = [await make.viewer(await make.member()) for _ in range(10)]
    await asyncio.gather(*(act(one, thread.id, 2) for one in people for act in (vote, vote)))
    assert (await Post.get(id=post.id)).votes == await Vote.filter(post_id=post.id).count() == 10
    await asyncio.gather(*(act(one, thread.id, 2) for one in people for act in (vote, unvote)))
    assert (await Post.get(id=post.id)).votes == await Vote.filter(post_id=post.id).count()


async def test_resolution_follows_answers_in_any_order() -> None:
    asker, moderator = await make.member(), await make.viewer(await make.moderator())
    thread = await make.thread(author=asker)
    who = await make.viewer(asker)

    async def resolution() -> str:
        return (await Thread.get(id=thread.id)).resolution

    assert await resolution() == "unanswered"
    first, second = await make.post(thread), await make.post(thread)
    assert await resolution() == "answered"
    assert [await accept(who, thread.id, 2), await accept(who, thread.id, 3)] == ["solved", "solved"]
    assert await unaccept(who, thread.id, 2) == "solved"
    await delete(moderator, thread.id, 3)
    assert await resolution() == "answered"
    await delete(moderator, thread.id, 2)
    assert await resolution() == "unanswered"
    after = await Thread.get(id=thread.id)
    assert (after.answers, after.replies, after.last_position) == (0, 0, 2)
    await restore(moderator, thread.id, 3)
    assert await resolution() == "solved"
    assert await unaccept(who, thread.id, 3) == "answered"
    assert {first.number, second.number} == {2, 3}


async def test_a_closed_question_stays_closed_when_an_answer_is_accepted() -> None:
    asker = await make.member()
    thread = await make.thread(author=asker, resolution="closed")
    await make.post(thread)
    assert await accept(await make.viewer(asker), thread.id, 2) == "closed"


async def test_accepting_touches_every_post_of_the_thread_once() -> None:
    asker = await make.member()
    thread, who = await make.thread(author=asker), await make.viewer(asker)
    posts = [await make.post(thread) for _ in range(3)]
    for number in (2, 3, 3):
        await accept(who, thread.id, number)
    first, second = await Entry.filter(kind="post.accepted").order_by("id")
    assert first.data["touches"] == {"thread": [thread.id], "post": [post.id for post in posts]}
    assert second.data["touches"] == {"thread": [thread.id]}


async def test_twenty_accept_vote_answer_and_delete_at_once() -> None:
    moderators = [await make.viewer(await make.moderator()) for _ in range(4)]
    thread = await make.thread(author=await make.member())
    for _ in range(4):
        await make.post(thread)
    acts: list[Awaitable[Any]] = []
    for number, one in enumerate(moderators, start=2):
        acts += [accept(one, thread.id, number), vote(one, thread.id, 2), unaccept(one, thread.id, number)]
        acts += [answer(one, thread.id, NewPost(body="One more answer, sent meanwhile."))]
        acts += [answer(one, thread.id, NewPost(body="A comment.", parent=number)), delete(one, thread.id, 5)]
    done = await asyncio.gather(*acts, return_exceptions=True)
    assert {type(one) for one in done if isinstance(one, Exception)} <= {Refused, Missing}
    await _consistent(thread.id)


async def _consistent(thread_id: int) -> None:
    thread, posts = await Thread.get(id=thread_id), await Post.filter(thread_id=thread_id)
    shown = [post for post in posts if post.state == "published" and post.number > 1]
    answers = [post for post in shown if post.kind == "answer"]
    assert (thread.replies, thread.answers) == (len(shown), len(answers))
    assert sorted(post.number for post in posts) == list(range(1, thread.last_number + 1))
    solved = any(post.accepted_at for post in answers)
    assert thread.resolution == ("solved" if solved else "answered")
    for post in posts:
        assert post.votes == await Vote.filter(post_id=post.id).count()


async def test_an_edit_keeps_the_old_text_and_replaces_html_and_quotes() -> None:
    author = await make.member()
    thread = await make.thread()
    source, post = await make.post(thread), await make.post(thread, author=author)
    body = f"> [Ann](/t/{thread.id}/x#post-2)\n>\n> two weeks\n\nThis is **new** text."
    revision = await edit(await make.viewer(author), thread.id, 3, EditedPost(body=body, revision=1, reason="Typo"))
    after = await Post.get(id=post.id)
    assert (revision, after.revision, after.body) == (2, 2, body)
    assert "<strong>new</strong>" in after.html
    assert after.edited_at is None, "within the first minutes an author corrects in silence"
    kept = await PostRevision.filter(post_id=post.id).order_by("number").values_list("number", "body", "reason")
    assert [row[0] for row in kept] == [1, 2]
    assert kept[1] == (2, body, "Typo")
    assert (await Quote.get()).source_id == source.id  # type: ignore[attr-defined]
    await edit(await make.viewer(author), thread.id, 3, EditedPost(body="No longer any quote in it.", revision=2))
    assert await Quote.all().count() == 0


async def test_a_late_edit_or_one_by_others_is_marked() -> None:
    author, moderator = await make.member(), await make.moderator()
    thread = await make.thread()
    await make.post(thread, author=author, at=now() - timedelta(minutes=6))
    await make.post(thread, author=author)
    given = EditedPost(body="A better text than before.", revision=1)
    await edit(await make.viewer(author), thread.id, 2, given)
    await edit(await make.viewer(moderator), thread.id, 3, given)
    assert all(post.edited_at for post in await Post.filter(thread_id=thread.id, number__gt=1))


async def test_an_edit_of_an_older_version_is_refused_with_what_stands_there_now() -> None:
    author = await make.member()
    thread, who = await make.thread(author=author), await make.viewer(author)
    first = EditedPost(body="The first who was ready.", title="A title that is long enough", revision=1)
    second = EditedPost(body="The second, a bit too late.", title="Another title, also long", revision=1)
    await edit(who, thread.id, 1, first)
    with pytest.raises(Stale) as stale:
        await edit(who, thread.id, 1, second)
    assert isinstance(stale.value, Conflict)
    assert (stale.value.current.revision, stale.value.current.body) == (2, first.body)
    assert (await Thread.get(id=thread.id)).title == first.title


async def test_of_ten_editors_at_once_one_wins() -> None:
    thread = await make.thread()
    await make.post(thread)
    people = [await make.viewer(await make.moderator()) for _ in range(10)]
    done = await asyncio.gather(
        *(edit(one, thread.id, 2, EditedPost(body=f"Text of editor {one.id}, at once.", revision=1)) for one in people),
        return_exceptions=True,
    )
    assert [one for one in done if one == 2] == [2]
    assert sum(isinstance(one, Stale) for one in done) == 9
    assert await PostRevision.filter(post__thread_id=thread.id, post__number=2).count() == 2


async def test_editing_the_opening_renames_the_thread_and_touches_its_posts() -> None:
    author = await make.member()
    thread = await make.thread(author=author)
    post = await make.post(thread)
    who = await make.viewer(author)
    given = EditedPost(body="We would like to know more.", title="Wie macht ihr das?", revision=1)
    await edit(who, thread.id, 1, given)
    after = await Thread.get(id=thread.id)
    assert (after.title, after.slug, after.excerpt) == ("Wie macht ihr das?", "wie-macht-ihr-das", given.body)
    entry = await Entry.filter(kind="post.edited").get()
    assert entry.data["touches"] == {"thread": [thread.id], "post": [post.id]}
    with pytest.raises(Invalid) as wrong:
        await edit(who, thread.id, 1, EditedPost(body="short", title="short", revision=2))
    assert set(wrong.value.errors) == {"body", "title"}


async def test_an_edit_that_changes_nothing_writes_nothing() -> None:
    author = await make.member()
    thread = await make.thread(author=author)
    opening = await Post.get(thread_id=thread.id)
    same = EditedPost(body=opening.body, revision=1)
    assert await edit(await make.viewer(author), thread.id, 1, same) == 1
    assert await PostRevision.all().count() == 1


async def test_with_its_opening_the_thread_is_deleted_and_comes_back() -> None:
    author, moderator = await make.viewer(await make.member()), await make.viewer(await make.moderator())
    assert author.id is not None
    thread = await make.thread(author=await _member(author.id))
    await delete(author, thread.id, 1)
    assert (await Thread.get(id=thread.id)).state == "deleted"
    with pytest.raises(Missing):
        await restore(author, thread.id, 1)
    await restore(moderator, thread.id, 1)
    assert (await Thread.get(id=thread.id)).state == "published"


async def _member(id_: int) -> Any:
    from members.models import Member

    return await Member.get(id=id_)


async def test_an_author_brings_back_what_they_deleted_but_not_what_was_taken_away() -> None:
    author = await make.member()
    thread = await make.thread()
    await make.post(thread, author=author)
    who = await make.viewer(author)
    await delete(who, thread.id, 2)
    await restore(who, thread.id, 2)
    await delete(await make.viewer(await make.moderator()), thread.id, 2)
    with pytest.raises(Missing):
        await restore(who, thread.id, 2)


async def test_watching_is_set_and_changed_and_only_for_what_one_may_see() -> None:
    thread, secret = await make.thread(), await make.thread(audience="network")
    tag, who = await make.tag(), await make.viewer(await make.member())
    unheard = await make.tag()
    await ThreadTag.create(thread=secret, tag=unheard)
    for level in ("watching", "muted"):
        await watch(who, "thread", thread.id, WatchLevel(level=level))
    await watch(who, "tag", tag.id, WatchLevel(level="following"))
    found = await Watch.all().order_by("id").values_list("target", "target_id", "level")
    assert list(found) == [("thread", thread.id, "muted"), ("tag", tag.id, "following")]
    for viewer, target, id_, failure in (
        (who, "thread", secret.id, Missing),
        (who, "tag", 999, Missing),
        (who, "tag", unheard.id, Missing),
        (VISITOR, "thread", thread.id, NotSignedIn),
    ):
        with pytest.raises(failure):
            await watch(viewer, target, id_, WatchLevel(level="watching"))  # type: ignore[arg-type]


async def test_a_read_mark_rises_and_never_sinks() -> None:
    thread, who = await make.thread(), await make.viewer(await make.member())
    await asyncio.gather(*(mark_read(who, thread.id, number) for number in (3, 9, 5)))
    await mark_read(who, thread.id, 4)
    assert (await ReadMark.get()).number == 9


async def test_threads_name_their_article_and_forget_it() -> None:
    first, second = await make.thread(), await make.thread()
    async with transaction():
        await link_article([second.id, first.id], Distilled(7, "Answering reviews"))
    found = await Thread.all().values_list("article_id", "article_title", "version")
    assert list(found) == [(7, "Answering reviews", 2)] * 2
    async with transaction():
        await unlink_article([first.id])
    after = await Thread.get(id=first.id)
    assert (after.article_id, after.article_title) == (None, "")
    assert await Entry.filter(kind="thread.distilled").count() == 2


async def test_an_author_says_that_a_post_is_no_longer_true_and_stands_by_it_again() -> None:
    author = await make.member()
    thread = await make.thread()
    who = await make.viewer(author)
    await make.post(thread, author=author, at=now() - timedelta(days=900))
    for why in ("Closed in March.", "Closed in March.", "Closed in April."):
        await outdate(who, thread.id, 2, Outdated(why=why))
    shown = (await thread_page(VISITOR, thread.id)).others[0]
    assert (shown.outdated_why, shown.outdated_at is not None) == ("Closed in April.", True)
    await stand_by(who, thread.id, 2)
    await stand_by(who, thread.id, 2)
    shown = (await thread_page(VISITOR, thread.id)).others[0]
    assert (shown.outdated_why, shown.outdated_at) == ("", None)
    kinds = (
        await Entry.filter(kind__in=("post.outdated", "post.stood_by")).order_by("id").values_list("kind", flat=True)
    )
    assert list(kinds) == ["post.outdated", "post.outdated", "post.stood_by"]


async def test_a_comment_cannot_be_called_untrue() -> None:
    author, thread = await make.member(), await make.thread()
    answer_ = await make.post(thread, author=author)
    await make.post(thread, "Thank you!", author=author, parent=answer_)
    with pytest.raises(Refused):
        await outdate(await make.viewer(author), thread.id, 3, Outdated(why="It was not so."))

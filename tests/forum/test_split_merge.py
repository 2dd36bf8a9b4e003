"""Splitting posts off, merging threads, and taking both back: numbers, places, who follows, what leads where."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from base.clock import now
from base.db import rows
from base.errors import Conflict, Failure, Invalid, Missing, Refused
from forum.actions.accept import accept
from forum.actions.answer import NewPost, answer
from forum.actions.close import Closing, close
from forum.actions.merge import Joining, merge
from forum.actions.split import Split, Splitting, split
from forum.actions.undo import undo
from forum.models import Bookmark, Draft, Post, PostPlace, ReadMark, Thread, ThreadChange, Watch
from forum.queries.led_on import led_on
from members.models import Mask, Member
from members.viewer import VISITOR, Viewer
from tests import builders as make

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("database")]

TITLE = "What about the other hospital, though?"


async def moderator() -> Viewer:
    return await make.viewer(await make.moderator())


async def table(thread: Thread) -> list[dict[str, Any]]:
    """Return everything that says where the posts of a thread stand, and how it counts them."""
    posts = await rows(
        "SELECT id, number, position, place, comments, kind, parent_id, accepted_at, votes FROM posts "
        "WHERE thread_id = ? ORDER BY id",
        thread.id,
    )
    counts = await rows(
        "SELECT kind, state, merged_into_id, resolution, replies, answers, votes, active_at, views, article_id "
        "FROM threads WHERE id = ?",
        thread.id,
    )
    return [*counts, *posts]


async def a_question() -> tuple[Thread, list[Post]]:
    """Make a question with two answers, comments on both and one on itself: #2, #3 on it, #4, #5 on that, #6 on #1."""
    thread = await make.thread()
    first = await make.post(thread, "The first answer, as it was given.")
    on_first = await make.post(thread, "A comment on the first.", parent=first)
    second = await make.post(thread, "The second answer, rather different.")
    on_second = await make.post(thread, "A comment on the second.", parent=second)
    opening = await Post.get(thread_id=thread.id, number=1)
    on_opening = await make.post(thread, "A comment on the question.", parent=opening)
    return thread, [opening, first, on_first, second, on_second, on_opening]


async def test_split_posts_begin_a_new_thread_and_come_back_as_they_were() -> None:
    viewer = await moderator()
    thread, posts = await a_question()
    asker = await make.viewer(await Member.get(id=thread.author_id))  # type: ignore[attr-defined]
    await accept(asker, thread.id, 4)
    before = await table(thread)
    done = await split(viewer, thread.id, Splitting.read({"posts": ["4"], "title": TITLE, "reason": "Another topic"}))
    new = await Thread.get(id=done.thread_id)
    moved = await Post.filter(thread_id=new.id).order_by("number")
    assert [(one.number, one.kind, one.position, one.place) for one in moved] == [
        (1, "opening", 0, 0), (2, "comment", 0, 1)
    ]  # fmt: skip
    assert (new.title, new.kind, new.replies, new.answers, new.resolution) == (TITLE, "question", 1, 0, "unanswered")
    assert new.author_id == posts[3].author_id  # type: ignore[attr-defined]
    old = await Thread.get(id=thread.id)
    assert (old.replies, old.answers, old.resolution, old.last_number) == (3, 1, "answered", 6)
    for number, there in ((4, 1), (5, 2)):
        led = await led_on(VISITOR, thread.id, number)
        assert (led.thread_id, led.number) == (new.id, there)
    with pytest.raises(Missing):
        await led_on(VISITOR, thread.id, 2)

    assert await undo(viewer, thread.id, done.change) == ""
    assert await table(thread) == before
    assert (await Thread.get(id=new.id)).state == "merged"
    led = await led_on(VISITOR, new.id, 2)
    assert (led.thread_id, led.number) == (thread.id, 5)
    with pytest.raises(Missing):
        await led_on(VISITOR, thread.id, 4)
    with pytest.raises(Conflict, match="already"):
        await undo(viewer, thread.id, done.change)


async def test_what_was_written_in_the_new_thread_comes_along() -> None:
    viewer = await moderator()
    thread, _ = await a_question()
    done = await split(viewer, thread.id, Splitting.read({"numbers": "2", "title": TITLE}))
    new = await Thread.get(id=done.thread_id)
    fresh = await make.post(new, "An answer that came after the split.")
    told = await undo(viewer, thread.id, done.change)
    assert "came along" in told
    back = await Post.get(id=fresh.id)
    assert (back.number, back.kind) == (7, "answer")
    assert (await Thread.get(id=thread.id)).replies == 6


async def test_posts_split_into_a_thread_stand_at_its_end() -> None:
    viewer = await moderator()
    thread, _ = await a_question()
    talk = await make.thread("Let us talk about it all", kind="discussion")
    await make.post(talk)
    before = await table(talk)
    done = await split(viewer, thread.id, Splitting.read({"numbers": "2, 4-5", "to": f"/t/{talk.id}"}))
    assert (done.thread_id, done.posts) == (talk.id, 4)
    there = await Post.filter(thread_id=talk.id, number__gt=2).order_by("number")
    assert [(one.number, one.kind, one.position, one.place) for one in there] == [
        (3, "reply", 2, 0), (4, "reply", 3, 0), (5, "reply", 4, 0), (6, "reply", 5, 0)
    ]  # fmt: skip
    assert there[1].parent_id == there[0].id  # type: ignore[attr-defined]
    await undo(viewer, thread.id, done.change)
    assert (await table(talk))[1:] == before[1:]


async def test_a_comment_splits_off_alone_and_a_parent_takes_its_comments() -> None:
    viewer = await moderator()
    thread, posts = await a_question()
    done = await split(viewer, thread.id, Splitting.read({"posts": "3,6", "title": TITLE, "kind": "discussion"}))
    moved = await Post.filter(thread_id=done.thread_id).order_by("number")
    assert [one.id for one in moved] == [posts[2].id, posts[5].id]
    assert [one.kind for one in moved] == ["opening", "reply"]


@pytest.mark.parametrize("kind", ["question", "discussion"])
@pytest.mark.parametrize("other", ["question", "discussion"])
async def test_merged_threads_are_one_and_come_apart_exactly(kind: str, other: str) -> None:
    viewer = await moderator()
    if other == "question":
        old, _ = await a_question()
    else:
        old = await make.thread("A talk that was begun twice", kind="discussion")
        reply = await make.post(old)
        await make.post(old, "A reply to the reply, in short.", parent=reply)
    there = await make.thread("The thread that stays as it is", kind=kind, views=5)
    await make.post(there)
    await Thread.filter(id=old.id).update(views=3)
    before_old, before_there = await table(old), await table(there)
    count = await Post.filter(thread_id=old.id).count()
    done = await merge(viewer, old.id, Joining(into=f"#{there.id}"))
    assert (done.thread_id, done.posts) == (there.id, count)
    gone = await Thread.get(id=old.id)
    assert (gone.state, gone.merged_into_id) == ("merged", there.id)  # type: ignore[attr-defined]
    merged = await Thread.get(id=there.id)
    assert (merged.replies, merged.views) == (1 + count, 8)
    posts = await Post.filter(thread_id=there.id).order_by("number")
    assert [one.number for one in posts] == list(range(1, count + 3))
    assert posts[2].kind == ("answer" if kind == "question" else "reply")
    assert posts[2].body.startswith(f"**{old.title}**\n\n")
    assert len({(one.position, one.place) for one in posts}) == len(posts)
    for number in range(1, count + 1):
        led = await led_on(VISITOR, old.id, number)
        assert (led.thread_id, led.number) == (there.id, number + 2)
    await undo(viewer, there.id, done.change)
    assert await table(old) == before_old
    assert await table(there) == before_there
    assert (await Post.get(thread_id=old.id, number=1)).body.startswith("We would like")


async def test_comments_written_below_merged_posts_go_back_with_them() -> None:
    viewer = await moderator()
    old, posts = await a_question()
    there = await make.thread("The question that stays as it is")
    done = await merge(viewer, old.id, Joining(into=str(there.id)))
    first = await Post.get(id=posts[1].id)
    comment = await make.post(there, "A late comment on the first.", parent=first)
    fresh = await make.post(there, "An answer to what is one by now.")
    assert "went along" in await undo(viewer, there.id, done.change)
    back, stays = await Post.get(id=comment.id), await Post.get(id=fresh.id)
    assert (back.thread_id, back.number, back.parent_id) == (old.id, 7, first.id)  # type: ignore[attr-defined]
    assert stays.thread_id == there.id  # type: ignore[attr-defined]
    led = await led_on(VISITOR, there.id, comment.number)
    assert (led.thread_id, led.number) == (old.id, 7)


async def test_readers_followers_bookmarks_and_drafts_follow() -> None:
    viewer = await moderator()
    old, posts = await a_question()
    there, again = await make.thread("The question that stays"), await make.thread("Asked a third time by now")
    reader, other = await make.member(), await make.member()
    at = now()
    await close(viewer, again.id, Closing(reason="duplicate", link=str(old.id)))
    await ReadMark.create(member=reader, thread_id=old.id, number=4, at=at)
    await ReadMark.create(member=reader, thread_id=there.id, number=1, at=at)
    await ReadMark.create(member=other, thread_id=old.id, number=6, at=at)
    await Watch.create(member=reader, target="thread", target_id=old.id, level="following", at=at)
    await Watch.create(member=other, target="thread", target_id=old.id, level="muted", at=at)
    mark = await Bookmark.create(member=reader, target="thread", target_id=old.id, created_at=at)
    place = f"reply.{old.id}.2"
    draft = await Draft.create(member=reader, place=place, given={"body": "Begun"}, updated_at=at)
    far = await Draft.create(member=reader, place=f"reply.{old.id}9", given={}, updated_at=at)
    done = await merge(viewer, old.id, Joining(into=str(there.id)))
    assert (await ReadMark.get(member=reader, thread_id=there.id)).number == 5
    assert not await ReadMark.filter(member=other, thread_id=there.id)
    assert await Watch.filter(target_id=there.id, level="following").values_list("member_id", flat=True) == [reader.id]
    assert (await Bookmark.get(id=mark.id)).target_id == there.id
    assert (await Draft.get(id=draft.id)).place == f"reply.{there.id}"
    assert (await Draft.get(id=far.id)).place == f"reply.{old.id}9"
    assert (await Thread.get(id=again.id)).duplicate_of_id == there.id  # type: ignore[attr-defined]
    await undo(viewer, there.id, done.change)
    assert not await Watch.filter(target_id=there.id, member=reader)
    assert (await Bookmark.get(id=mark.id)).target_id == old.id
    assert (await Draft.get(id=draft.id)).place == place
    assert (await Thread.get(id=again.id)).duplicate_of_id == old.id  # type: ignore[attr-defined]

    await Watch.create(member_id=posts[3].author_id, target="thread", target_id=old.id, level="following", at=at)  # type: ignore[attr-defined]
    parted = await split(viewer, old.id, Splitting.read({"posts": "2,4", "title": TITLE}))
    followers = await Watch.filter(target="thread", target_id=parted.thread_id).values_list("member_id", flat=True)
    assert set(followers) == {posts[1].author_id, posts[3].author_id}  # type: ignore[attr-defined]
    assert (await ReadMark.get(member=reader, thread_id=parted.thread_id)).number == 3


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({}, "choose the posts"),
        ({"posts": "x"}, "no number"),
        ({"posts": "9" * 30}, "no number"),
        ({"numbers": "1"}, "beginning stays"),
        ({"numbers": "77"}, "choose the posts"),
        ({"numbers": "2", "title": ""}, "needs a title"),
        ({"numbers": "2", "title": "short"}, "at least 15"),
        ({"numbers": "2", "to": "nowhere"}, "address of the thread"),
        ({"numbers": "2", "to": "999999999999"}, "no such thread"),
    ],
)
async def test_odd_input_gets_a_sentence(given: dict[str, Any], words: str) -> None:
    viewer = await moderator()
    thread, _ = await a_question()
    with pytest.raises(Invalid, match=words):
        await split(viewer, thread.id, Splitting.read({"title": TITLE} | given))
    assert not await ThreadChange.exists()


async def test_who_may_split_and_merge() -> None:
    region, elsewhere = await make.region(), await make.region()
    leader, author = await make.member(), await make.member()
    await make.grant(leader, "community_leader", "region", region.id)
    mine = await make.thread(region_id=region.id, author=author)
    await make.post(mine)
    other = await make.thread("In another region of the world", region_id=elsewhere.id)
    for viewer in (VISITOR, await make.viewer(author), await make.viewer(await make.editor())):
        with pytest.raises(Refused):
            await split(viewer, mine.id, Splitting.read({"posts": "2", "title": TITLE}))
        with pytest.raises(Refused):
            await merge(viewer, mine.id, Joining(into=str(other.id)))
    with pytest.raises(Invalid, match="do not moderate"):
        await merge(await make.viewer(leader), mine.id, Joining(into=str(other.id)))
    with pytest.raises(Invalid, match="do not moderate"):
        await split(await make.viewer(leader), mine.id, Splitting.read({"posts": "2", "to": str(other.id)}))
    done = await split(await make.viewer(leader), mine.id, Splitting.read({"posts": "2", "title": TITLE}))
    with pytest.raises(Refused):
        await undo(await make.viewer(author), mine.id, done.change)
    await undo(await make.viewer(leader), mine.id, done.change)


async def test_rings_and_itself_are_refused() -> None:
    viewer = await moderator()
    one, two = await make.thread(), await make.thread()
    with pytest.raises(Invalid, match="same thread"):
        await merge(viewer, one.id, Joining(into=str(one.id)))
    await close(viewer, two.id, Closing(reason="duplicate", link=str(one.id)))
    with pytest.raises(Invalid, match="other way round"):
        await merge(viewer, one.id, Joining(into=str(two.id)))
    await merge(viewer, two.id, Joining(into=str(one.id)))
    with pytest.raises(Invalid, match="no such thread"):
        await merge(viewer, one.id, Joining(into=str(two.id)))
    with pytest.raises(Missing):
        await merge(viewer, two.id, Joining(into=str(one.id)))
    third = await make.thread()
    await merge(viewer, one.id, Joining(into=str(third.id)))
    assert (await led_on(VISITOR, two.id)).thread_id == third.id


async def test_nothing_reaches_more_readers_by_merging() -> None:
    organisation = await make.organisation()
    inside = await make.thread("Only for those in this house", audience=f"org:{organisation.id}")
    await make.post(inside)
    open_one, staff = await make.thread(), await make.thread(audience="staff")
    viewer = await moderator()
    for act in (
        merge(viewer, inside.id, Joining(into=str(open_one.id))),
        split(viewer, inside.id, Splitting.read({"posts": "2", "to": str(open_one.id)})),
    ):
        with pytest.raises(Invalid, match="circle that you do not belong to"):
            await act
    await merge(viewer, open_one.id, Joining(into=str(staff.id)))
    with pytest.raises(Missing):
        await led_on(VISITOR, open_one.id)


async def masked(thread: Thread) -> Post:
    """Let somebody write behind a mask in a thread."""
    behind = await make.member("Night owl", state="mask", email=None)
    await Mask.create(
        member=behind, place=f"thread:{thread.id}", owner="x" * 64, sealed="x", created_at=now(), checked_at=now()
    )
    return await make.post(thread, author=behind)


async def test_masks_hold_in_one_thread_only() -> None:
    viewer = await moderator()
    thread, _ = await a_question()
    hidden = await masked(thread)
    other = await make.thread("Another question of this kind")
    await make.post(other)
    with pytest.raises(Invalid, match="behind a mask"):
        await split(viewer, thread.id, Splitting.read({"posts": str(hidden.number), "title": TITLE}))
    with pytest.raises(Invalid, match="behind a mask"):
        await merge(viewer, thread.id, Joining(into=str(other.id)))
    with pytest.raises(Invalid, match="behind a mask"):
        await merge(viewer, other.id, Joining(into=str(thread.id)))
    with pytest.raises(Invalid, match="behind a mask"):
        await split(viewer, other.id, Splitting.read({"posts": "2", "to": str(thread.id)}))
    await split(viewer, thread.id, Splitting.read({"posts": "2", "title": TITLE}))


async def test_a_case_study_stands_for_itself() -> None:
    viewer = await moderator()
    case, other = await make.thread(kind="case_study"), await make.thread()
    with pytest.raises(Refused, match="stands for itself"):
        await merge(viewer, case.id, Joining(into=str(other.id)))


async def test_undo_waits_for_nobody_and_for_its_order() -> None:
    viewer = await moderator()
    thread, _ = await a_question()
    first = await split(viewer, thread.id, Splitting.read({"posts": "2", "title": TITLE}))
    second = await split(viewer, thread.id, Splitting.read({"posts": "4", "title": TITLE}))
    with pytest.raises(Conflict, match="that back first"):
        await undo(viewer, thread.id, first.change)
    away = await split(viewer, second.thread_id, Splitting.read({"posts": "2", "to": str(first.thread_id)}))
    with pytest.raises(Conflict, match="moved again"):
        await undo(viewer, thread.id, second.change)
    await undo(viewer, second.thread_id, away.change)
    await undo(viewer, thread.id, second.change)
    await ThreadChange.filter(id=first.change).update(at=now() - timedelta(minutes=11))
    with pytest.raises(Conflict, match="ten minutes"):
        await undo(viewer, thread.id, first.change)


async def test_two_who_split_the_same_posts_at_once() -> None:
    one, two = await moderator(), await moderator()
    thread, _ = await a_question()
    wanted = Splitting.read({"posts": "2,4", "title": TITLE})
    done = await asyncio.gather(split(one, thread.id, wanted), split(two, thread.id, wanted), return_exceptions=True)
    assert len([one for one in done if isinstance(one, Split)]) == 1
    assert len([one for one in done if isinstance(one, Failure)]) == 1
    assert await Thread.all().count() == 2
    assert await Post.all().count() == 6


async def test_answers_written_while_a_thread_is_merged_are_not_lost() -> None:
    viewer = await moderator()
    old, _ = await a_question()
    there = await make.thread("The question that stays as it is")
    writers = [await make.viewer(await make.member()) for _ in range(6)]

    async def write(place: int, writer: Viewer) -> None:
        parent = 2 if place % 2 else None
        await answer(writer, old.id, NewPost(parent=parent, body=f"What number {place} has to say about it."))

    await asyncio.gather(
        *(write(*one) for one in enumerate(writers[:3])),
        merge(viewer, old.id, Joining(into=str(there.id))),
        *(write(*one) for one in enumerate(writers[3:], 3)),
    )
    assert await Post.filter(thread_id=old.id).count() == 0
    posts = await Post.filter(thread_id=there.id)
    assert len(posts) == 1 + 6 + 6
    assert len({one.number for one in posts}) == len(posts)
    assert (await Thread.get(id=there.id)).replies == 12


async def test_a_thousand_posts_split_in_few_statements() -> None:
    viewer = await moderator()
    thread = await make.thread(kind="discussion")
    author = await make.member()
    at = now()
    await Post.bulk_create(
        [
            Post(thread_id=thread.id, number=n, position=n - 1, kind="reply", author=author, body="Said", html="Said",
                 created_at=at)
            for n in range(2, 1_102)
        ]
    )  # fmt: skip
    await Thread.filter(id=thread.id).update(last_number=1_101, last_position=1_100, replies=1_100)
    began = now()
    done = await split(viewer, thread.id, Splitting.read({"numbers": "2-1001", "title": TITLE}))
    assert done.posts == 1_000
    await undo(viewer, thread.id, done.change)
    assert (now() - began).total_seconds() < 10
    assert await Post.filter(thread_id=thread.id).count() == 1_101
    assert not await PostPlace.filter(thread_id=thread.id)

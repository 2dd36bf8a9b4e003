"""Looking after a thread in the browser: every act has its page, is told, is undone, and old addresses lead on."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx2
import pytest
from tortoise.expressions import F

from app.wiring import SOURCES
from base.clock import now
from base.db import transaction
from base.errors import Conflict, Invalid, Missing, Refused
from base.journal.deliver import deliver_all
from base.journal.record import record
from forum.actions.announce_above import Above, announce_above
from forum.actions.answer import NewPost, answer
from forum.actions.close_later import ClosingLater, close_due, close_later, never_close
from forum.actions.convert import Converting, convert
from forum.actions.edit import EditedPost, edit
from forum.actions.merge import Joining, merge
from forum.actions.move import Moving, move
from forum.actions.pin import Pinning, pin
from forum.actions.split import Splitting, split
from forum.actions.undo import undo
from forum.actions.watch import WatchLevel
from forum.actions.watch import watch as follow
from forum.banners import look_again
from forum.models import Category, Post, Quote, Thread, ThreadChange
from kb.models import Nomination, SourceLink
from members.models import Mask, Member, Notice
from members.viewer import Viewer
from search_index.engine import running
from search_index.engines.whoosh.engine import WhooshEngine
from search_index.keep_up import rebuild
from tests import builders as make
from tests.statements import statements

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("database")]

TITLE = "What about the other hospital, though?"


async def moderator() -> Viewer:
    return await make.viewer(await make.moderator())


async def kinds(thread: Thread) -> list[tuple[int, str, int, int]]:
    posts = await Post.filter(thread_id=thread.id).order_by("number")
    return [(one.number, one.kind, one.position, one.place) for one in posts]


# Converting


async def test_a_question_becomes_a_discussion_and_back_and_is_undone() -> None:
    viewer = await moderator()
    thread = await make.thread()
    first = await make.post(thread, accepted_at=now())
    await make.post(thread, "A comment on the first.", parent=first)
    await make.post(thread)
    await Thread.filter(id=thread.id).update(resolution="solved")
    before = await kinds(thread)
    change = await convert(viewer, thread.id, Converting(kind="discussion"))
    assert await kinds(thread) == [(1, "opening", 0, 0), (2, "reply", 1, 0), (3, "reply", 2, 0), (4, "reply", 3, 0)]
    changed = await Thread.get(id=thread.id)
    assert (changed.kind, changed.resolution, changed.answers, changed.replies) == ("discussion", "", 0, 3)
    assert (await Post.get(id=first.id)).accepted_at is None
    late = await make.post(thread, "A reply that came afterwards.", parent=await Post.get(id=first.id))
    assert "at the end" in await undo(viewer, thread.id, change)
    assert (await kinds(thread))[:4] == before
    assert (await kinds(thread))[4] == (late.number, "comment", 1, 2)
    back = await Thread.get(id=thread.id)
    assert (back.kind, back.resolution, back.answers, back.replies) == ("question", "solved", 2, 4)


async def test_a_discussion_becomes_a_question_with_replies_to_replies_as_comments() -> None:
    viewer = await moderator()
    thread = await make.thread(kind="discussion")
    opening = await Post.get(thread_id=thread.id)
    first = await make.post(thread, parent=opening)
    second = await make.post(thread, parent=first)
    await make.post(thread, parent=second)
    await make.post(thread)
    before = await kinds(thread)
    change = await convert(viewer, thread.id, Converting(kind="question"))
    assert await kinds(thread) == [
        (1, "opening", 0, 0), (2, "answer", 1, 0), (3, "comment", 1, 1), (4, "comment", 1, 2), (5, "answer", 2, 0)
    ]  # fmt: skip
    assert (await Post.get(id=first.id)).comments == 2
    await undo(viewer, thread.id, change)
    assert await kinds(thread) == before


async def test_who_may_convert_what() -> None:
    author, region = await make.member(), await make.region()
    leader, elsewhere = await make.member(), await make.member()
    await make.grant(leader, "community_leader", "region", region.id)
    await make.grant(elsewhere, "community_leader", "region", region.id + 1)
    talk = await make.thread(kind="discussion", author=author, region_id=region.id)
    for one in (author, elsewhere):
        with pytest.raises(Refused):
            await convert(await make.viewer(one), talk.id, Converting(kind="question"))
    await convert(await make.viewer(leader), talk.id, Converting(kind="question"))
    await convert(await make.viewer(await make.editor()), talk.id, Converting(kind="announcement"))
    with pytest.raises(Conflict):
        await convert(await moderator(), talk.id, Converting(kind="announcement"))
    with pytest.raises(Invalid, match="a form of its own"):
        await convert(await moderator(), talk.id, Converting(kind="case_study"))
    case = await make.thread(kind="case_study")
    with pytest.raises(Refused, match="stays one"):
        await convert(await moderator(), case.id, Converting(kind="question"))


# Moving


async def test_moving_changes_place_and_readers_and_is_undone() -> None:
    viewer = await moderator()
    region, category, tag = await make.region(), await make.category(), await make.tag("reviews")
    thread = await make.thread(tags=[tag])
    given = {"audience": "network", "region": str(region.id), "category": category.slug, "tags": "", "reason": "Here"}
    change = await move(viewer, thread.id, Moving.read(given))
    moved = await Thread.get(id=thread.id)
    assert (moved.audience, moved.region_id, moved.category_id) == ("network", region.id, category.id)  # type: ignore[attr-defined]
    assert await ThreadChange.filter(id=change).values_list("kind", "reason") == [("moved", "Here")]
    await undo(viewer, thread.id, change)
    back = await Thread.get(id=thread.id)
    assert (back.audience, back.region_id, back.category_id) == ("public", None, None)  # type: ignore[attr-defined]
    assert await back.tags.all().values_list("tag_id", flat=True) == [tag.id]  # type: ignore[attr-defined]
    with pytest.raises(Conflict, match="there already"):
        await move(viewer, thread.id, Moving.read({"audience": "public", "tags": "reviews"}))


async def test_undoing_a_move_keeps_what_somebody_changed_since() -> None:
    viewer = await moderator()
    thread = await make.thread()
    change = await move(viewer, thread.id, Moving.read({"audience": "network"}))
    category: Category = await make.category()
    await Thread.filter(id=thread.id).update(category_id=category.id)
    with pytest.raises(Conflict, match="by now"):
        await undo(viewer, thread.id, change)


async def test_undoing_shows_nobody_what_was_written_for_fewer() -> None:
    viewer = await moderator()
    thread = await make.thread()
    change = await move(viewer, thread.id, Moving.read({"audience": "staff"}))
    await make.post(thread, "This is for the ears of staff alone.")
    with pytest.raises(Conflict, match="for fewer readers"):
        await undo(viewer, thread.id, change)

    old, there = await make.thread(), await make.thread(audience="staff")
    post = await make.post(old)
    done = await merge(viewer, old.id, Joining(into=str(there.id)))
    moved = await Post.get(id=post.id)
    edited = EditedPost(body="Edited into something for staff alone.", revision=1)
    await edit(viewer, there.id, moved.number, edited)
    with pytest.raises(Conflict, match="for fewer readers"):
        await undo(viewer, there.id, done.change)
    open_one, secret = await make.thread(), await make.thread(audience="staff")
    first = await make.post(open_one)
    done = await merge(viewer, open_one.id, Joining(into=str(secret.id)))
    await make.post(secret, "A comment for staff alone.", parent=await Post.get(id=first.id))
    with pytest.raises(Conflict, match="for fewer readers"):
        await undo(viewer, secret.id, done.change)


async def test_a_post_that_moved_can_still_be_quoted_by_its_old_address() -> None:
    viewer = await moderator()
    thread = await make.thread()
    post = await make.post(thread)
    await split(viewer, thread.id, Splitting.read({"posts": "2", "title": TITLE}))
    body = f"> [Somebody](/t/{thread.id}-x/2#post-2)\n>\n> We did it like this.\n\nSo did we, and it took a week."
    made = await answer(viewer, thread.id, NewPost(body=body))
    assert await Quote.filter(post_id=made.id).values_list("source_id", flat=True) == [post.id]


async def test_looking_after_costs_others_nothing(client: httpx2.AsyncClient) -> None:
    thread = await make.thread()
    await make.post(thread)
    address = f"/t/{thread.id}-{thread.slug}"
    sent: dict[str, int] = {}
    for who, person in (("member", await make.member()), ("moderator", await make.moderator())):
        await make.sign_in(client, person)
        await follow(await make.viewer(person), "thread", thread.id, WatchLevel(level="watching"))
        await client.get(address)
        with statements() as made:
            await client.get(address)
        sent[who] = len(made)
    # Whether the page is another one for them is asked, too.
    assert sent["member"] <= 6
    assert sent["moderator"] <= 6


async def test_nobody_shows_to_more_what_they_see_by_office_only() -> None:
    home = await make.organisation()
    inside = await make.thread("Only for those in this house", audience=f"org:{home.id}", organisation=home)
    viewer = await moderator()
    for audience in ("public", "network", "staff"):
        with pytest.raises(Invalid, match="circle"):
            await move(viewer, inside.id, Moving.read({"audience": audience}))
    colleague = await make.member(at=home)
    await make.grant(colleague, "moderator")
    await move(await make.viewer(colleague), inside.id, Moving.read({"audience": "network"}))
    with pytest.raises(Invalid, match="people you belong to"):
        await move(viewer, inside.id, Moving.read({"audience": "org:999"}))
    await move(viewer, inside.id, Moving.read({"audience": f"org:{home.id}"}))


async def test_what_was_written_behind_a_mask_is_shown_to_no_more_people() -> None:
    thread = await make.thread(audience="network")
    behind = await make.member("Night owl", state="mask", email=None)
    await Mask.create(
        member=behind, place=f"thread:{thread.id}", owner="x", sealed="x", created_at=now(), checked_at=now()
    )
    with pytest.raises(Invalid, match="behind a mask"):
        await move(await moderator(), thread.id, Moving.read({"audience": "public"}))
    await move(await moderator(), thread.id, Moving.read({"audience": "staff"}))


async def test_leaders_move_between_their_regions() -> None:
    mine, other = await make.region(), await make.region()
    leader = await make.member()
    await make.grant(leader, "community_leader", "region", mine.id)
    thread = await make.thread(region_id=mine.id)
    viewer = await make.viewer(leader)
    with pytest.raises(Invalid, match="regions they lead"):
        await move(viewer, thread.id, Moving.read({"audience": "public", "region": str(other.id)}))
    with pytest.raises(Invalid, match="belongs to that region"):
        Moving.read({"audience": f"region:{mine.id}", "region": ""})
    await move(viewer, thread.id, Moving.read({"audience": f"region:{mine.id}", "region": str(mine.id)}))
    strange = await make.thread(region_id=other.id)
    with pytest.raises(Refused):
        await move(viewer, strange.id, Moving.read({"audience": "public"}))


async def test_notices_are_taken_back_from_who_may_not_see_it_any_more(client: httpx2.AsyncClient) -> None:
    thread = await make.thread()
    outside, inside = await make.member(), await make.member(at=await make.organisation())
    await deliver_all()
    for one in (outside, inside):
        await Notice.create(
            member=one, key=f"thread:{thread.id}", kind="thread", group=f"thread:{thread.id}", subject=thread.title,
            url="/t/1", reason="Because.", created_at=now(),
        )  # fmt: skip
    await move(await moderator(), thread.id, Moving.read({"audience": "network"}))
    await deliver_all()
    assert await Notice.filter(group=f"thread:{thread.id}").values_list("member_id", flat=True) == [inside.id]


# Closing by date


async def test_a_thread_closes_once_on_its_day_and_says_so(client: httpx2.AsyncClient) -> None:
    viewer = await moderator()
    thread = await make.thread()
    day = (now() + timedelta(days=3)).date()
    change = await close_later(viewer, thread.id, ClosingLater.read({"on": day.isoformat(), "lock": "yes"}))
    assert f"Closes on {day.day} {day:%b %Y}." in (await client.get(f"/t/{thread.id}-{thread.slug}")).text
    assert await close_due() == 0
    await Thread.filter(id=thread.id).update(closes_at=now() - timedelta(minutes=1))
    assert [await close_due(), await close_due()] == [1, 0]
    closed = await Thread.get(id=thread.id)
    assert (closed.resolution, closed.locked, closed.closes_at) == ("closed", True, None)
    assert "until a day" in closed.closed_reason
    await deliver_all()
    assert await Notice.filter(kind="closed").values_list("member_id", flat=True) == [thread.author_id]  # type: ignore[attr-defined]
    with pytest.raises(Conflict, match="closed meanwhile"):
        await undo(viewer, thread.id, change)


async def test_a_quiet_thread_closes_after_its_days_and_a_reply_puts_it_off() -> None:
    viewer = await moderator()
    long_ago = now() - timedelta(days=40)
    thread = await make.thread(at=long_ago)
    await close_later(viewer, thread.id, ClosingLater.read({"quiet_days": "30"}))
    assert await close_due() == 0
    set_for = (await Thread.get(id=thread.id)).closes_at
    assert set_for is not None
    assert (set_for - now()).days in (29, 30)  # quiet for forty days, it is given these thirty once more
    await Thread.filter(id=thread.id).update(active_at=now() - timedelta(days=10))
    await Thread.filter(id=thread.id).update(closes_at=now() - timedelta(minutes=1))
    assert await close_due() == 0
    waiting = await Thread.get(id=thread.id)
    assert waiting.closes_at is not None
    assert 19 <= (waiting.closes_at - now()).days <= 20
    await Thread.filter(id=thread.id).update(active_at=long_ago, closes_at=now() - timedelta(minutes=1))
    assert await close_due() == 1
    assert "30 days" in (await Thread.get(id=thread.id)).closed_reason


async def test_the_day_can_be_taken_away_and_undone() -> None:
    viewer = await moderator()
    thread = await make.thread()
    change = await close_later(viewer, thread.id, ClosingLater.read({"quiet_days": 5}))
    await never_close(viewer, thread.id)
    assert (await Thread.get(id=thread.id)).closes_at is None
    with pytest.raises(Conflict, match="that back first"):
        await undo(viewer, thread.id, change)
    last = await ThreadChange.all().order_by("-id").first()
    assert last is not None
    await undo(viewer, thread.id, last.id)
    assert (await Thread.get(id=thread.id)).closes_at is not None
    await undo(viewer, thread.id, change)
    assert (await Thread.get(id=thread.id)).closes_at is None


@pytest.mark.parametrize(
    "given", [{}, {"on": "2020-01-01"}, {"on": "soon"}, {"quiet_days": "0"}, {"on": "2099-01-01", "quiet_days": "3"}]
)
async def test_a_day_or_days_not_both_and_not_the_past(given: dict[str, str]) -> None:
    with pytest.raises(Invalid):
        ClosingLater.read(given)


async def test_pinning_until_a_day_is_undone() -> None:
    viewer = await moderator()
    thread = await make.thread()
    await pin(viewer, thread.id, Pinning.read({"until": (now() + timedelta(days=3)).date().isoformat()}))
    pinned = (await Thread.get(id=thread.id)).pinned_until
    assert pinned is not None
    assert (pinned - now()).days == 3 or (pinned - now()).days == 2
    change = await ThreadChange.get(kind="pinned")
    await undo(viewer, thread.id, change.id)
    assert (await Thread.get(id=thread.id)).pinned_until is None


# Old addresses


async def test_old_addresses_lead_to_where_posts_are(client: httpx2.AsyncClient) -> None:
    viewer = await moderator()
    old, there = await make.thread(), await make.thread("The question that stays as it is")
    post = await make.post(old)
    comment = await make.post(old, "A comment on the answer.", parent=post)
    done = await merge(viewer, old.id, Joining(into=str(there.id)))
    home = f"/t/{there.id}-{there.slug}"
    number = {1: 2, 2: 3, 3: 4}
    for path, to in {
        f"/t/{old.id}": f"{home}#post-2",
        f"/t/{old.id}-{old.slug}": f"{home}#post-2",
        f"/t/{old.id}-{old.slug}?page=3": f"{home}#post-2",
        f"/t/{old.id}-{old.slug}/2": f"{home}#post-{number[2]}",
        f"/t/{old.id}-{old.slug}/77": f"{home}#post-2",
        f"/t/{old.id}.json": f"{home}.json",
        f"/t/{old.id}-{old.slug}.md": f"{home}.md",
        f"/t/{old.id}/posts/{comment.number}": f"/t/{there.id}/posts/{number[3]}",
        f"/t/{old.id}/posts/2/history": f"/t/{there.id}/posts/{number[2]}/history",
        f"/api/v1/threads/{old.id}": f"/api/v1/threads/{there.id}",
        f"/api/v1/threads/{old.id}/posts/2": f"/api/v1/threads/{there.id}/posts/3",
    }.items():
        answer_ = await client.get(path)
        assert (answer_.status_code, answer_.headers["location"]) == (301, to), path
        assert (await client.get(to.partition("#")[0])).status_code == 200, to
    member = await make.member()
    await make.sign_in(client, member)
    sent = await client.post(f"/t/{old.id}/posts/2/vote")
    assert (sent.status_code, sent.headers["location"]) == (307, f"/t/{there.id}/posts/3/vote")
    sent = await client.post(
        f"/t/{old.id}/answer", data={"body": "Written while the thread was merged.", "parent": "2"}
    )
    assert sent.headers["location"] == f"{home}#post-5"
    written = await Post.get(thread_id=there.id, number=5)
    assert written.parent_id == post.id  # type: ignore[attr-defined]
    preview = await client.post(f"/t/{old.id}/answer", data={"body": "Hm!", "parent": "2"})
    assert preview.status_code == 422
    assert "Hm!" in preview.text
    sent = await client.post(f"/t/{old.id}/watch", data={"level": "muted"})
    assert (sent.status_code, sent.headers["location"]) == (303, f"{home}#post-2")
    await undo(viewer, there.id, done.change)
    assert (await client.get(f"/t/{old.id}-{old.slug}")).status_code == 200


async def test_who_may_not_see_the_new_place_is_told_of_nothing(client: httpx2.AsyncClient) -> None:
    viewer = await moderator()
    old, staff = await make.thread(), await make.thread("Secretly discussed by staff", audience="staff")
    await make.post(old)
    away = await make.thread("Stays where it is, in the open")
    await make.post(away)
    await merge(viewer, old.id, Joining(into=str(staff.id)))
    await split(viewer, away.id, Splitting.read({"posts": "2", "to": str(staff.id)}))
    for path in (
        f"/t/{old.id}",
        f"/t/{old.id}-x",
        f"/t/{old.id}.json",
        f"/api/v1/threads/{old.id}",
        f"/t/{away.id}-x/2",
    ):
        answer_ = await client.get(path)
        assert answer_.status_code == 404, path
        assert f"/t/{staff.id}" not in answer_.text
        assert "Secretly" not in answer_.text
    page = (await client.get(f"/t/{away.id}-{away.slug}")).text
    assert "Secretly" not in page
    assert "moved to" not in page
    await make.sign_in(client, await make.moderator())
    page = (await client.get(f"/t/{away.id}-{away.slug}")).text
    assert "1 post was moved to" in page
    assert 'id="post-2"' in page


async def test_pages_kept_for_visitors_forget_what_they_may_not_name(client: httpx2.AsyncClient) -> None:
    viewer = await moderator()
    thread, there = await make.thread(), await make.thread("A name that is soon a secret")
    await make.post(thread)
    await split(viewer, thread.id, Splitting.read({"posts": "2", "to": str(there.id)}))
    address = f"/t/{thread.id}-{thread.slug}"
    assert "soon a secret" in (await client.get(address)).text
    await move(viewer, there.id, Moving.read({"audience": "staff"}))
    assert "soon a secret" not in (await client.get(address)).text


@pytest.mark.parametrize("how", ["hidden", "renamed"])
async def test_what_a_closed_thread_names_elsewhere_is_as_it_is_there(client: httpx2.AsyncClient, how: str) -> None:
    viewer = await moderator()
    closed, there = await make.thread(), await make.thread("A name that is soon a secret")
    why = f"answered\n/t/{there.id}-{there.slug}"
    await Thread.filter(id=closed.id).update(resolution="closed", closed_reason=why)
    address = f"/t/{closed.id}-{closed.slug}"
    assert "soon a secret" in (await client.get(address)).text
    if how == "hidden":
        await move(viewer, there.id, Moving.read({"audience": "staff"}))
    else:
        async with transaction():
            await Thread.filter(id=there.id).update(title="Another name", version=F("version") + 1)
            await record("thread.renamed", actor_id=None, subject_id=there.id)
    assert "soon a secret" not in (await client.get(address)).text


async def test_names_under_an_accepted_answer_of_another_page_are_those_of_today(client: httpx2.AsyncClient) -> None:
    thread = await make.thread()
    for _ in range(25):
        await make.post(thread)
    late = await Post.get(thread_id=thread.id, number=24)
    await Post.filter(id=late.id).update(accepted_at=now())
    author = await make.member(name="Zed Before")
    await make.post(thread, parent=late, author=author)
    address = f"/t/{thread.id}-{thread.slug}"
    assert "Zed Before" in (await client.get(address)).text
    await Member.filter(id=author.id).update(name="Zed Later")
    await make.act()
    assert "Zed Before" not in (await client.get(address)).text


async def test_a_page_of_which_everything_was_moved_says_so(client: httpx2.AsyncClient) -> None:
    viewer = await moderator()
    thread = await make.thread(kind="discussion")
    for _ in range(45):
        await make.post(thread)
    await split(viewer, thread.id, Splitting.read({"numbers": "22-41", "title": TITLE}))
    address = f"/t/{thread.id}-{thread.slug}"
    assert "20 posts were moved to" in (await client.get(address)).text
    second = await client.get(f"{address}?page=2")
    assert "Nothing is left on this page" in second.text
    assert 'id="post-42"' in (await client.get(f"{address}?page=3")).text
    await make.sign_in(client, await make.member())
    assert (await client.get(address)).status_code == 200


# In the browser


async def test_the_whole_way_in_the_browser(client: httpx2.AsyncClient) -> None:
    who = await make.moderator("Mo")
    await make.sign_in(client, who)
    thread, there = await make.thread(), await make.thread("Another one that is there")
    await make.post(thread, "An answer that belongs <b>elsewhere</b>.")
    address = f"/t/{thread.id}"
    page = (await client.get(f"{address}-{thread.slug}")).text
    for act in ("move", "split", "merge", "convert", "closing", "pin", "changes"):
        assert f'href="{address}/{act}"' in page
        assert (await client.get(f"{address}/{act}")).status_code == 200, act
    assert "Nothing was done to it" in (await client.get(f"{address}/changes")).text
    form = await client.post(f"{address}/split", data={"posts": "2", "title": "Short"})
    assert form.status_code == 422
    assert 'value="2" checked' in form.text
    done = await client.post(f"{address}/split", data={"posts": "2", "title": TITLE, "reason": "Another matter"})
    assert done.headers["location"] == f"{address}-{thread.slug}"
    page = (await client.get(f"{address}-{thread.slug}")).text
    change = await ThreadChange.get(kind="split")
    assert f'action="{address}/changes/{change.id}/undo"' in page
    assert "Another matter" in (await client.get(f"{address}/changes")).text
    undone = await client.post(f"{address}/changes/{change.id}/undo")
    assert undone.status_code == 303
    assert "everything is as it was" in (await client.get(f"{address}-{thread.slug}")).text
    assert "Taken back" in (await client.get(f"{address}/changes")).text
    again = await client.post(f"{address}/changes/{change.id}/undo")
    assert again.status_code == 303
    assert "taken back already" in (await client.get(f"{address}-{thread.slug}")).text

    seen = await client.get(f"{address}/merge", params={"into": str(there.id)})
    assert "Another one that is there" in seen.text
    assert (await client.get(f"{address}/merge", params={"into": "999999"})).status_code == 422
    merged = await client.post(f"{address}/merge", data={"into": str(there.id)})
    assert merged.headers["location"] == f"/t/{there.id}"


async def test_moving_warns_of_new_readers_first(client: httpx2.AsyncClient) -> None:
    await make.sign_in(client, await make.moderator())
    thread = await make.thread()
    address = f"/t/{thread.id}/move"
    warned = await client.post(address, data={"audience": "network"})
    assert warned.status_code == 200
    assert "Fewer people will read it" in warned.text
    assert (await Thread.get(id=thread.id)).audience == "public"
    moved = await client.post(address, data={"audience": "network", "sure": "network"})
    assert moved.status_code == 303
    warned = await client.post(address, data={"audience": "public", "sure": "network"})
    assert "More people will read it" in warned.text
    assert (await Thread.get(id=thread.id)).audience == "network"
    inside = await make.thread("Only for those in this house", audience="org:7")
    refused = await client.post(f"/t/{inside.id}/move", data={"audience": "public"})
    assert refused.status_code == 422
    assert "circle that you do not belong to" in refused.text


# Above every page


async def announcement(**more: Any) -> Thread:
    return await make.thread("The network meets in Utrecht in May", kind="announcement", **more)


def soon(days: int = 3) -> str:
    return (now() + timedelta(days=days)).date().isoformat()


async def test_an_announcement_stands_above_every_page_until_it_is_put_away(client: httpx2.AsyncClient) -> None:
    thread, other = await announcement(), await make.thread()
    visitor = f"/t/{other.id}-{other.slug}"
    assert "Utrecht" not in (await client.get(visitor)).text
    who = await make.moderator()
    await make.sign_in(client, who)
    done = await client.post(f"/t/{thread.id}/banner", data={"until": soon()})
    assert done.status_code == 303
    client.cookies.clear()
    with statements() as sent:
        page = (await client.get("/questions")).text
    assert "Utrecht" in page
    assert not [one for one in sent if "banner_until >" in one]
    page = await client.get(visitor)
    assert "Utrecht" in page.text
    key = page.text.partition('name="key" value="')[2].partition('"')[0]
    away = await client.post("/banners/dismiss", data={"key": key, "next": visitor})
    assert away.headers["location"] == visitor
    assert "Utrecht" not in (await client.get("/questions")).text
    assert "Utrecht" not in (await client.get(visitor)).text
    dismissed = client.cookies
    await make.sign_in(client, await make.member())
    assert "Utrecht" in (await client.get("/questions")).text  # another person at this computer
    dismissed.clear()
    change = await ThreadChange.get(kind="banner")
    await undo(await make.viewer(who), thread.id, change.id)
    assert "Utrecht" not in (await client.get("/questions")).text


async def test_only_those_are_told_above_who_may_see_it(client: httpx2.AsyncClient) -> None:
    thread = await announcement(audience="network", banner_until=now() + timedelta(days=1))
    await look_again()
    assert "Utrecht" not in (await client.get("/questions")).text
    await make.sign_in(client, await make.member(at=await make.organisation()))
    assert "Utrecht" in (await client.get("/questions")).text
    await Thread.filter(id=thread.id).update(state="hidden")
    await look_again()
    assert "Utrecht" not in (await client.get("/questions")).text


@pytest.mark.parametrize(
    "given", [{}, {"key": "1"}, {"key": "x" * 5000}, {"key": "1-a", "next": "//evil.test"}, {"key": ["1-a", "2-b"]}]
)
async def test_putting_away_takes_anything_and_leads_nowhere_else(
    client: httpx2.AsyncClient, given: dict[str, Any]
) -> None:
    away = await client.post("/banners/dismiss", data=given)
    assert (away.status_code, away.headers["location"]) == (303, "/")


async def test_who_may_announce_above() -> None:
    region = await make.region()
    leader = await make.member()
    await make.grant(leader, "community_leader", "region", region.id)
    everybody = await announcement(region_id=region.id)
    theirs = await announcement(region_id=region.id, audience=f"region:{region.id}")
    given = Above.read({"until": soon()})
    with pytest.raises(Refused, match="their region only"):
        await announce_above(await make.viewer(leader), everybody.id, given)
    await announce_above(await make.viewer(leader), theirs.id, given)
    with pytest.raises(Missing):
        await announce_above(await make.viewer(await make.editor()), theirs.id, given)
    with pytest.raises(Refused):
        await announce_above(await make.viewer(await make.editor()), everybody.id, given)
    with pytest.raises(Refused, match="Only an announcement"):
        await announce_above(await moderator(), (await make.thread()).id, given)
    with pytest.raises(Invalid):
        Above.read({"until": soon(400)})


# What follows


async def test_search_notices_and_practices_follow_a_merge_and_its_undoing(
    client: httpx2.AsyncClient, tmp_path: Path
) -> None:
    viewer = await moderator()
    old, there = await make.thread("The xylophone question"), await make.thread("The trombone question")
    post = await make.post(old, "Everybody here plays the bassoon.")
    practice = await make.article(threads=[old])
    link = await SourceLink.create(
        article_id=practice.id, revision=1, thread_id=old.id, post_id=post.id, post_number=2, text="bassoon",
        created_at=now(),
    )  # fmt: skip
    fan = await make.member()
    wish = await Nomination.create(thread_id=old.id, member=fan, why="It is good", at=now())
    for key in (f"post:{post.id}", f"thread:{old.id}"):
        await Notice.create(
            member=fan, key=key, kind="answer", group=f"thread:{old.id}", subject=old.title, url=f"/t/{old.id}-x",
            reason="Because.", created_at=now(),
        )  # fmt: skip
    async with running(WhooshEngine(tmp_path / "index", memory_mb=32)):
        await rebuild(SOURCES)

        async def found(words: str) -> str:
            return (await client.get("/search", params={"q": words})).text

        done = await merge(viewer, old.id, Joining(into=str(there.id)))
        await deliver_all()
        assert f"/t/{there.id}-{there.slug}#post-3" in await found("bassoon")
        assert f"/t/{old.id}-" not in await found("xylophone")
        assert f"/t/{there.id}-{there.slug}#post-2" in await found("xylophone")
        assert await Notice.filter(member=fan).order_by("id").values_list("group", "url") == [
            (f"thread:{there.id}", f"/t/{there.id}-{there.slug}#post-3"),
            (f"thread:{there.id}", f"/t/{there.id}-{there.slug}#post-2"),
        ]
        moved = await SourceLink.get(id=link.id)
        assert (moved.thread_id, moved.post_number, moved.state) == (there.id, 3, "ok")  # type: ignore[attr-defined]
        assert await SourceLink.filter(post_number=0).values_list("thread_id", flat=True) == [there.id]
        assert (await Nomination.get(id=wish.id)).thread_id == there.id  # type: ignore[attr-defined]

        await undo(viewer, there.id, done.change)
        await deliver_all()
        assert f"/t/{old.id}-{old.slug}#post-2" in await found("bassoon")
        assert f"/t/{old.id}-{old.slug}" in await found("xylophone")
        assert set(await Notice.filter(member=fan).values_list("group", flat=True)) == {f"thread:{old.id}"}
        back = await SourceLink.get(id=link.id)
        assert (back.thread_id, back.post_number) == (old.id, 2)  # type: ignore[attr-defined]
        assert await SourceLink.filter(post_number=0).values_list("thread_id", flat=True) == [old.id]
        assert (await Nomination.get(id=wish.id)).thread_id == old.id  # type: ignore[attr-defined]


async def test_lists_feeds_and_the_site_map_forget_what_has_merged(client: httpx2.AsyncClient) -> None:
    old, there = await make.thread("The xylophone question"), await make.thread("The trombone question")
    await merge(await moderator(), old.id, Joining(into=str(there.id)))
    await make.sign_in(client, await make.moderator())
    for path in ("/questions", "/latest", "/feeds/latest.atom", "/sitemap.xml", "/api/v1/threads"):
        told = await client.get(path)
        assert told.status_code == 200, path
        assert f"/t/{old.id}-" not in told.text, path
        assert f"/t/{there.id}-" in told.text, path


async def test_doors_do_the_same(client: httpx2.AsyncClient) -> None:
    who = await make.moderator()
    signed = await make.token(who)
    thread, there = await make.thread(), await make.thread("The one that stays, by its door")
    await make.post(thread)
    door = f"/api/v1/threads/{thread.id}"
    done = await client.post(f"{door}/split", json={"posts": [2], "title": TITLE}, headers=signed)
    assert done.status_code == 200, done.text
    told = (await client.get(f"{door}/changes", headers=signed)).json()
    assert (told["total"], told["changes"][0]["kind"], told["changes"][0]["may_undo"]) == (1, "split", True)
    undone = await client.delete(f"{door}/changes/{done.json()['change']}", headers=signed)
    assert undone.json() == {"told": ""}
    for method, path, body in (
        ("POST", "move", {"audience": "network"}), ("POST", "convert", {"kind": "discussion"}),
        ("PUT", "closing", {"quiet_days": 30}), ("PUT", "pin", None), ("POST", "merge", {"into": str(there.id)}),
    ):  # fmt: skip
        if path == "pin":
            continue
        answer_ = await client.request(method, f"{door}/{path}", json=body, headers=signed)
        assert answer_.status_code == 200, (path, answer_.text)
    gone = await client.post(f"{door}/move", json={"audience": "public"}, headers=signed)
    assert gone.status_code == 409
    assert str(there.id) in gone.json()["detail"]
    nobody = await make.token(await make.member())
    for path in ("move", "split", "merge", "convert"):
        refused = await client.post(f"/api/v1/threads/{there.id}/{path}", json={}, headers=nobody)
        assert refused.status_code in (403, 422), path


async def test_nobody_else_takes_anything_back(client: httpx2.AsyncClient) -> None:
    thread = await make.thread()
    await pin(await moderator(), thread.id, Pinning())
    change = await ThreadChange.get(thread_id=thread.id)
    address = f"/t/{thread.id}/changes/{change.id}/undo"
    assert (await client.post(address)).headers["location"].startswith("/sign-in")
    await make.sign_in(client, await make.member())
    assert (await client.post(address)).status_code == 403
    assert (await client.get(f"/t/{thread.id}/changes")).status_code == 403
    other = await make.thread(audience="staff")
    assert (await client.post(f"/t/{other.id}/changes/{change.id}/undo")).status_code == 404
    await make.sign_in(client, await make.moderator())
    assert (await client.post(f"/t/{other.id}/changes/{change.id}/undo")).status_code == 404
    assert (await client.post(f"/t/{thread.id}/changes/99999999999999999999/undo")).status_code == 404
    assert (await client.post(address)).status_code == 303


async def test_an_answer_to_a_comment_form_of_before_goes_along() -> None:
    viewer = await moderator()
    thread = await make.thread()
    post = await make.post(thread)
    done = await split(viewer, thread.id, Splitting.read({"posts": "2", "title": TITLE}))
    made = await answer(viewer, thread.id, NewPost(parent=2, body="A comment written before the split."))
    comment = await Post.get(id=made.id)
    assert (comment.thread_id, comment.parent_id) == (done.thread_id, post.id)  # type: ignore[attr-defined]
    with pytest.raises(Missing):
        await answer(viewer, thread.id, NewPost(parent=77, body="About nothing that ever was."))

"""Who is told of what: by one reason, once, never who may not see it, never who did it."""

from typing import Any

import pytest

from base.clock import now
from base.journal.deliver import deliver_all
from base.journal.models import Entry
from forum.actions.accept import accept
from forum.actions.answer import NewPost, answer
from forum.actions.ask import Question, ask
from forum.actions.close import Closing, close, reopen
from forum.actions.delete import delete
from forum.actions.discuss import Discussion, discuss
from forum.actions.edit import EditedPost, edit
from forum.models import QuestionDetails, Thread, Watch
from forum.notices import tell
from forum.queries.thread_page import thread_page
from members.models import Member, Notice
from tests import builders as make
from tests.forum.told import told
from tests.statements import statements

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("database", "wired")]
BODY = "We would like to know how others do this."


async def _question(author: Member, **more: Any) -> Thread:
    given = {"title": "How do you answer reviews?", "body": BODY} | more
    return await Thread.get(id=(await ask(await make.viewer(author), Question(**given))).id)


async def _answers(who: Member, thread: Thread, body: str = "We did it like this, for two weeks.", **more: Any) -> int:
    return (await answer(await make.viewer(who), thread.id, NewPost(body=body, **more))).number


async def test_of_an_answer_the_asker_and_the_followers_are_told_but_not_its_author() -> None:
    asker, jonas, lotte = [await make.member(name) for name in ("Mara", "Jonas", "Lotte")]
    thread = await _question(asker)
    await _answers(lotte, thread)
    assert await told() == {("Mara", "answer", "You asked this question.")}
    await _answers(jonas, thread)
    assert await told() == {
        ("Mara", "answer", "You asked this question."),
        ("Lotte", "answer", "Because you follow this thread."),
    }
    notice = await Notice.filter(member=asker).order_by("-id").first()
    assert notice is not None
    assert (notice.subject, notice.group, notice.actor_id) == (thread.title, f"thread:{thread.id}", jonas.id)  # type: ignore[attr-defined]
    assert notice.url == f"/t/{thread.id}-{thread.slug}#post-3"
    assert notice.text == "We did it like this, for two weeks."


async def test_of_a_comment_the_author_below_whom_it_stands_is_told() -> None:
    asker, jonas, lotte, nia = [await make.member(name) for name in ("Mara", "Jonas", "Lotte", "Nia")]
    thread = await _question(asker)
    number = await _answers(jonas, thread)
    await _answers(nia, thread)
    await told()
    await Notice.all().delete()
    await _answers(lotte, thread, "Where was that?", parent=number)
    assert await told() == {
        ("Jonas", "comment", "It is about a post of yours."),
        ("Mara", "comment", "You asked this question."),
    }


async def test_levels_decide_what_followers_hear_of() -> None:
    asker = await make.member("Mara")
    thread = await _question(asker)
    for level in ("watching", "following", "normal", "muted"):
        who = await make.member(level)
        await Watch.create(member=who, target="thread", target_id=thread.id, level=level, at=now())
    number = await _answers(await make.member("Jonas"), thread)
    assert {name for name, *_ in await told()} == {"Mara", "watching", "following"}
    await Notice.all().delete()
    await _answers(await make.member("Lotte"), thread, "And where? @muted @normal", parent=number)
    assert await told() == {
        ("Mara", "comment", "You asked this question."),
        ("Jonas", "comment", "It is about a post of yours."),
        ("watching", "comment", "Because you watch this thread."),
        ("normal", "mention", "You are mentioned in it."),
    }


async def test_whoever_is_named_and_followed_and_quoted_is_told_once() -> None:
    asker, jonas = await make.member("Mara"), await make.member("Jonas")
    thread = await _question(asker)
    await _answers(jonas, thread)
    await told()
    await Notice.all().delete()
    body = f"> [Jonas](/t/{thread.id}-x/2#post-2)\n>\n> two weeks\n\nHello @jonas and @mara, that is long."
    await _answers(await make.member("Lotte"), thread, body)
    assert await told() == {
        ("Jonas", "mention", "You are mentioned in it."),
        ("Mara", "mention", "You are mentioned in it."),
    }


async def test_a_quotation_is_told_to_who_is_quoted() -> None:
    asker, jonas = await make.member("Mara"), await make.member("Jonas")
    thread = await _question(asker)
    other = await _question(await make.member("Nia"))
    await _answers(jonas, other)
    await told()
    await Notice.all().delete()
    body = f"> [Jonas](/t/{other.id}-x/2#post-2)\n>\n> two weeks\n\nIt was said over there already."
    await _answers(await make.member("Lotte"), thread, body)
    assert ("Jonas", "quoted", "You are quoted in it.") in await told()


async def test_nobody_is_told_of_what_they_may_not_see() -> None:
    hospital = await make.organisation()
    asker, insider = await make.member("Mara", at=hospital), await make.member("Jonas", at=hospital)
    await make.member("Outsider")
    watcher = await make.member("Watcher")
    thread = await _question(asker, audience="network", body="@outsider and @jonas, what do you think?")
    await Watch.create(member=watcher, target="thread", target_id=thread.id, level="watching", at=now())
    await _answers(insider, thread, "Ask @outsider, who knows all of it.")
    assert {name for name, *_ in await told()} == {"Mara", "Jonas"}


async def test_of_a_new_thread_those_hear_who_follow_its_labels() -> None:
    author = await make.member("Mara")
    tag, platform = await make.tag("reviews"), await make.platform("Google")
    for name, target, id_ in (("Tagged", "tag", tag.id), ("Plat", "platform", platform.id), ("None", "tag", 99)):
        await Watch.create(member=await make.member(name), target=target, target_id=id_, level="following", at=now())
    started = await discuss(
        await make.viewer(author),
        Discussion(title="What do you think of it?", body=BODY, platforms=["Google"], tags=["reviews"]),
    )
    assert await told() == {
        ("Tagged", "thread", "Because you follow #reviews."),
        ("Plat", "thread", "Because you follow Google."),
    }
    assert (await Notice.first()).url == f"/t/{started.id}-what-do-you-think-of-it#post-1"  # type: ignore[union-attr]


async def test_five_people_with_experience_are_asked_and_the_page_says_so() -> None:
    platform, other = await make.platform("YouTube"), await make.platform("X")
    asker = await make.member("Mara", platforms=[platform])
    for number in range(7):
        await make.member(f"Expert {number}", platforms=[platform])
    await make.member("Elsewhere", platforms=[other])
    await make.member("Gone", platforms=[platform], state="suspended")
    thread = await _question(asker, platforms=["YouTube"])
    heard = await told()
    assert len(heard) == 5
    assert {kind for _, kind, _ in heard} == {"asked"}
    assert {reason for *_, reason in heard} == {"You work with YouTube: can you help?"}
    assert (await QuestionDetails.get(thread_id=thread.id)).people_asked == 5
    page = await thread_page(await make.viewer(asker), thread.id)
    assert page.head.details.people_asked == 5
    assert page.head.version == thread.version + 1

    await _question(asker, platforms=["YouTube"], title="And how do you pay for it?")
    counts: dict[str, int] = {}
    await deliver_all()
    for one in await Notice.all().prefetch_related("member"):
        counts[one.member.name] = counts.get(one.member.name, 0) + 1
    assert sum(counts.values()) == 10
    assert len(counts) == 7, "those who were asked lately are asked last"


async def test_a_question_for_the_network_is_put_to_the_network_only() -> None:
    platform, hospital = await make.platform("YouTube"), await make.organisation()
    asker = await make.member("Mara", at=hospital)
    await make.member("Outsider", platforms=[platform])
    await make.member("Insider", at=hospital, platforms=[platform])
    await _question(asker, platforms=["YouTube"], audience="network")
    assert {name for name, *_ in await told()} == {"Insider"}


async def test_of_a_solution_its_author_hears_and_the_followers_do() -> None:
    asker, jonas, lotte = [await make.member(name) for name in ("Mara", "Jonas", "Lotte")]
    thread = await _question(asker)
    number = await _answers(jonas, thread)
    await _answers(lotte, thread)
    await told()
    await Notice.all().delete()
    await accept(await make.viewer(asker), thread.id, number)
    assert await told() == {
        ("Jonas", "accepted", "It is your answer."),
        ("Lotte", "solved", "Because you follow this thread."),
    }


async def test_who_started_a_thread_hears_that_others_closed_it_unless_it_is_open_again() -> None:
    mara, moderator = await make.member("Mara"), await make.member("Max")
    await make.grant(moderator, "moderator")
    viewer = await make.viewer(moderator)
    thread = await make.thread(kind="discussion", author=mara)
    await close(viewer, thread.id, Closing(reason="off_topic"))
    assert await told() == {("Mara", "closed", "You started this thread.")}
    await reopen(viewer, thread.id)
    await Notice.all().delete()
    await close(viewer, thread.id, Closing(reason="off_topic"))
    await reopen(viewer, thread.id)
    assert await told() == set()


async def test_repeated_deliveries_tell_nobody_twice() -> None:
    platform = await make.platform("YouTube")
    asker, jonas = await make.member("Mara"), await make.member("Jonas")
    for number in range(9):
        await make.member(f"Expert {number}", platforms=[platform])
    thread = await _question(asker, platforms=["YouTube"], body="Does @jonas know this, or anybody else?")
    number = await _answers(jonas, thread)
    await accept(await make.viewer(asker), thread.id, number)
    heard = await told()
    for _ in range(2):
        await tell(await Entry.all().order_by("id"))
    assert await told() == heard
    assert await Notice.all().count() == len(heard)


async def test_an_edit_tells_only_those_it_newly_names() -> None:
    asker, jonas, lotte = [await make.member(name) for name in ("Mara", "Jonas", "Lotte")]
    thread = await _question(asker, body="What do you think of it, @jonas?")
    await _answers(lotte, thread)
    await told()
    await Notice.all().delete()
    who = await make.viewer(asker)
    await edit(who, thread.id, 1, EditedPost(body="What do you think of it, @jonas and @lotte?", revision=1))
    await edit(
        await make.viewer(lotte), thread.id, 2, EditedPost(body="We did it, and @jonas did as well.", revision=1)
    )
    assert await told() == {
        ("Jonas", "mention", "You are mentioned in it."),
        ("Lotte", "mention", "You are mentioned in it."),
    }
    assert await Notice.filter(member=jonas).count() == 2


async def test_with_the_post_what_was_told_of_it_goes() -> None:
    asker, jonas, nia = await make.member("Mara"), await make.member("Jonas"), await make.moderator("Nia")
    thread = await _question(asker)
    first, second = await _answers(jonas, thread), await _answers(jonas, thread, "Another answer, to be kept.")
    assert len(await told()) == 1
    assert await Notice.all().count() == 2
    moderator = await make.viewer(nia)
    await delete(moderator, thread.id, first)
    await deliver_all()
    assert [one.url[-1] for one in await Notice.all()] == [str(second)]
    await delete(moderator, thread.id, 1)
    await deliver_all()
    assert await Notice.all().count() == 0


async def test_nothing_is_told_of_what_is_gone_before_the_news_goes_out() -> None:
    asker, jonas = await make.member("Mara"), await make.member("Jonas")
    thread = await _question(asker)
    number = await _answers(jonas, thread)
    await delete(await make.viewer(jonas), thread.id, number)
    assert await told() == set()


async def test_telling_many_followers_of_a_topic_takes_no_more_statements_than_telling_few() -> None:
    sent_for = []
    for many in (2, 12):
        topic = await make.tag()
        for _ in range(many):
            member = await make.member()
            await Watch.create(member=member, target="tag", target_id=topic.id, level="following", at=now())
        await _question(await make.member(trust=2), tags=[topic.name])
        entry = await Entry.filter(kind="thread.asked").order_by("-id").first()
        assert entry is not None
        with statements() as sent:
            await tell([entry])
        assert await Notice.filter(reason=f"Because you follow #{topic.name}.").count() == many
        sent_for.append(len(sent))
    assert sent_for[0] == sent_for[1]

"""News that goes out together: a batch of posts asks what one asks, and tells no more."""

from typing import Any

import pytest

from base.journal.models import Entry
from forum.actions.answer import NewPost, answer
from forum.actions.ask import Question, ask
from forum.actions.delete import delete
from forum.models import Thread
from forum.notices import tell
from members.models import Member, Notice
from tests import builders as make
from tests.statements import statements

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("database", "wired")]


async def _question(author: Member) -> Thread:
    given = Question(title="How do you answer reviews?", body="We would like to know how others do this.")
    return await Thread.get(id=(await ask(await make.viewer(author), given)).id)


async def _answers(who: Member, thread: Thread, **more: Any) -> int:
    post = NewPost(body="We did it like this, for two weeks.", **more)
    return (await answer(await make.viewer(who), thread.id, post)).number


async def test_telling_of_many_posts_takes_no_more_statements_than_telling_of_few() -> None:
    asker, jonas, lotte = [await make.member(name) for name in ("Mara", "Jonas", "Lotte")]
    sent_for = []
    for many in (2, 12):
        thread = await _question(asker)
        for number in range(many):
            await _answers((jonas, lotte)[number % 2], thread)
        added = await Entry.filter(kind="post.added").order_by("id")
        entries = [one for one in added if one.data["thread_id"] == thread.id]
        with statements() as sent:
            await tell(entries)
        assert await Notice.filter(group=f"thread:{thread.id}", member=asker).count() == many
        # Whoever follows is told of what the other one wrote.
        assert await Notice.filter(group=f"thread:{thread.id}", member=jonas).count() == many // 2
        sent_for.append(len(sent))
    assert sent_for[0] == sent_for[1]


async def test_what_is_taken_back_in_the_same_batch_stays_away() -> None:
    asker, jonas = await make.member("Mara"), await make.member("Jonas")
    thread = await _question(asker)
    first, second = [await _answers(jonas, thread) for _ in range(2)]
    entries = await Entry.filter(kind="post.added").order_by("id")
    await tell(entries)
    await delete(await make.viewer(jonas), thread.id, first)
    await tell([*entries, *await Entry.filter(kind="post.deleted")])
    assert [one.url for one in await Notice.all()] == [f"/t/{thread.id}-{thread.slug}#post-{second}"]

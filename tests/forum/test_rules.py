"""Who may see what: the check of one thing and the condition for many give the same answer."""

from datetime import timedelta
from itertools import product
from typing import Any

import pytest

from base.clock import now
from base.db import rows
from forum.models import Post, Thread
from forum.queries.facts import post_facts
from forum.rules import (
    EDIT_WINDOW,
    LONG_EDIT_WINDOW,
    check_may_edit,
    edit_window,
    may_see_post,
    may_see_thread,
    visible_posts,
    visible_threads,
)
from members.viewer import VISITOR, Viewer
from tests import builders as make

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("database")]


async def _everybody() -> tuple[Any, list[Viewer]]:
    region, hospital, other = await make.region(), await make.organisation(), await make.organisation()
    author = await make.member(at=hospital)
    leader = await make.member(at=other)
    await make.grant(leader, "community_leader", "region", region.id)
    people = [author, await make.member(), await make.member(at=hospital), await make.member(at=other), leader]
    people += [await make.editor(), await make.moderator()]
    return (author, hospital, region), [VISITOR, *[await make.viewer(one) for one in people]]


async def test_one_thread_and_many_threads_have_the_same_answer() -> None:
    (author, hospital, region), viewers = await _everybody()
    audiences = ("public", "network", "staff", f"org:{hospital.id}", f"region:{region.id}")
    for audience, state in product(audiences, ("published", "hidden", "deleted")):
        for of_region in (None, region.id):
            await make.thread(author=author, audience=audience, state=state, region_id=of_region)
    await _same_posts(viewers)
    for viewer in viewers:
        seen = visible_threads(viewer)
        found = {row["id"] for row in await rows(f"SELECT t.id FROM threads t WHERE {seen.sql}", *seen.values)}
        for thread in await Thread.all():
            facts = (await post_facts(thread.id, 1)).thread
            assert may_see_thread(viewer, facts) is (thread.id in found), (viewer, facts)


async def test_one_post_and_many_posts_have_the_same_answer() -> None:
    (author, _, region), viewers = await _everybody()
    moderator = await make.moderator()
    for audience, of_region in product(("public", "network"), (None, region.id)):
        thread = await make.thread(audience=audience, region_id=of_region)
        for state, by in (("published", None), ("hidden", None), ("deleted", author.id), ("deleted", moderator.id)):
            post = await make.post(thread, author=author)
            await Post.filter(id=post.id).update(state=state, deleted_by_id=by)
    await _same_posts(viewers)


async def _same_posts(viewers: list[Viewer]) -> None:
    for viewer in viewers:
        seen = visible_posts(viewer)
        found = {
            row["id"]
            for row in await rows(
                f"SELECT p.id FROM posts p JOIN threads t ON t.id = p.thread_id WHERE {seen.sql}", *seen.values
            )
        }
        for post in await Post.all():
            facts = await post_facts(post.thread_id, post.number)  # type: ignore[attr-defined]
            assert may_see_post(viewer, facts) is (post.id in found), (viewer, facts)


@pytest.mark.parametrize(("trust", "window"), [(0, EDIT_WINDOW), (1, EDIT_WINDOW), (2, LONG_EDIT_WINDOW)])
async def test_trusted_authors_may_edit_for_longer(trust: int, window: timedelta) -> None:
    author, thread = await make.member(trust=trust), await make.thread()
    who = await make.viewer(author)
    assert edit_window(who) == window
    for age, allowed in ((window - timedelta(minutes=1), True), (window + timedelta(minutes=1), False)):
        post = await make.post(thread, author=author, at=now() - age)
        facts = await post_facts(thread.id, post.number)
        if allowed:
            check_may_edit(who, facts)
        else:
            with pytest.raises(Exception, match="can be edited for"):
                check_may_edit(who, facts)

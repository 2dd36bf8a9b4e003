"""Merge a thread into another one, and part them again."""

from dataclasses import dataclass, replace
from typing import Annotated, Any

from pydantic import Field

from base.clock import now
from base.db import execute, rows, transaction
from base.errors import Conflict, Invalid, Refused
from base.inputs import Line
from base.text.escaping import escaped
from base.text.markdown import to_html
from forum.actions.bring_back import bring_back
from forum.actions.carry_readers import carry_followers, carry_reading
from forum.actions.note_change import WithReason, note_change
from forum.actions.settle import lock_threads, settled
from forum.actions.shift_posts import bring, into_thread, kept, leave_word, no_longer_accepted
from forum.actions.split import MASKED_THERE, NAMES_A_THREAD, thread_to_join
from forum.addresses import post_url
from forum.arranging import Standing, arranged
from forum.queries.changes import change_to_undo
from forum.queries.facts import thread_facts
from forum.queries.moving import Whole, whole
from forum.queries.standing import masked_places, standing_in
from forum.rules import check_may_moderate
from members.viewer import Viewer


class Joining(WithReason):
    """The thread that stays."""

    into: Annotated[Line, Field(min_length=1, max_length=300, title="The thread that stays"), NAMES_A_THREAD]


@dataclass(frozen=True, slots=True)
class Merged:
    """The thread that stays, where the merged one begins in it, and how many posts came."""

    thread_id: int
    url: str
    posts: int
    change: int


async def merge(viewer: Viewer, thread_id: int, given: Joining) -> Merged:
    """Put all posts of a thread at the end of another one, to which its addresses then lead."""
    old = await whole(thread_id)
    check_may_moderate(viewer, old.facts)
    there = await joined(viewer, old, given)
    title = _title(old)
    async with transaction():
        before = await lock_threads(thread_id, there.id, *await _repeating(thread_id))
        if any(before[one]["state"] != "published" for one in (thread_id, there.id)) or await masked_places(
            thread_id, there.id
        ):
            raise Conflict("One of the two threads changed a moment ago. Please look again; nothing was done.")
        posts = await standing_in(thread_id, ends=True)
        come = arranged(_naming_the_opening(posts, there), await into_thread(there.id))
        if there.facts.kind != "question":
            await no_longer_accepted(posts)
        await bring(there.id, come)
        await leave_word(thread_id, posts)
        await _say_the_title(viewer, posts[0].id, title)
        record = await _ends(old, there, before[there.id]["last_number"])
        record |= {"posts": kept(posts), "now": [one.number for one in come.posts], "title": list(title)}
        touched = await settled(before, (there.id, thread_id), [one.id for one in come.posts])
        data = {"from": thread_id, "to": there.id, "posts": [one.id for one in come.posts], "touches": touched}
        change = await note_change(
            viewer, there.id, "merged", entry="thread.merged", before=record, reason=given.reason, data=data
        )
    return Merged(there.id, post_url(there.id, there.slug, come.posts[0].number), len(posts), change)


async def _repeating(thread_id: int) -> list[int]:
    """Return the duplicates of a thread: they will repeat another one, so they are locked in the same order."""
    found = await rows("SELECT id FROM threads WHERE duplicate_of_id = ? AND state <> 'merged'", thread_id)
    return [row["id"] for row in found]


async def joined(viewer: Viewer, old: Whole, given: Joining) -> Whole:
    """Return the thread that a thread may be merged into, or raise with what is in the way."""
    if old.facts.state != "published":
        raise Refused("Only a thread that is published can be merged into another one.")
    if old.facts.kind == "case_study":
        raise Refused("A case study stands for itself, with its numbers: it is not merged into another thread.")
    typed = given.model_dump()
    there = await thread_to_join(viewer, old, given.into, typed, "into")
    if there.duplicate_of_id == old.id:
        sentence = "That thread is closed as a duplicate of this one. Merge it into this one, the other way round."
        raise Invalid({"into": sentence}, typed)
    masked = await masked_places(old.id, there.id)
    if old.id in masked:
        sentence = (
            "Somebody writes behind a mask here, which holds in this thread only. It cannot be merged; close it as "
            "asked before, and its followers follow the other thread."
        )
        raise Invalid({"into": sentence}, typed)
    if masked:
        raise Invalid({"into": MASKED_THERE}, typed)
    return there


def _title(old: Whole) -> tuple[str, str]:
    """Return the title as it stands above what was the opening: in Markdown and as HTML."""
    text = f"**{escaped(old.title, '*', '*')}**"
    return f"{text}\n\n", str(to_html(text))


def _naming_the_opening(posts: list[Standing], there: Whole) -> list[Standing]:
    """Outside of questions, let what answered the opening say so, now that it stands among others."""
    if there.facts.kind == "question":
        return posts
    first = posts[0]
    return [first, *(one if one.parent_id else replace(one, parent_id=first.id) for one in posts[1:])]


async def _say_the_title(viewer: Viewer, post_id: int, title: tuple[str, str]) -> None:
    """Put the title above the text of what was the opening, as a version of its own."""
    await execute(
        "UPDATE posts SET body = CAST(? AS TEXT) || body, html = CAST(? AS TEXT) || html, revision = revision + 1 "
        "WHERE id = ?",
        *title, post_id,
    )  # fmt: skip
    await _new_version(viewer, post_id, "Merged from a thread of its own")


async def _new_version(viewer: Viewer, post_id: int, reason: str) -> None:
    await execute(
        "INSERT INTO post_revisions (post_id, number, title, body, editor_id, reason, created_at) "
        "SELECT p.id, p.revision, '', p.body, CAST(? AS BIGINT), CAST(? AS VARCHAR(200)), ? "
        "FROM posts p WHERE p.id = ?",
        viewer.member_id, reason, now(), post_id,
    )  # fmt: skip


async def _ends(old: Whole, there: Whole, last: int) -> dict[str, Any]:
    """Let the old thread lead to the other, with all who follow it; return what is needed to part them."""
    await execute("UPDATE threads SET state = 'merged', merged_into_id = ? WHERE id = ?", there.id, old.id)
    await execute("UPDATE threads SET views = views + ? WHERE id = ?", old.views, there.id)
    brought = old.article_id if there.article_id is None else None
    if brought:
        await execute(
            "UPDATE threads SET article_id = o.article_id, article_title = o.article_title, "
            "article_audience = o.article_audience FROM threads o WHERE threads.id = ? AND o.id = ?",
            there.id, old.id,
        )  # fmt: skip
    await carry_reading(old.id, there.id, last)
    carried = await carry_followers(old.id, there.id)
    return {
        "mode": "merge", "from": old.id, "to": there.id, "told": old.title, "carried": carried,
        "article_brought": brought,
    }  # fmt: skip


async def unmerge(viewer: Viewer, thread_id: int, change_id: int) -> str:
    """Part two threads again; return what became of what was written since, if anything was."""
    async with transaction():
        done = await change_to_undo(viewer, await thread_facts(thread_id), change_id)
        told = await bring_back(viewer, thread_id, change_id)
        await _take_the_title_back(viewer, done.before["posts"][0][0], done.before["title"])
    return told


async def _take_the_title_back(viewer: Viewer, post_id: int, title: list[str]) -> None:
    post = (await rows("SELECT body, html FROM posts WHERE id = ?", post_id))[0]
    body, html = title
    if post["body"].startswith(body) and post["html"].startswith(html):  # else somebody has written it anew
        await execute(
            "UPDATE posts SET body = ?, html = ?, revision = revision + 1 WHERE id = ?",
            post["body"][len(body) :], post["html"][len(html) :], post_id,
        )  # fmt: skip
        await _new_version(viewer, post_id, "A thread of its own again")

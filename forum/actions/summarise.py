"""Write the answer so far: what a thread has found out, on top of it. It is edited and deleted as any post."""

from typing import Annotated

from pydantic import Field
from tortoise.exceptions import IntegrityError

from base.clock import now
from base.db import execute, rows, transaction
from base.errors import Conflict
from base.inputs import BlankIsNone, Body, Input, Line, Number
from base.journal import record
from forum.actions.answer import LONGEST, SHORTEST
from forum.actions.pace import check_post_pace, check_text
from forum.actions.place_post import Made, NewRow, place_summary
from forum.actions.written import Written, keep_quotes, written
from forum.addresses import BESIDE, place_url
from forum.queries.facts import thread_facts
from forum.rules import check_may_summarise
from members.viewer import Viewer


class Summary(Input):
    """The answer so far; `upto` is the number of the last post that it takes in, `once` a key of the form."""

    body: Body = Field(min_length=SHORTEST, max_length=LONGEST, title="Your text")
    upto: Annotated[Number | None, BlankIsNone] = Field(None, title="Up to which post")
    once: Line = Field("", max_length=64)


async def summarise(viewer: Viewer, thread_id: int, given: Summary) -> Made:
    """Write the answer so far of a thread that has none; raises Conflict when somebody was faster."""
    check_may_summarise(viewer, await thread_facts(thread_id))
    if before := await _made_before(viewer, thread_id, given):
        return before
    check_text(viewer, given.body)
    text = await written(viewer, given.body)
    try:
        return await _write(viewer, thread_id, given, text, given.once or None)
    except (IntegrityError, Conflict) as faster:
        # The same form sent twice at once; or another text sent with an old form, or somebody else was faster.
        if before := await _made_before(viewer, thread_id, given):
            return before
        if isinstance(faster, Conflict):
            raise
        return await _write(viewer, thread_id, given, text, None)


async def _write(viewer: Viewer, thread_id: int, given: Summary, text: Written, once: str | None) -> Made:
    at, author = now(), viewer.id_in(thread_id)
    new = NewRow(thread_id=thread_id, author_id=author, body=text.body, html=text.html, at=at, once=once)
    async with transaction():
        await check_post_pace(viewer, thread_id)
        made = await place_summary(new, given.upto)
        await keep_quotes(made.id, text.quotes)
        await execute(
            "INSERT INTO watches (member_id, target, target_id, level, at) VALUES (?, 'thread', ?, 'following', ?) "
            "ON CONFLICT (member_id, target, target_id) DO NOTHING",
            viewer.member_id, thread_id, at,
        )  # fmt: skip
        place = f"summary.{thread_id}"
        await execute("DELETE FROM drafts WHERE member_id = ? AND place = ?", viewer.member_id, place)
        data = {"thread_id": thread_id, "number": made.number, "parent": None, "touches": {"thread": [thread_id]}}
        await record("post.added", actor_id=author, subject_id=made.id, data=data)
    return made


async def _made_before(viewer: Viewer, thread_id: int, given: Summary) -> Made | None:
    """Return the summary that the same form made already, if its text is the same."""
    if not given.once:
        return None
    found = await rows(
        "SELECT p.id, p.number, t.slug FROM posts p JOIN threads t ON t.id = p.thread_id "
        "WHERE p.author_id = ? AND p.once = ? AND p.thread_id = ? AND p.body = ?",
        viewer.id_in(thread_id), given.once, thread_id, given.body,
    )  # fmt: skip
    if not found:
        return None
    one = found[0]
    return Made(one["id"], one["number"], place_url(thread_id, one["slug"], one["number"], BESIDE))

"""Write the answer so far: what a thread has found out, on top of it. It is edited and deleted as any post."""

from typing import Annotated

from pydantic import Field
from tortoise.exceptions import IntegrityError

from base.clock import now
from base.db import execute, transaction
from base.errors import Conflict
from base.inputs import BlankIsNone, Body, Input, Line, Number
from base.journal import record
from forum.actions.answer import LONGEST, SHORTEST
from forum.actions.pace import check_post_pace, check_text
from forum.actions.place_post import Made, NewRow, made_before, place_summary
from forum.actions.use_uploads import check_files, use_uploads
from forum.actions.watch import follow_thread
from forum.actions.written import Written, keep_quotes, written
from forum.facts import ThreadFacts
from forum.queries.facts import thread_facts
from forum.rules import actor_in, check_may_summarise
from members.viewer import Viewer


class Summary(Input):
    """The answer so far; `upto` is the number of the last post that it takes in, `once` a key of the form."""

    body: Body = Field(min_length=SHORTEST, max_length=LONGEST, title="Your text")
    upto: Annotated[Number | None, BlankIsNone] = Field(None, title="Up to which post")
    once: Line = Field("", max_length=64)


async def summarise(viewer: Viewer, thread_id: int, given: Summary) -> Made:
    """Write the answer so far of a thread that has none; raises Conflict when somebody was faster."""
    facts = await thread_facts(thread_id)
    check_may_summarise(viewer, facts)
    if before := await made_before(viewer, thread_id, given.once, given.body):
        return before
    check_text(viewer, given.body)
    text = await written(viewer, given.body)
    try:
        return await _write(viewer, facts, given, text)
    except (IntegrityError, Conflict) as faster:
        # The same form sent twice at once; or another text sent with an old form, or somebody else was faster.
        if before := await made_before(viewer, thread_id, given.once, given.body):
            return before
        if isinstance(faster, Conflict):
            raise
        return await _write(viewer, facts, given.model_copy(update={"once": ""}), text)


async def _write(viewer: Viewer, facts: ThreadFacts, given: Summary, text: Written) -> Made:
    # By the mask of who started the thread; staff sum up under their name, wherever else they write without it.
    thread_id, at, author, once = facts.id, now(), actor_in(viewer, facts), given.once or None
    check_files(viewer, text.body, text.files, author_id=author)
    new = NewRow(thread_id=thread_id, author_id=author, body=text.body, html=text.html, at=at, once=once)
    async with transaction():
        await check_post_pace(viewer, thread_id)
        made = await place_summary(new, given.upto)
        await keep_quotes(made.id, text.quotes)
        if text.files:
            await use_uploads("post", made.id, text.files, author_id=author)
        await follow_thread(author, thread_id, at)
        place = f"summary.{thread_id}"
        await execute("DELETE FROM drafts WHERE member_id = ? AND place = ?", viewer.member_id, place)
        data = {"thread_id": thread_id, "number": made.number, "parent": None, "touches": {"thread": [thread_id]}}
        await record("post.added", actor_id=author, subject_id=made.id, data=data)
    return made

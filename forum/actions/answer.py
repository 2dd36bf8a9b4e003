"""Answer a question, reply in a discussion, comment on an answer."""

from typing import Annotated, Final

from pydantic import Field, ValidationInfo, field_validator
from tortoise.exceptions import IntegrityError

from base.clock import now
from base.db import put, transaction
from base.errors import Missing
from base.inputs import BlankIsNone, Body, Input, Line, Number
from base.journal import record
from base.limits import count_against
from forum.actions.identities import WrittenAs, identity_of
from forum.actions.pace import check_post_pace, check_text
from forum.actions.place_post import Made, NewRow, made_before, place_post
from forum.actions.settle import lock_thread
from forum.actions.use_uploads import NEW_MASK, check_files, use_uploads
from forum.actions.watch import follow_thread
from forum.actions.written import Written, keep_quotes, written
from forum.queries.facts import thread_facts
from forum.queries.led_on import led_on
from forum.rules import check_may_reply
from members.actions.wear_mask import Identity, face_in
from members.viewer import Viewer

SHORTEST: Final = 20
SHORTEST_COMMENT: Final = 5
LONGEST: Final = 32_000


class NewPost(Input):
    """What somebody writes in a thread; `parent` is the number of the post it is about, `once` a key of the form.

    `opened` is what the form carries to tell when it was opened.
    """

    parent: Annotated[Number | None, BlankIsNone] = Field(None, title="The post it is about")
    body: Body = Field(max_length=LONGEST, title="Your text")
    once: Line = Field("", max_length=64)
    written_as: WrittenAs = "me"
    opened: Line = Field("", max_length=200)

    @field_validator("body")
    @classmethod
    def long_enough(cls, body: str, info: ValidationInfo) -> str:
        """Ask a little more of an answer than of a comment."""
        least = SHORTEST_COMMENT if info.data.get("parent") else SHORTEST
        if not body:
            raise ValueError("Please write something first.")
        if len(body) < least:
            raise ValueError(f"Please write at least {least} characters; this has {len(body)}.")
        return body


async def answer(viewer: Viewer, thread_id: int, given: NewPost) -> Made:
    """Add a post to a thread: an answer to a question, a reply elsewhere, a comment when it has a parent.

    What it is about may have been merged or moved while it was written: then it goes there, too.
    """
    try:
        return await _answer(viewer, thread_id, given)
    except Missing:
        there = await led_on(viewer, thread_id, given.parent)
    parent = there.number if given.parent else None
    return await _answer(viewer, there.thread_id, given.model_copy(update={"parent": parent}))


async def _answer(viewer: Viewer, thread_id: int, given: NewPost) -> Made:
    thread = await thread_facts(thread_id)
    check_may_reply(viewer, thread)
    if before := await made_before(viewer, thread_id, given.once, given.body):
        return before
    await count_against("post", "60/minute", str(viewer.id))
    check_text(viewer, given.body)
    masked = f"thread:{thread_id}" in viewer.masks
    identity = None if masked else await identity_of(viewer, given.written_as, thread.audience)
    text = await written(viewer, given.body)
    check_files(viewer, text.body, text.files, author_id=NEW_MASK if identity else viewer.id_in(thread_id))
    try:
        return await _write(viewer, thread_id, given, text, identity)
    except IntegrityError:
        # The key is used: the same form sent twice at once, or another text sent with an old form.
        if before := await made_before(viewer, thread_id, given.once, given.body):
            return before
        return await _write(viewer, thread_id, given.model_copy(update={"once": ""}), text, identity)


async def _write(viewer: Viewer, thread_id: int, given: NewPost, text: Written, identity: Identity | None) -> Made:
    at = now()
    async with transaction():
        await check_post_pace(viewer, thread_id, given.opened)
        author_id = await _author(viewer, thread_id, identity)
        made = await place_post(
            NewRow(
                thread_id=thread_id,
                author_id=author_id,
                body=text.body,
                html=text.html,
                at=at,
                parent=given.parent,
                once=given.once or None,
            )
        )
        await keep_quotes(made.id, text.quotes)
        if text.files:
            await use_uploads("post", made.id, text.files, author_id=author_id)
        await follow_thread(author_id, thread_id, at)
        place = f"reply.{thread_id}.{given.parent}" if given.parent else f"reply.{thread_id}"
        await put("DELETE FROM drafts WHERE member_id = ? AND place = ?", viewer.member_id, place)
        await record(
            "post.added",
            actor_id=author_id,
            subject_id=made.id,
            data=_told(thread_id, made, given),
        )
    return made


async def _author(viewer: Viewer, thread_id: int, identity: Identity | None) -> int:
    if identity is None:
        return viewer.id_in(thread_id)
    await lock_thread(thread_id)  # the same form sent twice at once puts on one mask
    return await face_in(identity, f"thread:{thread_id}")


def _told(thread_id: int, made: Made, given: NewPost) -> dict[str, object]:
    touched = {"thread": [thread_id]}
    return {"thread_id": thread_id, "number": made.number, "parent": given.parent, "touches": touched}

"""Edit a post; with an opening, the title of its thread. Every version is kept."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Annotated, Any, Final

from pydantic import Field

from base.clock import now
from base.db import as_datetime, execute, rows, transaction
from base.errors import Conflict, Invalid, Refused
from base.inputs import BlankIsNone, Body, Input, Line, Number
from base.journal import record
from base.text.parser import MOST_CHARACTERS
from base.text.slug import slugify
from forum.actions.answer import LONGEST, SHORTEST, SHORTEST_COMMENT
from forum.actions.pace import check_day, check_text
from forum.actions.settle import lock_post, touches
from forum.actions.use_uploads import check_files, use_uploads
from forum.actions.written import Written, keep_quotes, written
from forum.excerpts import excerpt_of
from forum.facts import PostFacts
from forum.queries.case_form import has_case
from forum.queries.facts import post_facts
from forum.rules import actor_on, check_may_edit
from members.viewer import Viewer

GRACE: Final = timedelta(seconds=300)
SHORTEST_TITLE: Final = 15

Also = Callable[[], Awaitable[None]]


class EditedPost(Input):
    """A post's new text; `revision` is the one the editor began with, `title` counts for an opening only.

    Of a summary, `upto` is the number of the last post that it takes in now.
    """

    body: Body = Field(min_length=1, max_length=MOST_CHARACTERS, title="Your text")
    title: Annotated[Line | None, BlankIsNone] = Field(None, max_length=255, title="Title")
    reason: Line = Field("", max_length=200, title="Why")
    revision: Number = Field(title="Revision")
    upto: Annotated[Number | None, BlankIsNone] = Field(None, title="Up to which post")


@dataclass(frozen=True, slots=True)
class Current:
    """A post as it stands now."""

    id: int
    revision: int
    body: str
    title: str
    created_at: datetime


class Stale(Conflict):
    """Somebody else edited the post meanwhile; `current` is what stands there now."""

    def __init__(self, current: Current) -> None:
        super().__init__("Somebody changed this post while you were editing it. Nothing of yours is lost.")
        self.current = current


async def edit(viewer: Viewer, thread_id: int, number: int, given: EditedPost, *, also: Also | None = None) -> int:
    """Store a new version of a post and return its revision; raises Stale if the editor began with an older one.

    `also` writes what changes with the text, in the same transaction: the data of a case study. They have no number of
    their own, so a change of theirs makes a new version even when no word changed; else a second editor, whose form
    still has the old data, would write them back unasked.
    """
    post = await post_facts(thread_id, number)
    check_may_edit(viewer, post)
    if also is None and number == 1 and post.thread.kind == "case_study" and await has_case(thread_id):
        raise Refused("The text of a case study is edited in its form, together with its data.")
    current = await _current(post)
    title = (given.title or current.title) if number == 1 else ""
    _check_length(post, given, current, title)
    if given.revision != current.revision:
        raise Stale(current)
    if also is None and post.kind == "summary" and given.upto:
        also = partial(_takes_in, post, given.upto)
    if also is None and (given.body, title) == (current.body, current.title):
        return current.revision
    check_text(viewer, given.body)
    text = await written(viewer, given.body, post_id=post.id)
    author = actor_on(viewer, post)
    check_files(viewer, text.body, text.files, author_id=author, case=also is not None)
    async with transaction():
        await check_day(viewer, "edit")
        await lock_post(post)
        revision = await _store(viewer, post, given, text, title)
        if revision is None:
            raise Stale(await _current(post))
        if number == 1:
            await execute(
                "UPDATE threads SET title = ?, slug = ?, excerpt = ? WHERE id = ?",
                title, slugify(title), excerpt_of(given.body), thread_id,
            )  # fmt: skip
        await use_uploads("post", post.id, text.files, author_id=author)
        if also is not None:
            await also()
        await _tell(viewer, post, revision, retitled=title != current.title)
    return revision


async def _takes_in(post: PostFacts, upto: int) -> None:
    """Write up to which post a summary goes; a new version even when no word changed, so that its date is right."""
    await execute(
        "UPDATE threads SET summary_upto = CASE WHEN last_number < ? THEN last_number ELSE ? END "
        "WHERE id = ? AND summary_post_id = ?",
        upto, upto, post.thread.id, post.id,
    )  # fmt: skip


async def _current(post: PostFacts) -> Current:
    found = await rows(
        "SELECT p.id, p.revision, p.body, p.created_at, CASE WHEN p.number = 1 THEN t.title ELSE '' END AS title "
        "FROM posts p JOIN threads t ON t.id = p.thread_id WHERE p.id = ?",
        post.id,
    )
    created: Any = as_datetime(found[0]["created_at"])
    return Current(found[0]["id"], found[0]["revision"], found[0]["body"], found[0]["title"], created)


def _check_length(post: PostFacts, given: EditedPost, current: Current, title: str) -> None:
    errors = {}
    least = SHORTEST_COMMENT if post.kind == "comment" else SHORTEST
    # What was imported may be shorter or longer than what is asked of new texts; it may stay so.
    if len(given.body) < min(least, len(current.body)):
        errors["body"] = f"Please write at least {least} characters; this has {len(given.body)}."
    if len(given.body) > max(LONGEST, len(current.body)):
        errors["body"] = f"Your text may have at most {LONGEST} characters; this has {len(given.body)}."
    if len(title) < min(SHORTEST_TITLE, len(current.title)):
        errors["title"] = f"A title needs at least {SHORTEST_TITLE} characters; this has {len(title)}."
    if errors:
        raise Invalid(errors, given.model_dump())


async def _store(viewer: Viewer, post: PostFacts, given: EditedPost, text: Written, title: str) -> int | None:
    """Write the new version unless there is a newer one already."""
    at = now()
    silent = viewer.is_me(post.author_id) and at - post.created_at <= GRACE
    changed = await rows(
        "UPDATE posts SET body = ?, html = ?, revision = revision + 1, "
        "edited_at = CASE WHEN ? THEN edited_at ELSE ? END WHERE id = ? AND revision = ? RETURNING revision",
        text.body, text.html, silent, at, post.id, given.revision,
    )  # fmt: skip
    if not changed:
        return None
    revision = int(changed[0]["revision"])
    await execute(
        "INSERT INTO post_revisions (post_id, number, title, body, editor_id, reason, created_at) "
        "VALUES (?, ?, ?, ?, ?, ?, ?)",
        post.id, revision, title, text.body, actor_on(viewer, post), given.reason, at,
    )  # fmt: skip
    await execute("DELETE FROM quotes WHERE post_id = ?", post.id)
    await keep_quotes(post.id, text.quotes)
    return revision


async def _tell(viewer: Viewer, post: PostFacts, revision: int, *, retitled: bool) -> None:
    touched = {"touches": await touches(post.thread.id, posts=retitled)} if post.number == 1 else {}
    await record(
        "post.edited",
        actor_id=actor_on(viewer, post),
        subject_id=post.id,
        data={"thread_id": post.thread.id, "number": post.number, "revision": revision} | touched,
    )

"""Make a thread one of another kind: a question, a discussion, an announcement; and take that back."""

from dataclasses import replace
from typing import Annotated, Any, Literal

from pydantic import Field

from base.db import as_datetime, execute, transaction
from base.errors import Conflict, Invalid, Refused
from forum.actions.note_change import WithReason, note_change, note_undone
from forum.actions.settle import lock_thread, settled
from forum.actions.shift_posts import bring, kept, no_longer_accepted, place_posts, put_back, read_kept
from forum.arranging import Into, Standing, arranged
from forum.banners import look_again
from forum.queries.changes import change_to_undo
from forum.queries.facts import thread_facts
from forum.queries.moving import whole
from forum.queries.standing import standing_in
from forum.rules import CONVERTIBLE, check_may_convert
from members.viewer import Viewer

CASE: str = (
    "A case study has numbers and a form of its own, so a thread does not become one by itself. Share it with the form "
    "for case studies, and link this thread in it."
)


class Converting(WithReason):
    """What kind of thread it becomes."""

    kind: Annotated[Literal["question", "discussion", "announcement", "case_study"], Field(title="Kind")]


async def convert(viewer: Viewer, thread_id: int, given: Converting) -> int:
    """Make a thread one of another kind and return the change's id: its answers become replies, or the other way."""
    old = await whole(thread_id)
    check_may_convert(viewer, old.facts, given.kind)
    if given.kind == "case_study":
        raise Invalid({"kind": CASE}, given.model_dump())
    if old.facts.kind not in CONVERTIBLE:
        raise Refused("A case study stays one: its numbers would have no place in another thread.")
    async with transaction():
        before = await lock_thread(thread_id)
        if before["kind"] == given.kind:
            raise Conflict("It is of this kind already.")
        posts = await standing_in(thread_id)
        await execute("UPDATE threads SET kind = ? WHERE id = ?", given.kind, thread_id)
        if "question" in (before["kind"], given.kind):
            await _rearrange(thread_id, given.kind, posts, before["last_number"])
        touched = await settled({thread_id: before}, (thread_id,), [one.id for one in posts])
        record = {
            "kind": before["kind"], "to": given.kind, "posts": kept(posts), "told": given.kind,
            "last_position": before["last_position"], "banner_until": str(old.banner_until or ""),
        }  # fmt: skip
        if given.kind != "announcement":
            await execute("UPDATE threads SET banner_until = NULL WHERE id = ?", thread_id)
        change = await note_change(
            viewer, thread_id, "converted", entry="thread.converted", before=record, reason=given.reason,
            data={"from": before["kind"], "to": given.kind, "posts": [one.id for one in posts], "touches": touched},
        )  # fmt: skip
    await look_again()
    return change


async def _rearrange(thread_id: int, kind: str, posts: list[Standing], last_number: int) -> None:
    """Give posts the places they have in a thread of this kind; their numbers stay."""
    openings = {one.id: replace(one, comments=0) for one in posts if one.kind == "opening"}
    into = Into(kind=kind, last_number=last_number, last_position=0, there=openings, renumber=False)
    come = arranged([one for one in posts if one.id not in openings], into)
    await place_posts(thread_id, [*openings.values()])
    await bring(thread_id, replace(come, last_number=last_number))
    if kind != "question":
        await no_longer_accepted(posts)


async def unconvert(viewer: Viewer, thread_id: int, change_id: int) -> str:
    """Make a thread what it was; return what became of what was written since, if anything was."""
    async with transaction():
        before = await lock_thread(thread_id)
        done = await change_to_undo(viewer, await thread_facts(thread_id), change_id)
        was = done.before
        if before["kind"] != was["to"]:
            raise Conflict("The thread is of another kind by now.")
        posts = await standing_in(thread_id)
        later = await _as_before(thread_id, was, posts, before["last_number"])
        await execute(
            "UPDATE threads SET kind = ?, banner_until = ? WHERE id = ?",
            was["kind"], as_datetime(was["banner_until"] or None), thread_id,
        )  # fmt: skip
        touched = await settled({thread_id: before}, (thread_id,), [one.id for one in posts])
        data = {"posts": [one.id for one in posts], "touches": touched, "undid": "converted"}
        await note_undone(viewer, thread_id, change_id, data)
    return "What was written since stands at the end." if later else ""


async def _as_before(thread_id: int, was: dict[str, Any], posts: list[Standing], last_number: int) -> int:
    """Put posts where they were, and later ones behind them; return how many these are."""
    present = {one.id: one for one in posts}
    back = [one for one in read_kept(was["posts"]) if one.id in present]
    later = [one for one in posts if one.id not in {post.id for post in back}]
    if "question" not in (was["kind"], was["to"]):
        return 0
    await put_back(thread_id, back)
    there = {one.id: replace(one, author_id=present[one.id].author_id) for one in back}
    into = Into(
        kind=was["kind"], last_number=last_number, last_position=was["last_position"], there=there, renumber=False
    )
    await bring(thread_id, replace(arranged(later, into), last_number=last_number))
    return len(later)

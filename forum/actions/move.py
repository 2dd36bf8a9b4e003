"""Move a thread: to another category, region or audience, with other labels; and take that back."""

from typing import Annotated, Any, Final

from pydantic import Field, model_validator

from base.db import execute, marks, rows, transaction
from base.errors import Conflict, Invalid, Refused
from base.inputs import BlankIsNone, Line, RowId
from forum.actions.hold_tags import tags_to_carry
from forum.actions.note_change import WithReason, note_change, note_undone
from forum.actions.opening import Labelled, labels_of
from forum.actions.settle import lock_thread, touches
from forum.actions.start_thread import label_thread
from forum.banners import look_again
from forum.facts import ThreadFacts
from forum.models import ThreadPlatform, ThreadTag
from forum.queries.changes import change_to_undo, written_since
from forum.queries.facts import thread_facts
from forum.queries.labels import Labels
from forum.queries.moving import Whole, whole
from forum.queries.standing import masked_places
from forum.rules import audiences_to_move_to, check_may_move, check_may_show_to, shows_more
from members.viewer import Viewer

_PLACE: Final = ("category_id", "region_id", "audience")


class Moving(Labelled, WithReason):
    """Where a thread belongs: its labels, its region (empty for none) and its readers.

    What is for the readers of a region belongs to that region.
    """

    region: Annotated[RowId | None, BlankIsNone, Field(title="Region")] = None
    audience: Annotated[Line, Field(pattern=r"^(public|network|staff|org:\d{1,18}|region:\d{1,18})$", title="Readers")]

    @model_validator(mode="after")
    def _of_its_readers(self) -> "Moving":
        if self.audience.startswith("region:") and self.region != int(self.audience.removeprefix("region:")):
            raise ValueError("What only a region reads belongs to that region: please choose it as the region, too.")
        return self


async def move(viewer: Viewer, thread_id: int, given: Moving) -> int:
    """Move a thread and return the change's id; everything that depends on who may read it follows."""
    old = await whole(thread_id)
    await check_move(viewer, old, given)
    carried = [row["tag_id"] for row in await rows("SELECT tag_id FROM thread_tags WHERE thread_id = ?", thread_id)]
    labels = await labels_of(viewer, given, carried)
    async with transaction():
        tags = await tags_to_carry(labels.tag_ids, labels.new_tags)
        await lock_thread(thread_id)
        # Who wrote behind a mask meanwhile was promised these readers.
        facts = await thread_facts(thread_id)
        await _check_audience(viewer, facts, given)
        before = await _present(thread_id)
        after: dict[str, Any] = {
            "category_id": labels.category_id,
            "region_id": given.region,
            "audience": given.audience,
        }
        await _write(thread_id, after, labels, tags)
        after |= {"tags": sorted(tags), "platforms": sorted(labels.platform_ids)}
        if after == before:
            raise Conflict("Nothing was changed: the thread is there already.")
        change = await note_change(
            viewer, thread_id, "moved", entry="thread.moved", reason=given.reason,
            before={"was": before, "is": after, "told": _told(before, after)},
            data={"before": before, "after": after, "touches": await touches(thread_id, posts=True)},
        )  # fmt: skip
    await look_again()
    return change


async def check_move(viewer: Viewer, old: Whole, given: Moving) -> None:
    """Raise unless the viewer may move the thread there, and let those read it who then would."""
    try:
        check_may_move(viewer, old.facts, given.region)
    except Refused as refused:
        if given.region in (None, old.facts.region_id):
            raise
        raise Invalid({"region": refused.sentence}, given.model_dump()) from refused
    if given.region is not None and not await rows("SELECT 1 AS one FROM regions WHERE id = ?", given.region):
        raise Invalid({"region": "Please choose one of the regions."}, given.model_dump())
    offered = (old.facts.audience, *audiences_to_move_to(viewer, old.facts, old.organisation_id))
    if given.audience not in offered:
        raise Invalid({"audience": "You may only write for people you belong to."}, given.model_dump())
    await _check_audience(viewer, old.facts, given)


async def _check_audience(viewer: Viewer, facts: ThreadFacts, given: Moving) -> None:
    masked = bool(await masked_places(facts.id)) if given.audience != facts.audience else False
    try:
        check_may_show_to(viewer, facts, given.audience, masked=masked)
    except Refused as refused:
        raise Invalid({"audience": refused.sentence}, given.model_dump()) from refused


async def _present(thread_id: int) -> dict[str, Any]:
    """Return where a thread is now."""
    place = (await rows("SELECT category_id, region_id, audience FROM threads WHERE id = ?", thread_id))[0]
    tags = await ThreadTag.filter(thread_id=thread_id).values_list("tag_id", flat=True)
    platforms = await ThreadPlatform.filter(thread_id=thread_id).values_list("platform_id", flat=True)
    return {**place, "tags": sorted(tags), "platforms": sorted(platforms)}


async def _write(thread_id: int, after: dict[str, Any], labels: Labels, tags: tuple[int, ...]) -> None:
    await execute(
        "UPDATE threads SET category_id = ?, region_id = ?, audience = ? WHERE id = ?",
        *(after[name] for name in _PLACE), thread_id,
    )  # fmt: skip
    await ThreadTag.filter(thread_id=thread_id).delete()
    await ThreadPlatform.filter(thread_id=thread_id).delete()
    await label_thread(thread_id, labels.platform_ids, tags)


def _told(before: dict[str, Any], after: dict[str, Any]) -> str:
    """Name what is different, in words of the page: audience, category, region, labels."""
    names = [name.removesuffix("_id") for name in _PLACE if before[name] != after[name]]
    return " ".join(names + (["labels"] if any(before[one] != after[one] for one in ("tags", "platforms")) else []))


async def unmove(viewer: Viewer, thread_id: int, change_id: int) -> str:
    """Put a thread back where it was, unless somebody has moved it again since."""
    async with transaction():
        await lock_thread(thread_id)
        done = await change_to_undo(viewer, await thread_facts(thread_id), change_id)
        was, present = done.before["was"], await _present(thread_id)
        if present != done.before["is"]:
            raise Conflict("The thread has other labels or readers by now. Please move it by hand.")
        if shows_more(present["audience"], was["audience"]) and await written_since(thread_id, done.at):
            raise Conflict("Somebody has written here since, for fewer readers than before. Please move it by hand.")
        tags = await tags_to_carry(await _there_still("tags", was["tags"]))
        platforms = await _there_still("platforms", was["platforms"])
        await _write(thread_id, was, Labels(platform_ids=tuple(platforms)), tags)
        data = {"undid": "moved", "before": present, "after": was, "touches": await touches(thread_id, posts=True)}
        await note_undone(viewer, thread_id, change_id, data)
    return ""


async def _there_still(table: str, ids: list[int]) -> list[int]:
    found = await rows(f"SELECT id FROM {table} WHERE id IN ({marks(ids)}) ORDER BY id", *ids)  # noqa: S608
    return [row["id"] for row in found]

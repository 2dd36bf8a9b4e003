"""Choose how closely to follow a thread, a tag, a platform, a category, a person or an organisation."""

from datetime import datetime
from typing import Annotated, Final, Literal

from pydantic import Field

from base.clock import now
from base.condition import ALWAYS, Condition, one_of
from base.db import execute, put, rows, transaction
from base.errors import Missing
from base.inputs import Input
from base.journal import record
from forum.actions.hold_tags import tags_to_carry
from forum.queries.facts import thread_facts
from forum.rules import check_may_follow, check_may_see, check_may_watch, known_topics
from members.rules import visible_members, visible_organisations
from members.viewer import Viewer

Level = Literal["watching", "following", "normal", "muted"]
Target = Literal["thread", "tag", "platform", "category", "member", "organisation"]

TARGETS: Final[dict[str, str]] = {
    "thread": "threads", "tag": "tags", "platform": "platforms", "category": "categories", "member": "members",
    "organisation": "organisations",
}  # fmt: skip
_KEEP: Final = """
INSERT INTO watches (member_id, target, target_id, level, at) VALUES (?, ?, ?, ?, ?)
ON CONFLICT (member_id, target, target_id) DO UPDATE SET level = excluded.level, at = excluded.at RETURNING id"""


class WatchLevel(Input):
    """How closely to follow: everything, what is new, nothing but what is meant for me, or nothing at all."""

    level: Annotated[Level, Field(title="How closely")]


async def watch(viewer: Viewer, target: Target, target_id: int, given: WatchLevel) -> str:
    """Set how closely the viewer follows a target they may see; return how closely they did before."""
    check_may_watch(viewer)
    await _check_may_see(viewer, target, target_id)
    return await _keep(viewer, target, target_id, given.level)


async def follow_thread(member_id: int, thread_id: int, at: datetime, level: Level = "following") -> int | None:
    """Let somebody follow a thread they have a part in, unless they chose already; return the new row, if any.

    Inside the caller's transaction, and without an entry in the journal.
    """
    made = await put(
        "INSERT INTO watches (member_id, target, target_id, level, at) VALUES (?, 'thread', ?, ?, ?) "
        "ON CONFLICT (member_id, target, target_id) DO NOTHING RETURNING id",
        member_id, thread_id, level, at,
    )  # fmt: skip
    return int(made[0]["id"]) if made else None


async def follow_as(viewer: Viewer, target: str, target_id: int, level: str) -> str:
    """Follow less closely what a notice told of, even what is gone meanwhile; or as closely as before."""
    if level in ("normal", "muted") and target in TARGETS:
        check_may_watch(viewer)
        return await _keep(viewer, target, target_id, level)
    return await watch(viewer, target, target_id, WatchLevel.read({"level": level}))  # type: ignore[arg-type]


async def _keep(viewer: Viewer, target: str, target_id: int, level: str) -> str:
    # In a thread somebody may be behind a mask: so is what they follow.
    member_id = viewer.id_in(target_id) if target == "thread" else viewer.member_id
    async with transaction():
        if target == "tag":  # who follows what is merged at this moment follows what it means then
            target_id = next(iter(await tags_to_carry([target_id])), target_id)
        if target == "thread":
            await _forget_masks_of_elsewhere(viewer, target_id)
        before = await rows(
            "SELECT level FROM watches WHERE member_id = ? AND target = ? AND target_id = ?",
            member_id, target, target_id,
        )  # fmt: skip
        kept = await rows(_KEEP, member_id, target, target_id, level, now())
        data = {"target": target, "target_id": target_id, "level": level}
        await record("watch.set", actor_id=member_id, subject_id=kept[0]["id"], data=data)
    return before[0]["level"] if before else "normal"


async def _forget_masks_of_elsewhere(viewer: Viewer, thread_id: int) -> None:
    """Let no mask of another thread follow this one, which that thread repeats: its wearer chooses here."""
    elsewhere = sorted({*viewer.ids} - {*viewer.ids_in(thread_id)})
    if elsewhere:
        which = one_of("member_id", elsewhere)
        await execute(
            f"DELETE FROM watches WHERE target = 'thread' AND target_id = ? AND {which.sql}",  # noqa: S608
            thread_id, *which.values,
        )  # fmt: skip


async def _check_may_see(viewer: Viewer, target: str, target_id: int) -> None:
    if target == "thread":
        check_may_see(viewer, await thread_facts(target_id))
        return
    if target == "member":
        check_may_follow(viewer, target_id)
    seen = _seen(viewer, target)
    sql = f"SELECT 1 AS one FROM {TARGETS[target]} g WHERE g.id = ? AND ({seen.sql})"  # noqa: S608
    if not await rows(sql, target_id, *seen.values):
        raise Missing


def _seen(viewer: Viewer, target: str) -> Condition:
    """Return which of the targets the viewer may know of; nobody follows a mask, or somebody who has left."""
    if target == "tag":
        return known_topics(viewer)
    if target == "member":
        return visible_members(viewer, "g") & Condition("g.state IN ('active', 'staged', 'suspended')")
    return visible_organisations(viewer, "g") if target == "organisation" else ALWAYS

"""Choose how closely to follow a thread, a tag, a platform or a category."""

from typing import Annotated, Final, Literal

from pydantic import Field

from base.clock import now
from base.condition import ALWAYS
from base.db import rows, transaction
from base.errors import Missing
from base.inputs import Input
from base.journal import record
from forum.actions.hold_tags import tags_to_carry
from forum.queries.facts import thread_facts
from forum.rules import check_may_see, check_may_watch, known_topics
from members.viewer import Viewer

Level = Literal["watching", "following", "normal", "muted"]
Target = Literal["thread", "tag", "platform", "category"]

_TABLES: Final = {"tag": "tags", "platform": "platforms", "category": "categories"}


class WatchLevel(Input):
    """How closely to follow: every post, new answers only, nothing but what is meant for me, or nothing at all."""

    level: Annotated[Level, Field(title="How closely")]


async def watch(viewer: Viewer, target: Target, target_id: int, given: WatchLevel) -> None:
    """Set how closely the viewer follows a target."""
    check_may_watch(viewer)
    await _check_may_see(viewer, target, target_id)
    async with transaction():
        if target == "tag":  # who follows what is merged at this moment follows what it means then
            [target_id] = await tags_to_carry([target_id])
        kept = await rows(
            "INSERT INTO watches (member_id, target, target_id, level, at) VALUES (?, ?, ?, ?, ?) "
            "ON CONFLICT (member_id, target, target_id) DO UPDATE SET level = excluded.level, at = excluded.at "
            "RETURNING id",
            viewer.member_id, target, target_id, given.level, now(),
        )  # fmt: skip
        data = {"target": target, "target_id": target_id, "level": given.level}
        await record("watch.set", actor_id=viewer.id, subject_id=kept[0]["id"], data=data)


async def _check_may_see(viewer: Viewer, target: Target, target_id: int) -> None:
    if target == "thread":
        check_may_see(viewer, await thread_facts(target_id))
        return
    known = known_topics(viewer) if target == "tag" else ALWAYS
    sql = f"SELECT 1 AS one FROM {_TABLES[target]} g WHERE g.id = ? AND ({known.sql})"  # noqa: S608
    if not await rows(sql, target_id, *known.values):
        raise Missing

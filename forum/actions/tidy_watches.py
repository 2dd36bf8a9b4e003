"""Follow many things more or less closely at once, or no longer."""

from typing import Annotated, Final, Literal

from pydantic import Field

from base.condition import Condition, one_of
from base.db import execute, rows, transaction
from base.errors import Invalid
from base.inputs import Input, RowId
from base.journal import record
from forum.rules import check_may_watch
from members.viewer import Viewer

MOST: Final = 200


class Tidying(Input):
    """Which of one's own watches, and what becomes of them; `level` "remove" forgets them."""

    ids: Annotated[list[RowId] | RowId, Field(title="What you follow")] = Field(default_factory=list)
    level: Literal["watching", "following", "muted", "remove"] = Field(title="How closely")


async def tidy_watches(viewer: Viewer, given: Tidying) -> int:
    """Change the viewer's own watches; return how many there were. Others' are nobody's business."""
    check_may_watch(viewer)
    ids = given.ids if isinstance(given.ids, list) else [given.ids]
    if not ids:
        raise Invalid({"ids": "Please tick what you mean first."}, given.model_dump())
    if len(ids) > MOST:
        raise Invalid({"ids": f"Please change at most {MOST} at once."})
    which = one_of("member_id", viewer.ids) & one_of("id", ids)
    async with transaction():
        changed = await _change(which, given.level)
        data = {"level": given.level, "watches": [row["id"] for row in changed]}
        if changed:
            await record("watch.tidied", actor_id=viewer.id, subject_id=viewer.member_id, data=data)
    return len(changed)


async def _change(which: Condition, level: str) -> list[dict[str, int]]:
    changed = await rows(f"SELECT id FROM watches WHERE {which.sql}", *which.values)  # noqa: S608
    if level == "remove":
        await execute(f"DELETE FROM watches WHERE {which.sql}", *which.values)  # noqa: S608
    else:
        await execute(f"UPDATE watches SET level = ? WHERE {which.sql}", level, *which.values)  # noqa: S608
    return changed

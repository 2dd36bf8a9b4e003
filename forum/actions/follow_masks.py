"""Show no more of who wrote a thread behind a mask than the mask does, when that has become less."""

import json
from collections.abc import Mapping
from typing import Final

from base.db import execute, rows, transaction
from base.journal import record
from forum.actions.settle import lock_thread
from forum.models import CaseStudy
from members.queries.mask_levels import Levels, Shared

_OF_MASK: Final = ("type", "beds_band", "country")


async def narrow_audiences() -> Mapping[str, str]:
    """Return for whom was written behind masks where only some could write, by place.

    Where a thread was moved to later says nothing of who wrote in it.
    """
    found = await rows(
        "SELECT DISTINCT k.place, t.audience FROM masks k JOIN threads t ON k.place = 'thread:' || CAST(t.id AS TEXT) "
        "WHERE (t.audience LIKE 'org:%' OR t.audience LIKE 'region:%') "
        "AND NOT EXISTS (SELECT 1 FROM thread_changes c WHERE c.thread_id = t.id AND c.kind = 'moved')"
    )
    return {row["place"]: row["audience"] for row in found}


async def show_less(place: str, face_id: int, before: Levels, shared: Shared) -> None:
    """Take out of what a mask began what the form wrote there for it: the setting, and the region it was counted to.

    What somebody wrote themselves stays, and so does the region that a moderator moved it to.
    """
    kind, _, number = place.partition(":")
    if kind != "thread":
        return
    found = await rows(
        "SELECT t.id, t.region_id, q.setting, s.setting AS case_setting, EXISTS (SELECT 1 FROM thread_changes c "
        "WHERE c.thread_id = t.id AND c.kind = 'moved' AND c.undone_at IS NULL) AS moved FROM threads t "
        "LEFT JOIN question_details q ON q.thread_id = t.id LEFT JOIN case_studies s ON s.thread_id = t.id "
        "WHERE t.id = ? AND t.author_id = ? AND t.state <> 'merged'",
        int(number), face_id,
    )  # fmt: skip
    if not found:
        return
    thread, setting = found[0], shared.levels.setting
    kept = _of_case(thread["case_setting"], shared.levels)
    region = thread["region_id"] is not None and not shared.one_region and not thread["moved"]
    typed = bool(before.setting) and thread["setting"] == before.setting and thread["setting"] != setting
    if not (region or typed or kept is not None):
        return
    async with transaction():
        await lock_thread(thread["id"])
        if region:
            await execute("UPDATE threads SET region_id = NULL WHERE id = ?", thread["id"])
        if typed:
            await execute("UPDATE question_details SET setting = ? WHERE thread_id = ?", setting, thread["id"])
        if kept is not None:
            await CaseStudy.filter(thread_id=thread["id"]).update(setting=kept)
        # The mask has no name to be read again; this is what makes search read the thread.
        await record("member.renamed", actor_id=None, subject_id=face_id)


def _of_case(stored: object, levels: Levels) -> dict[str, str] | None:
    """Return what a case may keep of its setting, None when that is all of it."""
    known: dict[str, str] = json.loads(stored) if isinstance(stored, str) else stored or {}  # type: ignore[assignment]
    shown = {"type": levels.type, "beds_band": levels.size, "country": levels.country} if levels.type else {}
    kept = {name: value for name, value in known.items() if name not in _OF_MASK or shown.get(name) == value}
    return None if kept == known else kept

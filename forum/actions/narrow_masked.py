"""Tell less of where a thread behind a mask comes from as soon as the mask shows less."""

from dataclasses import asdict

from base.db import execute, rows
from base.journal import record
from forum.actions.settle import lock_thread, touches
from forum.actions.share_case import setting_shown
from forum.models import CaseStudy, QuestionDetails
from members.queries.mask_levels import Levels


async def narrow_masked(face_id: int, before: Levels, now: Levels) -> None:
    """Cut what the threads of a mask say of its wearer down to what it shows now; inside the caller's transaction.

    What somebody typed of themselves stays as it is; what was put there for them follows the mask.
    """
    for row in await rows("SELECT id, audience, region_id FROM threads WHERE author_id = ? ORDER BY id", face_id):
        thread_id: int = row["id"]
        if not await rows("SELECT 1 AS one FROM threads WHERE id = ? AND state <> 'merged'", thread_id):
            continue
        await lock_thread(thread_id)
        await CaseStudy.filter(thread_id=thread_id).update(setting=setting_shown(now))
        if before.setting:
            details = QuestionDetails.filter(thread_id=thread_id, setting=before.setting)
            await details.update(setting=now.setting)
        if not (now.country or now.region) and row["audience"] != f"region:{row['region_id']}":
            await execute("UPDATE threads SET region_id = NULL WHERE id = ?", thread_id)
        data = {"shown": asdict(now), "touches": await touches(thread_id, posts=True)}
        await record("thread.narrowed", actor_id=None, subject_id=thread_id, data=data)

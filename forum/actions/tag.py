"""Label a thread anew: its category, platforms and topics."""

from base.db import rows, transaction
from base.journal import record
from forum.actions.hold_tags import tags_to_carry
from forum.actions.opening import Labelled, labels_of
from forum.actions.settle import lock_thread, touches
from forum.actions.start_thread import label_thread
from forum.models import Thread, ThreadPlatform, ThreadTag
from forum.queries.facts import thread_facts
from forum.rules import actor_in, check_may_label
from members.viewer import Viewer


async def tag(viewer: Viewer, thread_id: int, given: Labelled) -> None:
    """Give a thread these labels instead of those it had."""
    facts = await thread_facts(thread_id)
    check_may_label(viewer, facts)
    carried = [row["tag_id"] for row in await rows("SELECT tag_id FROM thread_tags WHERE thread_id = ?", thread_id)]
    labels = await labels_of(viewer, given, carried)
    async with transaction():
        tags = await tags_to_carry(labels.tag_ids, labels.new_tags)
        await lock_thread(thread_id)
        before = {
            "tags": await ThreadTag.filter(thread_id=thread_id).values_list("tag_id", flat=True),
            "platforms": await ThreadPlatform.filter(thread_id=thread_id).values_list("platform_id", flat=True),
        }
        await ThreadTag.filter(thread_id=thread_id).delete()
        await ThreadPlatform.filter(thread_id=thread_id).delete()
        await label_thread(thread_id, labels.platform_ids, tags)
        await Thread.filter(id=thread_id).update(category_id=labels.category_id)
        await record(
            "thread.labelled",
            actor_id=actor_in(viewer, facts),
            subject_id=thread_id,
            data={"before": before, "touches": await touches(thread_id, posts=True)},
        )

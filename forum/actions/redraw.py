"""Draw posts anew when a file in them may be shown now, or may no longer be."""

from collections.abc import Sequence

from base.db import execute, marks, rows, transaction
from base.journal import record
from forum.actions.settle import lock_thread
from forum.queries.rendered import rendered_opening
from forum.queries.uploads import files_shown_by


async def redraw_posts_with(upload_id: int) -> int:
    """Draw every post that shows the file, and return how many; may be repeated."""
    found = await rows(
        "SELECT p.id, p.thread_id, p.revision, p.body FROM posts p "
        "JOIN upload_uses x ON x.target = 'post' AND x.target_id = p.id WHERE x.upload_id = ? ORDER BY p.id",
        upload_id,
    )
    for post in found:
        html = str(await rendered_opening(post["body"], files=await files_shown_by("post", post["id"])))
        async with transaction():
            await lock_thread(post["thread_id"])
            # Who edited it meanwhile drew it with the file as it is now.
            await execute("UPDATE posts SET html = ? WHERE id = ? AND revision = ?", html, post["id"], post["revision"])
            await record("upload.redrawn", actor_id=None, subject_id=upload_id, data={"post_id": post["id"]})
    return len(found)


async def redraw_posts(post_ids: Sequence[int]) -> int:
    """Draw posts anew whose words were changed without a new version; return how many."""
    found = await rows(
        f"SELECT p.id, p.thread_id, p.number, p.body FROM posts p WHERE p.id IN ({marks(post_ids)}) ORDER BY p.id",  # noqa: S608
        *post_ids,
    )
    for post in found:
        html = str(await rendered_opening(post["body"], files=await files_shown_by("post", post["id"])))
        async with transaction():
            await execute("UPDATE threads SET version = version + 1 WHERE id = ?", post["thread_id"])
            # Who edited it meanwhile drew it with the words as they are now.
            await execute("UPDATE posts SET html = ? WHERE id = ? AND body = ?", html, post["id"], post["body"])
            touched = {"thread": [post["thread_id"]]} if post["number"] == 1 else {}
            data = {"thread_id": post["thread_id"], "number": post["number"], "touches": touched}
            await record("post.redrawn", actor_id=None, subject_id=post["id"], data=data)
    return len(found)

"""Where in its thread a post stands."""

from base.db import marks, rows
from base.errors import Missing
from forum.addresses import place_url, thread_url
from forum.queries.facts import NO_POST, NO_THREAD
from forum.rules import visible_posts, visible_threads
from members.viewer import Viewer


async def post_place(viewer: Viewer, thread_id: int, number: int) -> str:
    """Return the address of a post in a thread that the viewer may see: its page, and the post in it."""
    seen = visible_threads(viewer)
    found = await rows(
        "SELECT t.slug, p.position, p.place FROM posts p JOIN threads t ON t.id = p.thread_id "  # noqa: S608
        f"WHERE p.thread_id = ? AND p.number = CAST(? AS BIGINT) AND ({seen.sql})",
        thread_id, number, *seen.values,
    )  # fmt: skip
    if not found:
        raise Missing(NO_POST)
    return place_url(thread_id, found[0]["slug"], number, found[0]["position"], found[0]["place"])


async def thread_place(viewer: Viewer, thread_id: int) -> str:
    """Return the address of a thread that the viewer may see."""
    seen = visible_threads(viewer)
    found = await rows(
        f"SELECT t.slug FROM threads t WHERE t.id = ? AND ({seen.sql})",  # noqa: S608
        thread_id, *seen.values,
    )  # fmt: skip
    if not found:
        raise Missing(NO_THREAD)
    return thread_url(thread_id, found[0]["slug"])


async def first_unread(viewer: Viewer, thread_id: int) -> str:
    """Return the address of the first post that a member has not read, or of the thread if there is none."""
    seen = visible_posts(viewer)
    found = await rows(
        "SELECT t.slug, p.number, p.position, p.place FROM read_marks k "  # noqa: S608
        "JOIN posts p ON p.thread_id = k.thread_id AND p.number > k.number JOIN threads t ON t.id = p.thread_id "
        "WHERE k.member_id = ? AND k.thread_id = ? AND p.state = 'published' "
        f"AND p.author_id NOT IN ({marks(viewer.ids)}) AND ({seen.sql}) ORDER BY p.number LIMIT 1",
        viewer.member_id, thread_id, *viewer.ids, *seen.values,
    )  # fmt: skip
    if not found:
        return await thread_place(viewer, thread_id)
    return place_url(thread_id, found[0]["slug"], found[0]["number"], found[0]["position"], found[0]["place"])

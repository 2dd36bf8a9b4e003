"""A page of a thread, after looking whether its masks still show only what enough members share."""

from forum.queries.thread_page import ThreadPage, thread_page
from members.actions.recheck_masks import recheck_place
from members.viewer import Viewer


async def current_page(viewer: Viewer, thread_id: int, page: int = 1, *, source: bool = False) -> ThreadPage:
    """Return a page of a thread for this viewer; `source` adds the posts' Markdown."""
    found = await thread_page(viewer, thread_id, page, source=source)
    posts = (found.opening, *found.accepted, *found.others)
    masked = any(one.author.masked for post in posts for one in (post, *post.comments))
    if masked and await recheck_place(f"thread:{thread_id}"):
        return await thread_page(viewer, thread_id, page, source=source)
    return found

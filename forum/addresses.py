"""Where things of the forum are on the site."""

import re
from typing import Final

from base import settings

_THREAD: Final = re.compile(r"(?:https?://[^/\s]+)?/t/(\d{1,18})(?:[-/#?].*)?|#?(\d{1,18})")

# Comments below one post that its thread shows; the others stand on the page of that post.
COMMENTS_SHOWN: Final = 20

# The position of a summary: beside the answers, on the first page.
BESIDE: Final = -1


def thread_url(thread_id: int, slug: str) -> str:
    """Return the address of a thread."""
    return f"/t/{thread_id}-{slug}"


def post_url(thread_id: int, slug: str, number: int) -> str:
    """Return the stable address of one post, whatever page of the thread it is on."""
    return f"/t/{thread_id}-{slug}/{number}#post-{number}"


def page_of(position: int) -> int:
    """Return the page of its thread on which a position is."""
    return max(1, -(-position // settings.get().page_size))


def place_url(thread_id: int, slug: str, number: int, position: int, place: int = 0) -> str:
    """Return where a post of known position stands: the page of its thread, or for a late comment that of its post."""
    if place > COMMENTS_SHOWN:
        return f"/t/{thread_id}/posts/{number}#post-{number}"
    page = page_of(position)
    return thread_url(thread_id, slug) + (f"?page={page}" if page > 1 else "") + f"#post-{number}"


def thread_named(text: str) -> int | None:
    """Return the number of the thread that somebody named by its number or address."""
    found = _THREAD.fullmatch(text.strip())
    return int(found[1] or found[2]) if found else None

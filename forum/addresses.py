"""Where things of the forum are on the site."""


def thread_url(thread_id: int, slug: str) -> str:
    """Return the address of a thread."""
    return f"/t/{thread_id}-{slug}"


def post_url(thread_id: int, slug: str, number: int) -> str:
    """Return the stable address of one post, whatever page of the thread it is on."""
    return f"/t/{thread_id}-{slug}/{number}#post-{number}"
